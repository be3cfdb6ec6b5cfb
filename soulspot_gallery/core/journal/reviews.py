"""The part of the journal on reviews: what pictures look like, what was said of them, which new ones were declined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.database import JournalDatabase
from soulspot_gallery.core.journal.repair_records import Step
from soulspot_gallery.core.journal.review_records import Declined, Judgement, Opinion
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.pictures.appearance import Appearance

_DIGITS = 32
"""Hexadecimal digits of a hash."""


class Reviews(JournalDatabase):
    """Methods block, and raise JournalError where that can't be done."""

    def appearances(self) -> dict[str, Appearance]:
        """What pictures look like, by the sha256 of their file; all that were measured."""
        return {row.sha256: _look(row) for row in self._rows(sa.select(t.appearance))}

    def note_appearances(self, measured: Mapping[str, Appearance]) -> None:
        """By the sha256 of the file."""
        self._upsert(t.appearance, [{"sha256": sha256} | _columns(look) for sha256, look in measured.items()])

    def judgements(self) -> list[Judgement]:
        """What was said of pictures and not undone since, the newest first."""
        undone = sa.select(t.change.c.batch).where(t.change.c.step == Step.UNDONE.value)
        valid = sa.or_(t.opinion.c.batch.is_(None), t.opinion.c.batch.not_in(undone))
        rows = self._rows(sa.select(t.opinion).where(valid).order_by(t.opinion.c.at.desc(), t.opinion.c.sha256))
        return [
            Judgement(row.sha256, Opinion(row.opinion), row.at, row.entities, _look(row), row.batch) for row in rows
        ]

    def note_judgements(self, judgements: Iterable[Judgement]) -> None:
        rows = [
            {"sha256": each.sha256, "opinion": each.opinion.value, "at": each.at, "entities": each.entities}
            | {"batch": each.batch}
            | _columns(each.look)
            for each in judgements
        ]
        self._upsert(t.opinion, rows)

    def forget_judgements(self, digests: Iterable[str]) -> None:
        """What was said of these is taken back."""
        gone = sa.delete(t.opinion).where(t.opinion.c.sha256.in_(list(digests)))
        self._write_somehow(lambda connection: connection.execute(gone))

    def declined(self) -> dict[tuple[EntityType, str], Declined]:
        """The new pictures that were not wanted, by entity."""
        rows = self._rows(sa.select(t.declined))
        return {(EntityType(row.kind), row.id): Declined(EntityType(row.kind), *tuple(row)[1:]) for row in rows}

    def note_declined(self, declined: Iterable[Declined]) -> None:
        columns = [column.name for column in t.declined.c]
        self._upsert(t.declined, [{name: getattr(each, name) for name in columns} for each in declined])


def _columns(look: Appearance) -> dict[str, Any]:
    bits = f"{look.bits:0{_DIGITS}x}"
    return {"bits": bits, "tones": look.tones.hex(), "sharpness": look.sharpness, "border": look.border}


def _look(row: sa.Row[Any]) -> Appearance:
    return Appearance(int(row.bits, 16), bytes.fromhex(row.tones), row.sharpness, row.border)
