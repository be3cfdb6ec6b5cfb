"""How candidates are judged and ordered: names, shapes, filters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from soulspot_gallery.core.candidates.candidate import LIBRARY, LOCAL, Likeness, PictureCandidate, Shape
from soulspot_gallery.core.candidates.fitting import Filters, best_first, name_fit, passes, shape_of, words_fit

PLAIN = PictureCandidate(
    "deezer", "Discovery", "Daft Punk", "https://a.example/1.jpg", None, None, 600, 600, 1000, 500, 500, b"", "",
    Shape.SQUARE, 100,
)  # fmt: skip


@pytest.mark.parametrize(
    ("size", "shape"),
    [((500, 500), Shape.SQUARE), ((500, 476), Shape.SQUARE), ((500, 470), Shape.WIDE), ((470, 500), Shape.TALL)],
)
def test_shapes(size: tuple[int, int], shape: Shape) -> None:
    assert shape_of(*size) is shape


def test_names_are_compared_as_people_compare_them() -> None:
    assert name_fit("Discovery", "Daft Punk", "DISCOVERY", "daft punk") == 100
    assert name_fit("Nevermind (Remastered)", "Nirvana", "Nevermind", "Nirvana") == 100
    assert name_fit("Björk", None, "Bjork", None) == 100
    wrong_artist = name_fit("Discovery", "Daft Punk", "Discovery", "Electric Light Orchestra")
    assert 40 < wrong_artist < 85
    assert name_fit("Discovery", "Daft Punk", "Homework", "Somebody Else") < wrong_artist
    assert name_fit("Discovery", "Daft Punk", "Discovery", None) < 100


def test_words_fit_in_any_order() -> None:
    assert words_fit("punk daft discovery", "Discovery", "Daft Punk") == 100
    assert words_fit("homework", "Discovery", "Daft Punk") < 60


def test_filters() -> None:
    assert passes(replace(PLAIN, width=640, height=600), Filters(600))
    assert not passes(replace(PLAIN, width=640, height=599), Filters(600))
    assert not passes(replace(PLAIN, shape=Shape.TALL), Filters(square=True))
    assert passes(replace(PLAIN, shape=Shape.TALL), Filters())


def test_the_order() -> None:
    local, own = replace(PLAIN, source=LOCAL, name_fit=100, kept_width=100), replace(PLAIN, source=LIBRARY)
    far, wide = replace(PLAIN, name_fit=60), replace(PLAIN, shape=Shape.WIDE)
    small, second = replace(PLAIN, kept_width=300), replace(PLAIN, source="itunes")
    same, nothing = replace(PLAIN, likeness=Likeness.SAME), replace(PLAIN, likeness=Likeness.PLACEHOLDER)
    larger = replace(PLAIN, likeness=Likeness.SAME_LARGER)
    given = [nothing, same, far, small, wide, second, larger, own, local]
    assert best_first(given, ["deezer", "itunes"]) == [local, own, larger, second, small, wide, far, same, nothing]
