"""Whether what a source found is what was sought: names compared as people compare them. No network."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from soulspot_gallery.core.providers.dto import DTO, Sought

_Found = TypeVar("_Found", bound=DTO)

_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_ARTICLE = re.compile(r"^(?:the|der|die|das|le|la|les|los) (?=.)")
_FEATURING = re.compile(r"\b(?:feat|featuring|ft)\b.*$")


def plain(name: str) -> str:
    """The name without case, accents, punctuation, a leading article; what is all punctuation stays as it is."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    words = " ".join("".join(each if each.isalnum() else " " for each in letters.replace("'", "")).split())
    return _ARTICLE.sub("", words) or name.casefold().strip()


def without_edition(title: str) -> str:
    """`Nevermind (Remastered) [Deluxe]` is `Nevermind`; a title that is all brackets stays."""
    while (shorter := _BRACKETS.sub("", title)) != title and shorter:
        title = shorter
    return title


def same_artist(one: str | None, other: str | None) -> bool:
    """Whether two names mean one artist; a guest ("feat.") does not make another. Unknown is not the same."""
    if not one or not other:
        return False
    return _FEATURING.sub("", plain(one)).strip() == _FEATURING.sub("", plain(other)).strip()


def best_match(sought: Sought, found: Iterable[_Found]) -> _Found | None:
    """The first that carries the sought name, for an album also its artist's; editions count as the album, but the
    exact title goes first. None where nothing fits: a wrong picture is worse than none."""
    fitting = [each for each in found if sought.artist is None or same_artist(sought.artist, each.artist)]
    name = plain(sought.name)
    for each in fitting:
        if plain(each.title) == name:
            return each
    short = plain(without_edition(sought.name))
    return next((each for each in fitting if plain(without_edition(each.title)) == short), None)


def matches_words(words: str, found: DTO) -> bool:
    """Whether all words that a person typed are in the name (or the artist's) of what was found."""
    return has_words(words, found.artist, found.title)


def has_words(words: str, *names: str | None) -> bool:
    """Whether all these words are in the names."""
    there = plain(" ".join(name for name in names if name)).split()
    return set(plain(words).split()) <= set(there)
