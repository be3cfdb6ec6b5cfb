"""What the window's actions do with the pictures of an open library: functions that start a job and show its end."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from soulspot_gallery.core.importing.plans import ImportReport
from soulspot_gallery.core.model import (
    ErrorCode,
    FetchPolicy,
    Outcome,
    RecacheReport,
    RecacheResult,
    Report,
    Selection,
    State,
    ValidateReport,
    ValidateResult,
)
from soulspot_gallery.core.sources.sync_reports import SyncReport
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.gallery_page import Key
from soulspot_gallery.gui.jobs.failures_dialog import FailuresDialog, NameOf, failed_checks, failed_results
from soulspot_gallery.gui.jobs.jobs import Job, Summary
from soulspot_gallery.gui.look.wording import (
    count_words,
    number_words,
    outcome_words,
    verdict_counts_words,
    verdict_words,
)
from soulspot_gallery.gui.sources.syncing import failed_syncs, sync, sync_summary

_numbers = itertools.count(1)


def recache(desk: Desk, selection: Selection, policy: FetchPolicy) -> None:
    """Fetch pictures; each changed one is on screen at once. Several selections may run beside each other.

    What a selection changes keeps its place in the grid; after "all", filters and sorting are applied again.
    """
    count = len(selection.ids)
    desk.jobs.start(
        f"recache {next(_numbers)}" if count else "recache all",
        f"Recache {count_words(count, 'picture')}" if count else "Recache all that need it",
        lambda report: desk.page.service.recache(selection, policy, report, partial(_changed, desk)),
        None if count else lambda report: desk.page.settle(),
        summarize=lambda report: recache_summary(report, desk.page.name_of),
    )


def fetch_missing(desk: Desk) -> None:
    """Fetch all whose file is not there: one action for what servers in containers leave by the thousand."""
    selection, changed = Selection(state=State.MISSING_FILE), partial(_changed, desk)
    _fetch_many(
        desk,
        "Fetch missing files",
        lambda report: desk.page.service.recache(selection, FetchPolicy.IF_NEEDED, report, changed),
    )


def _fetch_many(desk: Desk, title: str, fetch: Callable[[Report], Awaitable[RecacheReport]]) -> None:
    """One of these at a time; then filters and sorting are applied again."""
    desk.jobs.start(
        "recache all",
        title,
        fetch,
        lambda report: desk.page.settle(),
        summarize=lambda report: recache_summary(report, desk.page.name_of),
    )


def _changed(desk: Desk, result: RecacheResult) -> None:
    if result.outcome is not Outcome.ALREADY_CACHED:
        desk.page.read_again([(result.kind, result.id)])


def resume(desk: Desk) -> None:
    """Take up the recache that was interrupted, as it was begun."""

    def found(left: int) -> None:
        if left:
            _fetch_many(
                desk,
                f"Resume recache of {count_words(left, 'picture')}",
                lambda report: desk.page.service.resume_recache(report, partial(_changed, desk)),
            )
        else:
            desk.messages.notice("No recache was interrupted; there is nothing to resume.")

    desk.jobs.run_quietly("interrupted", desk.page.service.interrupted_recache, found)


def recache_summary(report: RecacheReport, name_of: NameOf) -> Summary:
    """The line that stays: what became of one picture, or how many of each outcome there are."""
    failures = len(failed_results(report))
    if not report.results:
        return Summary("Nothing to fetch: every picture that has a URL is there and whole.")
    if len(report.results) == 1:
        result = report.results[0]
        name = f"“{name_of(result.kind, result.id)}”"
        return Summary(f"{name}: {outcome_words(result.outcome).lower()}. {result.message or ''}".strip(), failures)
    parts = [
        f"{number_words(count)} {outcome_words(outcome).lower()}"
        for outcome in Outcome
        if (count := report.count(outcome))
    ]
    refused = next((f" {each.message}" for each in report.results if each.error is ErrorCode.OFFLINE), "")
    over = sum(result.outcome is Outcome.DOWNLOADED and result.message is not None for result in report.results)
    held = f" {number_words(over)} of them had been locked or refused by hand." if over else ""
    ended = f" {report.ended_by}" if report.ended_by else ""
    counts = f"{count_words(len(report.results), 'picture')}: {', '.join(parts)}."
    return Summary(f"{counts}{refused}{held}{ended}", failures)


def validate(desk: Desk, selection: Selection) -> None:
    """Check links: what is selected, or of all those that were not checked lately. Verdicts are on screen as they
    come; filters and sorting are applied again at the end."""
    count = len(selection.ids)
    good_for = timedelta(days=0 if count else desk.page.service.settings.link_check_days)

    def checked(result: ValidateResult) -> None:
        desk.page.show_verdict((result.kind, result.id), result.check.verdict)

    def done(report: ValidateReport) -> None:
        if count:
            desk.page.read_again((result.kind, result.id) for result in report.results)
            desk.page.settle()
        else:
            desk.page.reload()

    desk.jobs.start(
        f"validate {next(_numbers)}" if count else "validate",
        f"Check {count_words(count, 'link')}" if count else "Validate all links",
        lambda report: desk.page.service.validate(selection, report, checked, good_for),
        done,
        summarize=lambda report: validate_summary(report, desk.page.name_of),
    )


def validate_summary(report: ValidateReport, name_of: NameOf) -> Summary:
    """The line that stays: the verdict on one link, or how many there are of each."""
    failures, left_out = len(failed_checks(report)), _left_out_words(report.left_out)
    if not report.results and report.left_out:
        return Summary(left_out)
    if not report.results:
        return Summary("There is no link to check: none of these has a URL.")
    if len(report.results) == 1:
        result = report.results[0]
        words = f"“{name_of(result.kind, result.id)}”: {verdict_words(result.check.verdict).lower()}."
        words = f"{words} {result.check.detail}".strip() if failures else words
    else:
        words = f"{count_words(len(report.results), 'link')}: {verdict_counts_words(report.count)}."
    return Summary(f"{words} {left_out}".strip(), failures)


def _left_out_words(count: int) -> str:
    if not count:
        return ""
    links, them = ("1 link was", "it") if count == 1 else (f"{number_words(count)} links were", "them")
    return f"{links} checked lately and left out; select {them} (Ctrl+A: all) and press Ctrl+L to ask again."


def show_failures(desk: Desk, job: Job) -> None:
    """What failed in a job that has ended; selected ones can be tried again."""
    name_of = desk.page.name_of
    if isinstance(job.result, RecacheReport):
        dialog = FailuresDialog.for_recache(job.result, name_of, desk.executor, desk.window)
        dialog.retry_requested.connect(lambda keys: recache(desk, _selection(keys), FetchPolicy.FORCE))
    elif isinstance(job.result, ValidateReport):
        dialog = FailuresDialog.for_validate(job.result, name_of, desk.executor, desk.window)
        dialog.retry_requested.connect(lambda keys: validate(desk, _selection(keys)))
    elif isinstance(job.result, ImportReport):
        dialog = FailuresDialog.for_recache(job.result.pictures, name_of, desk.executor, desk.window)
        dialog.retry_requested.connect(lambda keys: recache(desk, _selection(keys), FetchPolicy.FORCE))
    elif isinstance(job.result, SyncReport):
        failed, words = failed_syncs(job.result), sync_summary(job.result, name_of).text
        dialog = FailuresDialog("Sources: what failed", words, failed, name_of, desk.executor, desk.window)
        dialog.retry_requested.connect(lambda keys: sync(desk, _selection(keys)))
    else:
        return
    dialog.show_in_grid.connect(desk.page.show_keys)
    open_dialog(desk, dialog)


def _selection(keys: Iterable[Key]) -> Selection:
    chosen = list(keys)
    return Selection(frozenset(kind for kind, _ in chosen), frozenset(entity_id for _, entity_id in chosen))


def show_in_file_manager(desk: Desk) -> None:
    """The folder of the first selected picture that lies on this computer."""
    location = next(
        (
            entry.image.local_path
            for entry in desk.page.view.selected_entries()
            if entry.image.local_path and entry.image.bytes is not None
        ),
        None,
    )
    if location is None:
        desk.messages.notice("None of the selected pictures lies on this computer yet; recache them first.")
        return

    async def find() -> Path:
        return await asyncio.wrap_future(desk.executor.submit(desk.page.service.local_file, location))

    desk.jobs.run_quietly(
        "show file", find, lambda file: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
    )  # fmt: skip


def copy_urls(desk: Desk) -> None:
    """The URLs of the selection, one a line, to the clipboard."""
    urls = [entry.image.source_url for entry in desk.page.view.selected_entries() if entry.image.source_url]
    if urls:
        QGuiApplication.clipboard().setText("\n".join(urls))
        desk.messages.notice(f"{count_words(len(urls), 'URL')} copied.")
    else:
        desk.messages.notice("None of the selected entries has a URL.")
