"""The part of ImageService for being without a network: how ready the library is, and making it so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from soulspot_gallery.core.cleanup.applying import Watch
from soulspot_gallery.core.model import (
    By,
    Entry,
    Progress,
    RecacheReport,
    RecacheResult,
    Report,
    Selection,
    ignore_progress,
)
from soulspot_gallery.core.offline import unpacking
from soulspot_gallery.core.offline.pack_plan import PackPlan, Replace
from soulspot_gallery.core.offline.packing import PackMade, Stopped, write_pack
from soulspot_gallery.core.offline.readiness import Readiness, measure
from soulspot_gallery.core.offline.scope import Scope, entries_in
from soulspot_gallery.core.offline.unpacking import PackImported, PackTally, Unpacker
from soulspot_gallery.core.service_pictures import PACE, Pictures, ignore_result
from soulspot_gallery.core.threads import from_thread


class OfflineWork(Pictures):
    """Readiness and packs; see `ImageService`."""

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

    # -- packs

    async def export_pack(
        self,
        file: Path,
        scope: Scope = Scope(),  # noqa: B008 (frozen)
        report: Report = ignore_progress,
    ) -> PackMade:
        """Write the whole pictures of a scope into a pack, in place of what lies at `file`. Raises UsageError for an
        unknown id, GalleryError where it can't be written; then, and when cancelled, nothing of it is left."""
        told = from_thread(report)
        entries = await self._threads.read(entries_in, self._opened, scope, told)
        try:
            return await self._threads.aside_stoppably(
                lambda stop: write_pack(self._opened.store, entries, file, told, stop)
            )
        except Stopped:
            raise asyncio.CancelledError from None

    async def plan_pack(self, file: Path, may: Replace = Replace.NOTHING, report: Report = ignore_progress) -> PackPlan:
        """Say what importing a pack would do, every picture that would come in looked at; nothing is written. Raises
        UsageError for what is no pack."""
        report(Progress("Reading the pack"))
        pictures = await asyncio.to_thread(unpacking.listed, file)
        plan = await self._threads.read(unpacking.plan_import, self._opened, file, pictures, may)
        told = from_thread(report)
        return await self._threads.aside_stoppably(lambda stop: unpacking.verified(plan, told, stop))

    async def apply_pack(self, plan: PackPlan, report: Report = ignore_progress) -> PackImported:
        """Bring in what the plan says, each row and picture checked again; what is replaced is kept in the history.
        When cancelled, what is stored stays, and the same import again does the rest. Raises CannotOpen, UsageError."""
        await self._begin_writing()
        tally, told = PackTally(), from_thread(report)
        unpacker = Unpacker(self._opened, self._committer, self._carrier.files)
        await self._threads.write_stoppably(lambda stop: unpacker.apply(plan, tally, Watch(told, stop)))
        return PackImported(plan, len(tally.stored), tuple(tally.left))

    def _pace(self) -> float | None:
        with contextlib.suppress(ValueError):
            return float(self._opened.journal.get(PACE) or "") or None
        return None
