"""The sources of an open gallery: finds pictures for what has none, adds what people name, lets go what may not stay.

A source gives URLs; the pictures come by `ImageService.download_and_cache`, which the host lends.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import EntryPoint

from soulspot_gallery.core.credentials import CredentialStore, default_credentials
from soulspot_gallery.core.errors import GalleryError, PictureError, UsageError
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.records import Said, SourceAnswer, SourceTally
from soulspot_gallery.core.library.catalog import RowChange, no_wait
from soulspot_gallery.core.locate import is_web_url, url_hash
from soulspot_gallery.core.model import EntityType, Progress, Report, Selection, ignore_progress
from soulspot_gallery.core.network.door import offline
from soulspot_gallery.core.network.json_client import JsonClient
from soulspot_gallery.core.providers.dto import DTO
from soulspot_gallery.core.providers.provider import Access, Provider
from soulspot_gallery.core.providers.registry import Registry, chosen, load
from soulspot_gallery.core.providers.spotify import SpotifyPlugin
from soulspot_gallery.core.sources import naming, purging, retention
from soulspot_gallery.core.sources.adding import Added, add_found
from soulspot_gallery.core.sources.asking import Round, ready_to_ask, resting
from soulspot_gallery.core.sources.finding import Finder, OnResult, settled
from soulspot_gallery.core.sources.searching import Searcher
from soulspot_gallery.core.sources.sync_host import SyncHost
from soulspot_gallery.core.sources.sync_reports import (
    AddResult,
    Limit,
    Purge,
    SearchReport,
    SourceInfo,
    SourceTest,
    Synced,
    SyncReport,
    SyncResult,
)
from soulspot_gallery.core.threads import from_thread

ASKING = "Asking sources for pictures"


def ignore_result(result: object) -> None:
    """The `on_result` of callers that wait for the report."""


class SyncService:
    """Belongs to the event loop of its gallery; expected failures are GalleryErrors."""

    def __init__(
        self,
        host: SyncHost,
        credentials: CredentialStore | None = None,
        entry_points: Iterable[EntryPoint] | None = None,
    ) -> None:
        """Reads who rests, and the entry points of what is installed: call it off the loop. `credentials` (default:
        the user's own) and `entry_points` are there for tests."""
        self._host = host
        self.json = JsonClient(host.fetcher, self._stand_ins)
        access = Access(self.json, lambda kind: host.settings().image_size(kind), credentials or default_credentials())
        self._registry: Registry = load(access, entry_points)
        apis = {api.name for provider in self._registry.providers.values() for api in provider.apis}
        self.json.recall(host.others.resting(sorted(apis)))

    @property
    def problems(self) -> tuple[str, ...]:
        """Names in the settings that are no source, and packages whose source can't be loaded."""
        return (*self._registry.problems, *self._chosen()[1])

    @property
    def active(self) -> list[Provider]:
        """The sources that are on, in their order."""
        return self._chosen()[0]

    # -- pictures for what is in the library

    async def sync(
        self,
        selection: Selection = Selection(),  # noqa: B008 (frozen)
        report: Report = ignore_progress,
        on_result: OnResult = ignore_result,
        *,
        again: bool = False,
    ) -> SyncReport:
        """Find pictures for what has none, in the order of the settings; what has one, or is locked, is left alone.

        What the library itself knows (a URL, a file of an import) goes first. `again`: ask also the sources that had
        nothing in the last 7 days. Raises UsageError for an unknown id, CannotOpen, PictureError while offline.
        """
        self._require_online()
        report(Progress("Looking for pictures to find"))
        await self.expire(report)
        return await self._sync(selection, report, on_result, again=again)

    async def named(self, target: str, kind: EntityType | None = None) -> Selection:
        """What of the library is meant by a URI or URL of a source, or by words of its names; nobody is asked. Raises
        UsageError where it is nothing."""
        providers = list(self._registry.providers.values())
        return await self._host.threads.read(naming.named, self._host.opened, providers, target, kind)

    async def _sync(self, selection: Selection, report: Report, on_result: OnResult, *, again: bool) -> SyncReport:
        start = time.monotonic()
        entries = await self._host.selected(selection)
        results = list[SyncResult]()
        failed = 0

        def take(result: SyncResult) -> None:
            nonlocal failed
            results.append(result)
            failed += result.outcome is Synced.FAILED
            on_result(result)
            report(Progress(ASKING, len(results), len(entries), failed))

        left = []
        for entry in entries:
            result = settled(entry)
            if result is None:
                left.append(entry.entity)
            else:
                take(result)
        await self._host.begin_writing()
        finder = Finder(self._host, take)
        asked = Round(self._chosen()[0], self._host.note, lambda answer: again)
        await asked.prepare()
        await finder.from_sources(asked, await finder.from_library(left, report))
        return SyncReport(tuple(results), asked.shares(), self.problems, time.monotonic() - start)

    # -- adding

    async def search(
        self, words: str, kind: EntityType | None = None, report: Report = ignore_progress
    ) -> SearchReport:
        """What the sources that are on find for these words, in their order: for a person to choose from. Without a
        kind, artists and albums. Raises PictureError while offline."""
        self._require_online()
        found = await self._searcher().candidates(words, kind, report)
        return replace(found, problems=(*self.problems, *found.problems))

    async def add(self, target: str, kind: EntityType | None = None, report: Report = ignore_progress) -> AddResult:
        """Add an artist, album or playlist to the user's own library, by a URI, a URL or search words, and get its
        picture. What is there already is left as it is.

        Raises UsageError for what no source knows, LibraryError for a library that is not the user's own, PictureError
        where a source could not be asked.
        """
        self._require_online()
        if not self._host.opened.library.own:
            self._host.opened.library.add(())  # raises, with the sentence for it
        report(Progress("Asking sources"))
        provider, found = await self._searcher().resolve(target, kind)
        await self._host.begin_writing()
        added = await self._host.threads.write(self._add, found, provider.identifiers(found))
        one = Selection(frozenset({found.kind}), frozenset({added.row.id}))
        synced = (await self._sync(one, report, ignore_result, again=False)).results[0]
        if added.new and synced.source is None and synced.url == found.picture and found.picture is not None:
            outcome = Synced.URL if synced.outcome is Synced.KEPT else synced.outcome
            synced = replace(synced, outcome=outcome, source=provider.name)
        return AddResult(
            found.kind, added.row.id, added.row.name, added.artist, added.new, provider.name, found.uri, synced
        )

    def _add(self, found: DTO, identifiers: Mapping[str, str]) -> Added:
        journal, picture = self._journal, found.picture
        ours = journal.named_by_source(found.kind, found.provider, found.provider_id)
        with self._host.opened.turn():
            added = add_found(self._host.opened.library, found, identifiers, ours, no_wait)
        answer = SourceAnswer(
            found.kind,
            added.row.id,
            found.provider,
            datetime.now(UTC),
            Said.FOUND if picture else Said.NONE,
            found.provider_id,
            url_hash(picture) if picture else None,
            found.uri if is_web_url(found.uri) else None,
        )
        if added.new:
            journal.note_answers([answer])
        return added

    # -- the sources

    async def sources(self) -> list[SourceInfo]:
        """All sources, those that are on first, in their order; and what they last said."""
        tallies = await self._host.threads.read(self._journal.source_tallies)
        order = list(dict.fromkeys(self._host.settings().providers))
        found = []
        for provider in self._registry.providers.values():
            trouble = await self._host.threads.read(self._journal.last_trouble, provider.name)
            own = [each for each in tallies if each.source == provider.name]
            position = order.index(provider.name) if provider.name in order else None
            problem = await ready_to_ask(provider)
            found.append(self._info(provider, position, problem, own, trouble))
        return sorted(found, key=lambda each: (each.position is None, each.position or 0))

    def _info(
        self,
        provider: Provider,
        position: int | None,
        problem: str | None,
        tallies: list[SourceTally],
        last_problem: str | None,
    ) -> SourceInfo:
        counts = {each.outcome: each.count for each in tallies}
        limits = [Limit(api.name, self.json.base(api), api.requests, api.seconds) for api in provider.apis]
        return SourceInfo(
            name=provider.name,
            title=provider.title or provider.name,
            kinds=tuple(kind for kind in EntityType if kind in provider.kinds),
            position=position,
            key=provider.key,
            sends=provider.sends,
            terms=provider.terms,
            max_age_days=provider.max_age_days,
            limits=tuple(limits),
            problem=problem,
            rests_for=resting(provider),
            found=counts.get(Said.FOUND, 0),
            nothing=counts.get(Said.NONE, 0),
            failed=counts.get(Said.FAILED, 0),
            last_answer=max((each.last for each in tallies), default=None),
            last_problem=last_problem,
        )

    async def test(self, name: str) -> SourceTest:
        """Ask this source one question now, whether it is on or off. Raises UsageError for an unknown name, and
        PictureError while offline."""
        self._require_online()
        if name not in self._registry.providers:
            raise UsageError(f"There is no source called {name!r}; there are {', '.join(self._registry.providers)}.")
        provider = self._registry.providers[name]
        start = time.monotonic()
        if (problem := await ready_to_ask(provider)) is not None:
            return SourceTest(name, works=False, message=problem, seconds=time.monotonic() - start)
        works, message = await _try_out(provider, 2.0 * self._host.settings().request_timeout)
        return SourceTest(name, works, message, time.monotonic() - start)

    # -- Spotify, which wants an application of the user's own and lets nothing be kept for long

    async def connect_spotify(
        self,
        client_id: str,
        client_secret: str | None = None,
        open_page: Callable[[str], None] = ignore_result,
        port: int = 0,
    ) -> None:
        """Use the user's own application: with its secret, or by a login in the browser, which `open_page` is to show
        the page that it is given.

        The login waits 5 minutes at most, on 127.0.0.1 (`port` 0: any). Raises PictureError, SettingsError, UsageError.
        """
        self._require_online()
        if not (client_id.isascii() and client_id.isalnum()):
            raise UsageError("A client id of Spotify is letters and digits; copy it from the page of your application.")
        login = self._spotify().login
        if client_secret is not None:
            await login.connect_with_secret(client_id, client_secret)
        else:
            await login.connect_with_login(client_id, open_page, port)

    async def disconnect_spotify(self, report: Report = ignore_progress) -> Purge:
        """Forget the application and remove the pictures that came from it. Raises SettingsError, CannotOpen."""
        spotify = self._spotify()
        await spotify.login.disconnect()
        kept = await self._kept_of(spotify)
        purge = await self._purge(kept, report)
        if not purge.left:
            await self._host.threads.write(self._journal.forget_answers, spotify.name)
        return purge

    async def expire(self, report: Report = ignore_progress, now: datetime | None = None) -> Purge:
        """Fetch anew, or remove, the pictures that their source does not allow to be kept for longer."""
        now = now or datetime.now(UTC)
        active = {provider.name for provider in self._chosen()[0]}
        renewed, over = 0, list[SourceAnswer]()
        for provider in self._registry.providers.values():
            days = provider.max_age_days
            for answer in await self._kept_of(provider, retention.due(days, now)) if days is not None else ():
                age = retention.age(answer, days or 0, now)
                if provider.name in active and await self._renew(provider, answer):
                    renewed += 1
                elif age is retention.Age.OVER:
                    over.append(answer)
        return replace(await self._purge(over, report), renewed=renewed)

    async def _renew(self, provider: Provider, answer: SourceAnswer) -> bool:
        """Whether the source gave the picture once more. An old picture whose row has another by now needs nothing."""
        row = await self._host.threads.read(retention.row_of, self._host.opened, answer)
        if row is None:
            return False
        try:
            if await ready_to_ask(provider) is not None or answer.provider_id is None:
                return False
            found = await provider.details(answer.kind, answer.provider_id)
        except PictureError:
            return False
        if found is None or found.picture is None:
            return False
        if row.path:
            saved = await self._host.keep(found.picture, row.kind, row.id, force=True)
            if not saved.success:
                return False
        elif found.picture != row.url:
            change = RowChange(row, found.picture, row.path)
            if not all(await self._host.threads.write(self._host.opened.library.change, [change])):
                return False
        await self._host.note(replace(answer, at=datetime.now(UTC), url_hash=url_hash(found.picture)))
        return True

    async def _kept_of(self, provider: Provider, until: datetime | None = None) -> list[SourceAnswer]:
        return await self._host.threads.read(self._journal.pictures_of_source, provider.name, until)

    async def _purge(self, answers: list[SourceAnswer], report: Report) -> Purge:
        if not answers:
            return Purge(0, 0, ())
        await self._host.begin_writing()
        told, done = from_thread(report), list[Purge]()
        await self._host.threads.write_stoppably(
            lambda stop: done.append(purging.purge(self._host.opened, answers, told, stop))
        )
        return done[0]

    # -- shared

    def _require_online(self) -> None:
        if self._host.settings().offline:
            raise offline()

    @property
    def _journal(self) -> Journal:
        return self._host.opened.journal

    def _chosen(self) -> tuple[list[Provider], list[str]]:
        return chosen(self._registry, self._host.settings().providers)

    def _searcher(self) -> Searcher:
        return Searcher(self._chosen()[0], tuple(self._registry.providers.values()))

    def _spotify(self) -> SpotifyPlugin:
        spotify = self._registry.providers[SpotifyPlugin.name]
        assert isinstance(spotify, SpotifyPlugin)
        return spotify

    def _stand_ins(self) -> Mapping[str, str]:
        return dict(each.split("=", 1) for each in self._host.settings().provider_urls)


async def _try_out(provider: Provider, seconds: float) -> tuple[bool, str]:
    """Ask for what the service is known to have: whether it answers, and a sentence on it."""
    kind, provider_id = provider.sample or (next(iter(sorted(provider.kinds)), EntityType.ARTIST), "1")
    try:
        async with asyncio.timeout(seconds):
            found = await provider.details(kind, provider_id)
    except GalleryError as trouble:
        return False, str(trouble)
    except TimeoutError:
        return False, f"{provider.name} took too long; try again later."
    except Exception as trouble:  # a stranger's code may raise anything: that is the result of the test
        return False, f"The source {provider.name} is broken ({type(trouble).__name__}); update it."
    if found is None and provider.sample is not None:
        return True, f"{provider.name} answers, but does not know the {kind.value} that it was asked for."
    return True, f"{provider.name} answers."
