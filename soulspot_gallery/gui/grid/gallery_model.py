"""The grid's model: a list of entries, seen through an array of row numbers. Sorts and filters, paints nothing."""

from __future__ import annotations

import gc
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from soulspot_gallery.core.background import give_way
from soulspot_gallery.core.collector import collector_held_back
from soulspot_gallery.core.entry_rows import EntryRows
from soulspot_gallery.core.model import Entity, EntityType, Entry, State
from soulspot_gallery.core.review.faults import Audited
from soulspot_gallery.gui.grid.picked import Picked
from soulspot_gallery.gui.grid.row_order import Order, RowOrder, SortKey, first_match
from soulspot_gallery.gui.look.state_marks import (
    LOCK_MARK,
    STATE_MARKS,
    lock_sentence,
    marks_for,
    state_sentence,
    verdict_sentence,
)
from soulspot_gallery.gui.look.wording import tooltip_html

Key = tuple[EntityType, str]
Index = QModelIndex | QPersistentModelIndex
_PREPARE_AFTER_MS = 400
_FEW = 4
_COSTLY = tuple(
    Order(sort=sort, descending=down)
    for sort in (SortKey.SIZE, SortKey.FETCHED, SortKey.PIXELS)
    for down in (True, False)
)
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class Role(IntEnum):
    """What the grid asks for besides Qt's own roles. ENTRY is all a delegate needs."""

    ENTRY = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2
    VERDICT = Qt.ItemDataRole.UserRole + 3


def title(entity: Entity) -> str:
    """The name on one line; an entity without one is called by its id."""
    return " ".join(entity.name.split()) or entity.id


def subtitle(entity: Entity) -> str:
    """The second line of a tile: whose album it is, else what it is."""
    return " ".join((entity.artist or "").split()) or entity.kind.capitalize()


def _accessible_text(entry: Entry) -> str:
    marks = marks_for(entry.image) or (STATE_MARKS[entry.image.state],)
    words = [mark.word for mark in (*marks, LOCK_MARK)[: None if entry.image.locked else -1]]
    return ", ".join([title(entry.entity), subtitle(entry.entity), *words])


def _why(entry: Entry) -> str:
    """Why the entry is in its state, and what is known of its link."""
    sentences = [state_sentence(entry.image)]
    if entry.image.source_url:
        sentences.append(verdict_sentence(entry.image))
    if entry.image.locked:
        sentences.append(lock_sentence(entry.image))
    return " ".join(sentences)


def _tool_tip(entry: Entry) -> str:
    return tooltip_html(f"{title(entry.entity)} — {subtitle(entry.entity)}") + tooltip_html(_why(entry))


