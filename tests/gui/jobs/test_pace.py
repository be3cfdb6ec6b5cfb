"""Rates, time left and their words."""

from __future__ import annotations

import pytest

from soulspot_gallery.core.model import Progress
from soulspot_gallery.gui.jobs.pace import Pace, Pacer, Sample, pace, rate_words, time_left_words


def test_pace_is_items_over_time() -> None:
    assert pace([Sample(0, 0), Sample(2, 20)], 100) == Pace(10, 8)
    assert pace([Sample(0, 50), Sample(4, 100)], 100) == Pace(12.5, 0)


@pytest.mark.parametrize("samples", [[], [Sample(0, 0)], [Sample(0, 0), Sample(1, 50)], [Sample(0, 9), Sample(2, 3)]])
def test_nothing_is_foretold_too_early(samples: list[Sample]) -> None:
    assert pace(samples, 100) == Pace()


def test_without_a_total_or_movement_there_is_no_end() -> None:
    assert pace([Sample(0, 0), Sample(2, 20)], 0) == Pace(10, None)
    assert pace([Sample(0, 5), Sample(2, 5)], 10) == Pace(0, None)


def test_the_pacer_looks_back_ten_seconds() -> None:
    pacer, at = Pacer(), 0.0
    for done in range(1000):  # 100 a second
        at = done / 100
        fast = pacer.measure(at, Progress("", done, 5000))
    assert fast.rate == pytest.approx(100, rel=0.01)
    for step in range(1, 200):  # then 10 a second
        slow = pacer.measure(at + step / 10, Progress("", 1000 + step, 5000))
    assert slow.rate == pytest.approx(10, rel=0.02)
    assert len(pacer._samples) < 200


def test_a_new_phase_starts_anew() -> None:
    pacer = Pacer()
    for second in range(5):
        known = pacer.measure(second, Progress("reading", second, 10))
    assert known.rate == pytest.approx(1)
    assert pacer.measure(6, Progress("fetching", 1, 300)) == Pace()
    pacer.measure(9, Progress("fetching", 31, 300))
    assert pacer.measure(10, Progress("fetching", 0, 300)) == Pace()


@pytest.mark.parametrize(
    ("rate", "words"),
    [(None, ""), (0.0, ""), (0.5, "30 a minute"), (1.2, "1 a second"), (12.4, "12 a second"), (4321, "4,321 a second")],
)
def test_rate_words(rate: float | None, words: str) -> None:
    assert rate_words(rate) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0, "a few seconds left"),
        (22, "about 20 s left"),
        (58, "about 1 min left"),
        (150, "about 2 min left"),
        (3569, "about 59 min left"),
        (5400, "about 1.5 h left"),
    ],
)
def test_time_left_words(seconds: float | None, words: str) -> None:
    assert time_left_words(seconds) == words
