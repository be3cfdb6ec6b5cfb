"""The candidates of one search as a list model: filtered, numbered from 1, in the order in which they came."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from soulspot_gallery.core.candidates.fitting import Filters, passes
from soulspot_gallery.gui.choosing.candidate_search import CandidateSearch, Shown
from soulspot_gallery.gui.choosing.candidate_words import candidate_sentence
from soulspot_gallery.gui.look.wording import tooltip_html

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """`SHOWN`: the Shown of a row."""

    SHOWN = Qt.ItemDataRole.UserRole + 1


class CandidateModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._search: CandidateSearch | None = None
        self._rows: list[Shown] = []
        self.filters = Filters()

    def set_search(self, search: CandidateSearch | None) -> None:
        """Show what this search has brought so far; `follow` for what comes after."""
        self._search = search
        self.reset()

    def set_filters(self, filters: Filters) -> None:
        self.filters = filters
        self.reset()

    def reset(self) -> None:
        """Take all rows anew."""
        self.beginResetModel()
        self._rows = [each for each in self._all() if passes(each.candidate, self.filters)]
        self.endResetModel()

    def follow(self) -> None:
        """One more has come."""
        newest = self._all()[-1:]
        if newest and passes(newest[0].candidate, self.filters):
            place = len(self._rows)
            self.beginInsertRows(QModelIndex(), place, place)
            self._rows.append(newest[0])
            self.endInsertRows()

    def shown(self, row: int) -> Shown | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    @property
    def hidden(self) -> int:
        """How many the filters keep out."""
        return len(self._all()) - len(self._rows)

    def _all(self) -> list[Shown]:
        return self._search.shown if self._search else []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = self.shown(index.row()) if index.isValid() else None
        if shown is None:
            return None
        if role == Role.SHOWN:
            return shown
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            titles = self._search.titles if self._search else {}
            text = candidate_sentence(shown.candidate, index.row() + 1, titles)
            return tooltip_html(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None
