"""Tests of caching: what is asked of the network, what becomes of the answer, and what a cancelled run leaves."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from support import pictures
from support.image_server import Answer, ImageServer, Request
from support.world import World, cache_path

from soulspot_gallery.core.caching.pipeline import Want, interleave
from soulspot_gallery.core.caching.resuming import LONG
from soulspot_gallery.core.errors import ImageRootError
from soulspot_gallery.core.files import store
from soulspot_gallery.core.files.store import MOST_DENIED
from soulspot_gallery.core.library import catalog
from soulspot_gallery.core.model import (
    Entity,
    EntityType,
    ErrorCode,
    FetchPolicy,
    Outcome,
    Progress,
    RecacheReport,
    Selection,
    State,
)
from soulspot_gallery.core.service import ImageService


def _one(report: RecacheReport) -> tuple[Outcome, ErrorCode | None]:
    (result,) = report.results
    return result.outcome, result.error


def _with_etag(body: bytes, tag: str = '"1"') -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        if request.headers.get("if-none-match") == tag:
            return 304, {}, b""
        headers: Mapping[str, str] = {"Content-Type": "image/jpeg", "ETag": tag}
        return 200, headers, body

    return answer


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (what is waited for is on the other side of a socket)
            await asyncio.sleep(0.01)


# -- is the network asked at all?


async def test_a_whole_picture_of_the_same_url_is_not_asked_about(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as service:
        only = Selection(ids=frozenset([artist]))
        assert _one(await service.recache(only)) == (Outcome.DOWNLOADED, None)
        assert _one(await service.recache(only)) == (Outcome.ALREADY_CACHED, None)
        assert len(world.server.log) == 1

        (world.images / cache_path("artist", artist)).unlink()
        assert _one(await service.recache(only)) == (Outcome.DOWNLOADED, None)
        world.picture(cache_path("artist", artist), b"RIFF half a picture")
        assert _one(await service.recache(only)) == (Outcome.DOWNLOADED, None)
        assert _one(await service.recache(only)) == (Outcome.ALREADY_CACHED, None)


async def test_a_row_whose_url_has_changed_is_fetched_again(world: World) -> None:
    """SoulSpot writes a new URL and leaves the path: the file there was made from another URL."""
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    only = Selection(ids=frozenset([artist]))
    async with world.service() as service:
        await service.recache(only)
        new = world.server.serve("/b.jpg", pictures.jpeg((20, 10)))
        world.library.set_artwork("artist", artist, new, world.library.row("artist", artist).path)
        assert _one(await service.recache(only)) == (Outcome.DOWNLOADED, None)
    assert pictures.size_of(world.files()[cache_path("artist", artist)]) == (20, 10)


async def test_what_a_recache_without_a_selection_deals_with(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    whole = world.library.add_artist("Whole", url, world.picture("artists/spotify/a.webp"))
    remote = world.library.add_artist("Remote", url)
    bare = world.library.add_artist("Bare")
    async with world.service() as service:
        asked = {
            policy: {result.id for result in (await service.recache(Selection(), policy)).results}
            for policy in FetchPolicy
        }
        kinds = Selection(kinds=frozenset([EntityType.ARTIST]))
        of_kind = {result.id for result in (await service.recache(kinds)).results}
        of_state = {r.id for r in (await service.recache(Selection(state=State.NONE))).results}
        named = await service.recache(Selection(ids=frozenset([bare])))
    assert asked[FetchPolicy.IF_NEEDED] == {remote}
    assert asked[FetchPolicy.REFRESH] == asked[FetchPolicy.FORCE] == {whole, remote}
    assert of_kind == {whole, remote}
    assert of_state == set()
    assert _one(named) == (Outcome.FAILED, ErrorCode.MISSING)


async def test_refresh(world: World) -> None:
    world.server.routes["/a.jpg"] = _with_etag(pictures.jpeg())
    artist = world.library.add_artist("A", world.server.url("/a.jpg"))
    only = Selection(ids=frozenset([artist]))
    async with world.service() as service:
        assert _one(await service.recache(only, FetchPolicy.REFRESH)) == (Outcome.DOWNLOADED, None)
        before = world.files()
        report = await service.recache(only, FetchPolicy.REFRESH)
        assert _one(report) == (Outcome.UNCHANGED, None)
        assert report.results[0].path == cache_path("artist", artist)
        assert world.files() == before

        # Without a sound file a 304 would help nobody: the server is asked unconditionally.
        world.picture(cache_path("artist", artist), b"RIFF half")
        assert _one(await service.recache(only, FetchPolicy.REFRESH)) == (Outcome.DOWNLOADED, None)
        assert "if-none-match" not in world.server.log[-1].headers

        world.server.routes["/a.jpg"] = _with_etag(pictures.jpeg((9, 9)), '"2"')
        assert _one(await service.recache(only, FetchPolicy.REFRESH)) == (Outcome.DOWNLOADED, None)
        assert pictures.size_of(world.files()[cache_path("artist", artist)]) == (9, 9)
        assert _one(await service.recache(only, FetchPolicy.FORCE)) == (Outcome.DOWNLOADED, None)
        assert "if-none-match" not in world.server.log[-1].headers


async def test_unchanged_ends_an_earlier_failure(world: World) -> None:
    good = _with_etag(pictures.jpeg())
    world.server.routes["/a.jpg"] = good
    artist = world.library.add_artist("A", world.server.url("/a.jpg"))
    only = Selection(ids=frozenset([artist]))
    async with world.service() as service:
        await service.recache(only)
        world.server.routes["/a.jpg"] = (403, {}, b"")
        assert _one(await service.recache(only, FetchPolicy.FORCE)) == (Outcome.FAILED, ErrorCode.DENIED)
        entry = await service.entry(EntityType.ARTIST, artist)
        assert entry is not None
        assert entry.image.state is State.CACHED
        assert entry.image.problem is not None
        world.server.routes["/a.jpg"] = good
        await service.recache(only, FetchPolicy.REFRESH)
        entry = await service.entry(EntityType.ARTIST, artist)
    assert entry is not None
    assert entry.image.problem is None


# -- the row has the last word


async def test_a_row_that_changed_meanwhile_keeps_its_change_and_its_picture(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    only = Selection(ids=frozenset([artist]))
    async with world.service() as service:
        await service.recache(only)
        before = world.files()

        def answer(request: Request) -> Answer:
            world.library.set_artwork("artist", artist, "https://elsewhere.example/x.jpg", "artists/spotify/x.webp")
            return 200, {"Content-Type": "image/jpeg"}, pictures.jpeg((9, 9))

        world.server.routes["/a.jpg"] = answer
        report = await service.recache(only, FetchPolicy.FORCE)
    assert _one(report) == (Outcome.FAILED, ErrorCode.CONFLICT)
    assert report.results[0].message is not None
    assert "changed" in report.results[0].message
    assert world.files() == before
    row = world.library.row("artist", artist)
    assert (row.url, row.path) == ("https://elsewhere.example/x.jpg", "artists/spotify/x.webp")


async def test_a_row_that_was_deleted_meanwhile_leaves_no_file(world: World) -> None:
    artist = world.library.add_artist("A", world.server.url("/a.jpg"))

    def answer(request: Request) -> Answer:
        world.library.delete("artist", artist)
        return 200, {"Content-Type": "image/jpeg"}, pictures.jpeg()

    world.server.routes["/a.jpg"] = answer
    async with world.service() as service:
        assert _one(await service.recache()) == (Outcome.FAILED, ErrorCode.CONFLICT)
    assert world.files() == {}
    world.assert_sound()


async def test_a_short_lock_is_waited_for_and_said(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    said = list[str]()

    def report(progress: Progress) -> None:
        said.append(progress.doing)

    with _locked(world) as let_go:
        async with world.service() as service:
            job = asyncio.create_task(service.recache(report=report))
            await _until(lambda: any(text.startswith("Waiting") for text in said))
            # Looking goes on meanwhile.
            assert await service.entry(EntityType.ARTIST, artist) is not None
            let_go()
            assert _one(await job) == (Outcome.DOWNLOADED, None)
    world.assert_sound()


async def test_a_long_lock_leaves_all_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    only = Selection(ids=frozenset([artist]))
    async with world.service() as service:
        await service.recache(only)
        before, row = world.files(), world.library.row("artist", artist)
        world.server.serve("/a.jpg", pictures.jpeg((9, 9)))
        monkeypatch.setattr(catalog, "WRITE_PATIENCE", 0.3)
        with _locked(world):
            report = await service.recache(only, FetchPolicy.FORCE)
        assert _one(report) == (Outcome.FAILED, ErrorCode.DATABASE_BUSY)
        assert (world.files(), world.library.row("artist", artist)) == (before, row)
        world.assert_sound()
        assert _one(await service.recache(only, FetchPolicy.FORCE)) == (Outcome.DOWNLOADED, None)


class _locked:  # noqa: N801 (reads as a function)
    """Another program holds the library's write lock until the block ends or the given function is called."""

    def __init__(self, world: World) -> None:
        self._connection = sqlite3.connect(world.library.path, isolation_level=None)

    def __enter__(self) -> Callable[[], None]:
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection.close

    def __exit__(self, *problem: object) -> None:
        self._connection.close()


