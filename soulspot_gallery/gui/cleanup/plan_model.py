"""A cleanup plan as a Qt table: sorted and filtered by row numbers, ticks kept beside it. Moves no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from soulspot_gallery.core.model import CleanupPlan, PlanItem, Reason, Refetchable
from soulspot_gallery.core.sorting import places_in_order
from soulspot_gallery.gui.cleanup.plan_thumbnails import PlanThumbnails
from soulspot_gallery.gui.cleanup.ticks import Ticks
from soulspot_gallery.gui.look.wording import (
    is_last_copy,
    item_subtitle,
    item_title,
    reason_words,
    reasons_words,
    refetchable_words,
    size_words,
    tooltip_html,
    used_words,
)
from soulspot_gallery.gui.widgets.two_lines import LEFT, LINES_ROLE, RIGHT, Lines

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    TICK = 0
    NAME = 1
    REASON = 2
    USED = 3
    AGAIN = 4
    SIZE = 5


_COLUMNS = tuple(Column)
_HEADERS = {
    Column.TICK: ("Remove", "Ticked files go; Space ticks and unticks the selected rows"),
    Column.NAME: ("Picture", "Who uses the picture; for a file that nobody uses, its name"),
    Column.REASON: ("Why", "Why the file is listed"),
    Column.USED: ("Last used", "When the picture was last shown or fetched"),
    Column.SIZE: ("Size", "Size of the file"),
    Column.AGAIN: ("Can be fetched again?", "Whether the source of the picture is known to answer"),
}
_ALIGNMENTS = dict.fromkeys(Column, LEFT) | {Column.SIZE: RIGHT}
_AGAIN_ORDER = {Refetchable.NO: 0, Refetchable.UNKNOWN: 1, Refetchable.YES: 2}
_KEYS: dict[Column, Callable[[PlanItem], Any]] = {
    Column.NAME: lambda item: item_title(item).casefold(),
    Column.REASON: lambda item: item.reasons,
    Column.USED: lambda item: item.last_used,
    Column.SIZE: lambda item: item.stamp.size,
    Column.AGAIN: lambda item: _AGAIN_ORDER[item.refetchable],
}
_AGAIN_TOOLTIPS = {
    Refetchable.YES: "The source of this picture is known to answer.",
    Refetchable.NO: "The source of this picture is gone, or there never was one.",
    Refetchable.UNKNOWN: "The source of this picture has not been checked, or could not be reached.",
}


class PlanModel(QAbstractTableModel):
    """Rows are the plan's items in the order and with the filter asked for; ticks belong to items, not to rows."""

    ticks_changed = Signal()

    def __init__(self, ticks: Ticks, thumbnails: PlanThumbnails | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self.ticks, self._items = ticks, ticks.plan.items
        self._now = datetime.now(UTC)
        self._thumbnails = thumbnails
        self._order: dict[Column, list[int]] = {}
        self._sorting: tuple[Column, Qt.SortOrder] | None = None
        self._reason: Reason | None = None
        self._rows = list(range(len(self._items)))

    # what the view asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == Column.TICK else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        text, tip = _HEADERS[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[Column(section)]
        return {Qt.ItemDataRole.DisplayRole: text, Qt.ItemDataRole.ToolTipRole: tip}.get(Qt.ItemDataRole(role))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        number, column = self._rows[index.row()], _COLUMNS[index.column()]
        item = self._items[number]
        if role == LINES_ROLE:
            return self._lines(item, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(item, column)
        if role == Qt.ItemDataRole.CheckStateRole and column is Column.TICK:
            return Qt.CheckState.Checked if self.ticks[number] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and column is Column.NAME and self._thumbnails is not None:
            return self._thumbnails.get(item.path)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_html(_tooltip(item, column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            ticked = "ticked" if self.ticks[number] else "not ticked"
            return f"{item_title(item)}, {ticked}" if column is Column.TICK else self._text(item, column)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return item.evidence
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != Column.TICK or not index.isValid():
            return False
        ticked = Qt.CheckState(value) is Qt.CheckState.Checked
        self._set([self._rows[index.row()]], ticked=ticked)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        sorting = (Column(column), order) if 0 <= column < len(Column) else None
        if sorting is None is self._sorting:  # a table that learns to sort asks for its present order
            return
        self._sorting = sorting
        self.layoutAboutToBeChanged.emit()  # the selection takes its persistent indexes now
        before = self.persistentIndexList()
        numbers = [self._rows[index.row()] for index in before]
        self._arrange()
        held = set(numbers)
        places = {number: row for row, number in enumerate(self._rows) if number in held}
        after = [self.index(places[n], index.column()) for n, index in zip(numbers, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # filter and ticks

    @property
    def shown_reason(self) -> Reason | None:
        return self._reason

    def show_reason(self, reason: Reason | None) -> None:
        """Show only the files with this reason; None shows all."""
        self.beginResetModel()
        self._reason = reason
        self._arrange()
        self.endResetModel()

    def know(self, orders: dict[Column, list[int]]) -> None:
        """Orders that were worked out elsewhere, see `orders`."""
        self._order |= orders

    def item(self, row: int) -> PlanItem:
        return self._items[self._rows[row]]

    def toggle(self, rows: Iterable[int]) -> None:
        """Tick all these rows, or, where all of them are ticked, untick them."""
        numbers = [self._rows[row] for row in rows]
        self._set(numbers, ticked=not all(map(self.ticks.__getitem__, numbers)))

    def tick_reason(self, reason: Reason | None) -> None:
        """Tick all files with this reason, shown or not; None ticks all."""
        self._set(self.ticks.having(reason), ticked=True)

    def untick_reason(self, reason: Reason | None) -> None:
        self._set(self.ticks.having(reason), ticked=False)

    def tick_suggested(self) -> None:
        """Back to the ticks that the plan came with."""
        self.ticks.suggest()
        self._tell_ticks()

    def _set(self, numbers: Iterable[int], *, ticked: bool) -> None:
        self.ticks.set(numbers, ticked=ticked)
        self._tell_ticks()

    def _tell_ticks(self) -> None:
        if self._rows:
            first, last = self.index(0, Column.TICK), self.index(len(self._rows) - 1, Column.TICK)
            self.dataChanged.emit(first, last, [Qt.ItemDataRole.CheckStateRole])
        self.ticks_changed.emit()

    # order

    def _arrange(self) -> None:
        order: Iterable[int] = range(len(self._items))
        if self._sorting is not None:
            column, direction = self._sorting
            if column is Column.TICK:
                order = sorted(order, key=self.ticks.__getitem__)
            else:
                if column not in self._order:
                    self._order[column] = _sorted_by(column, self.ticks.plan)
                order = self._order[column]
            if direction is Qt.SortOrder.DescendingOrder:
                order = reversed(order)
        shown = self._reason
        self._rows = list(order) if shown is None else [n for n in order if shown in self._items[n].reasons]

    def _lines(self, item: PlanItem, column: Column) -> Lines:
        match column:
            case Column.NAME:
                return Lines(item_title(item), item_subtitle(item))
            case Column.REASON:
                return Lines(reason_words(item.reasons[0]), reasons_words(item.reasons[1:]))
            case Column.USED | Column.AGAIN:
                first, _, second = self._text(item, column).partition(", ")
                return Lines(first, second, grave=column is Column.AGAIN and _only_copy(item))
            case _:
                return Lines(self._text(item, column), number=column is Column.SIZE)

    def _text(self, item: PlanItem, column: Column) -> str:
        match column:
            case Column.TICK:
                return ""
            case Column.NAME:
                return item_title(item)
            case Column.REASON:
                return reasons_words(item.reasons)
            case Column.USED:
                return used_words(item, self._now)
            case Column.SIZE:
                return size_words(item.stamp.size)
            case Column.AGAIN:
                return refetchable_words(item.refetchable) + (", last copy" if _only_copy(item) else "")


def orders(plan: CleanupPlan) -> dict[Column, list[int]]:
    """The numbers of the plan's files as each column sorts them, upwards. For a thread: 100,000 files take a second."""
    return {column: _sorted_by(column, plan) for column in _KEYS}


def _sorted_by(column: Column, plan: CleanupPlan) -> list[int]:
    return places_in_order(list(map(_KEYS[column], plan.items)))


def _only_copy(item: PlanItem) -> bool:
    return item.refetchable is Refetchable.NO and is_last_copy(item)


def _tooltip(item: PlanItem, column: Column) -> str:
    match column:
        case Column.NAME:
            return item.path
        case Column.USED:
            return f"{item.last_used:%Y-%m-%d %H:%M} UTC"
        case Column.SIZE:
            return f"{item.stamp.size:,} bytes"
        case Column.AGAIN:
            return _AGAIN_TOOLTIPS[item.refetchable]
        case _:
            return item.evidence
