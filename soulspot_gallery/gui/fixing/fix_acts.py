"""What the fix queue does to pictures, one after the other, each written down as a step that can be taken back."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from soulspot_gallery.core.candidates.fix_progress import (
    JOURNAL_KEY,
    FixProgress,
    FixStep,
    StepKind,
    from_text,
    to_text,
)
from soulspot_gallery.core.candidates.fix_queue import Key
from soulspot_gallery.core.errors import GalleryError, UsageError
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.gui.jobs.jobs import Jobs

_numbers = itertools.count(1)
_UNFORESEEN = "This went wrong in a way that was not foreseen."
_ELSEWHERE = "The last change was made elsewhere; undo it in the library (Ctrl+Z)."


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one key press: a step that was done or taken back, or a sentence why not."""

    step: FixStep | None = None
    problem: str = ""


class FixActs:
    """Acts in the order of the keys, whatever each takes. `progress` is what was done so far."""

    def __init__(self, jobs: Jobs, service: ImageService) -> None:
        self._jobs, self._service = jobs, service
        self._turn = asyncio.Lock()
        self.progress = FixProgress()
        self.under_way = 0

    async def recall(self) -> None:
        """Take up what was left at the last time."""
        self.progress = from_text(await self._service.recall(JOURNAL_KEY)).of_this_round(datetime.now(UTC))

    def change(
        self,
        kind: StepKind,
        key: Key,
        work: Callable[[], Awaitable[RepairReport]],
        done: Callable[[Acted], object],
    ) -> None:
        """Do it to this picture; `done` hears what became of it."""

        async def act() -> Acted:
            report = await work()
            if not report.done:
                raise UsageError(report.left[0].reason if report.left else "Nothing was changed.")
            return await self._keep(FixStep(kind, key, datetime.now(UTC), report.batch))

        self._run(act, done)

    def skip(self, key: Key, done: Callable[[Acted], object]) -> None:
        """Leave this one out from now on."""

        async def act() -> Acted:
            return await self._keep(FixStep(StepKind.SKIP, key, datetime.now(UTC)))

        self._run(act, done)

    def undo(self, done: Callable[[Acted], object]) -> None:
        """Take back the last step, also one from before a restart."""

        async def act() -> Acted:
            step = self.progress.last
            if step is None:
                raise UsageError("There is nothing to undo here.")
            if step.kind is not StepKind.SKIP:
                await self._take_back(step)
            await self._write(self.progress.without(step))
            return Acted(step)

        self._run(act, done)

    def show_skipped(self, done: Callable[[Acted], object]) -> None:
        """What was skipped is part of the queue again."""

        async def act() -> Acted:
            await self._write(self.progress.without_skips())
            return Acted()

        self._run(act, done)

    async def _take_back(self, step: FixStep) -> None:
        """Raises UsageError where something else was changed since."""
        newest = next((each for each in await self._service.changes() if not each.undone), None)
        if newest is None or newest.batch != step.batch:
            await self._write(self.progress.without(step))
            raise UsageError(_ELSEWHERE)
        report = await self._service.undo()
        if not report.done:
            raise UsageError(report.left[0].reason if report.left else "Nothing was changed.")

    async def _keep(self, step: FixStep) -> Acted:
        await self._write(self.progress.with_step(step))
        return Acted(step)

    async def _write(self, progress: FixProgress) -> None:
        self.progress = progress
        await self._service.remember(JOURNAL_KEY, to_text(progress))

    def _run(self, act: Callable[[], Awaitable[Acted]], done: Callable[[Acted], object]) -> None:
        async def work() -> Acted:
            try:
                async with self._turn:
                    return await act()
            except GalleryError as problem:
                return Acted(problem=str(problem))
            finally:
                self.under_way -= 1

        self.under_way += 1
        # What nobody foresaw is shown by itself; here it is one more that was not done.
        self._jobs.run_quietly(f"fix {next(_numbers)}", work, done, lambda error: done(Acted(problem=_UNFORESEEN)))
