"""What importing a pack would do here, picture by picture: pure rules over its list and the library's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import Entity, EntityType, Entry, State
from soulspot_gallery.core.offline.pack import Packed

Key = tuple[EntityType, str]


class Replace(StrEnum):
    """What of the pictures that are here already a pack may replace; each word allows what those before it do."""

    NOTHING = "nothing"
    WHOLE = "whole"
    LOCKED = "locked"


class Fate(StrEnum):
    """What becomes of a picture of the pack."""

    TAKE = "take"
    REPLACE = "replace"
    SAME = "same"
    KEEP = "keep"
    LOCKED = "locked"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"

    @property
    def comes_in(self) -> bool:
        return self in (Fate.TAKE, Fate.REPLACE)


_WHY = {
    Fate.TAKE: "",
    Fate.REPLACE: "In place of the picture that is here; the history keeps that.",
    Fate.SAME: "",
    Fate.KEEP: "A whole picture is here already, and stays.",
    Fate.LOCKED: "A person has locked it, or wants no picture here.",
    Fate.UNKNOWN: "The library has no such entry.",
}


@dataclass(frozen=True, slots=True)
class PackItem:
    """A picture of the pack, the row that it is for (None where there is none), and what becomes of it, and why."""

    packed: Packed
    entity: Entity | None
    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What an import would do; nothing has been done yet."""

    file: str
    replace: Replace
    items: tuple[PackItem, ...]

    @property
    def coming(self) -> tuple[PackItem, ...]:
        return tuple(item for item in self.items if item.fate.comes_in)

    @property
    def bytes(self) -> int:
        """Of the pictures that come in."""
        return sum(item.packed.bytes for item in self.coming)

    def count(self, fate: Fate) -> int:
        return sum(item.fate is fate for item in self.items)


def match(pictures: Sequence[Packed], rows: Iterable[Entity]) -> dict[Key, Entity]:
    """The row that each picture is for, by the picture's key: the one with its id, else the only one of its kind and
    name with the same URL. A row gets one picture at most."""
    by_key = {row.key: row for row in rows}
    found = {each.key: by_key[each.key] for each in pictures if each.key in by_key}
    left = [each for each in pictures if each.key not in found and each.url_sha256]
    if not left:
        return found
    taken = set(found)
    by_url: dict[tuple[EntityType, str, str], list[Entity]] = {}
    for row in by_key.values():
        if row.url and row.key not in taken:
            by_url.setdefault((row.kind, row.name.casefold(), url_hash(row.url)), []).append(row)
    for each in left:
        same = by_url.pop((each.kind, each.name.casefold(), each.url_sha256), [])
        if len(same) == 1:
            found[each.key] = same[0]
    return found


def decide(packed: Packed, entry: Entry | None, replace: Replace) -> PackItem:
    """What becomes of one picture, the row being as `entry` says (None: there is none)."""
    if entry is None:
        return PackItem(packed, None, Fate.UNKNOWN, _WHY[Fate.UNKNOWN])
    fate = _fate(packed, entry, replace)
    return PackItem(packed, entry.entity, fate, _WHY[fate])


def _fate(packed: Packed, entry: Entry, replace: Replace) -> Fate:
    image = entry.image
    whole = image.state is State.CACHED
    if whole and image.sha256 == packed.sha256:
        return Fate.SAME
    if image.locked or image.no_picture:
        return Fate.REPLACE if replace is Replace.LOCKED else Fate.LOCKED
    if whole:
        return Fate.KEEP if replace is Replace.NOTHING else Fate.REPLACE
    return Fate.TAKE


def make_items(
    pictures: Sequence[Packed], rows: Mapping[Key, Entity], entries: Mapping[Key, Entry], replace: Replace
) -> list[PackItem]:
    """The fate of each picture. `rows` by the pictures' keys, `entries` by the rows' own."""
    return [decide(each, entries.get(rows[each.key].key) if each.key in rows else None, replace) for each in pictures]
