"""What the window does to pictures by hand: each as a job, many after a question, all of it to be undone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QInputDialog, QMessageBox

from soulspot_gallery.core.errors import PictureError, UsageError
from soulspot_gallery.core.journal.repair_records import Action, Key
from soulspot_gallery.core.model import ErrorCode, Report
from soulspot_gallery.core.repair.pictures import Picture
from soulspot_gallery.core.repair.reports import HistoryEntry, RepairReport
from soulspot_gallery.core.repair.why import Why
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.gui.choosing.bringing import chosen_file, picture_file_dialog
from soulspot_gallery.gui.choosing.given import Given, encoded, given_by_text, given_in
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.repair.repair_words import MANY, job_title, question, repair_summary
from soulspot_gallery.gui.repair.why_dialog import WhyDialog
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY

_NAMED = 5
_BROUGHT = "the clipboard or a drag"
"""Where a picture comes from that has no bytes of its own."""

_numbers = itertools.count(1)

_Act = Callable[[ImageService], Callable[[Sequence[Key], Report], Awaitable[RepairReport]]]
_ACTS: dict[Action, _Act] = {
    Action.UNSET: lambda service: service.unset_pictures,
    Action.NO_PICTURE: lambda service: service.refuse_pictures,
    Action.DELETE: lambda service: service.delete_pictures,
    Action.LOCK: lambda service: service.lock,
    Action.UNLOCK: lambda service: service.unlock,
}


def act(desk: Desk, action: Action) -> None:
    """An action that needs no other picture, on what is selected."""
    keys = selected_keys(desk)
    do = _ACTS[action](desk.page.service)
    _ask_about_many(desk, action, keys, lambda: _start(desk, action, keys, lambda report: do(keys, report)))


def choose_file(desk: Desk) -> None:
    """Let a file be chosen for what is selected."""
    keys = selected_keys(desk)
    dialog = picture_file_dialog(desk.window)
    dialog.fileSelected.connect(lambda path: bring(desk, keys, chosen_file(path)))
    open_dialog(desk, dialog)


def type_url(desk: Desk) -> None:
    """Let a URL be typed for what is selected."""
    keys = selected_keys(desk)
    dialog = QInputDialog(desk.window)
    dialog.setWindowTitle("Picture from a URL")
    dialog.setLabelText("URL of the picture:")
    dialog.resize(520, 0)
    dialog.textValueSelected.connect(lambda text: _bring_typed(desk, keys, text))
    open_dialog(desk, dialog)


def paste(desk: Desk) -> None:
    """What is in the clipboard, picture, file or URL, becomes the picture of what is selected."""
    _bring_from(desk, selected_keys(desk), QGuiApplication.clipboard().mimeData(), "the clipboard")


def drop(desk: Desk, key: Key, data: QMimeData) -> None:
    """What was dropped on this entity becomes its picture."""
    _bring_from(desk, [key], data, "what was dropped")


def _bring_from(desk: Desk, keys: Sequence[Key], data: QMimeData | None, label: str) -> None:
    try:
        given = given_in(data, label)
    except UsageError as problem:
        desk.messages.notice(str(problem))
        return
    bring(desk, keys, given)


def bring(desk: Desk, keys: Sequence[Key], given: Sequence[Given]) -> None:
    """The first of these forms that is a picture becomes that of these entities, and is locked."""
    if not desk.page.writable:
        desk.messages.notice(LOOK_ONLY)
        return

    async def work(report: Report) -> RepairReport:
        done = await _first_that_is_one(desk, keys, given, report)
        if not done.done:
            raise PictureError(done.left[0].error or ErrorCode.CONFLICT, done.left[0].reason)
        return done

    _ask_about_many(desk, Action.SET, keys, lambda: _start(desk, Action.SET, keys, work))


def go_back(desk: Desk, key: Key, entry: HistoryEntry) -> None:
    """Make a former picture the picture again."""
    if desk.page.writable:
        _start(desk, Action.GO_BACK, [key], lambda report: desk.page.service.go_back(*key, entry))
    else:
        desk.messages.notice(LOOK_ONLY)


def show_why(desk: Desk) -> None:
    """Why the picture of the first selected entry is what it is."""
    keys = selected_keys(desk)

    def show(found: Why) -> None:
        open_dialog(desk, WhyDialog(found, desk.window))

    if keys:
        desk.jobs.run_quietly("why", lambda: desk.page.service.why(*keys[0]), show)


def selected_keys(desk: Desk) -> list[Key]:
    return [entity.key for entity in desk.page.view.selected_entries().entities]


def settled(desk: Desk, report: RepairReport) -> None:
    """Show what a change has left."""
    desk.page.read_again([*report.done, *((left.kind, left.id) for left in report.left)])


def _start(desk: Desk, action: Action, keys: Sequence[Key], work: Callable[[Report], Awaitable[RepairReport]]) -> None:
    desk.jobs.start(
        f"repair {next(_numbers)}",
        job_title(action, len(keys)),
        work,
        lambda report: settled(desk, report),
        summarize=lambda report: repair_summary(report, desk.page.name_of),
    )


async def _first_that_is_one(desk: Desk, keys: Sequence[Key], given: Sequence[Given], report: Report) -> RepairReport:
    """The report on the first form that is a picture; where none is, on the first one."""
    first: RepairReport | None = None
    for each in given:
        picture: Picture = await _encoded(desk, each) if isinstance(each, QImage) else each
        done = await desk.page.service.set_pictures(dict.fromkeys(keys, picture), report)
        if done.done:
            return done
        first = first or done
    assert first is not None
    return first


async def _encoded(desk: Desk, image: QImage) -> Picture:
    return await asyncio.wrap_future(desk.executor.submit(encoded, image, _BROUGHT))


def _bring_typed(desk: Desk, keys: Sequence[Key], text: str) -> None:
    try:
        bring(desk, keys, [given_by_text(text)])
    except UsageError as problem:
        desk.messages.notice(str(problem))


def _ask_about_many(desk: Desk, action: Action, keys: Sequence[Key], go_on: Callable[[], None]) -> None:
    """What touches many says first what it will do."""
    if len(keys) <= MANY:
        if keys:
            go_on()
        return
    title = job_title(action, len(keys))
    box = QMessageBox(QMessageBox.Icon.Question, title, f"{title}?", parent=desk.window)
    box.setInformativeText(question(action, keys, [desk.page.name_of(*key) for key in keys[:_NAMED]]))
    yes = box.addButton(title.split(" ", 1)[0], QMessageBox.ButtonRole.AcceptRole)
    box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.setDefaultButton(yes)
    box.buttonClicked.connect(lambda button: go_on() if button is yes else None)
    open_dialog(desk, box)
