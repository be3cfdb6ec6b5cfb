"""The part of ImageService that plans cleanups, applies them, takes them back, and keeps the trash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from soulspot_gallery.core import looking
from soulspot_gallery.core.cleanup import gathering, planning
from soulspot_gallery.core.cleanup.applying import Tally, Watch
from soulspot_gallery.core.cleanup.plan_document import plan_from_text, plan_to_text
from soulspot_gallery.core.errors import BrakeHeld, UsageError
from soulspot_gallery.core.journal.records import Receipt
from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    CleanupResult,
    ReceiptSummary,
    Removal,
    Report,
    RestoreResult,
    ignore_progress,
)
from soulspot_gallery.core.service_core import ServiceCore
from soulspot_gallery.core.threads import from_thread


class Cleanups(ServiceCore):
    """Plan, apply that very plan, restore; see `ImageService`."""

    async def plan_cleanup(self, max_age_days: int | None = None, report: Report = ignore_progress) -> CleanupPlan:
        """Decide what a cleanup would remove, and keep the plan. `max_age_days` defaults to the setting.

        Raises UsageError for days that no calendar has."""
        age = self.settings.cache_max_age_days if max_age_days is None else max_age_days
        if not 0 <= age <= planning.MOST_DAYS:
            raise UsageError(f"max_age_days = {age} is not possible; it takes 0 to {planning.MOST_DAYS:,} days.")
        await self._flush()
        plan = await self._threads.read(looking.plan, self._opened, age, from_thread(report))
        await self._threads.write(self._opened.journal.store_plan, plan.id, plan.made_at, plan_to_text(plan))
        return plan

    async def load_plan(self, plan_id: str) -> CleanupPlan:
        """A plan made earlier. Raises UsageError for an unknown one."""
        text = await self._threads.read(self._opened.journal.plan, plan_id)
        if text is None:
            raise UsageError(
                f"There is no cleanup plan {plan_id!r} for this library; make one with optimize --dry-run."
            )
        return plan_from_text(text)

    def brakes_for(self, plan: CleanupPlan, ticked: frozenset[str]) -> tuple[Brake, ...]:
        """The brakes that hold when just these files of the plan are removed."""
        return planning.brakes_for(plan, ticked)

    async def apply_cleanup(
        self,
        plan: CleanupPlan,
        ticked: frozenset[str] | None = None,
        confirmed: frozenset[Brake] = frozenset(),
        removal: Removal = Removal.TRASH,
        report: Report = ignore_progress,
    ) -> CleanupResult:
        """Remove the ticked files (default: as the plan ticks them), each checked again against file and rows.

        Raises BrakeHeld, with nothing touched, for a brake that is not confirmed; UsageError for a path that is not
        in the plan.
        """
        ticked = plan.ticked if ticked is None else ticked
        unknown = ticked - {item.path for item in plan.items}
        if unknown:
            raise UsageError(f"{min(unknown)} is not in the plan {plan.id}; only its files can be removed.")
        held = tuple(brake for brake in await self._threads.read(self._brakes, plan, ticked) if brake not in confirmed)
        if held:
            raise BrakeHeld(planning.brakes_text(held), held)
        await self._begin_writing()
        await self._flush()
        receipt = Receipt(looking.new_id("c"), plan.id, datetime.now(UTC), removal)
        tally = Tally()
        told = from_thread(report)
        await self._threads.write_stoppably(
            lambda stop: self._cleaner.apply(plan, ticked, receipt, tally, Watch(told, stop))
        )
        managed = await self._threads.read(gathering.managed_files, self._opened)
        return CleanupResult(
            plan.id,
            receipt.id,
            tally.done,
            len(managed.files),
            tally.freed_bytes,
            tuple(tally.skipped),
            tuple(tally.failed),
        )

    async def restore(self, receipt: str, report: Report = ignore_progress) -> RestoreResult:
        """Bring back the files and rows of a cleanup. Raises UsageError for an unknown receipt."""
        if receipt not in {each.id for each in await self._threads.read(self._opened.journal.receipts)}:
            raise UsageError(f"There is no receipt {receipt!r} for this library; `trash` lists them.")
        await self._begin_writing()
        tally = Tally()
        told = from_thread(report)
        await self._threads.write_stoppably(lambda stop: self._cleaner.restore(receipt, tally, Watch(told, stop)))
        return RestoreResult(receipt, tally.done, tuple(tally.skipped), tuple(tally.failed))

    async def receipts(self) -> list[ReceiptSummary]:
        """The cleanups whose files are still in the trash, newest first."""
        return await self._threads.read(looking.receipts, self._opened)

    async def empty_trash(self) -> int:
        """Delete what is in the trash for good; the bytes that this frees."""
        await self._begin_writing()
        return await self._threads.write(self._empty_trash, datetime.now(UTC))

    async def expire_trash(self) -> int:
        """Delete for good what has been in the trash for longer than the setting `trash_days`; the bytes freed."""
        await self._begin_writing()
        return await self._threads.write(
            self._empty_trash, datetime.now(UTC) - timedelta(days=self.settings.trash_days)
        )

    def _brakes(self, plan: CleanupPlan, ticked: frozenset[str]) -> tuple[Brake, ...]:
        missing = () if self._opened.store.root.is_dir() else (Brake.MISSING_ROOT,)
        return missing + planning.brakes_for(plan, ticked)

    def _empty_trash(self, until: datetime) -> int:
        freed = 0
        for receipt in looking.receipts(self._opened):
            if receipt.made_at <= until:
                self._cleaner.forget(receipt.id)
                freed += receipt.bytes
        return freed
