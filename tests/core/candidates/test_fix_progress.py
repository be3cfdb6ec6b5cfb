"""The progress of a fix queue as text and back, and what is taken back."""

from __future__ import annotations

import pytest

from soulspot_gallery.core.candidates.fix_progress import FixProgress, FixStep, StepKind, from_text, to_text
from soulspot_gallery.core.model import EntityType

SET = FixStep(StepKind.SET, (EntityType.ALBUM, "a"), 7)
SKIP = FixStep(StepKind.SKIP, (EntityType.ARTIST, "b"))
BOTH = FixProgress().with_step(SET).with_step(SKIP)


def test_it_survives_as_text() -> None:
    assert from_text(to_text(BOTH)) == BOTH
    assert BOTH.skipped == {SKIP.key}
    assert BOTH.last == SKIP
    assert BOTH.count() == {StepKind.SET: 1, StepKind.SKIP: 1}


def test_steps_are_taken_back() -> None:
    assert BOTH.without(SKIP) == FixProgress((SET,))
    assert BOTH.without_skips().skipped == frozenset()
    assert FixProgress().last is None


@pytest.mark.parametrize("text", [None, "", "{}", "[[1]]", '[["dance","album","a",null]]', "no json", "7", "[7]"])
def test_what_cannot_be_read_is_no_progress(text: str | None) -> None:
    assert from_text(text) == FixProgress()
