"""The part of the journal on what was done by hand: marks, former pictures, and changes that can be undone."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.database import CHUNK, JournalDatabase
from soulspot_gallery.core.journal.records import NO_MARK, Mark
from soulspot_gallery.core.journal.repair_records import (
    Action,
    Change,
    Former,
    Key,
    Settled,
    Step,
    kept_from,
    kept_to_text,
    standing_from_text,
    standing_to_text,
)
from soulspot_gallery.core.model import EntityType

KEPT_BATCHES = 500
"""So many groups of changes can be undone; older ones are forgotten."""

_IN_TRANSIT = (Step.BEGUN, Step.UNDOING, Step.REDOING)


class Repairs(JournalDatabase):
    """Methods block, and raise JournalError where that can't be done."""

    def marks(self) -> dict[Key, Mark]:
        """All marks, by entity."""
        return _marks(self._rows(sa.select(t.mark)))

    def marks_of(self, ids: Iterable[str]) -> dict[Key, Mark]:
        """The marks of the entities with these ids."""
        return _marks(self._among_few(sa.select(t.mark), t.mark.c.id, sorted(set(ids))))

    def formers(self, kind: EntityType, entity_id: str) -> list[Former]:
        """The pictures that an entity had, the last one first."""
        query = sa.select(t.former).where(t.former.c.kind == kind.value, t.former.c.id == entity_id)
        return [_former(row) for row in self._rows(query.order_by(t.former.c.at.desc()))]

    def formers_of(self, ids: Iterable[str]) -> list[Former]:
        """The pictures that the entities with these ids had."""
        return [_former(row) for row in self._among(sa.select(t.former), t.former.c.id, sorted(set(ids)))]

    def formers_beyond(self, ids: Iterable[str], most: int) -> list[Former]:
        """Of the entities with these ids, the former pictures but the last `most` of each."""
        formers = sorted(self.formers_of(ids), key=lambda each: (each.kind, each.id, each.at), reverse=True)
        groups = itertools.groupby(formers, key=lambda each: (each.kind, each.id))
        return [former for _, group in groups for former in itertools.islice(group, most, None)]

    def forget_formers(self, gone: Iterable[Former]) -> None:
        columns = t.former.c
        with self._write() as connection:
            for each in gone:
                connection.execute(
                    sa.delete(t.former).where(
                        columns.kind == each.kind.value, columns.id == each.id, columns.sha256 == each.sha256
                    )
                )

    def changes(self, batch: int | None = None) -> list[Change]:
        """The changes of one group or all, in the order in which they were made."""
        query = sa.select(t.change).order_by(t.change.c.batch, t.change.c.number)
        return [_change(row) for row in self._rows(query if batch is None else query.where(t.change.c.batch == batch))]

    def changes_in_transit(self) -> list[Change]:
        """What a crash cut off."""
        return [_change(row) for row in self._rows(sa.select(t.change).where(t.change.c.step.in_(_IN_TRANSIT)))]

    def batches(self) -> list[tuple[int, Step, int]]:
        """Every group by number: at which steps its changes are, and how many at each."""
        columns = t.change.c
        query = sa.select(columns.batch, columns.step, sa.func.count().label("number"))
        rows: Sequence[sa.Row[Any]] = self._rows(query.group_by(columns.batch, columns.step).order_by(columns.batch))
        return [(row.batch, Step(row.step), row.number) for row in rows]

    def first_changes(self) -> list[Change]:
        """One change of every group, to say what it was."""
        firsts = sa.select(t.change.c.batch, sa.func.min(t.change.c.number).label("number")).group_by(t.change.c.batch)
        chosen = firsts.subquery()
        query = sa.select(t.change).join(
            chosen, sa.and_(chosen.c.batch == t.change.c.batch, chosen.c.number == t.change.c.number)
        )
        return [_change(row) for row in self._rows(query.order_by(t.change.c.batch))]

    def next_batch(self) -> int:
        """The number of a group about to begin. What was taken back can't be done again after it: it is forgotten,
        as are the oldest groups."""
        columns = t.change.c
        last = self._rows(sa.select(sa.func.coalesce(sa.func.max(columns.batch), 0)))[0][0]
        with self._write() as connection:
            connection.execute(sa.delete(t.change).where(columns.step == Step.UNDONE.value))
            connection.execute(sa.delete(t.change).where(columns.batch <= last - KEPT_BATCHES))
        return int(last) + 1

    def note_changes(self, changes: Iterable[Change]) -> None:
        """Write or overwrite changes with the step that they have reached."""
        self._upsert(t.change, [_change_row(change) for change in changes])

    def drop_changes(self, changes: Iterable[Change]) -> None:
        """Forget changes that did not take place, or can't be undone any more."""
        columns, gone = t.change.c, [{"of": each.batch, "at_number": each.number} for each in changes]
        drop = sa.delete(t.change).where(
            columns.batch == sa.bindparam("of"), columns.number == sa.bindparam("at_number")
        )
        if gone:
            self._write_somehow(lambda connection: connection.execute(drop, gone))

    def settle(self, settled: Settled) -> None:
        """Changes with their step, the pictures that were before them and the marks after them, in one transaction."""
        with self._write() as connection:
            self._upsert_with(connection, t.change, [_change_row(each) for each in settled.changes])
            self._upsert_with(connection, t.former, [_former_row(each) for each in settled.formers])
            self._mark_with(connection, settled.marks)

    def note_marks(self, marks: Mapping[Key, Mark]) -> None:
        with self._write() as connection:
            self._mark_with(connection, marks)

    def _mark_with(self, connection: sa.Connection, marks: Mapping[Key, Mark]) -> None:
        columns, keys = t.mark.c, list(marks)
        for start in range(0, len(keys), CHUNK):
            for kind, entity_id in keys[start : start + CHUNK]:
                connection.execute(sa.delete(t.mark).where(columns.kind == kind.value, columns.id == entity_id))
        self._upsert_with(connection, t.mark, [_mark_row(key, mark) for key, mark in marks.items() if mark != NO_MARK])


