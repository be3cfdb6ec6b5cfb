"""What a search for pictures brings: candidates with all that a person needs to choose, and a line for each source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from soulspot_gallery.core.journal.records import SourceAnswer

LOCAL = "local"
"""The source of pictures that lie on this computer, beside the music."""

LIBRARY = "library"
"""The source of the picture behind the row's own URL."""


class Shape(StrEnum):
    """The outline of a picture; a difference of up to one part in twenty counts as square."""

    SQUARE = "square"
    WIDE = "wide"
    TALL = "tall"


class Likeness(StrEnum):
    """What a candidate is, seen from the picture that there is now."""

    OTHER = "other"
    SAME = "same"
    SAME_LARGER = "same-larger"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class PictureCandidate:
    """A whole picture that was fetched and decoded.

    `source` is LOCAL, LIBRARY or a provider's name; `name` and `artist` what it is called there. Exactly one of `url`
    and `origin` (see `caching.origins`) says where it was taken from; `page` is where a person finds it. `width` and
    `height` in px, upright; `size` in bytes, as sent. `preview` is the WebP that would be kept, of `kept_width` by
    `kept_height` px. `name_fit` in per cent, `place` among those of its source, counted from 0. `answer` is what to
    write down of the source once this one is taken.
    """

    source: str
    name: str
    artist: str | None
    url: str | None
    origin: str | None
    page: str | None
    width: int
    height: int
    size: int
    kept_width: int
    kept_height: int
    preview: bytes = field(repr=False)
    sha256: str
    shape: Shape
    name_fit: int
    place: int = 0
    likeness: Likeness = Likeness.OTHER
    answer: SourceAnswer | None = None

    @property
    def smaller_side(self) -> int:
        return min(self.width, self.height)


class Saying(StrEnum):
    """Where a source stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    NOTHING = "nothing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What to say of a source: being asked, has answered (`found` pictures), has nothing, or could not say. `message`
    is a sentence without secrets, of the trouble there was."""

    source: str
    title: str
    saying: Saying
    found: int = 0
    message: str | None = None


Arrival = PictureCandidate | SourceLine
OnArrival = Callable[[Arrival], None]
"""Called on the event loop with each candidate and each change of a source's line."""


def ignore_arrival(arrival: Arrival) -> None:
    """For callers that wait for the whole."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """All that came: candidates with the best first, and the last line of each source."""

    candidates: tuple[PictureCandidate, ...]
    lines: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for. `words`: in place of the entity's own names, None for those. `again`: ask also the sources
    that had nothing in the last 7 days."""

    words: str | None = None
    again: bool = False


def usual_words(name: str, artist: str | None) -> str:
    """The words that stand in the search line at first."""
    return f"{artist} {name}" if artist else name
