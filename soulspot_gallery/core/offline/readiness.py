"""How ready a library is to be looked at without a network, and what making it ready would cost: pure arithmetic."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from soulspot_gallery.core.model import EntityType, Entry, State

Key = tuple[EntityType, str]


class Lack(StrEnum):
    """Why an entity shows no whole picture of its own: its state, or what stands in the way of making it ready."""

    REMOTE = "remote"
    MISSING_FILE = "missing-file"
    CORRUPT = "corrupt"
    FAILED = "failed"
    BROKEN_LINK = "broken-link"
    NO_LINK = "no-link"
    LOCKED = "locked"

    @property
    def can_be_had(self) -> bool:
        """Whether a recache could change it: not where the link is known to lead to no picture, where there is none,
        or where a person has locked it."""
        return self not in (Lack.BROKEN_LINK, Lack.NO_LINK, Lack.LOCKED)


_OF_STATE = {
    State.REMOTE: Lack.REMOTE,
    State.MISSING_FILE: Lack.MISSING_FILE,
    State.CORRUPT: Lack.CORRUPT,
    State.FAILED: Lack.FAILED,
}


@dataclass(frozen=True, slots=True)
class Missing:
    """An entity that could show a picture without a network, and does not."""

    kind: EntityType
    id: str
    name: str
    artist: str | None
    lack: Lack

    @property
    def key(self) -> Key:
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class Cost:
    """What making ready takes. `bytes` is an estimate, the median of the sizes known times the count; `seconds` is by
    the pace of the last recache. None where there is nothing to go by."""

    pictures: int
    bytes: int | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many are ready of so many that could be."""

    ready: int = 0
    possible: int = 0

    @property
    def percent(self) -> float:
        """0 to 100, rounded down to a tenth: 100 is said of all alone. 100 too where nothing could be missing."""
        return math.floor(1000 * self.ready / self.possible) / 10 if self.possible else 100.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """`on_purpose`: those of the ready that have no picture because a person wants none. `without`: entities of which
    no picture is known at all; they are not counted."""

    whole: Share
    kinds: Mapping[EntityType, Share]
    on_purpose: int
    without: int
    missing: tuple[Missing, ...]
    cost: Cost

    @property
    def obtainable(self) -> tuple[Missing, ...]:
        """What a recache could make ready."""
        return tuple(each for each in self.missing if each.lack.can_be_had)

    def count(self, lack: Lack) -> int:
        return sum(each.lack is lack for each in self.missing)


def measure(entries: Sequence[Entry], origins: Collection[Key] = (), pace: float | None = None) -> Readiness:
    """How ready these are. `origins`: the entities whose picture an import can give again without their URL; `pace`:
    pictures a second that the last recache made."""
    ready, possible = Counter[EntityType](), Counter[EntityType]()
    on_purpose = without = 0
    missing, sizes = list[Missing](), dict[EntityType, list[int]]()
    for entry in entries:
        entity, image = entry.entity, entry.image
        whole = image.state is State.CACHED
        if not whole and not image.no_picture and image.state is State.NONE and entity.key not in origins:
            without += 1
            continue
        possible[entity.kind] += 1
        if whole and image.bytes:
            sizes.setdefault(entity.kind, []).append(image.bytes)
        if whole or image.no_picture:
            ready[entity.kind] += 1
            on_purpose += not whole
        else:
            missing.append(
                Missing(entity.kind, entity.id, entity.name, entity.artist, _lack(entry, entity.key in origins))
            )
    kinds = {kind: Share(ready[kind], possible[kind]) for kind in EntityType if possible[kind]}
    whole_share = Share(ready.total(), possible.total())
    return Readiness(whole_share, kinds, on_purpose, without, tuple(missing), _cost(missing, sizes, pace))


def _lack(entry: Entry, has_origin: bool) -> Lack:  # noqa: FBT001 (a fact, no switch)
    image = entry.image
    if image.locked:
        return Lack.LOCKED
    if not has_origin:
        if not entry.entity.url:
            return Lack.NO_LINK
        if image.verdict.shows_nothing:
            return Lack.BROKEN_LINK
    return _OF_STATE.get(image.state, Lack.REMOTE)


def _cost(missing: Sequence[Missing], sizes: Mapping[EntityType, list[int]], pace: float | None) -> Cost:
    wanted = Counter(each.kind for each in missing if each.lack.can_be_had)
    count = wanted.total()
    seconds = 0.0 if not count else count / pace if pace else None
    if not count:
        return Cost(0, 0, seconds)
    known = [size for each in sizes.values() for size in each]
    if not known:
        return Cost(count, None, seconds)
    of_all = statistics.median(known)
    total = sum(
        number * (statistics.median(sizes[kind]) if kind in sizes else of_all) for kind, number in wanted.items()
    )
    return Cost(count, round(total), seconds)
