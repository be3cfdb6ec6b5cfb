"""Text as it is searched and sorted: without capital letters and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Accents, Hebrew points and Arabic vowel signs; not the marks that make another letter of it (kana voicing, nukta).
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]"
)
_STROKES = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}


class _Folded(dict[int, str]):
    """What each character is searched as, worked out when it first occurs: a third of the time of folding names."""

    def __missing__(self, character: int) -> str:
        text = unicodedata.normalize("NFKD", chr(character).casefold())
        folded = self[character] = "".join(_STROKES.get(part, part) for part in _ACCENTS.sub("", text))
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """The text without capital letters, accents and strokes: “Møøse” is found by “moose”. Not for showing."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def fold_all(texts: Iterable[str]) -> list[str]:
    """As `fold` for each of many."""
    return [text.lower() if text.isascii() else text.translate(_FOLDED) for text in texts]
