"""Carries out a cleanup plan, each row checked again, and takes it back: rows and files together, with a receipt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from soulspot_gallery.core.cleanup import manifest
from soulspot_gallery.core.cleanup.planning import hash_of, held_by_hand, named_by_provider, referenced
from soulspot_gallery.core.disk import trouble_of_all
from soulspot_gallery.core.errors import PictureError, UnsafePath
from soulspot_gallery.core.journal.records import Receipt, RemovedFile
from soulspot_gallery.core.library.catalog import RowChange, no_wait
from soulspot_gallery.core.locate import failed_marker, safe_local_path
from soulspot_gallery.core.model import (
    CleanupPlan,
    Entity,
    ErrorCode,
    NotDone,
    PlanItem,
    Progress,
    Reason,
    Removal,
    Report,
)
from soulspot_gallery.core.opened import Opened

_Item = TypeVar("_Item")

_ROWS_CHANGED = "The library's rows have changed since the preview."

BATCH = 50
"""Files whose rows are cleared in one step."""

INTENDED, REMOVED, RETURNING, RESTORED, GONE = "intended", "removed", "returning", "restored", "gone"
"""The steps of a file of a receipt: about to be removed, in the trash, about to be brought back, back in its place,
deleted for good."""

WAITING = "Waiting: SoulSpot is writing to the library (or another program)"


@dataclass(slots=True)
class Tally:
    """What became of the files so far; grows with each batch, so a cancelled run can still tell.

    `given_up`: a file failed for a reason that all others would fail for; they are not tried.
    """

    done: int = 0
    freed_bytes: int = 0
    skipped: list[NotDone] = field(default_factory=list)
    failed: list[NotDone] = field(default_factory=list)
    given_up: bool = False

    def fail(self, path: str, what: str, problem: OSError | UnsafePath) -> None:
        """Note that this happened to a file; `what` begins the sentence."""
        of_all = trouble_of_all(problem, what)
        self.failed.append(NotDone(path, str(of_all) if of_all else f"{what}: {problem}."))
        self.given_up = of_all is not None

    def leave(self, paths: Iterable[str]) -> None:
        """Note that these were not tried any more."""
        self.skipped += [NotDone(path, "The run ended before it was tried.") for path in paths]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches a cleanup: `report` hears how far it is, `stop` says whether to end it."""

    report: Report
    stop: Callable[[], bool]

    def waiting(self, seconds: float) -> None:
        """Called while another program keeps the library locked."""
        if self.stop():
            raise PictureError(ErrorCode.CANCELLED, "Cancelled while another program kept the library locked.")
        self.report(Progress(WAITING))


