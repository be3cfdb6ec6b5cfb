"""Some entries of a library, by their rows: a selection may hold all of them, and few are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from soulspot_gallery.core.model import Entity, Entry
from soulspot_gallery.gui.grid.row_order import RowOrder
from soulspot_gallery.gui.grid.tally import Tally


class Picked(Sequence[Entry]):
    """Entries that are made as they are asked for; equal to any sequence of the same."""

    def __init__(self, order: RowOrder, rows: Iterable[int]) -> None:
        self._order, self._rows = order, list(rows)

    @property
    def entities(self) -> list[Entity]:
        entities = self._order.entries.entities
        return [entities[row] for row in self._rows]

    def tally(self) -> Tally:
        """What they come to, without any of them being made."""
        return self._order.tally(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> list[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | list[Entry]:
        rows = self._order.entries
        return [rows[row] for row in self._rows[at]] if isinstance(at, slice) else rows[self._rows[at]]

    def __iter__(self) -> Iterator[Entry]:
        return map(self._order.entries.__getitem__, self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == each for one, each in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


def picked(entries: Sequence[Entry]) -> Picked:
    """All of these, picked."""
    return entries if isinstance(entries, Picked) else Picked(RowOrder(entries), range(len(entries)))
