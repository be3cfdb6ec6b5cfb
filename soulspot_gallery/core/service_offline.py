"""The part of ImageService for being without a network: how ready the library is, and making it so."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from soulspot_gallery.core.model import By, Entry, RecacheReport, RecacheResult, Report, Selection, ignore_progress
from soulspot_gallery.core.offline.readiness import Readiness, measure
from soulspot_gallery.core.offline.scope import Scope, entries_in
from soulspot_gallery.core.service_pictures import PACE, Pictures, ignore_result
from soulspot_gallery.core.threads import from_thread


class OfflineWork(Pictures):
    """Readiness; see `ImageService`."""

    @property
    def knows_tracks(self) -> bool:
        """Whether the library says which tracks are on a playlist; else a playlist is ready with its own picture."""
        return self._opened.library.knows_tracks

    async def readiness(
        self,
        scope: Scope = Scope(),  # noqa: B008 (frozen)
        report: Report = ignore_progress,
    ) -> Readiness:
        """How ready these are to be looked at without a network. Raises UsageError for an unknown id."""
        return await self.readiness_of(await self._threads.read(entries_in, self._opened, scope, from_thread(report)))

    async def readiness_of(self, entries: Sequence[Entry]) -> Readiness:
        """As `readiness`, of entries that have been read already."""

        def work() -> Readiness:
            return measure(entries, self._opened.journal.origins().keys(), self._pace())

        return await self._threads.read(work)

    async def make_ready(
        self,
        found: Readiness,
        report: Report = ignore_progress,
        on_result: Callable[[RecacheResult], None] = ignore_result,
    ) -> RecacheReport:
        """Fetch what is missing and can be had, by an ordinary recache that leaves locked pictures alone."""
        wanted = found.obtainable
        if not wanted:
            return RecacheReport((), 0.0)
        selection = Selection(frozenset(each.kind for each in wanted), frozenset(each.id for each in wanted))
        return await self.recache(selection, report=report, on_result=on_result, by=By.ITSELF)

    def _pace(self) -> float | None:
        with contextlib.suppress(ValueError):
            return float(self._opened.journal.get(PACE) or "") or None
        return None
