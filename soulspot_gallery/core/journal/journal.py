"""The gallery's own state beside a library: what was shown, fetched, checked, planned and removed. One per library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.journal import rows as reading
from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.database import CHUNK
from soulspot_gallery.core.journal.glances import Glances
from soulspot_gallery.core.journal.looks import Looks
from soulspot_gallery.core.journal.queues import Queues
from soulspot_gallery.core.journal.records import (
    Attempt,
    Knowledge,
    LinkCheck,
    PictureFacts,
    PictureSource,
    Receipt,
    RemovedFile,
    Said,
    SourceAnswer,
    SourceTally,
    WriteIntent,
    entity_from_json,
    entity_to_json,
)
from soulspot_gallery.core.journal.reviews import Reviews
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import (
    Entity,
    EntityType,
    Removal,
    UrlCheck,
)

_MUSIC_FILES = 20
"""Music files that are named of one entity: enough to know its folders."""


class Journal(Glances, Looks, Queues, Reviews):
    """What the gallery keeps, by subject. Methods block, and raise JournalError where that can't be done."""

    # -- reading

    def knowledge_of(self, entities: Sequence[Entity]) -> Knowledge:
        """What there is to know of these few entities; one query a table and 500 of them."""
        paths = [path for entity in entities if (path := safe_local_path(entity.path))]
        hashes = [url_hash(entity.url) for entity in entities if entity.url]
        ids = [entity.id for entity in entities]
        return Knowledge(
            fetched=reading.times(self._among(reading.FETCHED, t.picture.c.path, paths)),
            shown=reading.times(self._among(reading.SHOWN, t.shown.c.path, paths)),
            links=self.links(hashes),
            failures=reading.attempts(self._among(reading.FAILURES, t.attempt.c.id, ids)),
            marks=self.marks_of(ids),
        )

    def knowledge(self) -> Knowledge:
        """All there is to know, for looking at a whole library."""
        return Knowledge(
            fetched=reading.times(self._each(reading.FETCHED)),
            shown=reading.times(self._each(reading.SHOWN)),
            links=reading.links(self._each(reading.LINKS)),
            failures=reading.attempts(self._rows(reading.FAILURES)),
            marks=self.marks(),
        )

    def links(self, hashes: Iterable[str]) -> dict[str, LinkCheck]:
        """The last verdicts on these URLs, by their hash."""
        return reading.links(self._among(reading.LINKS, t.link.c.url_hash, list(hashes)))

    def pictures(self, paths: Iterable[str]) -> dict[str, PictureFacts]:
        """What is known of the pictures that the gallery wrote to these paths."""
        rows = self._among(sa.select(t.picture), t.picture.c.path, list(paths))
        return {row.path: PictureFacts(*tuple(row)) for row in rows}

    def pictures_of_urls(self, hashes: Iterable[str]) -> list[PictureFacts]:
        """What is known of the pictures that came from these URLs, by the URLs' hashes."""
        rows = self._among(sa.select(t.picture), t.picture.c.url_hash, sorted(set(hashes)))
        return [PictureFacts(*tuple(row)) for row in rows]

    def sources(self, paths: Iterable[str]) -> dict[str, PictureSource]:
        """Where the pictures come from that the gallery wrote to these paths."""
        c = t.picture.c
        query = sa.select(c.path, c.url_hash, c.etag, c.last_modified)
        rows: Iterable[Any] = self._among(query, c.path, list(paths))
        return {path: PictureSource(hashed, etag, modified) for path, hashed, etag, modified in rows}

    def written(self, path: str) -> str | None:
        """sha256 of what the gallery wrote there; None where it wrote nothing, or a write was cut off: there it may be
        another picture."""
        cut_off = sa.select(t.write_intent.c.path)
        query = sa.select(t.picture.c.sha256).where(t.picture.c.path == path, t.picture.c.path.not_in(cut_off))
        rows = self._rows(query)
        return rows[0][0] if rows else None

    def plan(self, plan_id: str) -> str | None:
        """The stored plan document, or None."""
        rows = self._rows(sa.select(t.plan.c.document).where(t.plan.c.id == plan_id))
        return rows[0][0] if rows else None

    def receipts(self) -> list[Receipt]:
        """All receipts, newest first."""
        query = sa.select(t.receipt).order_by(t.receipt.c.made_at.desc(), t.receipt.c.id.desc())
        return [Receipt(row.id, row.plan, row.made_at, Removal(row.removal)) for row in self._rows(query)]

    def removed_files(self, receipt: str | None = None, step: str | None = None) -> list[RemovedFile]:
        """The files of one receipt or all, at one step or any, in the order of removal."""
        query = sa.select(t.receipt_item).order_by(t.receipt_item.c.receipt, t.receipt_item.c.number)
        query = query if receipt is None else query.where(t.receipt_item.c.receipt == receipt)
        query = query if step is None else query.where(t.receipt_item.c.step == step)
        return [
            RemovedFile(
                row.receipt,
                row.number,
                row.path,
                row.bytes,
                row.mtime_ns,
                tuple(entity_from_json(values) for values in json.loads(row.rows)),
                row.step,
            )
            for row in self._rows(query)
        ]

    def write_intents(self) -> list[WriteIntent]:
        return [
            WriteIntent(row.id, row.path, row.temporary, row.sha256, EntityType(row.kind), row.entity, row.url_hash)
            for row in self._rows(sa.select(t.write_intent))
        ]

    def origins(self) -> dict[tuple[EntityType, str], str]:
        """Where pictures are taken from before their URLs are asked, by entity."""
        return {(EntityType(row.kind), row.id): row.origin for row in self._rows(sa.select(t.origin))}

    def origins_of(self, ids: Iterable[str]) -> dict[tuple[EntityType, str], str]:
        """The same of the entities with these ids."""
        rows = self._among_few(sa.select(t.origin), t.origin.c.id, sorted(set(ids)))
        return {(EntityType(row.kind), row.id): row.origin for row in rows}

    def music_files(self, under: str) -> dict[str, tuple[str, str]]:
        """Stamp and facts of the music files whose address begins so, by address."""
        rows = self._rows(sa.select(t.music_file).where(t.music_file.c.address.startswith(under, autoescape=True)))
        return {row.address: (row.stamp, row.facts) for row in rows}

    def music_of(self, entity: Entity) -> list[str]:
        """Addresses of music files whose tags name this album, or this artist: a few, in order of their address."""
        column = t.music_file.c.facts
        name = json.dumps(entity.name)
        named = column.contains(f'"album": {name}', autoescape=True)
        if entity.kind is EntityType.ARTIST:
            named = column.contains(f'artist": {name}', autoescape=True)
        elif entity.artist:
            named &= column.contains(f'artist": {json.dumps(entity.artist)}', autoescape=True)
        query = sa.select(t.music_file.c.address).where(named).order_by(t.music_file.c.address)
        return [row.address for row in self._rows(query.limit(_MUSIC_FILES))]

    def source_answers(self, ids: Sequence[str]) -> list[SourceAnswer]:
        """What sources last said of the entities with these ids."""
        return [reading.answer(row) for row in self._among(sa.select(t.source_answer), t.source_answer.c.id, ids)]

    def pictures_of_source(self, source: str, until: datetime | None = None) -> list[SourceAnswer]:
        """The answers of a source that are pictures, all or those given until then, the oldest first."""
        columns = t.source_answer.c
        found = sa.and_(columns.outcome == Said.FOUND.value, columns.url_hash.is_not(None))
        query = sa.select(t.source_answer).where(columns.source == source, found)
        query = query if until is None else query.where(columns.at <= until)
        return [reading.answer(row) for row in self._rows(query.order_by(columns.at))]

    def named_by_source(self, kind: EntityType, source: str, provider_id: str) -> frozenset[str]:
        """The ids of the entities that this source is known to call so."""
        columns = t.source_answer.c
        query = sa.select(columns.id).where(
            columns.kind == kind.value, columns.source == source, columns.provider_id == provider_id
        )
        return frozenset(row.id for row in self._rows(query))

    def last_trouble(self, source: str) -> str | None:
        """What went wrong last with this source, of what was not mended since."""
        columns = t.source_answer.c
        query = sa.select(columns.message).where(columns.source == source, columns.outcome == Said.FAILED.value)
        rows = self._rows(query.order_by(columns.at.desc()).limit(1))
        return rows[0].message if rows else None

    def source_tallies(self) -> list[SourceTally]:
        columns = t.source_answer.c
        last: sa.ColumnElement[datetime] = sa.func.max(columns.at, type_=t.UtcTime)
        query = sa.select(columns.source, columns.outcome, sa.func.count().label("number"), last.label("last"))
        rows: Sequence[sa.Row[Any]] = self._rows(query.group_by(columns.source, columns.outcome))
        return [SourceTally(row.source, Said(row.outcome), row.number, row.last) for row in rows]

    # -- writing

    def note_links(self, checks: Mapping[str, UrlCheck]) -> None:
        """Verdicts by URL hash, as of now."""
        now = datetime.now(UTC)
        self._upsert(
            t.link,
            [
                {
                    "url_hash": key,
                    "verdict": check.verdict.value,
                    "detail": check.detail,
                    "checked_by": check.checked_by.value,
                    "checked_at": now,
                }
                for key, check in checks.items()
            ],
        )

    def note_attempts(self, attempts: Iterable[Attempt]) -> None:
        self._upsert(
            t.attempt,
            [
                {
                    "kind": attempt.kind.value,
                    "id": attempt.id,
                    "at": attempt.at,
                    "outcome": attempt.outcome.value,
                    "error": attempt.error,
                    "message": attempt.message,
                }
                for attempt in attempts
            ],
        )

    def note_pictures(self, pictures: Iterable[PictureFacts]) -> None:
        self._upsert(
            t.picture,
            [{column.name: getattr(facts, column.name) for column in t.picture.c} for facts in pictures],
        )

    def forget_pictures(self, paths: Iterable[str]) -> None:
        """What lies there is not what the gallery wrote last: its facts hold no more."""
        gone = list(paths)
        for start in range(0, len(gone), CHUNK):
            with self._write() as connection:
                for table in (t.picture, t.file_check):
                    connection.execute(sa.delete(table).where(table.c.path.in_(gone[start : start + CHUNK])))

    def note_answers(self, answers: Iterable[SourceAnswer]) -> None:
        self._upsert(
            t.source_answer,
            [{column.name: getattr(answer, column.name) for column in t.source_answer.c} for answer in answers],
        )

    def forget_answers(self, source: str) -> None:
        """Nothing is known any more of what this source said."""
        with self._write() as connection:
            connection.execute(sa.delete(t.source_answer).where(t.source_answer.c.source == source))

    def note_origins(self, origins: Mapping[tuple[EntityType, str], str]) -> None:
        self._upsert(
            t.origin, [{"kind": kind.value, "id": each, "origin": text} for (kind, each), text in origins.items()]
        )

    def note_music_files(self, files: Mapping[str, tuple[str, str]]) -> None:
        """Stamp and facts of music files, by address."""
        self._upsert(
            t.music_file,
            [{"address": address, "stamp": stamp, "facts": facts} for address, (stamp, facts) in files.items()],
        )

    def store_plan(self, plan_id: str, made_at: datetime, document: str) -> None:
        self._upsert(t.plan, [{"id": plan_id, "made_at": made_at, "document": document}])

    def begin_writes(self, intents: Iterable[WriteIntent]) -> None:
        self._upsert(
            t.write_intent,
            [
                {
                    "id": intent.id,
                    "path": intent.path,
                    "temporary": intent.temporary,
                    "sha256": intent.sha256,
                    "kind": intent.kind.value,
                    "entity": intent.entity,
                    "url_hash": intent.url_hash,
                }
                for intent in intents
            ],
        )

    def end_writes(self, ids: Iterable[str]) -> None:
        ended = sa.delete(t.write_intent).where(t.write_intent.c.id.in_(list(ids)))
        self._write_somehow(lambda connection: connection.execute(ended))

    def begin_receipt(self, receipt: Receipt) -> None:
        values = {
            "id": receipt.id,
            "plan": receipt.plan,
            "made_at": receipt.made_at,
            "removal": receipt.removal.value,
        }
        self._upsert(t.receipt, [values])

    def note_removed(self, files: Iterable[RemovedFile]) -> None:
        """Write or overwrite items of a receipt with the step they have reached."""
        self._upsert(
            t.receipt_item,
            [
                {
                    "receipt": file.receipt,
                    "number": file.number,
                    "path": file.path,
                    "bytes": file.bytes,
                    "mtime_ns": file.mtime_ns,
                    "rows": json.dumps([entity_to_json(entity) for entity in file.rows]),
                    "step": file.step,
                }
                for file in files
            ],
        )

    def drop_removed(self, files: Iterable[RemovedFile]) -> None:
        """Forget items whose removal did not take place."""
        item, gone = t.receipt_item.c, list(files)

        def drop(connection: sa.Connection) -> None:
            for file in gone:
                connection.execute(
                    sa.delete(t.receipt_item).where(item.receipt == file.receipt, item.number == file.number)
                )

        if gone:
            self._write_somehow(drop)
