"""The part of the journal that holds what recaches have still to do, written and read in pages."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.database import JournalDatabase
from soulspot_gallery.core.model import EntityType

_RUN, _POLICY = "queue_run", "queue_policy"

_FORGOTTEN_AFTER = timedelta(days=7)
"""What a run that was killed has left, and that nobody can resume, is thrown away after so long."""


class Waiting(NamedTuple):
    """An entity that waits in a queue. Those with the same place are of different hosts."""

    place: int
    kind: EntityType
    id: str


class Queues(JournalDatabase):
    """A queue is known by the name of its run. Methods block, and raise JournalError where that can't be done."""

    def extend_queue(self, run: str, waiting: Iterable[Waiting]) -> None:
        rows = [{"run": run, "place": place, "kind": kind.value, "id": each} for place, kind, each in waiting]
        if rows:
            self._write_somehow(lambda connection: connection.execute(sa.insert(t.queue), rows))

    def keep_queue(self, run: str, policy: str) -> None:
        """This queue is the one that can be resumed from now on. Throws away what was left long ago."""
        facts = [{"key": _RUN, "value": run}, {"key": _POLICY, "value": policy}]

        def keep(connection: sa.Connection) -> None:
            self._upsert_with(connection, t.meta, facts)
            connection.execute(_of_others_long_ago(run))

        self._write_somehow(keep)

    def kept_queue(self) -> tuple[str, str, int]:
        """The run that can be resumed, how it is done (the policy), and how much of it is still to do."""
        run = self.get(_RUN) or ""
        rows = self._rows(sa.select(sa.func.count()).select_from(t.queue).where(t.queue.c.run == run))
        return run, self.get(_POLICY) or "", int(rows[0][0])

    def queue_page(self, run: str, after: Waiting | None, limit: int) -> list[Waiting]:
        """The next that wait in this queue, at most so many."""
        c = t.queue.c
        query = sa.select(c.place, c.kind, c.id).where(c.run == run).order_by(c.place, c.kind, c.id).limit(limit)
        if after is not None:
            query = query.where(_after(after))
        rows: Sequence[Any] = self._rows(query)
        return [Waiting(place, EntityType(kind), each) for place, kind, each in rows]

    def leave_queue(self, run: str, done: Sequence[Waiting]) -> None:
        """These are dealt with."""
        c = t.queue.c
        left = sa.delete(t.queue).where(
            c.run == run,
            c.place == sa.bindparam("at_place"),
            c.kind == sa.bindparam("of_kind"),
            c.id == sa.bindparam("of_id"),
        )
        gone = [{"at_place": place, "of_kind": kind.value, "of_id": each} for place, kind, each in done]
        if gone:
            self._write_somehow(lambda connection: connection.execute(left, gone))

    def leave_queue_to(self, run: str, last: Waiting) -> None:
        """All up to this one are dealt with."""
        left = sa.delete(t.queue).where(t.queue.c.run == run, sa.not_(_after(last)))
        self._write_somehow(lambda connection: connection.execute(left))

    def drop_queue(self, run: str) -> None:
        """Nobody will take this up."""
        gone = sa.delete(t.queue).where(t.queue.c.run == run)

        def drop(connection: sa.Connection) -> None:
            connection.execute(gone)
            connection.execute(_of_others_long_ago(run))

        self._write_somehow(drop)


def _after(last: Waiting) -> sa.ColumnElement[bool]:
    c = t.queue.c
    here = sa.tuple_(sa.literal(last.place), sa.literal(last.kind.value), sa.literal(last.id))
    return sa.tuple_(c.place, c.kind, c.id) > here


def new_run() -> str:
    """A name for a run: its time, and enough chance to be the only one."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def _of_others_long_ago(run: str) -> sa.Delete:
    old = f"{datetime.now(UTC) - _FORGOTTEN_AFTER:%Y%m%d-%H%M%S}"
    return sa.delete(t.queue).where(t.queue.c.run < old, t.queue.c.run != run)
