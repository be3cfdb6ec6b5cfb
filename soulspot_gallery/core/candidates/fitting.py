"""How well a candidate fits: its name, its shape, its size; the order of candidates, and filters. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from soulspot_gallery.core.candidates.candidate import LIBRARY, LOCAL, Likeness, PictureCandidate, Shape
from soulspot_gallery.core.providers.matching import plain, same_artist, without_edition

SQUARE_TOLERANCE = 0.05
"""The part by which the sides of a square may differ: scans are cut by hand."""

_NAME_STEP = 10
"""Per cent of the name below which two candidates fit equally well."""


@dataclass(frozen=True, slots=True)
class Filters:
    """`smallest`: px that the smaller side must have; 0 for any."""

    smallest: int = 0
    square: bool = False


def shape_of(width: int, height: int) -> Shape:
    if abs(width - height) <= SQUARE_TOLERANCE * max(width, height):
        return Shape.SQUARE
    return Shape.WIDE if width > height else Shape.TALL


def name_fit(name: str, artist: str | None, found: str, found_artist: str | None) -> int:
    """0 to 100: how near the names are, an edition in brackets left aside; of albums the artist counts for half."""
    near = max(_near(name, found), _near(without_edition(name), without_edition(found)))
    if not artist:
        return near
    if not found_artist:
        return max(near // 2, _near(f"{artist} {name}", found))
    of_artist = 100 if same_artist(artist, found_artist) else _near(artist, found_artist)
    return (near + of_artist) // 2


def words_fit(words: str, found: str, found_artist: str | None) -> int:
    """The same for words that a person typed: how many of them are in the names, in any order."""
    return round(fuzz.token_set_ratio(plain(words), plain(f"{found_artist or ''} {found}")))


def _near(one: str, other: str) -> int:
    return round(fuzz.token_sort_ratio(plain(one), plain(other)))


def passes(candidate: PictureCandidate, filters: Filters) -> bool:
    if filters.square and candidate.shape is not Shape.SQUARE:
        return False
    return candidate.smaller_side >= filters.smallest


def best_first(candidates: Iterable[PictureCandidate], sources: Sequence[str]) -> list[PictureCandidate]:
    """Real pictures before placeholders and before the one that is there; then local ones as they were found,
    then the row's own, then by name, shape, size as kept and the order of the sources."""
    order = {LOCAL: -2, LIBRARY: -1} | {name: place for place, name in enumerate(sources)}

    def key(each: PictureCandidate) -> tuple[int, ...]:
        return (
            each.likeness is Likeness.PLACEHOLDER,
            each.likeness is Likeness.SAME,
            min(order.get(each.source, len(order)), 0),
            each.place if each.source == LOCAL else 0,
            -(each.name_fit // _NAME_STEP),
            each.shape is not Shape.SQUARE,
            -min(each.kept_width, each.kept_height),
            order.get(each.source, len(order)),
            each.place,
        )

    return sorted(candidates, key=key)
