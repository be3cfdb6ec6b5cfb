"""The main job on the sample library without a window, told in plain lines: `--demo` where there is no display."""

from __future__ import annotations

import concurrent.futures
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from soulspot_gallery.core.model import (
    CleanupPlan,
    CleanupResult,
    EntityType,
    Outcome,
    RecacheReport,
    RestoreResult,
    Status,
    ValidateReport,
)
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.demo.library import SampleLibrary

Say = Callable[[str], None]
"""Takes one line for a person, without its end."""


@dataclass(frozen=True, slots=True)
class HeadlessRun:
    """What each step of the run gave."""

    before: Status
    recached: RecacheReport
    validated: ValidateReport
    plan: CleanupPlan
    cleaned: CleanupResult
    restored: RestoreResult
    after: Status


async def run_headless_demo(
    sample: SampleLibrary, say: Say, executor: concurrent.futures.Executor | None = None
) -> HeadlessRun:
    """Look, recache, check links, plan a cleanup, apply it and take it back, with the real engine; some seconds.

    `say` gets each line as soon as its step is done. Raises GalleryError.
    """
    async with await ImageService.open(
        sample.library, sample.image_root, sample.data_dir, sample.settings, executor
    ) as service:
        before = await service.status()
        _tell_start(before, sample, say)
        recached = await service.recache()
        _tell_recache(recached, say)
        validated = await service.validate()
        _tell_links(validated, say)
        plan = await service.plan_cleanup()
        _tell_plan(plan, say)
        cleaned = await service.apply_cleanup(plan)
        say(
            f"Cleanup: {_files(cleaned.removed)} moved to the trash, {cleaned.kept} kept, "
            f"{_mb(cleaned.freed_bytes)} to be freed. Receipt: {cleaned.receipt}."
        )
        restored = await service.restore(cleaned.receipt)
        say(f"Undo: {_files(restored.restored)} brought back, with their rows.")
        after = await service.status()
        say(f"Pictures now: {_states(after)}.")
    return HeadlessRun(before, recached, validated, plan, cleaned, restored, after)


def _tell_start(status: Status, sample: SampleLibrary, say: Say) -> None:
    there = ", ".join(f"{status.kinds[kind].total} {kind.plural}" for kind in EntityType)
    say(f"Sample library: {there}, with a picture host of its own at {sample.cdn.host}.")
    say(f"Pictures at first: {_states(status)}.")


def _tell_recache(report: RecacheReport, say: Say) -> None:
    failed = [result for result in report.results if result.outcome is Outcome.FAILED]
    why = _counted(result.error.value for result in failed if result.error is not None)
    say(
        f"Recache: {report.count(Outcome.DOWNLOADED)} of {len(report.results)} fetched in {report.seconds:.1f} s, "
        f"{len(failed)} failed" + (f" ({why})." if why else ".")
    )


def _tell_links(report: ValidateReport, say: Say) -> None:
    found = _counted(result.check.verdict.value for result in report.results)
    say(f"Links: {len(report.results)} checked in {report.seconds:.1f} s: {found}.")


def _tell_plan(plan: CleanupPlan, say: Say) -> None:
    reasons = _counted(reason.value for item in plan.items for reason in item.reasons)
    size = sum(item.stamp.size for item in plan.items if item.selected)
    say(
        f"Cleanup plan: {len(plan.items)} of {_files(plan.managed)} have a reason to go ({reasons}); "
        f"{len(plan.ticked)} are ticked, {_mb(size)}."
    )


def _states(status: Status) -> str:
    states: Counter[str] = Counter()
    for counts in status.kinds.values():
        states.update({state.value: number for state, number in counts.states.items()})
    return _text(states)


def _counted(words: Iterable[str]) -> str:
    return _text(Counter(words))


def _text(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.most_common() if number)


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
