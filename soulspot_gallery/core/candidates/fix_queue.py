"""What needs a hand, worst first: pure rules over what is known of a library's pictures."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from soulspot_gallery.core.model import EntityType, Entry, ImageInfo, State, Verdict
from soulspot_gallery.core.pictures.appearance import Appearance, near
from soulspot_gallery.core.providers.dto import is_placeholder
from soulspot_gallery.core.review.audit import Demands

Key = tuple[EntityType, str]


class Trouble(StrEnum):
    """Why a picture needs a hand, the worst first."""

    MISSING = "missing"
    BROKEN = "broken"
    CORRUPT = "corrupt"
    PLACEHOLDER = "placeholder"
    TOO_SMALL = "too-small"
    NOT_SQUARE = "not-square"


@dataclass(frozen=True, slots=True)
class Known:
    """What the queue goes by: what is demanded of a picture, what measured ones look like (by the sha256 of the file),
    and which entities were skipped."""

    demands: Demands
    looks: Mapping[str, Appearance] = field(default_factory=dict)
    skipped: Container[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class FixItem:
    """An entity whose picture needs a hand."""

    entry: Entry
    trouble: Trouble

    @property
    def key(self) -> Key:
        return self.entry.entity.key


_WORST_FIRST = {trouble: place for place, trouble in enumerate(Trouble)}
_KINDS = {kind: place for place, kind in enumerate(EntityType)}
_DEAD = frozenset({Verdict.BROKEN, Verdict.NOT_IMAGE, Verdict.UNSAFE, Verdict.DENIED})


def trouble_of(image: ImageInfo, known: Known) -> Trouble | None:
    """What is wrong with a picture; None for a good one, and for one that only waits to be fetched."""
    if image.state is State.CORRUPT:
        return Trouble.CORRUPT
    if image.state is State.CACHED:
        return _of_whole(image, known)
    if image.source_url and is_placeholder(image.source_url):
        return Trouble.PLACEHOLDER
    if image.state is State.FAILED or (image.source_url and image.verdict in _DEAD):
        return Trouble.BROKEN
    return Trouble.MISSING if image.state in (State.NONE, State.MISSING_FILE) else None


def _of_whole(image: ImageInfo, known: Known) -> Trouble | None:
    look, demands = known.looks.get(image.sha256 or ""), known.demands
    stands_for_none = look is not None and any(near(look, each) for each in demands.placeholders)
    if stands_for_none or is_placeholder(image.source_url or ""):
        return Trouble.PLACEHOLDER
    if not image.width or not image.height:
        return None
    longer, shorter = max(image.width, image.height), min(image.width, image.height)
    if longer < demands.smallest[image.entity_type]:
        return Trouble.TOO_SMALL
    return Trouble.NOT_SQUARE if 100 * (longer - shorter) >= demands.sides * longer else None


def fix_queue(entries: Iterable[Entry], known: Known) -> list[FixItem]:
    """All that needs a hand, worst first, an artist's albums together; what was skipped is left out, and so is what a
    person has decided on: a locked picture, or none on purpose."""
    found = list[FixItem]()
    for entry in entries:
        decided = entry.image.locked or entry.image.no_picture or entry.entity.key in known.skipped
        if not decided and (trouble := trouble_of(entry.image, known)) is not None:
            found.append(FixItem(entry, trouble))
    return sorted(found, key=_place)


def _place(item: FixItem) -> tuple[int, int, str, str, str]:
    entity = item.entry.entity
    artist, name = (entity.artist or "").casefold(), entity.name.casefold()
    return _WORST_FIRST[item.trouble], _KINDS[entity.kind], artist, name, entity.id
