"""What "Replace picture" does: looks for candidates, stores the one that was chosen, and shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import shiboken6
from PySide6.QtGui import QImage

from soulspot_gallery.core.candidates.candidate import Asked, PictureCandidate
from soulspot_gallery.core.model import Entry, Progress, Report
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.gui.choosing.bringing import current_picture, set_given
from soulspot_gallery.gui.choosing.candidate_search import CandidateSearch, start_search
from soulspot_gallery.gui.choosing.given import Given
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.repair.repairing import choose_file
from soulspot_gallery.gui.replacing.replace_dialog import ReplaceDialog
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY

_SEARCHING, _SHOWING = "candidates to replace with", "picture to replace"
Set = Callable[[], Awaitable[RepairReport]]


def show_replace(desk: Desk) -> None:
    """The dialog for the entity that is selected; for several a file that becomes the picture of all of them."""
    entries = desk.page.view.selected_entries()
    if not desk.page.writable:
        desk.messages.notice(LOOK_ONLY)
    elif len(entries) == 1:
        _show(desk, entries[0])
    else:
        choose_file(desk)


def _show(desk: Desk, entry: Entry) -> None:
    dialog = ReplaceDialog(entry, desk.window)
    dialog.chooser.chosen.connect(partial(_take, desk, dialog, entry))
    dialog.given.connect(partial(_bring, desk, dialog, entry))
    dialog.chooser.search_requested.connect(partial(_search, desk, dialog, entry))
    dialog.cancel_requested.connect(lambda: desk.jobs.cancel(_storing(entry)))
    dialog.finished.connect(lambda: _stop(desk))
    open_dialog(desk, dialog)
    _search(desk, dialog, entry, Asked())

    def show(image: QImage | None) -> None:
        if image is not None and shiboken6.isValid(dialog):
            dialog.chooser.show_current(image)

    work = partial(current_picture, desk.executor, desk.page.service, entry)
    desk.jobs.run_quietly(_SHOWING, work, show)


def _search(desk: Desk, dialog: ReplaceDialog, entry: Entry, asked: Asked) -> None:
    search = CandidateSearch(entry, asked, dialog)
    start_search(desk.jobs, _SEARCHING, desk.page.service, desk.executor, search)
    dialog.chooser.show_search(search)
    dialog.chooser.setFocus()


def _stop(desk: Desk) -> None:
    """What is stored by now is finished; what is only looked for is not needed any more."""
    for name in (_SEARCHING, _SHOWING):
        desk.jobs.cancel(name)


def _take(desk: Desk, dialog: ReplaceDialog, entry: Entry, candidate: PictureCandidate) -> None:
    service = desk.page.service
    _store(desk, dialog, entry, partial(service.take_candidate, *entry.entity.key, candidate))


def _bring(desk: Desk, dialog: ReplaceDialog, entry: Entry, given: list[Given]) -> None:
    _store(desk, dialog, entry, partial(set_given, desk.executor, desk.page.service, entry.entity.key, given))


def _store(desk: Desk, dialog: ReplaceDialog, entry: Entry, store: Set) -> None:
    """The old picture stays until the new one is stored; then the dialog closes."""
    dialog.chooser.say("")

    async def work(report: Report) -> RepairReport:
        report(Progress("Storing the picture"))
        return await store()

    def done(report: RepairReport) -> None:
        desk.page.read_again([entry.entity.key])
        if shiboken6.isValid(dialog):
            dialog.accept()

    def summed(report: RepairReport) -> Summary:
        return Summary(" ".join([f"“{entry.entity.name}” has another picture.", *report.notes]))

    run_for(desk, dialog, _storing(entry), f"Replace the picture of “{entry.entity.name}”", work, done, summed)


def _storing(entry: Entry) -> str:
    return f"replace {entry.entity.kind.value} {entry.entity.id}"
