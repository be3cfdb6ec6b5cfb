"""Whether a candidate is the picture that there is already: by what it looks like, not by its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from soulspot_gallery.core.candidates.candidate import Likeness
from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.locate import safe_local_path
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.appearance import Appearance, measure, near
from soulspot_gallery.core.pictures.image_headers import read_header
from soulspot_gallery.core.pictures.imaging import Converted

_LARGER = 1.1
"""Times the shorter side from which the same picture counts as larger: a few pixels are nobody's reason to change."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as it lies, or would lie, here: its sides in px and what it looks like."""

    width: int
    height: int
    appearance: Appearance


def current_of(opened: Opened, entity: Entity) -> Seen | None:
    """The picture that an entity has now; None where it has none, or one that can't be read. Blocks."""
    path = safe_local_path(entity.path)
    if path is None:
        return None
    try:
        content = opened.store.read(path)
        header = read_header(content)
        return Seen(header.width, header.height, measure(content))
    except (GalleryError, OSError):
        return None


def seen(made: Converted) -> tuple[Converted, Seen]:
    """A converted picture with its looks. Takes some milliseconds: for a thread. Raises PictureError."""
    return made, Seen(made.width, made.height, measure(made.webp))


def likeness_of(candidate: Seen, current: Seen | None, placeholders: Iterable[Appearance]) -> Likeness:
    """`placeholders`: what is known to stand for no picture."""
    if any(near(candidate.appearance, each) for each in placeholders):
        return Likeness.PLACEHOLDER
    if current is None or not near(candidate.appearance, current.appearance):
        return Likeness.OTHER
    larger = min(candidate.width, candidate.height) >= _LARGER * min(current.width, current.height)
    return Likeness.SAME_LARGER if larger else Likeness.SAME
