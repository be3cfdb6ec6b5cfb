"""Entries by the hundred thousand: columns to filter and sort by, and an `Entry` that is made where it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import overload

from soulspot_gallery.core.letting_go import let_go_with
from soulspot_gallery.core.model import Entity, Entry, ImageInfo, State, Verdict

UNKNOWN = -1
"""In columns of numbers."""

_MADE_AT_ONCE = 2000
"""So many entries are kept that were asked for one by one: some screenfuls, which are painted again and again."""


class MadeEntries(Sequence[Entry], ABC):
    """Entries that are made when they are asked for; equal to any sequence of the same."""

    @abstractmethod
    def entry(self, at: int) -> Entry:
        """The one at this place, 0 to `len` - 1."""

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> list[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | list[Entry]:
        places = range(len(self))[at]
        return self.entry(places) if isinstance(places, int) else [self.entry(each) for each in places]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == each for one, each in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list: what is equal may change


class EntryRows(MadeEntries):
    """All of a library. Whoever shows it may put a newer entry into its row, and whoever holds it last need not wait
    until all of it is freed. To be held itself: the lists of rows that nobody holds are emptied."""

    def __init__(self, entities: Iterable[Entity], states: list[State], verdicts: list[Verdict]) -> None:
        self.entities, self.states, self.verdicts = list(entities), states, verdicts
        self._newer = dict[int, Entry]()
        self._made = dict[int, Entry]()
        let_go_with(self, self.entities, self._newer, self._made)

    @abstractmethod
    def _make(self, row: int) -> Entry: ...

    @abstractmethod
    def sizes(self) -> Sequence[float]:
        """Bytes of the files; UNKNOWN where there is none."""

    @abstractmethod
    def times(self) -> Sequence[float]:
        """When they were fetched, in seconds since 1970, or UNKNOWN."""

    @abstractmethod
    def sides(self) -> Sequence[float]:
        """Their shorter sides in px, or UNKNOWN."""

    @abstractmethod
    def held(self) -> tuple[Set[int], Set[int]]:
        """The rows that are locked, and those that have no picture on purpose."""

    def sha256_of(self, row: int) -> str | None:
        """Of the whole picture in this row."""
        return self[row].image.sha256

    def __len__(self) -> int:
        return len(self.entities)

    def entry(self, at: int) -> Entry:
        entry = self._made.get(at)
        if entry is None:
            if len(self._made) >= _MADE_AT_ONCE:
                self._made.clear()
            entry = self._made[at] = self._entry(at)
        return entry

    def __setitem__(self, row: int, entry: Entry) -> None:
        self._made.pop(row, None)
        self._newer[row] = entry
        self.entities[row], self.states[row], self.verdicts[row] = entry.entity, entry.image.state, entry.image.verdict

    def __iter__(self) -> Iterator[Entry]:
        return map(self._entry, range(len(self)))

    def _entry(self, row: int) -> Entry:
        return self._newer.get(row) or self._make(row)


class ListedRows(EntryRows):
    """Of entries that are there already."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        super().__init__([], [], [])
        # In one go: with many of them, what takes time is to get at each.
        for entry in self._entries:
            image = entry.image
            self.entities.append(entry.entity)
            self.states.append(image.state)
            self.verdicts.append(image.verdict)
        let_go_with(self, self._entries)

    def __iter__(self) -> Iterator[Entry]:
        yield from self._entries  # not the list's own: that would outlive the rows

    def __setitem__(self, row: int, entry: Entry) -> None:
        super().__setitem__(row, entry)
        self._entries[row] = entry

    def _make(self, row: int) -> Entry:
        return self._entries[row]

    def sizes(self) -> Sequence[float]:
        sizes = [entry.image.bytes for entry in self._entries]
        return [UNKNOWN if size is None else size for size in sizes]

    def times(self) -> Sequence[float]:
        return [fetched_at(entry.image) for entry in self._entries]

    def sides(self) -> Sequence[float]:
        images = [entry.image for entry in self._entries]
        return [min(image.width or UNKNOWN, image.height or UNKNOWN) for image in images]

    def held(self) -> tuple[Set[int], Set[int]]:
        images = [entry.image for entry in self._entries]
        return (
            {row for row, image in enumerate(images) if image.locked},
            {row for row, image in enumerate(images) if image.no_picture},
        )


def number(known: int | None) -> int:
    """As it stands in a column."""
    return UNKNOWN if known is None else known


def fetched_at(image: ImageInfo) -> float:
    """As it stands in the column of times."""
    # Numbers of one type are sorted twice as quickly.
    return float(UNKNOWN) if image.fetched_at is None else image.fetched_at.timestamp()
