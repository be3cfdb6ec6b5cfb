"""How fast a queue is worked through."""

from __future__ import annotations

from soulspot_gallery.gui.fixing.fix_pace import FixPace, pace_words


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pace_and_rest() -> None:
    clock = Clock()
    pace = FixPace(clock)
    assert pace_words(pace, 10) == ""
    for _ in range(4):
        clock.now += 5
        pace.done()
    assert pace_words(pace, 10) == "12 a minute, 50 s to go"
    assert pace_words(pace, 60) == "12 a minute, 5 min to go"
    assert pace_words(pace, 0) == "12 a minute"


def test_a_pause_does_not_count() -> None:
    clock = Clock()
    pace = FixPace(clock)
    for span in (6, 6, 3600, 6):
        clock.now += span
        pace.done()
    assert pace.per_minute == 10


def test_only_the_last_dozen_counts() -> None:
    clock = Clock()
    pace = FixPace(clock)
    for span in (60,) * 20 + (3,) * 12:
        clock.now += span
        pace.done()
    assert pace.per_minute == 20
