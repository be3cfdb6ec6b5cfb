"""Which rows the grid shows, and in which order: arrays of row numbers over plain columns. No Qt, no entities kept."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import compress, islice, takewhile

from soulspot_gallery.core.entry_rows import UNKNOWN, EntryRows, ListedRows
from soulspot_gallery.core.folding import fold, fold_all
from soulspot_gallery.core.letting_go import let_go_with
from soulspot_gallery.core.model import Entity, EntityType, Entry, State, Verdict
from soulspot_gallery.core.review.faults import Audited, Fault
from soulspot_gallery.core.sorting import places_in_order
from soulspot_gallery.gui.grid.tally import Tally

_KINDS, _STATES, _VERDICTS = tuple(EntityType), tuple(State), tuple(Verdict)
_KIND_STEP, _STATE_STEP = len(_STATES) * len(_VERDICTS), len(_VERDICTS)
_KIND_CODE = {kind: number * _KIND_STEP for number, kind in enumerate(_KINDS)}
_STATE_CODE = {state: number * _STATE_STEP for number, state in enumerate(_STATES)}
_VERDICT_CODE = {verdict: number for number, verdict in enumerate(_VERDICTS)}

_FAULT_BIT = {fault: 1 << number for number, fault in enumerate(Fault)}


Key = tuple[EntityType, str]


class SortKey(StrEnum):
    """What the grid is sorted by; ties go by name. Unknown sizes and dates come last, whatever the direction."""

    NAME = "name"
    STATE = "state"
    SIZE = "size"
    FETCHED = "fetched"
    PIXELS = "pixels"
    SHARPNESS = "sharpness"


class Hold(StrEnum):
    """What a person decided about a picture, so that nothing that runs by itself changes it."""

    LOCKED = "locked"
    NO_PICTURE = "no-picture"


@dataclass(frozen=True, slots=True)
class Order:
    """What to show and how to sort it. An empty field does not restrict; each word of `search` must occur in the
    name or the artist, capital letters and accents aside."""

    kind: EntityType | None = None
    search: str = ""
    states: frozenset[State] = frozenset()
    verdicts: frozenset[Verdict] = frozenset()
    sort: SortKey = SortKey.NAME
    descending: bool = False
    faults: frozenset[Fault] = frozenset()
    holds: frozenset[Hold] = frozenset()

    @property
    def restricts(self) -> bool:
        """True where rows of the chosen kind may be hidden."""
        return bool(self.search.strip() or self.states or self.verdicts or self.faults or self.holds)

    @property
    def measures(self) -> bool:
        """True where it takes an audit to show it."""
        return bool(self.faults) or self.sort is SortKey.SHARPNESS


_CODES = {
    (kind, state, verdict): _KIND_CODE[kind] + _STATE_CODE[state] + _VERDICT_CODE[verdict]
    for kind in _KINDS
    for state in _STATES
    for verdict in _VERDICTS
}
"""Kind, state and verdict in one byte, so that one translation table filters by all three."""


def _kinds_and_keys(entities: Iterable[Entity]) -> tuple[list[EntityType], list[str]]:
    """The kind of each; its name and artist, folded, with a line break between: sorts by name, then artist."""
    kinds, texts = list[EntityType](), list[str]()
    # In one go: with many of them, what takes time is to get at each.
    for kind, _id, name, artist, _url, _path in entities:
        kinds.append(kind)
        texts.append(name if artist is None else f"{name}\n{artist}")
    return kinds, fold_all(texts)


def _filter_table(order: Order) -> bytes:
    """For each code 1 where rows with it are shown."""
    table = bytearray(256)
    for kind in _KINDS if order.kind is None else (order.kind,):
        for state in order.states or _STATES:
            for verdict in order.verdicts or _VERDICTS:
                table[_CODES[kind, state, verdict]] = 1
    return bytes(table)


def _fault_table(faults: frozenset[Fault]) -> bytes:
    """For each set of faults 1 where one of these is in it."""
    wanted = sum(_FAULT_BIT[fault] for fault in faults)
    return bytes(bool(code & wanted) for code in range(256))


class RowOrder:
    """The columns of a list of entries, and the rows of it that an order shows.

    Sorted orders are made when first asked for and kept; a search that extends the last one looks only at what
    that one left. Made in any thread: 100,000 entries take some 60 ms.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        rows = self.entries = entries if isinstance(entries, EntryRows) else ListedRows(entries)
        kinds, self.keys = _kinds_and_keys(rows.entities)
        let_go_with(self, self.keys)
        self._codes = bytearray(map(_CODES.__getitem__, zip(kinds, rows.states, rows.verdicts, strict=True)))
        self._faults = bytearray(len(rows))
        self._sharpness: list[float] = [UNKNOWN] * len(rows)
        self._by_name = array("I", places_in_order(self.keys))
        self._by_id: dict[EntityType, dict[str, int]] | None = None
        self._sorted: dict[tuple[SortKey, bool], array[int]] = {(SortKey.NAME, False): self._by_name}
        self._last: tuple[Order, array[int]] | None = None

    def audit(self, found: Mapping[Key, Audited]) -> None:
        """What an audit found; of pictures that are others by now, and those it did not see, nothing is known."""
        for row, entity in enumerate(self.entries.entities):
            each = found.get(entity.key)
            if each is not None and each.entry.image.sha256 == self.entries.sha256_of(row):
                self._faults[row] = sum(_FAULT_BIT[fault] for fault in each.faults)
                self._sharpness[row] = UNKNOWN if each.look.sharpness is None else float(each.look.sharpness)
            else:
                self._faults[row], self._sharpness[row] = 0, UNKNOWN
        self._forget_orders()

    def change(self, row: int, entry: Entry) -> None:
        """Put another entry into this row; the next `rows` takes it into account."""
        if entry.image.sha256 != self.entries.sha256_of(row):
            self._faults[row], self._sharpness[row] = 0, UNKNOWN
        self.entries[row] = entry
        _, (key,) = _kinds_and_keys([entry.entity])
        code = _CODES[entry.entity.kind, entry.image.state, entry.image.verdict]
        if key != self.keys[row]:
            self.keys[row] = key
            self._by_name = array("I", sorted(self._by_name, key=self.keys.__getitem__))
        self._codes[row] = code
        self._forget_orders()

    def _forget_orders(self) -> None:
        self._sorted = {(SortKey.NAME, False): self._by_name}
        self._last = None

    def rows(self, order: Order) -> array[int]:
        """The numbers of the rows to show, in order."""
        narrowed, met = self._narrowed(order) or (self._filtered(order), frozenset())
        for word in sorted(set(fold(order.search).split()) - met, key=len, reverse=True):  # the longest hides most
            keys = self.keys
            narrowed = array("I", [row for row in narrowed if word in keys[row]])
        self._last = (order, narrowed)
        return narrowed

    def prepare(self, order: Order) -> None:
        """Sort as this order wants it, so that asking for it later is quick. In any thread."""
        self._in_order(order.sort, order.descending)

    def prepare_keys(self) -> None:
        """Make the table of all keys, so that asking for the first row is quick."""
        self.row_of((EntityType.ARTIST, ""))

    def find(self, entity: Entity) -> int | None:
        """The row of this entity, looked up by its name; None where it is not there, or is called otherwise by now.

        A bisect, and no table of all keys: without `prepare_keys`, that takes longer than a frame to make.
        """
        _, (key,) = _kinds_and_keys([entity])
        first = bisect_left(self._by_name, key, key=self.keys.__getitem__)
        namesakes = takewhile(lambda row: self.keys[row] == key, islice(self._by_name, first, None))
        return next((row for row in namesakes if self.entries.entities[row].key == entity.key), None)

    def row_of(self, key: Key) -> int | None:
        """The row of the entity with this key; None where it is not there."""
        kind, entity_id = key
        if self._by_id is None:
            by_id = {each: dict(zip(*self._ids(each), strict=True)) for each in _KINDS}
            let_go_with(self, *by_id.values())
            self._by_id = by_id
        return self._by_id[kind].get(entity_id)

    def _ids(self, kind: EntityType) -> tuple[Iterable[str], Sequence[int]]:
        """The ids of a kind, and their rows."""
        wanted = self._codes.translate(_filter_table(Order(kind)))
        rows, entities = array("I", compress(range(len(wanted)), wanted)), self.entries.entities
        return [entities[row].id for row in rows], rows

    def tally(self, rows: Iterable[int]) -> Tally:
        """What these rows come to, from their columns."""
        numbers = array("I", rows)
        codes, wanted = Counter(map(self._codes.__getitem__, numbers)), frozenset(numbers)
        kinds, states, verdicts = Counter[EntityType](), Counter[State](), Counter[Verdict]()
        for code, count in codes.items():
            kinds[_KINDS[code // _KIND_STEP]] += count
            states[_STATES[code % _KIND_STEP // _STATE_STEP]] += count
            verdicts[_VERDICTS[code % _STATE_STEP]] += count
        sizes, (locked, refused) = self.entries.sizes(), self.entries.held()
        held_bytes = sum(size for size in map(sizes.__getitem__, numbers) if size != UNKNOWN)
        return Tally(kinds, states, verdicts, round(held_bytes), len(locked & wanted), len(refused & wanted))

    def count_kinds(self) -> dict[EntityType, int]:
        """How many entries of each kind there are, shown or not."""
        kinds = self._codes.translate(bytes(code // _KIND_STEP for code in range(256)))
        return {kind: kinds.count(number) for number, kind in enumerate(_KINDS)}

    def count_state(self, state: State) -> int:
        """How many entries are in this state, shown or not. 100,000 take 0.1 ms."""
        return self._codes.translate(_filter_table(Order(states=frozenset({state})))).count(1)

    def _narrowed(self, order: Order) -> tuple[array[int], frozenset[str]] | None:
        """The rows of the last order where this one can only hide more of them, and the words that they have."""
        if self._last is None:
            return None
        last, rows = self._last
        extends = replace(last, search=order.search) == order and fold(order.search).startswith(fold(last.search))
        return (rows, frozenset(fold(last.search).split())) if extends else None

    def _filtered(self, order: Order) -> array[int]:
        ordered = self._in_order(order.sort, order.descending)
        if order.kind is not None or order.states or order.verdicts:
            wanted = self._codes.translate(_filter_table(order))
            ordered = array("I", compress(ordered, map(wanted.__getitem__, ordered)))
        if order.faults:
            wanted = self._faults.translate(_fault_table(order.faults))
            ordered = array("I", compress(ordered, map(wanted.__getitem__, ordered)))
        if order.holds:
            wanted_rows = self._held(order.holds)
            ordered = array("I", [row for row in ordered if row in wanted_rows])
        return ordered

    def _in_order(self, sort: SortKey, descending: bool) -> array[int]:  # noqa: FBT001 -- a direction, not a mode
        orders = self._sorted  # another one when rows have changed meanwhile
        known = orders.get((sort, descending))
        if known is None:
            known = orders[sort, descending] = self._sort(sort, descending)
        return known

    def _sort(self, sort: SortKey, descending: bool) -> array[int]:  # noqa: FBT001
        # sorted(reverse=True) keeps the order of equals too: names stay ascending among them.
        if sort is SortKey.NAME:
            return array("I", reversed(self._by_name))
        if sort is SortKey.STATE:
            ranks = self._codes.translate(bytes(code % _KIND_STEP // _STATE_STEP for code in range(256)))
            return array("I", sorted(self._by_name, key=ranks.__getitem__, reverse=descending))
        values, by_name = self._values(sort), self._by_name
        # Backwards by the negative: names stay ascending among equals, and the unknown ones stand last.
        keys = [-values[row] if descending else values[row] for row in by_name]
        rows = array("I", map(by_name.__getitem__, places_in_order(keys)))
        unknown = 0 if descending else keys.count(UNKNOWN)
        return rows[unknown:] + rows[:unknown]

    def _values(self, sort: SortKey) -> Sequence[float]:
        match sort:
            case SortKey.SIZE:
                return self.entries.sizes()
            case SortKey.PIXELS:
                return self.entries.sides()
            case SortKey.SHARPNESS:
                return self._sharpness
        return self.entries.times()

    def _held(self, holds: frozenset[Hold]) -> frozenset[int]:
        """The rows that are held so; without a picture on purpose counts before locked."""
        locked, refused = self.entries.held()
        rows = frozenset(refused) if Hold.NO_PICTURE in holds else frozenset[int]()
        return rows | (locked - refused) if Hold.LOCKED in holds else rows


def first_match(keys: Sequence[str], rows: Sequence[int], order: Order, typed: str, start: int) -> int:
    """The position in `rows`, from `start` on and around the end, whose name begins with the typed text; -1 for none.

    A bisect where the rows stand by name, one pass over them where they do not.
    """
    prefix = fold(typed)
    if not prefix or not rows:
        return -1
    if order.sort is not SortKey.NAME:
        hits = (at for at in (*range(start, len(rows)), *range(start)) if keys[rows[at]].startswith(prefix))
        return next(hits, -1)
    low, high = _prefix_range(rows, keys, prefix, descending=order.descending)
    if low >= high:
        return -1
    return start if low <= start < high else low


def _prefix_range(rows: Sequence[int], keys: Sequence[str], prefix: str, *, descending: bool) -> tuple[int, int]:
    """First and last + 1 of the positions whose key begins with the prefix; the rows stand by name."""
    length = len(prefix)
    head: Callable[[int], str] = lambda row: keys[row][:length]  # noqa: E731 -- a key function
    if not descending:
        low = bisect_left(rows, prefix, key=head)
        return low, bisect_left(rows, True, low, key=lambda row: head(row) > prefix)
    low = bisect_left(rows, True, key=lambda row: head(row) <= prefix)
    return low, bisect_left(rows, True, low, key=lambda row: head(row) < prefix)
