"""What runs by itself: a cleanup plan at its time, links checked a few at a time. The same for window and worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cronsim import CronSim

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.model import CleanupPlan, CleanupResult, ValidateResult
from soulspot_gallery.core.service import ImageService, ignore_result

TICK = 60.0
"""Seconds between two looks at the clock."""

LINKS_PER_TICK = 10
RETRIES_PER_TICK = 10
_RAN = "cleanup_ran_at"
_EXPIRED = "sources_expired_at"


@dataclass(frozen=True, slots=True)
class ScheduledCleanup:
    """A plan that was made at its time; `result` where it was applied, `refused` where a brake held."""

    plan: CleanupPlan
    result: CleanupResult | None = None
    refused: str | None = None


def is_due(schedule: str, last: datetime, now: datetime) -> bool:
    """Whether a run lies between `last` and `now` (both local and naive). An empty schedule is never due."""
    return bool(schedule) and next(CronSim(schedule, last)) <= now


def next_run(schedule: str, now: datetime) -> datetime | None:
    """When the schedule runs next, in local time; None for an empty one."""
    return next(CronSim(schedule, now)) if schedule else None


def local_now() -> datetime:
    """The time on the user's clock: schedules are written in it."""
    return datetime.now().astimezone().replace(tzinfo=None)


async def keep_schedule(
    service: ImageService,
    on_cleanup: Callable[[ScheduledCleanup], None],
    on_trouble: Callable[[GalleryError], None],
    tick: float = TICK,
    on_link: Callable[[ValidateResult], None] = ignore_result,
) -> None:
    """Until cancelled: make (and where the settings say so apply) the cleanup plan at its time, a missed one once at
    the start; check a few links; fetch a few pictures again that failed more than a day ago; let old trash go. What
    fails is told, and tried again the next time."""
    while True:
        try:
            await tick_once(service, on_cleanup, on_link)
        except GalleryError as problem:
            on_trouble(problem)
        await asyncio.sleep(tick)


async def tick_once(
    service: ImageService,
    on_cleanup: Callable[[ScheduledCleanup], None],
    on_link: Callable[[ValidateResult], None] = ignore_result,
) -> None:
    """One look at the clock."""
    await service.keep_shown()
    now, schedule = local_now(), service.settings.cache_cleanup_schedule
    last = await service.recall(_RAN)
    if last is None:
        await service.remember(_RAN, now.isoformat())
    elif is_due(schedule, datetime.fromisoformat(last), now):
        await service.remember(_RAN, now.isoformat())
        on_cleanup(await _clean(service))
        if service.writing_allowed:
            await service.expire_trash()
    if service.writing_allowed:
        await _let_sources_expire(service, now)
    if service.settings.background_link_checks:
        for result in (await service.check_stale_links(LINKS_PER_TICK)).results:
            on_link(result)
    if service.settings.cache_images_locally and service.writing_allowed:
        await service.retry_failed(RETRIES_PER_TICK)


async def _let_sources_expire(service: ImageService, now: datetime) -> None:
    """Once a day: renew or remove what its source does not allow to be kept for longer (Spotify: 30 days)."""
    last = await service.recall(_EXPIRED)
    if last is None or now - datetime.fromisoformat(last) >= timedelta(days=1):
        await service.remember(_EXPIRED, now.isoformat())
        await (await service.sync_service()).expire()


async def _clean(service: ImageService) -> ScheduledCleanup:
    plan = await service.plan_cleanup()
    if not service.settings.cache_cleanup_apply or not service.writing_allowed or not plan.ticked:
        return ScheduledCleanup(plan)
    try:
        return ScheduledCleanup(plan, await service.apply_cleanup(plan))
    except GalleryError as problem:
        return ScheduledCleanup(plan, refused=str(problem))
