"""The reviews in the window: look for clones or for what changed at the sources, and do what was said of them."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6

from soulspot_gallery.core.model import Report, Selection
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.review.clones import CloneGroup
from soulspot_gallery.core.review.drift import Drifted, DriftReport
from soulspot_gallery.core.sources.sync_reports import Synced, SyncReport
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.look.wording import count_words, number_words
from soulspot_gallery.gui.reviewing.clones_dialog import ClonesDialog
from soulspot_gallery.gui.reviewing.drift_dialog import DriftDialog
from soulspot_gallery.gui.reviewing.review_words import done_words, drift_summary

_LOOK_ONLY = "This library is opened to look only. Allow writing above the grid, then decide."
_CLONES, _DRIFT = "change clones", "change drifted"


def show_clones(desk: Desk) -> None:
    """Measure what is new, then show what looks alike."""
    desk.jobs.start(
        "clones",
        "Look for clones and placeholders",
        desk.page.service.clones,
        lambda groups: _show_clones(desk, groups),
    )


def _show_clones(desk: Desk, groups: list[CloneGroup]) -> None:
    dialog = ClonesDialog(groups, desk.page.service.local_file, desk.executor, desk.window)
    dialog.placeholder_requested.connect(lambda chosen: _set_aside(desk, dialog, chosen))
    dialog.look_again_requested.connect(lambda chosen: _look_again(desk, dialog, chosen))
    dialog.fine_requested.connect(lambda chosen: _say_fine(desk, dialog, chosen))
    dialog.forget_requested.connect(lambda chosen: _forget(desk, dialog, chosen))
    dialog.show_requested.connect(dialog.accept)
    dialog.show_requested.connect(desk.page.show_keys)
    dialog.cancel_requested.connect(lambda: desk.jobs.cancel(_CLONES))
    open_dialog(desk, dialog)


def _set_aside(desk: Desk, dialog: ClonesDialog, groups: Sequence[CloneGroup]) -> None:
    if not _may_write(desk, dialog):
        return

    def said(done: RepairReport) -> str:
        return done_words([done], "set aside") + " It is not taken again; Undo brings it back."

    def done(report: RepairReport) -> None:
        _say(dialog, said(report))
        _clones_again(desk, dialog)

    run_for(
        desk,
        dialog,
        _CLONES,
        "Set placeholders aside",
        lambda report: desk.page.service.mark_placeholder(groups, report),
        done,
        lambda report: Summary(said(report)),
        desk.page.reload,
    )


def _look_again(desk: Desk, dialog: ClonesDialog, groups: Sequence[CloneGroup]) -> None:
    if not _may_write(desk, dialog):
        return

    async def work(report: Report) -> SyncReport:
        aside = await desk.page.service.set_aside_to_look_again(groups, report)
        wanted = Selection(frozenset(kind for kind, _ in aside.done), frozenset(each for _, each in aside.done))
        return await (await desk.page.service.sync_service()).sync(wanted, report, again=True)

    def said(report: SyncReport) -> str:
        found = report.count(Synced.FETCHED) + report.count(Synced.URL)
        return f"{number_words(found)} of {count_words(len(report.results), 'picture')} found anew."

    def done(report: SyncReport) -> None:
        _say(dialog, said(report))
        _clones_again(desk, dialog)

    run_for(desk, dialog, _CLONES, "Look again", work, done, lambda report: Summary(said(report)), desk.page.reload)


def _say_fine(desk: Desk, dialog: ClonesDialog, groups: Sequence[CloneGroup]) -> None:
    desk.jobs.run_quietly(
        "fine clones", lambda: desk.page.service.mark_fine(groups), lambda nothing: _clones_again(desk, dialog)
    )


def _forget(desk: Desk, dialog: ClonesDialog, groups: Sequence[CloneGroup]) -> None:
    desk.jobs.run_quietly(
        "forget clones", lambda: desk.page.service.forget_opinion(groups), lambda nothing: _clones_again(desk, dialog)
    )


def _clones_again(desk: Desk, dialog: ClonesDialog) -> None:
    def show(groups: list[CloneGroup]) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_groups(groups)

    desk.jobs.run_quietly("clones again", desk.page.service.clones, show)


def show_drift(desk: Desk) -> None:
    """Ask the sources of what is selected, or of all, and show what has changed."""
    selection = desk.page.selection()
    desk.jobs.start(
        "drift",
        f"Ask after {count_words(len(selection.ids), 'picture')}" if selection.ids else "Ask after all pictures",
        lambda report: desk.page.service.drift(selection, report),
        lambda report: _show_drift(desk, report),
        summarize=lambda report: Summary(drift_summary(report)),
    )


def _show_drift(desk: Desk, report: DriftReport) -> None:
    if not report.drifted:
        return  # the line that stays says so
    dialog = DriftDialog(report, desk.page.service.local_file, desk.executor, desk.window)
    dialog.take_requested.connect(lambda drifted: _take(desk, dialog, drifted))
    dialog.keep_requested.connect(lambda drifted: _keep(desk, dialog, drifted))
    dialog.cancel_requested.connect(lambda: desk.jobs.cancel(_DRIFT))
    open_dialog(desk, dialog)


def _take(desk: Desk, dialog: DriftDialog, drifted: Sequence[Drifted]) -> None:
    if not _may_write(desk, dialog):
        return

    def done(report: RepairReport) -> None:
        _say(dialog, done_words([report], "replaced"))
        if shiboken6.isValid(dialog):
            dialog.drop([each for each in drifted if each.key in report.done])
        desk.page.read_again(report.done)

    run_for(
        desk,
        dialog,
        _DRIFT,
        f"Take {count_words(len(drifted), 'new picture')}",
        lambda report: desk.page.service.take_new(drifted, report),
        done,
        lambda report: Summary(done_words([report], "replaced")),
    )


def _keep(desk: Desk, dialog: DriftDialog, drifted: Sequence[Drifted]) -> None:
    def done(nothing: None) -> None:
        if shiboken6.isValid(dialog):
            dialog.drop(drifted)
            dialog.show_said(f"{count_words(len(drifted), 'picture')} kept; these versions are not asked about again.")

    desk.jobs.run_quietly("keep drifted", lambda: desk.page.service.keep_old(drifted), done)


def _say(dialog: ClonesDialog | DriftDialog, sentence: str) -> None:
    if shiboken6.isValid(dialog):
        dialog.show_said(sentence)


def _may_write(desk: Desk, dialog: ClonesDialog | DriftDialog) -> bool:
    if not desk.page.writable:
        dialog.show_problem(_LOOK_ONLY)
    return desk.page.writable