@dataclass(slots=True)
class _Going:
    """A file on its way to the trash. `cleared` are the rows whose path was cleared for it."""

    item: PlanItem
    rows: Sequence[Entity]
    removed: RemovedFile
    cleared: list[Entity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Removes and restores files together with their rows. Methods block and work in batches."""

    opened: Opened

    def apply(self, plan: CleanupPlan, ticked: frozenset[str], receipt: Receipt, tally: Tally, watch: Watch) -> None:
        """Remove the ticked files of the plan; what has changed since the preview is skipped and said.

        For each batch: look again, write down what is about to be done, clear the rows, move the files.
        Raises JournalError where nothing can be written down; then no more is removed.
        """
        names, provider_ids = referenced(self.opened.library.entities()), self.opened.library.provider_ids()
        items = list[PlanItem]()
        for item in plan.items:
            if item.path in ticked and Reason.ORPHAN in item.reasons and named_by_provider(item.path, provider_ids):
                tally.skipped.append(NotDone(item.path, "A row of the library has got its provider's id."))
            elif item.path in ticked:
                items.append(item)
        self.opened.journal.begin_receipt(receipt)
        for start, batch in _batches(items):
            if watch.stop():
                return
            if tally.given_up:
                tally.leave(item.path for item in items[start:])
                return
            watch.report(Progress("Removing pictures", start, len(items), len(tally.failed)))
            with self.opened.turn():
                self._remove(self._still_planned(batch, start, names, receipt, tally), receipt, tally, watch)
        watch.report(Progress("Removing pictures", len(items), len(items), len(tally.failed)))

    def restore(self, receipt: str, tally: Tally, watch: Watch) -> None:
        """Bring back the files of a receipt and the rows that named them, where nothing newer is in the way."""
        files = self.opened.journal.removed_files(receipt)
        self._forget_newer_facts(receipt, files)
        for start, batch in _batches(files):
            if watch.stop():
                return
            if tally.given_up:
                tally.leave(file.path for file in files[start:])
                return
            watch.report(Progress("Restoring pictures", start, len(files), len(tally.failed)))
            with self.opened.turn():
                self._restore(batch, tally, watch)
        watch.report(Progress("Restoring pictures", len(files), len(files), len(tally.failed)))

    def recover(self) -> list[str]:
        """Put right what a crash left of a removal or a return; a sentence for each file that was put right."""
        journal, told = self.opened.journal, list[str]()
        for removed in journal.removed_files(step=INTENDED):
            if self._in_trash(removed):
                journal.note_removed([replace(removed, step=REMOVED)])
                told.append(f"{removed.path}: its removal was completed after an interruption.")
            elif self.opened.store.stamp(removed.path) is not None:
                self._set_rows(self._rows_to_set(removed)[0], no_wait)
                journal.drop_removed([removed])
                told.append(f"{removed.path}: its removal was taken back after an interruption.")
            else:
                journal.note_removed([replace(removed, step=GONE)])
        for removed in journal.removed_files(step=RETURNING):
            if self._in_trash(removed):
                journal.note_removed([replace(removed, step=REMOVED)])
            elif self.opened.store.stamp(removed.path) is not None:
                self._set_rows(self._rows_to_set(removed)[0], no_wait)
                journal.note_removed([replace(removed, step=RESTORED)])
                told.append(f"{removed.path}: its return was completed after an interruption.")
            else:
                journal.note_removed([replace(removed, step=GONE)])
        return told

    def forget(self, receipt: str) -> None:
        """Delete what a receipt holds in the trash, for good. Raises ImageRootError."""
        with self.opened.turn():
            self.opened.store.empty_trash(receipt)
            self.opened.journal.note_removed(
                replace(file, step=GONE) for file in self.opened.journal.removed_files(receipt, REMOVED)
            )

    # -- removing

    def _still_planned(
        self,
        batch: Sequence[PlanItem],
        start: int,
        names: dict[str, list[Entity]],
        receipt: Receipt,
        tally: Tally,
    ) -> list[_Going]:
        """The files that are still what the preview showed; the others are skipped."""
        now = referenced(self.opened.library.naming(_spellings(batch)))
        used = self.opened.journal.last_used(item.path for item in batch)
        going = []
        for number, item in enumerate(batch, start):
            rows = now.get(item.path, [])
            if not rows and not item.entities:
                rows = names.get(item.path, [])
            changed = self._changed(item, rows) or _used_since(item, used.get(item.path)) or self._held(item, rows)
            if changed:
                tally.skipped.append(NotDone(item.path, changed))
                continue
            stamp = item.stamp
            removed = RemovedFile(receipt.id, number, item.path, stamp.size, stamp.mtime_ns, tuple(rows), INTENDED)
            going.append(_Going(item, rows, removed))
        return going

    def _remove(self, going: Sequence[_Going], receipt: Receipt, tally: Tally, watch: Watch) -> None:
        journal = self.opened.journal
        journal.note_removed(each.removed for each in going)
        if going and receipt.removal is Removal.TRASH:
            with contextlib.suppress(OSError, UnsafePath):  # the journal knows it too; a full disk is no obstacle
                manifest.note(self.opened.store, self.opened.library.key, receipt, [each.removed for each in going])
        step = REMOVED if receipt.removal is Removal.TRASH else GONE
        ended, stayed = list[RemovedFile](), list[_Going]()
        for each, problem in zip(going, self._clear(going, watch), strict=True):
            if problem is not None:
                tally.skipped.append(NotDone(each.item.path, problem))
                stayed.append(each)
            elif not self._take_away(each.removed, receipt.removal, tally):
                stayed.append(each)
            else:
                tally.done += 1
                tally.freed_bytes += each.item.stamp.size
                ended.append(replace(each.removed, step=step))
        journal.note_removed(ended)
        # Where a row can't be set back now, the intent stays: the next recovery sets it.
        journal.drop_removed(each.removed for each in stayed if self._unclear(each))

    def _changed(self, item: PlanItem, rows: Sequence[Entity]) -> str | None:
        """Why the file is not what the preview showed, or None where it still is."""
        stamp = self.opened.store.stamp(item.path)
        if stamp is None:
            return "It is not there any more."
        if stamp != item.stamp:
            return "The file has changed since the preview."
        planned = {(*each.key, each.path, url) for each, url in zip(item.entities, item.url_hashes, strict=True)}
        if {(*each.key, each.path, hash_of(each)) for each in rows} != planned:
            return _ROWS_CHANGED
        if item.reasons == (Reason.CORRUPT,):
            check = self.opened.checks.look(item.path)
            if check is not None and check.whole:
                return "It is a whole picture now."
        return None

    def _held(self, item: PlanItem, rows: Sequence[Entity]) -> str | None:
        """Why a file that the plan ticked by itself would not be ticked now."""
        marks = self.opened.journal.marks_of(row.id for row in rows) if item.selected else {}
        if not marks:
            return None
        check = self.opened.checks.look(item.path)
        held = held_by_hand(rows, marks, check.sha256 if check else "")
        return None if held is None else f"It was locked or set by hand since the preview. {held}"

    def _clear(self, going: Sequence[_Going], watch: Watch) -> list[str | None]:
        """Clear the path of all rows in one step; for each file what stood in the way, if anything."""
        changes = [RowChange(row, row.url, None) for each in going for row in each.rows]
        if not changes:
            return [None] * len(going)
        try:
            done = iter(self._change(changes, watch.waiting))
        except PictureError as problem:
            return [str(problem) if each.rows else None for each in going]
        for each in going:
            each.cleared = [row for row in each.rows if next(done)]
        return [None if len(each.cleared) == len(each.rows) else _ROWS_CHANGED for each in going]

    def _unclear(self, going: _Going) -> bool:
        """Set back the rows that were cleared for a file which stays; False where that can't be done now."""
        try:
            self._set_rows([RowChange(row._replace(path=None), row.url, row.path) for row in going.cleared], no_wait)
        except PictureError:
            return False
        return True

    def _take_away(self, removed: RemovedFile, removal: Removal, tally: Tally) -> bool:
        """Whether the file is gone from its place."""
        if tally.given_up:
            tally.leave([removed.path])
            return False
        try:
            if removal is Removal.TRASH:
                self.opened.store.to_trash(removed.path, removed.receipt, removed.number)
            else:
                self.opened.store.delete(removed.path)
        except (OSError, UnsafePath) as problem:
            tally.fail(removed.path, "It can't be removed", problem)
            return False
        return True

    # -- restoring

    def _restore(self, batch: Sequence[RemovedFile], tally: Tally, watch: Watch) -> None:
        journal, returning = self.opened.journal, list[tuple[RemovedFile, Sequence[RowChange], str | None]]()
        for removed in batch:
            changes, left = self._rows_to_set(removed)
            reason = self._why_not(removed)
            if reason is None and left and not changes:
                reason = f"{left} has another picture by now."
            if reason is None:
                returning.append((removed, changes, left))
            else:
                tally.skipped.append(NotDone(removed.path, reason))
        journal.note_removed(replace(removed, step=RETURNING) for removed, _, _ in returning)
        ended = list[RemovedFile]()
        for removed, rows, left in returning:
            step = self._bring_back(removed, rows, tally, watch)
            ended.append(replace(removed, step=step))
            if step == RESTORED:
                tally.done += 1
                tally.freed_bytes += removed.bytes
                if left:
                    tally.skipped.append(NotDone(removed.path, f"The file is back; {left} has another picture by now."))
        journal.note_removed(ended)

    def _bring_back(self, removed: RemovedFile, changes: Sequence[RowChange], tally: Tally, watch: Watch) -> str:
        """The step that the file has reached: RESTORED, or REMOVED where it had to stay in the trash."""
        store = self.opened.store
        if tally.given_up:
            tally.leave([removed.path])
            return REMOVED
        try:
            store.from_trash(removed.path, removed.receipt, removed.number)
        except FileExistsError:
            tally.skipped.append(NotDone(removed.path, "A newer picture lies there."))
            return REMOVED
        except (OSError, UnsafePath) as problem:
            tally.fail(removed.path, "It can't be put back", problem)
            return REMOVED
        try:
            self._set_rows(changes, watch.waiting)
        except PictureError as problem:
            tally.failed.append(NotDone(removed.path, str(problem)))
            try:
                store.to_trash(removed.path, removed.receipt, removed.number)
            except (OSError, UnsafePath):
                return RETURNING  # the next recovery sets the rows
            return REMOVED
        return RESTORED

    def _why_not(self, removed: RemovedFile) -> str | None:
        if removed.step == RESTORED:
            return "It was restored before."
        if removed.step == GONE or not self._in_trash(removed):
            return "It is not in the trash any more."
        return None

    def _in_trash(self, removed: RemovedFile) -> bool:
        return self.opened.store.trash_file(removed.receipt, removed.number).exists()

    def _rows_to_set(self, removed: RemovedFile) -> tuple[list[RowChange], str | None]:
        """How the rows that named a file and name no picture now name it again; and who names another one."""
        changes, left = list[RowChange](), list[str]()
        for old in removed.rows:
            for row in self.opened.library.find(old.kind, [old.id]):
                if not row.path or failed_marker(row.path) is not None:
                    changes.append(RowChange(row, row.url, old.path))
                elif safe_local_path(row.path) != removed.path:
                    left.append(row.name or row.id)
        return changes, ", ".join(left) or None

    def _set_rows(self, changes: Sequence[RowChange], waiting: Callable[[float], None]) -> None:
        if changes:
            self._change(changes, waiting)

    def _change(self, changes: Sequence[RowChange], waiting: Callable[[float], None]) -> list[bool]:
        try:
            return self.opened.library.change(changes, waiting)
        except PictureError as problem:
            # The disk may be full: the journal's reserve often lies on the same one.
            if problem.code is not ErrorCode.DATABASE or not self.opened.journal.make_room():
                raise
            return self.opened.library.change(changes, waiting)

    def _forget_newer_facts(self, receipt: str, files: Sequence[RemovedFile]) -> None:
        """What was fetched to these places after the removal was another picture than the one that comes back."""
        made_at = {each.id: each.made_at for each in self.opened.journal.receipts()}[receipt]
        facts = self.opened.journal.pictures(file.path for file in files if self.opened.store.stamp(file.path) is None)
        newer = [path for path, each in facts.items() if each.fetched_at > made_at]
        self.opened.journal.forget_pictures(newer)
        for path in newer:
            self.opened.checks.forget_written(path)


def _batches(items: Sequence[_Item]) -> Iterator[tuple[int, Sequence[_Item]]]:
    for start in range(0, len(items), BATCH):
        yield start, items[start : start + BATCH]


def _spellings(batch: Sequence[PlanItem]) -> set[str]:
    """How rows spell the paths of these files: as they should, and as they did when the plan was made."""
    return {item.path for item in batch} | {e.path for item in batch for e in item.entities if e.path}


def _used_since(item: PlanItem, last_used: datetime | None) -> str | None:
    """Why a picture that is only old is not so any more."""
    if item.reasons == (Reason.OLD,) and last_used is not None and (not item.own_record or last_used > item.last_used):
        return "It was shown or fetched since the preview."
    return None
