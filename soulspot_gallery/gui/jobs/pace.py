"""How fast a job goes and how long it will take: plain arithmetic over its progress, and its words for people."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from soulspot_gallery.core.model import Progress

WINDOW = 10.0
"""Seconds looked back upon: long enough to be steady, short enough to notice a host that slows down."""
SETTLING = 1.5
"""Seconds for which nothing is foretold."""
_APART = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate` in items a second, `seconds_left` to the end; None where nothing can be said."""

    rate: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """How many items were done at a time (s)."""

    at: float
    done: int


def pace(samples: Sequence[Sample], total: int) -> Pace:
    """The pace between the first and the last sample; `total` 0 means not known."""
    if len(samples) < 2:
        return Pace()
    seconds, items = samples[-1].at - samples[0].at, samples[-1].done - samples[0].done
    if seconds < SETTLING or items < 0:
        return Pace()
    rate = items / seconds
    left = total - samples[-1].done
    return Pace(rate, left / rate if total > 0 and left >= 0 and rate > 0 else None)


class Pacer:
    """Keeps the samples of the last WINDOW seconds; a new phase (another total, or a count that went back) starts
    anew."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque()
        self._total = 0

    def measure(self, now: float, progress: Progress) -> Pace:
        """Take a progress at the time `now` (s) and say the pace."""
        samples = self._samples
        if progress.total != self._total or (samples and progress.done < samples[-1].done):
            samples.clear()
            self._total = progress.total
        if len(samples) > 1 and now - samples[-2].at < _APART:
            samples.pop()
        samples.append(Sample(now, progress.done))
        while now - samples[0].at > WINDOW and len(samples) > 2:
            samples.popleft()
        return pace(samples, progress.total)


def rate_words(rate: float | None) -> str:
    """`12 a second`, `40 a minute`; empty where not known or nothing moves."""
    if rate is None or rate * 60 < 0.5:
        return ""
    if rate >= 1:
        return f"{rate:,.0f} a second"
    return f"{rate * 60:.0f} a minute"


def time_left_words(seconds: float | None) -> str:
    """`about 2 min left`, rounded so that it does not flicker; empty where not known."""
    if seconds is None:
        return ""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 55:
        return f"about {round(seconds / 5) * 5} s left"
    if seconds < 3570:
        return f"about {max(1, round(seconds / 60))} min left"
    return f"about {seconds / 3600:.1f} h left"
