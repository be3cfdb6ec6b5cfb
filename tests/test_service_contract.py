"""The Python interface as another program uses it, on an event loop of its own: names, types, fields and results."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from support import pictures
from support.world import World, cache_path

from soulspot_gallery.core.errors import BrakeHeld, LibraryError
from soulspot_gallery.core.model import (
    Brake,
    Display,
    EntityType,
    ErrorCode,
    ImageInfo,
    SaveImageResult,
    Source,
    State,
    Verdict,
)
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings


def test_a_program_with_a_loop_of_its_own(world: World) -> None:
    """The shortest use, as documented: no window, no settings file, no data folder named."""
    artist = world.library.add_artist("A", "https://cdn.example/a.jpg")

    async def program() -> ImageInfo | None:
        async with ImageService.open(str(world.library.path), world.images) as images:
            assert images.get_display_url("https://cdn.example/a.jpg", None, "artist") == "https://cdn.example/a.jpg"
            return await images.get_image("artist", uuid.UUID(artist))

    info = asyncio.run(program())
    assert info is not None
    assert info.state is State.REMOTE


async def test_an_awaited_service_can_be_closed_twice_and_opened_again(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    for force in (False, True):
        service = await world.service()
        result = await service.download_and_cache(world.server.url("/a.jpg"), "artist", artist, force)
        assert result.success, result
        await service.aclose()
        await service.aclose()


async def test_errors_of_opening_have_their_type(world: World, tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        await ImageService.open(tmp_path / "none.db", world.images)


def test_image_info_has_the_fields_of_the_interface() -> None:
    names = list(ImageInfo._fields)
    wanted = [
        "entity_type", "entity_id", "source_url", "local_path", "display", "state", "width", "height", "bytes",
        "sha256", "fetched_at", "last_shown", "verdict", "locked",
    ]  # fmt: skip
    assert names[: len(wanted)] == wanted
    assert [f.name for f in fields(SaveImageResult)] == ["success", "from_cache", "image_info", "error", "message"]


async def test_download_and_cache(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg((800, 400)))
    artist = world.library.add_artist("A", url)
    before = datetime.now(UTC) - timedelta(seconds=1)
    async with world.service() as service:
        first = await service.download_and_cache(url, EntityType.ARTIST, uuid.UUID(artist))
        second = await service.download_and_cache(url, "artist", artist)
        third = await service.download_and_cache(url, "artist", artist, force=True)
    path = cache_path("artist", artist)
    assert (first.success, first.from_cache, first.error, first.message) == (True, False, None, None)
    assert (second.success, second.from_cache) == (True, True)
    assert (third.success, third.from_cache) == (True, False)
    assert len(world.server.requests("/a.jpg")) == 2
    info = first.image_info
    assert info is not None
    content = (world.images / path).read_bytes()
    assert pictures.size_of(content) == (300, 150)
    assert (info.entity_type, info.entity_id, info.source_url, info.local_path) == ("artist", artist, url, path)
    assert info.display == Display(Source.LOCAL, path)
    assert (info.state, info.width, info.height, info.bytes) == (State.CACHED, 300, 150, len(content))
    assert info.sha256 is not None
    assert len(info.sha256) == 64
    assert info.fetched_at is not None
    assert before < info.fetched_at < datetime.now(UTC)
    assert (info.last_shown, info.verdict, info.locked) == (None, Verdict.UNCHECKED, False)
    row = world.library.row("artist", artist)
    assert (row.url, row.path) == (url, path)


@pytest.mark.parametrize(("kind", "size"), [("artist", (300, 225)), ("album", (500, 375)), ("playlist", (400, 300))])
async def test_sizes_by_kind(world: World, kind: str, size: tuple[int, int]) -> None:
    url = world.server.serve("/a.png", pictures.png((1000, 750)), "image/png")
    library = world.library
    ids = {"artist": library.add_artist(url=url), "album": library.add_album(url=url)}
    entity = ids.get(kind) or library.add_playlist(url=url)
    async with world.service() as service:
        result = await service.download_and_cache(url, kind, entity)
    assert result.image_info is not None
    assert (result.image_info.width, result.image_info.height) == size
    assert (world.images / cache_path(kind, entity)).is_file()


async def test_another_url_replaces_picture_and_url(world: World) -> None:
    old, new = world.server.serve("/old.jpg", pictures.jpeg()), world.server.serve("/new.jpg", pictures.jpeg((50, 20)))
    artist = world.library.add_artist("A", old)
    async with world.service() as service:
        await service.download_and_cache(old, "artist", artist)
        result = await service.download_and_cache(new, "artist", artist)
    assert not result.from_cache
    assert world.library.row("artist", artist).url == new
    assert pictures.size_of((world.images / cache_path("artist", artist)).read_bytes()) == (50, 20)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", ErrorCode.MISSING),
        ("file:///etc/passwd", ErrorCode.UNSAFE),
        ("spotify:image:1", ErrorCode.UNSAFE),
        ("http://10.0.0.1/a.jpg", ErrorCode.UNSAFE),
        ("SERVER/none.jpg", ErrorCode.MISSING),
        ("SERVER/text", ErrorCode.NOT_IMAGE),
        ("SERVER/half.jpg", ErrorCode.DECODE),
        ("SERVER/empty", ErrorCode.EMPTY),
        ("SERVER/denied", ErrorCode.DENIED),
    ],
)
async def test_a_failure_is_a_result_and_the_old_picture_stays(world: World, url: str, error: ErrorCode) -> None:
    world.server.serve("/text", b"<html>no</html>", "text/html")
    world.server.serve("/half.jpg", pictures.jpeg((300, 300))[:600])
    world.server.serve("/empty", b"")
    world.server.routes["/denied"] = (403, {}, b"")
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as service:
        await service.download_and_cache(world.server.url("/a.jpg"), "artist", artist)
        before, row = world.files(), world.library.row("artist", artist)
        url = url.replace("SERVER", world.server.url(""))
        result = await service.download_and_cache(url, "artist", artist)
    assert (result.success, result.from_cache, result.error) == (False, False, error)
    assert result.message is not None
    assert result.message.endswith(".")
    assert world.files() == before
    assert world.library.row("artist", artist) == row
    world.assert_sound()


async def test_an_unknown_entity(world: World) -> None:
    async with world.service() as service:
        assert await service.get_image("artist", "nobody") is None
        result = await service.download_and_cache("https://cdn.example/a.jpg", "artist", uuid.uuid4())
    assert not result.success
    assert result.message is not None


async def test_get_display_url(world: World) -> None:
    path = world.picture("artists/spotify/a.webp")
    broken = world.picture("artists/spotify/b.webp", b"RIFF")
    url, gone = world.server.serve("/a.jpg", pictures.jpeg()), world.server.url("/gone.jpg")
    async with world.service() as service:
        await service.validate_image(gone)
        shown = {
            (url, path): f"/artwork/local/{path}",
            (url, broken): url,
            (url, "artists/spotify/none.webp"): url,
            (url, None): url,
            (gone, None): "/static/images/placeholder-album.svg",
            (gone, path): f"/artwork/local/{path}",
            (None, None): "/static/images/placeholder-album.svg",
            ("", ""): "/static/images/placeholder-album.svg",
            ("file:///etc/passwd", None): "/static/images/placeholder-album.svg",
            ("spotify:image:1", "FAILED|timeout|2026-01-01"): "/static/images/placeholder-album.svg",
            (None, "../../../etc/passwd"): "/static/images/placeholder-album.svg",
            (None, "/etc/passwd\0"): "/static/images/placeholder-album.svg",
            (None, "artists/" + "x" * 5000): "/static/images/placeholder-album.svg",
            (None, "artists/\udcff.webp"): "/static/images/placeholder-album.svg",
        }
        assert {key: service.get_display_url(*key, EntityType.ALBUM) for key in shown} == shown
        assert service.get_display_url(None, None, "playlist").endswith("placeholder-playlist.svg")
        as_path: Any = PurePosixPath(path)
        assert service.get_display_url(None, as_path, "artist") == f"/artwork/local/{path}"
        number: Any = 3.5
        assert service.get_display_url(number, number, "artist") == "/static/images/placeholder-artist.svg"


async def test_calls_for_one_picture_at_the_same_time_fetch_it_once(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    world.server.latency = 0.1
    artist = world.library.add_artist("A", url)
    async with world.service() as service:
        calls = (service.download_and_cache(url, "artist", each) for each in (artist, uuid.UUID(artist), artist))
        results = await asyncio.gather(*calls)
        assert [(each.success, each.from_cache) for each in results] == [(True, False), (True, True), (True, True)]
        assert len(world.server.requests("/a.jpg")) == 1
        await asyncio.gather(*(service.download_and_cache(url, "artist", artist, force=True) for _ in range(2)))
        assert len(world.server.requests("/a.jpg")) == 3, "by force each fetches"


async def test_prefixes_are_settings(world: World) -> None:
    path = world.picture("artists/spotify/a.webp")
    settings = Settings(local_url_prefix="https://me/img/", placeholder_url_prefix="")
    async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
        assert service.get_display_url(None, path, "artist") == f"https://me/img/{path}"
        assert service.get_display_url(None, None, "artist") == "/placeholder-artist.svg"


async def test_asking_for_a_picture_is_use_and_listing_is_not(world: World) -> None:
    path = world.picture("artists/spotify/a.webp")
    artist = world.library.add_artist("A", None, path)
    async with world.service() as service:
        await service.entries()
        await service.status()
        first = await service.get_image("artist", artist)
        second = await service.get_image("artist", artist)
    assert first is not None
    assert second is not None
    assert first.last_shown is None
    assert second.last_shown is not None
    assert datetime.now(UTC) - second.last_shown < timedelta(minutes=1)
    async with world.service() as service:
        (entry,) = await service.entries()
        assert entry.image.last_shown is not None
        assert entry.image.last_shown > second.last_shown
        service.get_display_url(None, path, "artist")
        (again,) = await service.entries()
        assert again.image.last_shown is not None
        assert again.image.last_shown > entry.image.last_shown


async def test_validate_image_and_check_url(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    world.server.routes["/moved"] = (308, {"Location": "/a.jpg"}, b"")
    async with world.service() as service:
        assert await service.validate_image(url) is True
        assert await service.validate_image(world.server.url("/moved")) is True
        assert await service.validate_image(world.server.url("/none")) is False
        assert (await service.check_url(world.server.url("/moved"))).verdict is Verdict.MOVED
        assert (await service.check_url("ftp://example/")).verdict is Verdict.UNSAFE


async def test_optimize_cache(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    keep = world.library.add_artist("A", url)
    orphan = world.picture("albums/ab/ab123.webp")
    size = len(pictures.webp())
    async with world.service() as service:
        await service.download_and_cache(url, "artist", keep)
        wanted = {"removed": 1, "kept": 1, "freed_mb": size / 1e6}
        assert await service.optimize_cache(dry_run=True) == wanted
        assert orphan in world.files()
        assert await service.optimize_cache(90) == wanted
        assert orphan not in world.files()
        assert await service.optimize_cache() == {"removed": 0, "kept": 1, "freed_mb": 0.0}


async def test_optimize_cache_takes_what_was_not_used_for_so_long(world: World) -> None:
    """0 days: everything that is known to have been used before now is old; it goes where its source answers."""
    url = world.server.serve("/a.jpg", pictures.jpeg())
    artist = world.library.add_artist("A", url)
    async with world.service() as service:
        await service.download_and_cache(url, "artist", artist)
        assert (await service.optimize_cache(0))["removed"] == 0  # nobody knows whether it can be had again
        await service.validate_image(url)
        assert (await service.optimize_cache(0))["removed"] == 1
        info = await service.get_image("artist", artist)
    assert info is not None
    assert (info.state, info.local_path) == (State.REMOTE, None)
    assert world.library.row("artist", artist).path is None


async def test_optimize_cache_never_passes_a_brake(world: World) -> None:
    world.picture("artists/ab/ab1.webp")
    async with world.service() as service:
        with pytest.raises(BrakeHeld) as held:
            await service.optimize_cache()
    assert held.value.brakes == (Brake.EMPTY_LIBRARY,)
    assert "artists/ab/ab1.webp" in world.files()


def test_constructors_of_results() -> None:
    info = ImageInfo(EntityType.ARTIST, "1", None, None, Display(Source.PLACEHOLDER, "p"), State.NONE)
    assert SaveImageResult.success_cached(info) == SaveImageResult(True, True, info)
    assert SaveImageResult.success_downloaded(info) == SaveImageResult(True, False, info)
    failed = SaveImageResult.failure(ErrorCode.TIMEOUT, "Too late.")
    assert (failed.success, failed.error, failed.message, failed.image_info) == (False, "timeout", "Too late.", None)
