"""What the import command takes and tells: the login, the JSON document, the lines for people."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from soulspot_gallery.core.importing.plans import ImportPlan, ImportReport
from soulspot_gallery.core.importing.subsonic import is_address
from soulspot_gallery.core.library.own_rows import OwnRow
from soulspot_gallery.core.model import Outcome, RecacheReport

PASSWORD_VARIABLE = "SUBSONIC_PASSWORD"  # noqa: S105 (its name, not a password)
"""Where a password can stand that is in no list of processes and no history."""

_MOST = 20
"""Lines told one by one; --json has them all."""


def password_for(source: str, user: str | None) -> str | None:
    """The password for a server: from the environment, or typed where a user was named and somebody can type."""
    if not is_address(source):
        return None
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is None and user is not None and sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(f"Password of {user}: ", sys.stderr)
    return given


def plan_document(plan: ImportPlan) -> dict[str, Any]:
    """What the import would do."""
    return _document(plan, None)


def report_document(report: ImportReport) -> dict[str, Any]:
    """What the import did."""
    return _document(report.plan, report)


def _document(plan: ImportPlan, report: ImportReport | None) -> dict[str, Any]:
    pictures = {"planned": len(plan.pictures)} | ({} if report is None else _counts(report.pictures))
    by_row = {(each.kind, each.id) for each in plan.pictures}
    items = [(row, True) for row in plan.rows.added] + [(row, False) for row in plan.rows.completed]
    document = {
        "source": plan.source,
        "dry_run": report is None,
        "added": {kind.value: number for kind, number in plan.new().items()},
        "completed": len(plan.rows.completed),
        "known": plan.rows.known,
        "links": plan.links,
        "pictures": pictures,
        "items": [_item(row, plan, new, (row.kind, row.id) in by_row) for row, new in items],
        "problems": [
            {"where": each.where, "message": each.message, "left_out": each.left_out} for each in plan.problems
        ],
    }
    if report is not None:
        failed = [result for result in report.pictures.results if result.outcome is Outcome.FAILED]
        document["failed"] = [
            {
                "kind": each.kind.value,
                "id": each.id,
                "error": None if each.error is None else each.error.value,
                "message": each.message,
            }
            for each in failed
        ]
        document["seconds"] = round(report.seconds, 3)
    return document


def _item(row: OwnRow, plan: ImportPlan, new: bool, picture: bool) -> dict[str, Any]:  # noqa: FBT001 (its columns)
    item: dict[str, Any] = {"kind": row.kind.value, "id": row.id, "name": row.name}
    if row.kind.value == "album":
        item["artist"] = plan.rows.artists.get(row.artist_id or "")
    return item | {"new": new, "url": row.url, "picture": picture}


def _counts(pictures: RecacheReport) -> dict[str, int]:
    return {
        "stored": pictures.count(Outcome.DOWNLOADED),
        "unchanged": pictures.count(Outcome.UNCHANGED) + pictures.count(Outcome.ALREADY_CACHED),
        "failed": pictures.count(Outcome.FAILED),
        "skipped": pictures.count(Outcome.SKIPPED),
    }


def plan_text(plan: ImportPlan) -> str:
    return "\n".join([*_head(plan), *_problems(plan), "Nothing was written; leave out --dry-run to import."])


def report_text(report: ImportReport) -> str:
    pictures = ", ".join(f"{number} {word}" for word, number in _counts(report.pictures).items() if number)
    lines = [*_head(report.plan), f"Pictures: {pictures or 'none'} ({report.seconds:.1f} s)"]
    failed = [each for each in report.pictures.results if each.outcome is Outcome.FAILED]
    names = {(each.kind, each.id): each.name for each in report.plan.pictures}
    lines += [
        f"  {each.kind.value} {names.get((each.kind, each.id), '?')} ({each.id}): {each.message}"
        for each in failed[:_MOST]
    ] + _more(len(failed))
    if report.plan.links:
        lines.append("A recache fetches the pictures behind the links.")
    return "\n".join([*lines, *_problems(report.plan)])


def _head(plan: ImportPlan) -> list[str]:
    new = ", ".join(_counted(number, kind.value, kind.plural) for kind, number in plan.new().items())
    rest = f"{len(plan.rows.completed)} completed, {plan.rows.known} known before"
    return [
        plan.source,
        f"New: {new}; {rest}. With them {_counted(len(plan.pictures), 'picture')} and {_counted(plan.links, 'link')}.",
    ]


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _problems(plan: ImportPlan) -> list[str]:
    left_out = sum(each.left_out for each in plan.problems)
    if not plan.problems:
        return []
    lines = [f"{_counted(len(plan.problems), 'remark')}, {left_out} of them on what was left out:"]
    # What is missing counts more than what was put right.
    ordered = sorted(plan.problems, key=lambda each: not each.left_out)
    return [*lines, *(f"  {each.where}: {each.message}" for each in ordered[:_MOST]), *_more(len(ordered))]


def _more(count: int) -> list[str]:
    return [f"  … and {count - _MOST} more; --json lists all"] if count > _MOST else []
