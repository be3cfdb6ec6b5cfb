"""Folding: capitals and accents aside, and what makes another letter is kept."""

from __future__ import annotations

import pytest

from soulspot_gallery.core.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Björk", "bjork"), ("STRASSE Straße", "strasse strasse"), ("Møøse", "moose"), ("がか", "がか"), ("שָׁלוֹם", "שלום")],
)
def test_folding_ignores_capitals_and_accents(text: str, folded: str) -> None:
    assert fold(text) == fold(folded)


def test_marks_that_make_another_letter_are_kept() -> None:
    assert fold("が") != fold("か")
