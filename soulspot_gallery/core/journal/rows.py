"""Rows of the journal's tables as records, and the selections that come by the hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.records import (
    Attempt,
    FileCheck,
    LinkCheck,
    Said,
    SourceAnswer,
)
from soulspot_gallery.core.model import (
    CheckedBy,
    EntityType,
    ErrorCode,
    FileStamp,
    Outcome,
    UrlCheck,
    Verdict,
)


def signed(number: int) -> int:
    """Inodes of some file systems use all 64 bits; SQLite's integers are signed."""
    return number - (1 << 64) if number >= 1 << 63 else number


def unsigned(number: int) -> int:
    return number + (1 << 64) if number < 0 else number


# Rows come by the hundred thousand: unpacked by place, times as plain numbers.
FETCHED = sa.select(t.picture.c.path, sa.type_coerce(t.picture.c.fetched_at, sa.Float))
SHOWN = sa.select(t.shown.c.path, sa.type_coerce(t.shown.c.at, sa.Float))
LINKS = sa.select(
    t.link.c.url_hash,
    t.link.c.verdict,
    t.link.c.detail,
    t.link.c.checked_by,
    sa.type_coerce(t.link.c.checked_at, sa.Float),
)
FAILURES = sa.select(t.attempt).where(t.attempt.c.outcome == Outcome.FAILED.value)


def times(rows: Iterable[Any]) -> dict[str, datetime]:
    return {path: datetime.fromtimestamp(at, UTC) for path, at in rows}


def links(rows: Iterable[Any]) -> dict[str, LinkCheck]:
    checks: dict[tuple[str, str, str], UrlCheck] = {}  # they say the same of most links of a host
    found = {}
    for key, verdict, detail, by, at in rows:
        said = (verdict, detail, by)
        check = checks.get(said)
        if check is None:
            check = checks[said] = UrlCheck(Verdict(verdict), detail, CheckedBy(by))
        found[key] = LinkCheck(check, datetime.fromtimestamp(at, UTC))
    return found


def attempts(rows: Iterable[sa.Row[Any]]) -> dict[tuple[EntityType, str], Attempt]:
    return {
        (EntityType(row.kind), row.id): Attempt(
            EntityType(row.kind),
            row.id,
            row.at,
            Outcome(row.outcome),
            ErrorCode(row.error) if row.error else None,
            row.message,
        )
        for row in rows
    }


def answer(row: sa.Row[Any]) -> SourceAnswer:
    return SourceAnswer(
        EntityType(row.kind),
        row.id,
        row.source,
        row.at,
        Said(row.outcome),
        row.provider_id,
        row.url_hash,
        row.page,
        row.message,
    )


def file_check(row: Any) -> FileCheck:
    path, device, inode, size, mtime_ns, sha256, width, height, problem = row
    stamp = FileStamp(unsigned(device), unsigned(inode), size, mtime_ns)
    return FileCheck(path, stamp, sha256, width, height, problem)
