"""CSV of a cleanup plan, of its result and of failures; safe to open in a spreadsheet. No Qt."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from soulspot_gallery.core.model import CleanupPlan, CleanupResult, EntityType
from soulspot_gallery.gui.look.wording import refetchable_words

PLAN_HEADER = (
    "ticked", "path", "bytes", "reasons", "evidence", "kind", "id", "name", "last_used", "last_used_by", "refetchable",
)  # fmt: skip
RESULT_HEADER = ("path", "outcome", "reason", "bytes", "names")
FAILURES_HEADER = ("kind", "id", "name", "reason", "message", "address")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: a leading `=`, `+`, `-` or `@` (also a full-width one, or
    after blanks) and a leading tab or line end get an apostrophe before them. See OWASP, "CSV Injection"."""
    start = text.lstrip()[:1]
    return "'" + text if start in set("=+-@＝＋－＠") - {""} or text[:1] in ("\t", "\r", "\n") else text


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def plan_csv(plan: CleanupPlan, ticked: frozenset[str]) -> str:
    """One line per file of the plan; `ticked` says what is ticked now, not what was at first."""
    return _csv(
        PLAN_HEADER,
        (
            (
                "yes" if item.path in ticked else "no",
                item.path,
                item.stamp.size,
                " ".join(item.reasons),
                item.evidence,
                " ".join(dict.fromkeys(entity.kind.value for entity in item.entities)),
                " ".join(entity.id for entity in item.entities),
                ", ".join(entity.name for entity in item.entities),
                item.last_used.isoformat(),
                "own record" if item.own_record else "file date",
                refetchable_words(item.refetchable).lower(),
            )
            for item in plan.items
        ),
    )


def result_csv(plan: CleanupPlan, ticked: frozenset[str], result: CleanupResult) -> str:
    """One line per planned file: removed, skipped or failed, and why."""
    left = {each.path: ("skipped", each.reason) for each in result.skipped}
    left |= {each.path: ("failed", each.reason) for each in result.failed}
    return _csv(
        RESULT_HEADER,
        (
            (
                item.path,
                *left.get(item.path, ("removed", "")),
                item.stamp.size,
                ", ".join(entity.name for entity in item.entities),
            )
            for item in plan.items
            if item.path in ticked
        ),
    )


def failures_csv(rows: Iterable[tuple[EntityType, str, str, str, str, str]]) -> str:
    """One line per failure: kind, id, name, reason, message, address (already without secrets)."""
    return _csv(FAILURES_HEADER, rows)


def write_csv(path: Path, text: str) -> None:
    """Write the text, in UTF-8 with the mark by which spreadsheets know it. Raises OSError."""
    path.write_text(text, "utf-8-sig", newline="")