def _marks(rows: Iterable[sa.Row[Any]]) -> dict[Key, Mark]:
    return {
        (EntityType(row.kind), row.id): Mark(
            row.locked_at, row.locked_by, row.refused_at, row.hand_sha256, row.source, row.page
        )
        for row in rows
    }


def _mark_row(key: Key, mark: Mark) -> dict[str, Any]:
    return {
        "kind": key[0].value,
        "id": key[1],
        "locked_at": mark.locked_at,
        "locked_by": mark.locked_by,
        "refused_at": mark.refused_at,
        "hand_sha256": mark.hand_sha256,
        "source": mark.source,
        "page": mark.page,
    }


def _former(row: sa.Row[Any]) -> Former:
    picture = kept_from(json.loads(row.picture) if row.picture else None)
    return Former(EntityType(row.kind), row.id, row.at, row.url, picture)


def _former_row(former: Former) -> dict[str, Any]:
    return {
        "kind": former.kind.value,
        "id": former.id,
        "sha256": former.sha256,
        "at": former.at,
        "url": former.url,
        "picture": kept_to_text(former.picture),
    }


def _change_row(change: Change) -> dict[str, Any]:
    return {
        "batch": change.batch,
        "number": change.number,
        "at": change.at,
        "action": change.action.value,
        "kind": change.kind.value,
        "id": change.id,
        "name": change.name,
        "before": standing_to_text(change.before),
        "after": standing_to_text(change.after),
        "step": change.step.value,
    }


def _change(row: sa.Row[Any]) -> Change:
    return Change(
        row.batch,
        row.number,
        row.at,
        Action(row.action),
        EntityType(row.kind),
        row.id,
        row.name,
        standing_from_text(row.before),
        standing_from_text(row.after),
        Step(row.step),
    )
