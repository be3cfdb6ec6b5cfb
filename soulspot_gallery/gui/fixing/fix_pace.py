"""How fast a queue is worked through, and how long the rest will take at that speed. Pure, no Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

_REMEMBERED = 12
"""Steps over which the speed is taken: what went before was perhaps another person, or a pause."""

_PAUSE = 120.0
"""Seconds after which a step is no longer waited for: the person was away."""


class FixPace:
    """`done` is called for each entity that was dealt with."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._spans: deque[float] = deque(maxlen=_REMEMBERED)
        self._last = clock()

    def done(self) -> None:
        now = self._clock()
        if now - self._last <= _PAUSE:
            self._spans.append(now - self._last)
        self._last = now

    @property
    def per_minute(self) -> float | None:
        """Entities a minute; None until there is something to go by."""
        total = sum(self._spans)
        return 60.0 * len(self._spans) / total if len(self._spans) >= 2 and total > 0 else None

    def left(self, count: int) -> float | None:
        """Seconds for so many more; None until there is something to go by."""
        pace = self.per_minute
        return None if pace is None else 60.0 * count / pace


def pace_words(pace: FixPace, left: int) -> str:
    """`11 a minute, 3 min to go`; empty until there is something to go by."""
    per_minute, seconds = pace.per_minute, pace.left(left)
    if per_minute is None or seconds is None:
        return ""
    speed = f"{per_minute:.0f}" if per_minute >= 2 else f"{per_minute:.1f}"
    rest = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(1, round(seconds))} s"
    return f"{speed} a minute, {rest} to go" if left else f"{speed} a minute"
