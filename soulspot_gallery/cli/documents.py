"""The JSON documents of the interface: reports of the engine in the words that scripts rely on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from soulspot_gallery.core.cleanup.planning import preview_numbers
from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    CleanupResult,
    Entry,
    NotDone,
    Outcome,
    RecacheReport,
    RecacheResult,
    ReceiptSummary,
    RestoreResult,
    State,
    Status,
    ValidateReport,
    Verdict,
)
from soulspot_gallery.core.schedule import ScheduledCleanup

Document = dict[str, Any]


def time_text(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat()


def status_document(status: Status) -> Document:
    return {
        "library": status.library,
        "image_root": status.image_root,
        "kinds": {
            kind.value: {"total": counts.total} | {state.value: counts.states.get(state, 0) for state in State}
            for kind, counts in status.kinds.items()
        },
        "links": {verdict.value: status.links.get(verdict, 0) for verdict in Verdict},
        "cache": {"files": status.cache_files, "bytes": status.cache_bytes},
    }


def entry_document(entry: Entry) -> Document:
    entity, image = entry.entity, entry.image
    document: Document = {"kind": entity.kind.value, "id": entity.id, "name": entity.name}
    if entity.kind == "album":
        document["artist"] = entity.artist
    return document | {
        "state": image.state.value,
        "display": {"source": image.display.source.value, "location": image.display.location},
        "url": image.source_url,
        "path": image.local_path,
        "verdict": image.verdict.value,
        "bytes": image.bytes,
        "width": image.width,
        "height": image.height,
        "locked": image.locked,
        "last_shown": time_text(image.last_shown),
    }


def recache_document(report: RecacheReport) -> Document:
    return {
        "requested": len(report.results),
        "downloaded": report.count(Outcome.DOWNLOADED),
        "already_cached": report.count(Outcome.ALREADY_CACHED),
        "unchanged": report.count(Outcome.UNCHANGED),
        "failed": report.count(Outcome.FAILED),
        "skipped": report.count(Outcome.SKIPPED),
        "seconds": round(report.seconds, 3),
        "results": [_recache_result(result) for result in report.results],
    }


def _recache_result(result: RecacheResult) -> Document:
    return {
        "kind": result.kind.value,
        "id": result.id,
        "outcome": result.outcome.value,
        "error": None if result.error is None else result.error.value,
        "message": result.message,
        "path": result.path,
    }


def validate_document(report: ValidateReport) -> Document:
    return {
        "checked": len(report.results),
        "verdicts": {verdict.value: report.count(verdict) for verdict in Verdict},
        "seconds": round(report.seconds, 3),
        "results": [
            {
                "kind": result.kind.value,
                "id": result.id,
                "url": result.url,
                "verdict": result.check.verdict.value,
                "detail": result.check.detail,
                "checked_by": result.check.checked_by.value,
            }
            for result in report.results
        ],
    }


def plan_document(plan: CleanupPlan, brakes: tuple[Brake, ...]) -> Document:
    return {
        "plan": plan.id,
        "max_age_days": plan.max_age_days,
        **preview_numbers(plan),
        "brakes": [brake.value for brake in brakes],
        "items": [
            {
                "path": item.path,
                "bytes": item.stamp.size,
                "reasons": [reason.value for reason in item.reasons],
                "entities": [
                    {"kind": entity.kind.value, "id": entity.id, "name": entity.name} for entity in item.entities
                ],
                "last_used": time_text(item.last_used),
                "refetchable": item.refetchable.value,
                "selected": item.selected,
            }
            for item in plan.items
        ],
    }


def cleanup_document(result: CleanupResult) -> Document:
    return {
        "plan": result.plan,
        "receipt": result.receipt,
        "removed": result.removed,
        "kept": result.kept,
        "freed_mb": result.freed_bytes / 1e6,
        "skipped": [_not_done(each) for each in result.skipped],
        "failed": [_not_done(each) for each in result.failed],
    }


def scheduled_document(cleanup: ScheduledCleanup) -> Document:
    """What was applied, with the receipt that undoes it; else the plan that waits to be looked at."""
    if cleanup.result is not None:
        return cleanup_document(cleanup.result)
    return plan_document(cleanup.plan, cleanup.plan.brakes)


def restore_document(result: RestoreResult) -> Document:
    return {
        "receipt": result.receipt,
        "restored": result.restored,
        "skipped": [_not_done(each) for each in result.skipped],
        "failed": [_not_done(each) for each in result.failed],
    }


def trash_document(receipts: list[ReceiptSummary]) -> Document:
    return {
        "receipts": [
            {"receipt": each.id, "made_at": time_text(each.made_at), "files": each.files, "bytes": each.bytes}
            for each in receipts
        ]
    }


def _not_done(each: NotDone) -> Document:
    return {"path": each.path, "reason": each.reason}
