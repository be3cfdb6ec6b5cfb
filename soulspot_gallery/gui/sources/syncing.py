"""Sources are asked for pictures that are missing: a job, its line that stays, and its failures as others have them."""

from __future__ import annotations

import itertools

from soulspot_gallery.core.model import Outcome, RecacheResult, Report, Selection, State
from soulspot_gallery.core.sources.sync_reports import Synced, SyncReport, SyncResult
from soulspot_gallery.gui.desk import Desk
from soulspot_gallery.gui.jobs.failures_dialog import NameOf
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.sources.source_wording import sync_sentence

WITHOUT_URL = Selection(state=State.NONE)
"""What has neither a picture nor a URL of one."""

_numbers = itertools.count(1)


def sync(desk: Desk, selection: Selection) -> None:
    """Ask the sources; what gets a picture is on screen at once. What has one is left alone."""
    count = len(selection.ids)

    def changed(result: SyncResult) -> None:
        if result.outcome in (Synced.FETCHED, Synced.URL, Synced.FAILED):
            desk.page.read_again([(result.kind, result.id)])

    async def work(report: Report) -> SyncReport:
        return await (await desk.page.service.sync_service()).sync(selection, report, changed)

    desk.jobs.start(
        f"sync {next(_numbers)}" if count else "sync all",
        f"Find {count_words(count, 'picture')}" if count else "Find pictures for all without one",
        work,
        None if count else lambda report: desk.page.settle(),
        summarize=lambda report: sync_summary(report, desk.page.name_of),
    )


def sync_summary(report: SyncReport, name_of: NameOf) -> Summary:
    """The line that stays."""
    first = name_of(report.results[0].kind, report.results[0].id) if report.results else ""
    return Summary(sync_sentence(report, first), report.count(Synced.FAILED))


def failed_syncs(report: SyncReport) -> list[RecacheResult]:
    """What failed, as the dialog of failures takes it."""
    return [
        RecacheResult(each.kind, each.id, Outcome.FAILED, each.error, each.message)
        for each in report.results
        if each.outcome is Synced.FAILED
    ]
