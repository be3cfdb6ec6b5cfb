"""The order in which candidates come to be seen: together the best first, and then never moved."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtGui import QImage
from support.entries import make_entry
from support.window import until

from soulspot_gallery.core.candidates.candidate import Asked, Gathering, PictureCandidate, Shape
from soulspot_gallery.gui.choosing.candidate_search import CandidateSearch, Shown

GOOD = PictureCandidate(
    "deezer", "good", None, "https://a.example/1.jpg", None, None, 500, 500, 1, 500, 500, b"", "good", Shape.SQUARE, 100
)
WIDE = replace(GOOD, name="wide", sha256="wide", shape=Shape.WIDE)
BEST = replace(GOOD, name="best", sha256="best", source="local")


def shown(candidate: PictureCandidate) -> Shown:
    return Shown(candidate, QImage(1, 1, QImage.Format.Format_RGB32))


def names(search: CandidateSearch) -> list[str]:
    return [each.candidate.name for each in search.shown]


async def test_what_comes_together_is_ordered_and_what_comes_later_is_appended() -> None:
    search = CandidateSearch(make_entry("a"), Asked())
    search.looked_at = True
    search.add(shown(WIDE))
    await asyncio.sleep(0.05)
    search.add(shown(GOOD))
    assert names(search) == []
    await until(lambda: search.shown)
    assert names(search) == ["good", "wide"]
    search.add(shown(BEST))
    search.end(Gathering((BEST, GOOD, WIDE), ()))
    assert names(search) == ["good", "wide", "best"]
    assert search.done


async def test_what_has_come_before_anybody_looked_is_in_its_best_order() -> None:
    search = CandidateSearch(make_entry("a"), Asked())
    search.add(shown(WIDE))
    await until(lambda: search.shown)
    search.add(shown(BEST))
    search.add(shown(GOOD))
    search.end(Gathering((BEST, GOOD, WIDE), ()))
    assert names(search) == ["best", "good", "wide"]
