"""The cleanup in the window: plan, show, apply that very plan, take it back; and the trash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import shiboken6

from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    CleanupResult,
    Progress,
    ReceiptSummary,
    Removal,
    Report,
    RestoreResult,
)
from soulspot_gallery.gui.cleanup.cleanup_dialog import CleanupDialog
from soulspot_gallery.gui.cleanup.ticks import Ticks
from soulspot_gallery.gui.cleanup.trash_dialog import TrashDialog
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.jobs import Job, JobState, Summary
from soulspot_gallery.gui.look.wording import (
    count_words,
    number_words,
    size_words,
)


def optimize(desk: Desk) -> None:
    """Make a plan and show it; nothing happens before it has been looked at."""

    async def work(report: Report) -> Ticks:
        return await _ticks(desk, await desk.page.service.plan_cleanup(report=report))

    desk.jobs.start("plan", "Look for what can be cleaned up", work, lambda ticks: _show(desk, ticks))


def show_plan(desk: Desk, plan: CleanupPlan) -> None:
    """The plan's dialog; what is ticked there is what is removed."""
    desk.jobs.run_quietly("show plan", lambda: _ticks(desk, plan), lambda ticks: _show(desk, ticks))


async def _ticks(desk: Desk, plan: CleanupPlan) -> Ticks:
    """In a thread: a plan can be large."""
    return await asyncio.wrap_future(desk.executor.submit(Ticks, plan))


def _show(desk: Desk, ticks: Ticks) -> None:
    service = desk.page.service
    dialog = CleanupDialog(ticks, service.brakes_for, service.local_file, desk.executor, desk.window)
    dialog.apply_requested.connect(lambda *chosen: _apply(desk, dialog, *chosen))
    dialog.undo_requested.connect(lambda receipt: restore(desk, receipt, dialog))
    dialog.cancel_requested.connect(lambda: desk.jobs.cancel("cleanup"))
    dialog.trash_requested.connect(lambda: show_trash(desk))
    open_dialog(desk, dialog)


def _apply(
    desk: Desk,
    dialog: CleanupDialog,
    plan: CleanupPlan,
    ticked: frozenset[str],
    confirmed: frozenset[Brake],
    removal: Removal,
) -> None:
    if not desk.page.writable:
        dialog.show_error("This library is opened to look only. Allow writing above the grid, then clean up.")
        return

    async def work(report: Report) -> CleanupResult:
        def both(progress: Progress) -> None:
            report(progress)
            if shiboken6.isValid(dialog):
                dialog.show_busy(progress)

        return await desk.page.service.apply_cleanup(plan, ticked, confirmed, removal, both)

    def done(result: CleanupResult) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_result(result)
        desk.page.reload()

    job = desk.jobs.start("cleanup", "Clean up", work, done, lambda problem: _tell(dialog, str(problem)), _cleaned)

    def ended(finished: Job) -> None:
        if finished is job:
            desk.jobs.finished.disconnect(ended)
            if finished.state is JobState.CANCELLED:
                _tell(dialog, "Cancelled. What had been removed by then is in the trash and can be restored.")
                desk.page.reload()

    desk.jobs.finished.connect(ended)


def _cleaned(result: CleanupResult) -> Summary:
    text = f"{count_words(result.removed, 'file')} removed, {size_words(result.freed_bytes)}"
    return Summary(f"{text}, {len(result.skipped)} skipped." if result.skipped else f"{text}.")


def _tell(dialog: CleanupDialog, sentence: str) -> None:
    if shiboken6.isValid(dialog):
        dialog.show_error(sentence)


def restore(desk: Desk, receipt: str, dialog: CleanupDialog | None = None) -> None:
    """Undo a cleanup: files and rows come back. `dialog`, where there is one, says so too."""

    def done(result: RestoreResult) -> None:
        if dialog is not None and shiboken6.isValid(dialog):
            dialog.show_restored(result)
        desk.page.reload()

    def failed(problem: BaseException) -> None:
        if dialog is not None:
            _tell(dialog, str(problem))

    _start_restore(desk, receipt, done, failed)


def _start_restore(
    desk: Desk, receipt: str, done: Callable[[RestoreResult], object], failed: Callable[[BaseException], object]
) -> None:
    desk.jobs.start(
        f"restore {receipt}",
        "Undo the cleanup",
        lambda report: desk.page.service.restore(receipt, report),
        done,
        failed,
        _restored,
    )


def _restored(result: RestoreResult) -> Summary:
    left = len(result.skipped) + len(result.failed)
    text = f"{count_words(result.restored, 'file')} restored"
    return Summary(f"{text}, {number_words(left)} could not be." if left else f"{text}.")


def undo_last(desk: Desk) -> None:
    """Undo the newest cleanup that is still in the trash."""

    def found(receipts: list[ReceiptSummary]) -> None:
        if receipts:
            restore(desk, receipts[0].id)
        else:
            desk.messages.notice("There is no cleanup to undo: the trash is empty.")

    desk.jobs.run_quietly("receipts", desk.page.service.receipts, found)


def show_trash(desk: Desk) -> None:
    """The cleanups in the trash, to be restored or deleted for good."""
    desk.jobs.run_quietly("receipts", desk.page.service.receipts, lambda receipts: _show_trash(desk, receipts))


def _show_trash(desk: Desk, receipts: list[ReceiptSummary]) -> None:
    dialog = TrashDialog(receipts, desk.page.service.settings.trash_days, desk.window)

    def say(sentence: str) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_message(sentence)

    def again(sentence: str) -> None:
        desk.page.reload()
        say(sentence)
        desk.jobs.run_quietly(
            "receipts",
            desk.page.service.receipts,
            lambda left: dialog.set_receipts(left) if shiboken6.isValid(dialog) else None,
        )

    def bring_back(receipt: str) -> None:
        dialog.show_busy(Progress("Bringing the files back …"))
        _start_restore(
            desk, receipt, lambda result: again(_restored(result).text), lambda problem: say(str(problem))
        )  # fmt: skip

    def empty() -> None:
        dialog.show_busy(Progress("Emptying the trash …"))
        desk.jobs.start(
            "empty trash",
            "Empty the trash",
            lambda report: desk.page.service.empty_trash(),
            lambda freed: again(_emptied(freed).text),
            lambda problem: say(str(problem)),
            _emptied,
        )

    dialog.restore_requested.connect(bring_back)
    dialog.empty_requested.connect(empty)
    open_dialog(desk, dialog)


def _emptied(freed: int) -> Summary:
    return Summary(f"The trash is empty; {size_words(freed)} are free.")