_READERS: dict[int, Callable[[Entry], Any]] = {
    Qt.ItemDataRole.DisplayRole: lambda entry: title(entry.entity),
    Qt.ItemDataRole.ToolTipRole: _tool_tip,
    Qt.ItemDataRole.AccessibleTextRole: _accessible_text,
    Qt.ItemDataRole.AccessibleDescriptionRole: _why,
    Role.ENTRY: lambda entry: entry,
    Role.STATE: lambda entry: entry.image.state.value,
    Role.VERDICT: lambda entry: entry.image.verdict.value,
}


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Entries that a view remembers across a reset: their numbers in the list they stood in."""

    entries: EntryRows
    numbers: array[int]


class GalleryModel(QAbstractListModel):
    """Entries in, tiles out. A changed order is a reset: cheap at any size, and the view keeps selection and place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order = Order()
        self._row_order = RowOrder()
        self._entries = self._row_order.entries
        self._rows: Sequence[int] = array("I")
        self._positions: array[int] | None = None
        self._to_prepare: list[Order] = []
        self._painted = False
        self._prepare_timer = QTimer(self, singleShot=True, interval=_PREPARE_AFTER_MS)
        self._prepare_timer.timeout.connect(self._prepare)

    # -- for the window

    @property
    def total(self) -> int:
        """Entries there are, shown or not."""
        return len(self._entries)

    @property
    def order(self) -> Order:
        return self._order

    @collector_held_back()
    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show these entries instead, in the order that is set."""
        self.set_rows(RowOrder(entries))

    def set_rows(self, rows: RowOrder) -> None:
        """As `set_entries`, where the costly part was done before, in another thread perhaps."""
        self.beginResetModel()
        self._row_order, self._entries = rows, rows.entries
        self._show()
        self.endResetModel()
        # Entries form no cycles. Walking a hundred thousand of them would cost a frame 30 ms now and then.
        gc.freeze()
        self._to_prepare = list(_COSTLY)
        self._prepare_timer.start()

    def set_order(self, order: Order) -> None:
        if order == self._order:
            return
        self.beginResetModel()
        self._order = order
        self._show()
        self.endResetModel()

    def audit(self, found: Mapping[Key, Audited]) -> None:
        """What an audit found, to filter and sort by."""
        self._row_order.audit(found)
        self.refilter()

    def refilter(self) -> None:
        """Apply the order again: updated entries come and go and take their places."""
        rows = self._row_order.rows(self._order)
        if rows == self._rows:
            return
        self.beginResetModel()
        self._show()
        self.endResetModel()

    def update_entries(self, entries: Iterable[Entry]) -> frozenset[Key]:
        """Take over changed entries by their key; unknown ones are left out. They keep their place until `refilter`.
        Returns the keys of those that really are others now."""
        changed = []
        for entry in entries:
            row = self._row_order.row_of(entry.entity.key)
            if row is None or self._entries[row] == entry:
                continue
            self._row_order.change(row, entry)
            changed.append(row)
        positions = self._position_of_rows()
        shown = sorted(at for row in changed if (at := positions[row]) >= 0)
        for first, last in runs(shown):
            self.dataChanged.emit(self.index(first), self.index(last))
        return frozenset(self._entries.entities[row].key for row in changed)

    def entry_at(self, row: int) -> Entry:
        """The entry shown at this row. Raises IndexError."""
        return self._entries[self._rows[row]]

    def note_painted(self) -> None:
        """Somebody looks at the rows just now: what can wait does."""
        self._painted = True

    def entry_of(self, key: Key) -> Entry | None:
        """The entry with this key, shown or not."""
        number = self._row_order.row_of(key)
        return None if number is None else self._entries[number]

    def row_of(self, key: Key) -> int:
        """Where the entry is shown; -1 where it is not."""
        number = self._row_order.row_of(key)
        return -1 if number is None else self._position_of_rows()[number]

    def bookmark(self, rows: Iterable[range]) -> Bookmark:
        """Remember what is shown at these rows, across a reset."""
        numbers = array("I", [self._rows[row] for each in rows for row in each])
        return Bookmark(self._entries, numbers)

    def marked(self, bookmark: Bookmark) -> list[int]:
        """Where it is shown now, ascending; what is not shown is left out."""
        numbers: Iterable[int] = bookmark.numbers
        if bookmark.entries is not self._entries:
            numbers = self._numbers_of([bookmark.entries.entities[number] for number in bookmark.numbers])
        if len(bookmark.numbers) <= _FEW:
            return sorted(self._rows.index(number) for number in numbers if number in self._rows)
        positions = self._position_of_rows()
        return sorted(at for number in numbers if (at := positions[number]) >= 0)

    def entity_at(self, row: int) -> Entity:
        """As `entry_at`, where the entity is enough."""
        return self._entries.entities[self._rows[row]]

    def picked(self, rows: Iterable[int]) -> Picked:
        """The entries shown at these rows."""
        return Picked(self._row_order, [self._rows[row] for row in rows])

    def entries(self) -> Sequence[Entry]:
        """All of them, shown or not, as they were set and were changed since. To be read in any thread."""
        return self._entries

    def shown(self) -> list[Entry]:
        """Those that are shown, in order."""
        return [self._entries[row] for row in self._rows]

    def counts(self) -> dict[EntityType, int]:
        """How many entries of each kind there are, shown or not."""
        return self._row_order.count_kinds()

    def count_state(self, state: State) -> int:
        """How many entries are in this state, shown or not."""
        return self._row_order.count_state(state)

    # -- for Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        reader = _READERS.get(role)
        if reader is None or not index.isValid():
            return None
        return reader(self._entries[self._rows[index.row()]])

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def match(
        self,
        start: Index,
        role: int,
        value: Any,
        hits: int = 1,
        flags: Qt.MatchFlag = Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchWrap,
    ) -> list[QModelIndex]:
        """What typing letters in the grid looks for: one name that begins so. Other questions get Qt's own answer."""
        if role != Qt.ItemDataRole.DisplayRole or not (flags & Qt.MatchFlag.MatchStartsWith) or hits != 1:
            return super().match(start, role, value, hits, flags)
        at = first_match(self._row_order.keys, self._rows, self._order, str(value), max(start.row(), 0))
        return [] if at < 0 else [self.index(at)]

    # -- inside

    def _show(self) -> None:
        self._rows = self._row_order.rows(self._order)
        self._positions = None

    def _numbers_of(self, entities: Sequence[Entity]) -> list[int]:
        found = [self._row_order.find(entity) for entity in entities] if len(entities) <= _FEW else [None]
        if None in found:  # many, or one that is gone or has another name
            found = [self._row_order.row_of(entity.key) for entity in entities]
        return [number for number in found if number is not None]

    def _position_of_rows(self) -> array[int]:
        if self._positions is None:
            self._positions = array("i", [-1]) * len(self._entries)
            for at, row in enumerate(self._rows):
                self._positions[row] = at
        return self._positions

    def _prepare(self) -> None:
        """Sort by what costs most before it is asked for: one at a time, in a thread, and only while nothing is
        painted."""
        if self._painted:
            self._painted = False
            self._prepare_timer.start()
        elif self._to_prepare:
            order = self._to_prepare.pop(0)
            threading.Thread(target=_prepare, args=(self._row_order, order), name="sorting").start()
            self._prepare_timer.start()


def _prepare(rows: RowOrder, order: Order) -> None:
    give_way()
    rows.prepare(order)


def runs(rows: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Runs of neighbouring rows, from ascending ones."""
    first = last = None
    for row in rows:
        if first is None or last is None:
            first = last = row
        elif row == last + 1:
            last = row
        else:
            yield first, last
            first = last = row
    if first is not None and last is not None:
        yield first, last
