"""Gathers the pictures that an entity might have: from all sources at once, each told as soon as it is there.

What one source lacks or can't say is a line of that source; the others go on. Nothing is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from soulspot_gallery.core.audio import shown_path
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.caching.pipeline import Unlock
from soulspot_gallery.core.candidates.beside_music import local_origins
from soulspot_gallery.core.candidates.candidate import (
    LIBRARY,
    LOCAL,
    Arrival,
    Asked,
    Gathering,
    OnArrival,
    PictureCandidate,
    Saying,
    SourceLine,
)
from soulspot_gallery.core.candidates.fitting import best_first, shape_of
from soulspot_gallery.core.candidates.leads import Lead, leads_of
from soulspot_gallery.core.candidates.likeness import Seen, current_of, likeness_of, seen
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.records import Said, SourceAnswer
from soulspot_gallery.core.journal.review_records import Opinion
from soulspot_gallery.core.locate import is_web_url
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.network.fetch import Fetched, Fetcher
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.appearance import Appearance
from soulspot_gallery.core.pictures.conversion import Converter
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.providers.dto import Sought, is_placeholder
from soulspot_gallery.core.providers.provider import Provider
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.sources.asking import NOTHING_FOR, broken_words, ready_to_ask
from soulspot_gallery.core.threads import Threads, first_of

_AT_ONCE = 4
"""Pictures of one entity that are fetched and decoded at a time."""


@dataclass(frozen=True, slots=True)
class GatherHost:
    """What an open gallery lends."""

    opened: Opened
    threads: Threads
    settings: Callable[[], Settings]
    fetcher: Callable[[], Awaitable[Fetcher]]
    converter: Converter
    unlock: Unlock


async def gather(
    host: GatherHost, providers: Sequence[Provider], entity: Entity, asked: Asked, on_arrival: OnArrival
) -> Gathering:
    """All candidates of an entity; they arrive as they come, and are given at the end with the best first."""
    search = _Search(host, entity, asked, on_arrival)
    await search.prepare()
    try:
        async with asyncio.TaskGroup() as tasks:
            if asked.words is None:
                tasks.create_task(search.of_this_computer())
                tasks.create_task(search.of_library())
            for provider in providers:
                if entity.kind in provider.kinds:
                    tasks.create_task(search.of_provider(provider))
    except BaseExceptionGroup as group:
        raise first_of(group) from None
    ordered = best_first(search.candidates, [each.name for each in providers])
    return Gathering(tuple(ordered), tuple(search.lines.values()))


class _Search:
    """One search for one entity."""

    def __init__(self, host: GatherHost, entity: Entity, asked: Asked, on_arrival: OnArrival) -> None:
        self._host = host
        self._entity = entity
        self._asked = asked
        self._on_arrival = on_arrival
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._seen: set[str] = set()
        self._sought = Sought(entity.kind, entity.name, entity.artist)
        self._last: dict[str, SourceAnswer] = {}
        self._current: Seen | None = None
        self._placeholders: list[Appearance] = []
        self.candidates: list[PictureCandidate] = []
        self.lines: dict[str, SourceLine] = {}

    async def prepare(self) -> None:
        """Read what is known of the entity, and the picture that it has."""
        await self._host.threads.read(self._read)
        self._current = await asyncio.to_thread(current_of, self._host.opened, self._entity)

    def _read(self) -> None:
        entity, opened = self._entity, self._host.opened
        names = opened.library.identifiers(entity.kind, [entity.id]).get(entity.id, {})
        self._sought = Sought(
            entity.kind,
            entity.name,
            entity.artist,
            names.get("spotify_uri"),
            names.get("musicbrainz_id"),
            names.get("deezer_id"),
        )
        answers = opened.journal.source_answers([entity.id])
        self._last = {each.source: each for each in answers if each.kind is entity.kind}
        said = opened.journal.judgements()
        self._placeholders = [each.look for each in said if each.opinion is Opinion.PLACEHOLDER]

    # -- the sources

    async def of_this_computer(self) -> None:
        found = await self._host.threads.read(local_origins, self._host.opened, self._entity)
        leads = [Lead(LOCAL, shown_path(origins.local_file(each)), None, origin=each) for each in found]
        await self._fetch(LOCAL, "This computer", leads)

    async def of_library(self) -> None:
        """The row's own URL, or the music server that the import named."""
        entity, title = self._entity, "Link in the library"
        own = (await self._host.threads.read(self._host.opened.journal.origins)).get(entity.key)
        leads = [Lead(LIBRARY, entity.name, entity.artist, origin=own)] if own and origins.server_of(own) else []
        if entity.url and is_placeholder(entity.url):
            self._tell(SourceLine(LIBRARY, title, Saying.NOTHING, message="It is a picture that stands for none."))
            return
        if entity.url and is_web_url(entity.url):
            leads.append(Lead(LIBRARY, entity.name, entity.artist, url=entity.url))
        await self._fetch(LIBRARY, title, leads)

    async def of_provider(self, provider: Provider) -> None:
        name, title = provider.name, provider.title or provider.name
        self._tell(SourceLine(name, title, Saying.ASKED))
        last = self._last.get(name)
        if last is not None and self._had_nothing(last):
            message = f"It had nothing on {last.at:%d %B}; search again to ask once more."
            self._tell(SourceLine(name, title, Saying.NOTHING, message=message))
            return
        try:
            if (problem := await ready_to_ask(provider)) is not None:
                self._tell(SourceLine(name, title, Saying.SILENT, message=problem))
                return
            could_be_asked = provider.can_seek(self._sought)
            leads = await leads_of(provider, self._entity, self._sought, self._asked)
        except PictureError as trouble:
            self._tell(SourceLine(name, title, Saying.SILENT, message=str(trouble)))
            return
        except Exception as trouble:  # a stranger's code may raise anything; the other sources go on
            self._tell(SourceLine(name, title, Saying.SILENT, message=broken_words(provider, trouble)))
            return
        if could_be_asked and not leads:
            await self._note_nothing(name, last)
        await self._fetch(name, title, leads)

    def _had_nothing(self, last: SourceAnswer) -> bool:
        if self._asked.again or self._asked.words is not None:
            return False
        return last.outcome is Said.NONE and datetime.now(UTC) - last.at < NOTHING_FOR

    async def _note_nothing(self, source: str, last: SourceAnswer | None) -> None:
        """What it gave before stays known: some sources want their pictures back."""
        if self._asked.words is None and (last is None or last.outcome is not Said.FOUND):
            answer = SourceAnswer(self._entity.kind, self._entity.id, source, datetime.now(UTC), Said.NONE)
            await self._host.threads.write(self._host.opened.journal.note_answers, [answer])

    # -- the pictures

    async def _fetch(self, source: str, title: str, leads: Sequence[Lead]) -> None:
        self._tell(SourceLine(source, title, Saying.ASKED))
        async with asyncio.TaskGroup() as tasks:
            fetches = [tasks.create_task(self._candidate(lead, place)) for place, lead in enumerate(leads)]
        troubles = [str(problem) for each in fetches if (problem := each.result()) is not None]
        found = sum(each.source == source for each in self.candidates)
        saying = Saying.ANSWERED if found else Saying.SILENT if troubles else Saying.NOTHING
        self._tell(SourceLine(source, title, saying, found, troubles[0] if troubles else None))

    async def _candidate(self, lead: Lead, place: int) -> PictureError | None:
        """Fetch one and tell of it; the trouble there was is given."""
        if lead.url is not None and lead.url in self._seen:
            return None
        self._seen.add(lead.url or lead.origin or "")
        settings = self._host.settings()
        size = settings.image_size(self._entity.kind)
        try:
            async with self._places:
                content = await self._content(lead)
                made, looks = await self._host.converter.run(content, size, settings.webp_quality, seen)
        except PictureError as problem:
            return problem
        if made.sha256 not in self._seen:  # the same picture from two places is one candidate
            self._seen.add(made.sha256)
            candidate = replace(
                _described(lead, place, made, len(content)),
                likeness=likeness_of(looks, self._current, self._placeholders),
            )
            self.candidates.append(candidate)
            self._tell(candidate)
        return None

    async def _content(self, lead: Lead) -> bytes:
        """Raises PictureError."""
        url = lead.url
        if lead.origin is not None:
            if origins.is_local(lead.origin):
                return await asyncio.to_thread(origins.read_local, lead.origin)
            url = await self._host.unlock(lead.origin)
        fetched = await (await self._host.fetcher()).fetch(url or "")
        assert isinstance(fetched, Fetched)
        return fetched.content

    def _tell(self, arrival: Arrival) -> None:
        if isinstance(arrival, SourceLine):
            if self.lines.get(arrival.source) == arrival:
                return
            self.lines[arrival.source] = arrival
        self._on_arrival(arrival)


def _described(lead: Lead, place: int, made: Converted, size: int) -> PictureCandidate:
    width, height = made.source_width, made.source_height
    if (width > height) != (made.width > made.height) and made.width != made.height:
        width, height = height, width  # coded lying on its side
    return PictureCandidate(
        source=lead.source,
        name=lead.name,
        artist=lead.artist,
        url=lead.url,
        origin=lead.origin,
        page=lead.page,
        width=width,
        height=height,
        size=size,
        kept_width=made.width,
        kept_height=made.height,
        preview=made.webp,
        sha256=made.sha256,
        shape=shape_of(width, height),
        name_fit=lead.fit,
        place=place,
        answer=lead.answer,
    )
