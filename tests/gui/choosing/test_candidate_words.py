"""What is said of candidates, sources and troubles."""

from __future__ import annotations

import pytest
from support.entries import make_entry

from soulspot_gallery.core.candidates.candidate import (
    LOCAL,
    Likeness,
    PictureCandidate,
    Saying,
    Shape,
    SourceLine,
)
from soulspot_gallery.core.candidates.fix_queue import Trouble
from soulspot_gallery.core.model import State, Verdict
from soulspot_gallery.gui.choosing.candidate_words import (
    candidate_sentence,
    lines_words,
    silent_words,
    trouble_mark,
    trouble_sentence,
    troubles_words,
)

FOUND = PictureCandidate(
    "deezer", "Discovery", "Daft Punk", "https://a.example/1.jpg", None, "https://a.example/page", 600, 400, 71_000,
    500, 333, b"", "", Shape.WIDE, 72, likeness=Likeness.SAME_LARGER,
)  # fmt: skip


def test_all_that_is_known_of_a_candidate_in_a_line() -> None:
    assert candidate_sentence(FOUND, 3, {"deezer": "Deezer"}) == (
        "3: Discovery by Daft Punk, Deezer, 600 × 400 px, 71 kB, name 72 %, Same, larger, Wide, https://a.example/page"
    )
    local = PictureCandidate(
        LOCAL, "/music/a/cover.jpg", None, None, "file:///music/a/cover.jpg", None, 500, 500, 900, 500, 500, b"", "",
        Shape.SQUARE, 100,
    )  # fmt: skip
    assert candidate_sentence(local, 1, {}) == "1: /music/a/cover.jpg, This computer, 500 × 500 px, 900 bytes"


def test_where_sources_stand() -> None:
    lines = [
        SourceLine("deezer", "Deezer", Saying.ANSWERED, 2),
        SourceLine("itunes", "iTunes", Saying.ASKED),
        SourceLine("local", "This computer", Saying.NOTHING),
        SourceLine("spotify", "Spotify", Saying.SILENT, message="It is resting."),
    ]
    assert lines_words(lines) == (
        "Deezer: 2 pictures   ·   iTunes: asking …   ·   This computer: nothing   ·   Spotify: no answer"
    )
    assert troubles_words(lines) == silent_words(lines) == ["Spotify: It is resting."]
    assert silent_words([SourceLine("library", "Link", Saying.SILENT, message="It is gone.")]) == []


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("state", list(State))
def test_every_trouble_has_its_mark_and_a_sentence(trouble: Trouble, state: State) -> None:
    image = make_entry("a", state=state, verdict=Verdict.BROKEN).image
    assert trouble_mark(trouble).word
    assert trouble_sentence(trouble, image).endswith(".")