# -- many at once


async def test_there_are_never_more_requests_than_connections(world: World) -> None:
    """10 in all, 4 for one host; counted by the servers."""
    busy = _Busy()
    with ImageServer() as second, ImageServer() as third:
        for server in (world.server, second, third):
            server.routes["/a.jpg"] = busy.answer
            for _ in range(20):
                world.library.add_artist("A", server.url("/a.jpg"))
        settings = world.settings().__class__(allowed_hosts=(world.server.host, second.host, third.host))
        async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
            report = await service.recache()
    assert report.count(Outcome.DOWNLOADED) == 60
    assert 5 <= busy.most <= 10
    assert busy.most_of_a_host <= 4
    world.assert_sound()


class _Busy:
    def __init__(self) -> None:
        self.most = self.most_of_a_host = 0
        self._now: list[str] = []
        self._lock = threading.Lock()
        self._body = pictures.jpeg()

    def answer(self, request: Request) -> Answer:
        host = request.headers["host"]
        with self._lock:
            self._now.append(host)
            self.most = max(self.most, len(self._now))
            self.most_of_a_host = max(self.most_of_a_host, self._now.count(host))
        threading.Event().wait(0.03)
        with self._lock:
            self._now.remove(host)
        return 200, {"Content-Type": "image/jpeg"}, self._body


