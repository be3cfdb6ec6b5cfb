"""Finds pictures for entities that have none: what the library knows itself goes first, then the sources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.records import SourceAnswer
from soulspot_gallery.core.library.catalog import RowChange
from soulspot_gallery.core.locate import failed_marker, web_url
from soulspot_gallery.core.model import (
    OF_OUR_DISK,
    Entity,
    EntityType,
    Entry,
    ErrorCode,
    Outcome,
    RecacheResult,
    Report,
    Selection,
    State,
)
from soulspot_gallery.core.providers.dto import Sought, is_placeholder
from soulspot_gallery.core.sources.asking import Offer, Round
from soulspot_gallery.core.sources.sync_host import SyncHost
from soulspot_gallery.core.sources.sync_reports import Synced, SyncResult
from soulspot_gallery.core.threads import first_of

_CHUNK = 200
"""Entities whose ids and earlier answers are read at a time."""

_NO_PICTURE = frozenset(
    {
        ErrorCode.MISSING,
        ErrorCode.NOT_IMAGE,
        ErrorCode.EMPTY,
        ErrorCode.FORMAT,
        ErrorCode.DECODE,
        ErrorCode.TOO_MANY_PIXELS,
        ErrorCode.TOO_LARGE,
    }
)
"""Errors that say: there is no usable picture behind this URL, today or tomorrow."""

_OUR_TROUBLE = OF_OUR_DISK | {ErrorCode.CONFLICT, ErrorCode.DATABASE_BUSY}
"""Errors that another source would not mend."""

OnResult = Callable[[SyncResult], None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An entity without a picture, with what is known of it; `answers` by source."""

    entity: Entity
    sought: Sought
    answers: dict[str, SourceAnswer]


def settled(entry: Entry) -> SyncResult | None:
    """The result for an entity that is to be left alone: it has a picture, or its picture is locked."""
    entity = entry.entity
    if entry.image.locked or entry.image.no_picture:
        message = "The picture is locked; unlock it to have another one."
        if entry.image.no_picture:
            message = "It has no picture on purpose; unset it to have one."
        return SyncResult(*entity.key, Synced.SKIPPED, None, entity.url, ErrorCode.PICTURE_LOCKED, message)
    return SyncResult(*entity.key, Synced.KEPT, url=entity.url) if entry.image.state is State.CACHED else None


