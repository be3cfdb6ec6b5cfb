"""What needs a hand, worst first: pure rules over what is known of a library's pictures."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum

from soulspot_gallery.core.candidates.candidate import Shape
from soulspot_gallery.core.candidates.fitting import shape_of
from soulspot_gallery.core.model import EntityType, Entry, ImageInfo, State, Verdict
from soulspot_gallery.core.providers.dto import is_placeholder

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
class Demands:
    """What a good picture is: `smallest` px of its longer side; `placeholders` are sha256 of pictures (as they lie
    here) that are known to stand for none."""

    smallest: int = 0
    placeholders: Container[str] = frozenset()


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


def trouble_of(image: ImageInfo, demands: Demands) -> Trouble | None:
    """What is wrong with a picture; None for a good one, and for one that only waits to be fetched."""
    if image.state is State.CORRUPT:
        return Trouble.CORRUPT
    if image.state is State.CACHED:
        return _of_whole(image, demands)
    if image.source_url and is_placeholder(image.source_url):
        return Trouble.PLACEHOLDER
    if image.state is State.FAILED or (image.source_url and image.verdict in _DEAD):
        return Trouble.BROKEN
    return Trouble.MISSING if image.state in (State.NONE, State.MISSING_FILE) else None


def _of_whole(image: ImageInfo, demands: Demands) -> Trouble | None:
    if (image.source_url and is_placeholder(image.source_url)) or image.sha256 in demands.placeholders:
        return Trouble.PLACEHOLDER
    if not image.width or not image.height:
        return None
    if max(image.width, image.height) < demands.smallest:
        return Trouble.TOO_SMALL
    return None if shape_of(image.width, image.height) is Shape.SQUARE else Trouble.NOT_SQUARE


def fix_queue(entries: Iterable[Entry], demands: Demands, skipped: Container[Key] = frozenset()) -> list[FixItem]:
    """All that needs a hand, worst first, an artist's albums together; what was skipped is left out, and so is what a
    person has decided on: a locked picture, or none on purpose."""
    found = list[FixItem]()
    for entry in entries:
        decided = entry.image.locked or entry.image.no_picture or entry.entity.key in skipped
        if not decided and (trouble := trouble_of(entry.image, demands)) is not None:
            found.append(FixItem(entry, trouble))
    return sorted(found, key=_place)


def _place(item: FixItem) -> tuple[int, int, str, str, str]:
    entity = item.entry.entity
    artist, name = (entity.artist or "").casefold(), entity.name.casefold()
    return _WORST_FIRST[item.trouble], _KINDS[entity.kind], artist, name, entity.id