@pytest.mark.parametrize("after", [1, 15, 50])
async def test_a_cancelled_run_leaves_what_is_finished_and_nothing_else(world: World, after: int) -> None:
    world.server.latency = 0.01
    for number in range(80):
        world.library.add_artist(f"A{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg((400, 400))))
    results = list[object]()
    async with world.service() as service:
        job = asyncio.create_task(service.recache(on_result=results.append))
        await _until(lambda: len(world.server.log) >= after)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
    world.assert_sound()
    opened = world.opened()
    assert opened.journal.write_intents() == []
    opened.journal.close()
    opened.library.close()
    async with world.service() as service:
        assert service.notices == []
        again = await service.recache()
        assert again.count(Outcome.DOWNLOADED) + len(results) == 80
        assert service.notices == []
    world.assert_sound()


async def test_a_job_that_is_cancelled_while_the_library_is_locked_ends_at_once(world: World) -> None:
    world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    said = list[Progress]()
    with _locked(world):
        async with world.service() as service:
            job = asyncio.create_task(service.recache(report=said.append))
            await _until(lambda: any(each.doing.startswith("Waiting") for each in said))
            job.cancel()
            async with asyncio.timeout(2):
                with pytest.raises(asyncio.CancelledError):
                    await job
    assert world.files() == {}
    world.assert_sound()


async def test_progress_counts_every_item_once(world: World) -> None:
    for number in range(40):
        path = f"/{number}.jpg"
        world.library.add_artist("A", world.server.url(path) if number % 4 else world.server.url("/none"))
        world.server.serve(path, pictures.jpeg())
    said = list[Progress]()
    async with world.service() as service:
        report = await service.recache(report=said.append)
    fetching = [each for each in said if each.doing == "Fetching pictures"]
    assert [each.done for each in fetching] == list(range(41))
    assert {each.total for each in fetching} == {40}
    assert fetching[-1].failed == report.count(Outcome.FAILED) == 10


async def test_one_job_after_another_on_the_same_picture(world: World) -> None:
    """A double click: two jobs at once on one entity end with one sound picture."""
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    only = Selection(ids=frozenset([artist]))
    async with world.service() as service:
        jobs: list[Awaitable[RecacheReport]] = [service.recache(only, FetchPolicy.FORCE) for _ in range(3)]
        outcomes = [_one(report) for report in await asyncio.gather(*jobs)]
    assert (Outcome.DOWNLOADED, None) in outcomes
    assert set(outcomes) <= {(Outcome.DOWNLOADED, None), (Outcome.FAILED, ErrorCode.CONFLICT)}
    world.assert_sound()
    assert world.library.row("artist", artist).path == cache_path("artist", artist)
    with closing(sqlite3.connect(world.library.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# -- the order of requests


def _wants(*urls: str) -> Iterator[Want]:
    for number, url in enumerate(urls):
        yield Want(Entity(EntityType.ARTIST, str(number), ""), url, FetchPolicy.FORCE)


def test_hosts_take_turns() -> None:
    urls = ("http://a/1", "http://a/2", "http://a/3", "http://b/1", "http://[broken", "http://b/2")
    mixed = [want.url for want in interleave(_wants(*urls))]
    assert mixed == ["http://a/1", "http://b/1", "http://[broken", "http://a/2", "http://b/2", "http://a/3"]
    assert sorted(mixed) == sorted(urls)


async def test_a_lost_image_root_ends_the_run_and_is_not_made_anew(world: World) -> None:
    gone = world.images.parent / "gone"

    def lose(request: Request) -> Answer:
        if not gone.exists():
            world.images.rename(gone)
        return 200, {"Content-Type": "image/jpeg"}, pictures.jpeg()

    for number in range(40):
        world.library.add_artist(f"A{number}", world.server.url(f"/{number}.jpg"))
        world.server.routes[f"/{number}.jpg"] = lose
    async with world.service() as service:
        with pytest.raises(ImageRootError, match="is not there any more"):
            await service.recache()
        assert not world.images.exists()
        assert world.library.execute("SELECT count(*) FROM soulspot_artists WHERE image_path IS NOT NULL") == [(0,)]
        for path in world.server.routes:
            world.server.routes[path] = (200, {"Content-Type": "image/jpeg"}, pictures.jpeg())
        gone.rename(world.images)
        report = await service.recache()
        assert [each.outcome for each in report.results] == [Outcome.DOWNLOADED] * 40


async def test_pictures_that_may_not_be_written_end_the_run_and_are_taken_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a volume that a server filled as another user, every folder refuses."""

    def refuse(root: Path, folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    for number in range(LONG + 20):
        url, own_folder = world.server.serve(f"/{number}.jpg", pictures.jpeg()), f"{number:02}-{number}"
        world.library.add_playlist(f"P{number}", url, entity_id=own_folder)
    settings = replace(world.settings(), conversion_threads=1)  # one refusal after the other, so that they are counted
    async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
        with monkeypatch.context() as patch:
            patch.setattr(store, "make_folders", refuse)
            done = await service.recache()
        assert done.count(Outcome.FAILED) == MOST_DENIED
        assert done.count(Outcome.SKIPPED) == LONG + 20 - MOST_DENIED
        assert "Let this user write" in (done.ended_by or "")
        assert await service.interrupted_recache() == LONG + 20
        assert (await service.resume_recache()).count(Outcome.DOWNLOADED) == LONG + 20
    world.assert_sound()
