"""Some entries of a library, by their rows: a selection may hold all of them, and few are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from soulspot_gallery.core.entry_rows import MadeEntries
from soulspot_gallery.core.model import Entity, Entry
from soulspot_gallery.gui.grid.row_order import RowOrder
from soulspot_gallery.gui.grid.tally import Tally


class Picked(MadeEntries):
    """Those in these rows, in this order."""

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

    def entry(self, at: int) -> Entry:
        return self._order.entries.entry(self._rows[at])


def picked(entries: Sequence[Entry]) -> Picked:
    """All of these, picked."""
    return entries if isinstance(entries, Picked) else Picked(RowOrder(entries), range(len(entries)))