@dataclass(frozen=True, slots=True)
class Finder:
    host: SyncHost
    on_result: OnResult

    async def from_library(self, entities: Sequence[Entity], report: Report) -> list[Entity]:
        """Fetch what the library knows itself; those for which it knows nothing, or only what is gone, are left."""
        origins = await self.host.origins()
        own = {each.key: each for each in entities if _usable(each.url) or each.key in origins}
        if not own:
            return list(entities)
        if not self.host.settings().cache_images_locally:
            for entity in own.values():
                self.on_result(SyncResult(*entity.key, Synced.KEPT, url=entity.url))
            return [each for each in entities if each.key not in own]
        named = Selection(frozenset(kind for kind, _ in own), frozenset(each for _, each in own))
        done = {(each.kind, each.id): each for each in (await self.host.recache(named, report=report)).results}
        left = list[Entity]()
        for entity in entities:
            result = done.get(entity.key) if entity.key in own else None
            if result is None or result.error in _NO_PICTURE:
                left.append(entity)
            else:
                self.on_result(_of_library(entity, result))
        return await self.host.fresh(left)

    async def from_sources(self, asked: Round, entities: Sequence[Entity]) -> None:
        """As many at a time as there are connections; the sources' own limits set the pace."""
        next_one = self._reading(entities)

        async def work() -> None:
            while (wanted := await next_one()) is not None:
                self.on_result(await self._find(asked, wanted))

        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(min(self.host.settings().max_connections, len(entities))):
                    workers.create_task(work())
        except BaseExceptionGroup as group:
            raise first_of(group) from None

    def _reading(self, entities: Sequence[Entity]) -> Callable[[], Coroutine[Any, Any, _Wanted | None]]:
        """Gives one entity after the other; reads what is known of them a chunk at a time."""
        chunks = iter([entities[start : start + _CHUNK] for start in range(0, len(entities), _CHUNK)])
        waiting: Iterator[_Wanted] = iter(())
        filling = asyncio.Lock()

        async def next_one() -> _Wanted | None:
            nonlocal waiting
            async with filling:
                while (wanted := next(waiting, None)) is None:
                    if (chunk := next(chunks, None)) is None:
                        return None
                    waiting = iter(await self.host.threads.read(self._wanted, chunk))
                return wanted

        return next_one

    def _wanted(self, entities: Sequence[Entity]) -> list[_Wanted]:
        names = dict[tuple[EntityType, str], dict[str, str]]()
        for kind in EntityType:
            ids = [each.id for each in entities if each.kind is kind]
            found = self.host.opened.library.identifiers(kind, ids)
            names |= {(kind, entity_id): columns for entity_id, columns in found.items()}
        answers = dict[tuple[EntityType, str], dict[str, SourceAnswer]]()
        for answer in self.host.opened.journal.source_answers([each.id for each in entities]):
            answers.setdefault((answer.kind, answer.id), {})[answer.source] = answer
        return [_Wanted(each, _sought(each, names.get(each.key, {})), answers.get(each.key, {})) for each in entities]

    async def _find(self, asked: Round, wanted: _Wanted) -> SyncResult:
        entity, troubles = wanted.entity, list[PictureError]()
        async for offer in asked.offers(wanted.sought, entity.id, wanted.answers, troubles):
            result = await self._take(entity, offer)
            if result.outcome is not Synced.FAILED:
                return replace(result, message=" ".join(map(str, troubles)) or None)
            error, message = result.error or ErrorCode.PROTOCOL, result.message or "The picture could not be had."
            await asked.turn_down(offer, message, for_good=error in _NO_PICTURE)
            troubles.append(PictureError(error, message))
            if error in _OUR_TROUBLE:
                break
        if troubles:
            told = " ".join(map(str, troubles))
            return SyncResult(*entity.key, Synced.FAILED, error=troubles[-1].code, message=told)
        return SyncResult(*entity.key, Synced.NOTHING)

    async def _take(self, entity: Entity, offer: Offer) -> SyncResult:
        """Store the picture, or write its URL alone where the settings say so."""
        if self.host.settings().cache_images_locally:
            saved = await self.host.keep(offer.url, entity.kind, entity.id)
            outcome = Synced.FETCHED if saved.success else Synced.FAILED
            return SyncResult(*entity.key, outcome, offer.source, offer.url, saved.error, saved.message)
        path = None if failed_marker(entity.path) else entity.path
        change = RowChange(entity, offer.url, path)
        try:
            (written,) = await self.host.threads.write(self.host.opened.library.change, [change])
        except PictureError as problem:
            return SyncResult(*entity.key, Synced.FAILED, offer.source, offer.url, problem.code, str(problem))
        if written:
            return SyncResult(*entity.key, Synced.URL, offer.source, offer.url)
        message = f"Another program changed this {entity.kind.value} meanwhile; nothing was overwritten, try again."
        return SyncResult(*entity.key, Synced.FAILED, offer.source, offer.url, ErrorCode.CONFLICT, message)


def _usable(url: str | None) -> bool:
    """Whether a row's own URL is worth asking: placeholders are no pictures, other texts no addresses."""
    address = web_url(url)
    return address is not None and not is_placeholder(address)


def _sought(entity: Entity, names: dict[str, str]) -> Sought:
    return Sought(
        entity.kind,
        entity.name,
        entity.artist,
        names.get("spotify_uri"),
        names.get("musicbrainz_id"),
        names.get("deezer_id"),
    )


def _of_library(entity: Entity, result: RecacheResult) -> SyncResult:
    if result.outcome is Outcome.FAILED:
        return SyncResult(*entity.key, Synced.FAILED, None, entity.url, result.error, result.message)
    if result.outcome is Outcome.SKIPPED:
        return SyncResult(*entity.key, Synced.SKIPPED, None, entity.url, result.error, result.message)
    return SyncResult(*entity.key, Synced.FETCHED, None, entity.url)
