"""One search for candidates, as a thing that the window watches: what has come so far, decoded, in a steady order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from soulspot_gallery.core.candidates.candidate import Arrival, Asked, Gathering, PictureCandidate, SourceLine
from soulspot_gallery.core.candidates.fitting import best_first
from soulspot_gallery.core.model import Entry
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.threads import first_of
from soulspot_gallery.gui.grid.decoding import decode_bytes
from soulspot_gallery.gui.jobs.jobs import Job, Jobs
from soulspot_gallery.qt_executor import QtExecutor

_TOGETHER_MS = 250
PICTURE_SIDE = 400
"""Longest side of a decoded candidate, device px."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate with its picture, ready to be painted."""

    candidate: PictureCandidate
    image: QImage


class CandidateSearch(QObject):
    """What comes is appended and never moves: a key must mean the same picture when it is pressed as when it was
    read. Those that come within a quarter of a second are shown together, the best first; and a search that has ended
    before anybody looked is put into its best order as a whole."""

    arrived = Signal()
    """There is one more."""

    lines_changed = Signal()
    ended = Signal()

    def __init__(self, entry: Entry, asked: Asked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entry, self.asked = entry, asked
        self.shown: list[Shown] = []
        self.lines: dict[str, SourceLine] = {}
        self.done = False
        self.looked_at = False
        self._waiting: list[Shown] = []
        self._together = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._together.timeout.connect(self._show_waiting)

    @property
    def titles(self) -> dict[str, str]:
        """The titles of sources by name."""
        return {line.source: line.title for line in self.lines.values()}

    def add(self, shown: Shown) -> None:
        self._waiting.append(shown)
        if not self._together.isActive():
            self._together.start()

    def _show_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        by_hash = {each.candidate.sha256: each for each in waiting}
        for candidate in best_first([each.candidate for each in waiting], tuple(self.lines)):
            self.shown.append(by_hash[candidate.sha256])
            self.arrived.emit()

    def tell(self, line: SourceLine) -> None:
        self.lines[line.source] = line
        self.lines_changed.emit()

    def end(self, gathering: Gathering | None) -> None:
        """All has come (or, with None, the search has failed)."""
        self._together.stop()
        self._show_waiting()
        self.done = True
        if gathering is not None and not self.looked_at:
            order = {each.sha256: place for place, each in enumerate(gathering.candidates)}
            self.shown.sort(key=lambda each: order.get(each.candidate.sha256, len(order)))
        self.ended.emit()


def start_search(jobs: Jobs, name: str, service: ImageService, executor: QtExecutor, search: CandidateSearch) -> Job:
    """Run the search as a quiet job of this name. Failures are messages; the search ends all the same."""
    return jobs.run_quietly(
        name, lambda: _gather(service, executor, search), search.end, lambda problem: search.end(None)
    )


async def _gather(service: ImageService, executor: QtExecutor, search: CandidateSearch) -> Gathering:
    try:
        async with asyncio.TaskGroup() as decoding:

            def take(arrival: Arrival) -> None:
                if isinstance(arrival, SourceLine):
                    search.tell(arrival)
                else:
                    decoding.create_task(_show(executor, arrival, search.add))

            return await service.candidates(*search.entry.entity.key, search.asked, take)
    except BaseExceptionGroup as group:
        raise first_of(group) from None


async def _show(executor: QtExecutor, candidate: PictureCandidate, add: Callable[[Shown], object]) -> None:
    image = await asyncio.wrap_future(executor.submit(decode_bytes, candidate.preview, PICTURE_SIDE))
    if not image.isNull():
        add(Shown(candidate, image))
