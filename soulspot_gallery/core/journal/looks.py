"""The part of the journal that knows what files are like, and when they were last used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.journal import rows as reading
from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.database import JournalDatabase
from soulspot_gallery.core.journal.records import FileCheck


class Looks(JournalDatabase):
    """Looks at files, and times of their use, for few and for a whole library. Raises JournalError."""

    def file_checks(self) -> dict[str, FileCheck]:
        """All looks, by path."""
        return {row[0]: reading.file_check(row) for row in self._each(sa.select(t.file_check))}

    def looks_at(self, paths: Iterable[str]) -> dict[str, FileCheck]:
        """The looks at these files."""
        rows = self._among(sa.select(t.file_check), t.file_check.c.path, list(paths))
        return {row[0]: reading.file_check(row) for row in rows}

    def whole_files(self) -> dict[str, tuple[int, int, int, int]]:
        """The stamps of all files that a look found whole, by path; but for those whose stamp SQLite can't hold as it
        is: those are looked up one by one."""
        found = t.file_check.c
        query = sa.select(found.path, found.device, found.inode, found.size, found.mtime_ns).where(
            found.problem.is_(None), found.sha256 != "", found.device >= 0, found.inode >= 0
        )
        rows: Iterable[Any] = self._each(query)
        return {path: (device, inode, size, mtime) for path, device, inode, size, mtime in rows}

    def last_used(self, paths: Iterable[str]) -> dict[str, datetime]:
        """When each of these was last shown or fetched, by our own record; paths without one are left out."""
        wanted, used = list(paths), dict[str, datetime]()
        for table, column in ((t.picture, t.picture.c.fetched_at), (t.shown, t.shown.c.at)):
            for row in self._among(sa.select(table.c.path, column.label("at")), table.c.path, wanted):
                used[row.path] = max(row.at, used.get(row.path, row.at))
        return used

    def used_since(self, at: datetime) -> frozenset[str]:
        """The paths that were shown or fetched after this time."""
        return self._at_some_time(t.shown.c.at > at, t.picture.c.fetched_at > at)

    def last_used_before(self, at: datetime) -> frozenset[str]:
        """The paths that were shown at this time or before, or fetched; some of them perhaps once more since."""
        return self._at_some_time(t.shown.c.at <= at, t.picture.c.fetched_at <= at)

    def _at_some_time(self, shown: sa.ColumnElement[bool], fetched: sa.ColumnElement[bool]) -> frozenset[str]:
        found = [*self._rows(sa.select(t.shown.c.path).where(shown))]
        found += self._rows(sa.select(t.picture.c.path).where(fetched))
        return frozenset(row[0] for row in found)

    def note_checks(self, checks: Iterable[FileCheck]) -> None:
        self._upsert(
            t.file_check,
            [
                {
                    "path": check.path,
                    "device": reading.signed(check.stamp.device),
                    "inode": reading.signed(check.stamp.inode),
                    "size": check.stamp.size,
                    "mtime_ns": check.stamp.mtime_ns,
                    "sha256": check.sha256,
                    "width": check.width,
                    "height": check.height,
                    "problem": check.problem,
                }
                for check in checks
            ],
        )

    def note_shown(self, at: Mapping[str, datetime]) -> None:
        self._upsert(t.shown, [{"path": path, "at": time} for path, time in at.items()])
