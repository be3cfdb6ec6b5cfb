"""States and verdicts: every one has its figure, word and sentence; colours can be read in light and dark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from support.entries import make_entry

from soulspot_gallery.core.model import State, Verdict
from soulspot_gallery.gui.look.state_marks import (
    LINK_MARKS,
    STATE_MARKS,
    Shape,
    Tone,
    is_dark,
    marks_for,
    shape_pixmap,
    state_sentence,
    tone_colour,
    verdict_sentence,
)


def luminance(colour: QColor) -> float:
    """Relative luminance as of WCAG 2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize(("dark", "ground"), [(False, "#ffffff"), (True, "#16181c")])
def test_tones_can_be_read(tone: Tone, dark: bool, ground: str) -> None:  # noqa: FBT001
    light, deep = sorted((luminance(tone_colour(tone, dark=dark)), luminance(QColor(ground))), reverse=True)
    assert (light + 0.05) / (deep + 0.05) >= 4.5


def test_every_state_has_its_own_figure_word_and_sentence() -> None:
    assert len({mark.shape for mark in STATE_MARKS.values()}) == len(State)
    assert len({mark.word for mark in (*STATE_MARKS.values(), *LINK_MARKS.values())}) == len(STATE_MARKS) + len(
        LINK_MARKS
    )
    assert len({state_sentence(make_entry("a", state=state).image) for state in State}) == len(State)
    assert len({verdict_sentence(make_entry("a", verdict=verdict).image) for verdict in Verdict}) == len(Verdict)


def test_figures_are_drawn_and_differ() -> None:
    images = [shape_pixmap(shape, 16, 2.0, QColor("black")).toImage() for shape in Shape]
    for number, image in enumerate(images):
        assert image.width() == 32
        assert all(image != other for other in images[:number])


def test_cached_pictures_are_quiet_and_bad_links_are_told_beside_the_state() -> None:
    assert marks_for(make_entry("a").image) == ()
    words = [mark.word for mark in marks_for(make_entry("a", state=State.REMOTE, verdict=Verdict.BROKEN).image)]
    assert words == ["Online", "Broken link"]


def test_what_went_wrong_last_is_said_unless_all_is_well() -> None:
    problem = "The server answered 404."
    assert problem in state_sentence(make_entry("a", state=State.FAILED, problem=problem).image)
    assert problem not in state_sentence(make_entry("a", problem=problem).image)


def test_no_link_has_no_verdict() -> None:
    assert verdict_sentence(make_entry("a", state=State.NONE).image) == "There is no link."


def test_dark_is_what_has_light_text() -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor("black"))
    palette.setColor(QPalette.ColorRole.Text, QColor("white"))
    assert is_dark(palette)


def test_a_damaged_file_is_called_damaged_once() -> None:
    problem = "The file is damaged, a part of it was never written; cache the picture again."
    assert state_sentence(make_entry("a", state=State.CORRUPT, problem=problem).image) == problem


def test_a_picture_behind_a_bad_link_is_not_called_shown() -> None:
    image = make_entry("a", state=State.REMOTE, verdict=Verdict.UNSAFE).image
    assert "shown" not in state_sentence(image)
    assert "not followed" in verdict_sentence(image)
