"""Reports of the engine as lines for people."""

from __future__ import annotations

from collections import Counter

from soulspot_gallery.cli.output import one_line
from soulspot_gallery.core.cleanup.planning import brakes_text, preview_numbers
from soulspot_gallery.core.model import (
    CleanupPlan,
    CleanupResult,
    Entry,
    NotDone,
    Outcome,
    RecacheReport,
    ReceiptSummary,
    Removal,
    RestoreResult,
    State,
    Status,
    ValidateReport,
    Verdict,
)
from soulspot_gallery.core.schedule import ScheduledCleanup

_MOST = 20
"""Failures told one by one; --json has them all."""


def status_text(status: Status) -> str:
    lines = [f"Library    {status.library}", f"Pictures   {status.image_root}", ""]
    lines.append(f"{'':10}{'total':>8}" + "".join(f"{state.value:>14}" for state in State))
    for kind, counts in status.kinds.items():
        states = "".join(f"{counts.states.get(state, 0):>14}" for state in State)
        lines.append(f"{kind.plural.capitalize():10}{counts.total:>8}{states}")
    links = ", ".join(f"{number} {verdict.value}" for verdict, number in status.links.items() if number)
    lines += ["", f"Links      {links or 'none'}"]
    lines.append(f"Cache      {status.cache_files} files, {status.cache_bytes / 1e6:.1f} MB")
    return "\n".join(lines)


def entry_text(entry: Entry) -> str:
    by = f" · {entry.entity.artist}" if entry.entity.artist else ""
    where, state = entry.image.display.location, entry.image.state
    why = f"  {entry.image.problem}" if entry.image.problem and state in (State.FAILED, State.CORRUPT) else ""
    return one_line(f"{entry.entity.kind.value:9}{state.value:13}{entry.entity.name}{by}  [{where}]{why}")


def recache_text(report: RecacheReport) -> str:
    counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Outcome if report.count(outcome))
    lines = [f"{len(report.results)} pictures wanted: {counts or 'nothing to do'} ({report.seconds:.1f} s)"]
    failed = [result for result in report.results if result.outcome is Outcome.FAILED]
    lines += [f"  {result.kind.value} {result.id}: {result.message}" for result in failed[:_MOST]]
    over = [result for result in report.results if result.outcome is Outcome.DOWNLOADED and result.message]
    told = [f"  {result.kind.value} {result.id}: {result.message}" for result in over[:_MOST]]
    return "\n".join([*lines, *_more(len(failed)), *told, *_more(len(over))])


def validate_text(report: ValidateReport) -> str:
    counts = ", ".join(f"{report.count(verdict)} {verdict.value}" for verdict in Verdict if report.count(verdict))
    left_out = f"; {report.left_out} left out, as they were checked lately" if report.left_out else ""
    lines = [f"{len(report.results)} links checked: {counts or 'nothing to do'} ({report.seconds:.1f} s){left_out}"]
    bad = [result for result in report.results if not result.check.verdict.answers]
    lines += [
        f"  {result.check.verdict.value:10}{result.kind.value} {result.id}: {result.check.detail}"
        for result in bad[:_MOST]
    ]
    return "\n".join(lines + _more(len(bad)))


def plan_text(plan: CleanupPlan) -> str:
    numbers = preview_numbers(plan)
    reasons = Counter(reason for item in plan.items for reason in item.reasons)
    lines = [
        f"Plan {plan.id}: of {plan.managed} files {numbers['removed']:.0f} would go, "
        f"{numbers['kept']:.0f} stay; {numbers['freed_mb']:.1f} MB.",
        "In the plan: " + (", ".join(f"{number} {reason.value}" for reason, number in reasons.items()) or "nothing"),
    ]
    for item in plan.items:
        mark = "x" if item.selected else " "
        names = ", ".join(entity.name for entity in item.entities) or "no row"
        lines.append(f"  [{mark}] {item.path}  {'+'.join(item.reasons)}  ({names}; again: {item.refetchable.value})")
    if plan.brakes:
        lines.append(brakes_text(plan.brakes))
    return "\n".join(lines)


def cleanup_text(result: CleanupResult, removal: Removal) -> str:
    lines = [f"{result.removed} files removed, {result.kept} kept; {result.freed_bytes / 1e6:.1f} MB."]
    if removal is Removal.TRASH and result.removed:
        lines.append(f"Undo: soulspot-gallery restore {result.receipt}")
    return "\n".join(lines + _not_done("skipped", result.skipped) + _not_done("failed", result.failed))


def restore_text(result: RestoreResult) -> str:
    lines = [f"{result.restored} files restored."]
    return "\n".join(lines + _not_done("skipped", result.skipped) + _not_done("failed", result.failed))


def trash_text(receipts: list[ReceiptSummary]) -> str:
    if not receipts:
        return "The trash is empty."
    return "\n".join(
        f"{each.id}  {each.made_at.astimezone():%Y-%m-%d %H:%M}  {each.files} files, {each.bytes / 1e6:.1f} MB"
        for each in receipts
    )


def scheduled_text(cleanup: ScheduledCleanup) -> str:
    if cleanup.result is not None:
        return cleanup_text(cleanup.result, Removal.TRASH)
    return plan_text(cleanup.plan) + (f"\n{cleanup.refused}" if cleanup.refused else "")


def _not_done(word: str, items: tuple[NotDone, ...]) -> list[str]:
    return [f"  {word} {each.path}: {each.reason}" for each in items[:_MOST]] + _more(len(items))


def _more(count: int) -> list[str]:
    return [f"  … and {count - _MOST} more; --json lists all"] if count > _MOST else []
