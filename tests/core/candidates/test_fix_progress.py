"""The progress of a fix queue as text and back, and what is taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from soulspot_gallery.core.candidates.fix_progress import FixProgress, FixStep, StepKind, from_text, to_text
from soulspot_gallery.core.model import EntityType

AT = datetime(2026, 11, 24, 12, 0, 0, 250_000, UTC)
SET = FixStep(StepKind.SET, (EntityType.ALBUM, "a"), AT, 7)
SKIP = FixStep(StepKind.SKIP, (EntityType.ARTIST, "b"), AT)
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


def test_after_a_pause_another_round_begins_and_skips_stay() -> None:
    assert BOTH.of_this_round(AT + timedelta(hours=11)) == BOTH
    assert BOTH.of_this_round(AT + timedelta(hours=13)) == FixProgress((SKIP,))
    assert FixProgress().of_this_round(AT) == FixProgress()


@pytest.mark.parametrize("text", [None, "", "{}", "[[1]]", '[["dance","album","a",null]]', "no json", "7", "[7]",
                                  '[["set","album","a",1e300,1]]', '[["set","album","a","now",1]]'])  # fmt: skip
def test_what_cannot_be_read_is_no_progress(text: str | None) -> None:
    assert from_text(text) == FixProgress()
