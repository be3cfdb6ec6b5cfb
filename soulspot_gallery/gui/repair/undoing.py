"""Undo and redo in the window: the newest of what was done by hand and of the cleanups; the menu names it."""

from __future__ import annotations

from PySide6.QtGui import QAction

from soulspot_gallery.core.model import ReceiptSummary
from soulspot_gallery.core.repair.reports import ChangeGroup, RepairReport, group_words
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.gui.cleanup import cleaning
from soulspot_gallery.gui.desk import Desk
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.repair.repair_words import repair_summary
from soulspot_gallery.gui.repair.repairing import settled

CHANGING = ("repair", "replace", "undo", "cleanup", "restore")
"""How the names of jobs begin after which something else is undone next."""

Undoable = ChangeGroup | ReceiptSummary


def undo(desk: Desk) -> None:
    """Take back what was done last: a change by hand, or a cleanup."""

    def found(newest: Undoable | None) -> None:
        if newest is None:
            desk.messages.notice("There is nothing to undo.")
        elif isinstance(newest, ReceiptSummary):
            cleaning.restore(desk, newest.id)
        else:
            desk.jobs.start(
                "undo",
                f"Undo {group_words(newest)}",
                desk.page.service.undo,
                lambda report: settled(desk, report),
                summarize=lambda report: _summary(desk, report, "Undone: "),
            )

    desk.jobs.run_quietly("what to undo", lambda: newest_of(desk.page.service), found)


def redo(desk: Desk) -> None:
    """Do again what was taken back last."""

    def found(groups: list[ChangeGroup]) -> None:
        undone = [group for group in groups if group.undone]
        if undone:
            desk.jobs.start(
                "undo",
                f"Redo {group_words(undone[-1])}",
                desk.page.service.redo,
                lambda report: settled(desk, report),
                summarize=lambda report: _summary(desk, report, "Done again: "),
            )
        else:
            desk.messages.notice("There is nothing to redo.")

    desk.jobs.run_quietly("what to redo", desk.page.service.changes, found)


def name_actions(desk: Desk, undo_action: QAction, redo_action: QAction) -> None:
    """Say in the menu what would be undone and done again."""

    async def look() -> tuple[Undoable | None, list[ChangeGroup]]:
        return await newest_of(desk.page.service), await desk.page.service.changes()

    def name(found: tuple[Undoable | None, list[ChangeGroup]]) -> None:
        newest, groups = found
        undo_action.setText(f"&Undo {undoable_words(newest)}".strip())
        undone = [group for group in groups if group.undone]
        redo_action.setText(f"&Redo {undoable_words(undone[-1] if undone else None)}".strip())

    desk.jobs.run_quietly("names of undo", look, name)


async def newest_of(service: ImageService) -> Undoable | None:
    """What was done last and can be undone."""
    groups = [group for group in await service.changes() if not group.undone]
    found: list[Undoable] = [*groups[:1], *(await service.receipts())[:1]]
    return max(found, key=_when, default=None)


def undoable_words(undoable: Undoable | None) -> str:
    """What it was, for a menu: an & in a name is no access key."""
    match undoable:
        case None:
            return ""
        case ReceiptSummary():
            return f"cleanup of {count_words(undoable.files, 'file')}"
        case ChangeGroup():
            return f"“{group_words(undoable)}”".replace("&", "&&")


def _when(undoable: Undoable) -> float:
    at = undoable.made_at if isinstance(undoable, ReceiptSummary) else undoable.at
    return at.timestamp()


def _summary(desk: Desk, report: RepairReport, head: str) -> Summary:
    return repair_summary(report, desk.page.name_of, head)
