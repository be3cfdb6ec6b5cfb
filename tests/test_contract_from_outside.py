"""The contract as a stranger reads it: a library of theirs, numbers worked out anew, and what must never be lost."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World, cache_path

from soulspot_gallery.cli.arguments import parse
from soulspot_gallery.cli.commands import run
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Brake
from soulspot_gallery.core.service import ImageService

KINDS = {"artist": "soulspot_artists", "album": "soulspot_albums", "playlist": "playlists"}


@pytest.fixture
def gallery(library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path) -> Gallery:
    home = tmp_path / "home"
    home.mkdir()
    environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host}
    return Gallery(home, ("--library", str(library.path)), environment)


def _add(world: World, kind: str, url: str | None = None, path: str | None = None, entity_id: str | None = None) -> str:
    if kind == "album":
        singer = world.library.execute("SELECT id FROM soulspot_artists ORDER BY created_at LIMIT 1")
        return world.library.add_album("ألبوم 🎸", url, path, entity_id, singer[0][0])
    add = world.library.add_artist if kind == "artist" else world.library.add_playlist
    return add("Ünï 🔥 שלום", url, path, entity_id)


# -- rows that share a file


async def test_a_picture_that_another_row_shows_is_not_overwritten(world: World) -> None:
    """A server that merged two artists left the file of one in the row of the other."""
    url = world.server.serve("/a.jpg", pictures.jpeg(colour="red"))
    first = str(uuid.uuid4())
    theirs = world.picture(cache_path("artist", first), pictures.webp(colour="green"))
    _add(world, "artist", url, entity_id=first)
    other = _add(world, "artist", world.server.url("/gone.jpg"), theirs)

    async with world.service() as service:
        result = await service.download_and_cache(url, "artist", first)

    assert result.success, result
    row = world.library.row("artist", other)
    assert (row.url, row.path) == (world.server.url("/gone.jpg"), cache_path("artist", other))
    assert world.files()[cache_path("artist", other)] == pictures.webp(colour="green")
    assert world.files()[theirs] != pictures.webp(colour="green")
    world.assert_sound()


def test_all_rows_of_one_file_get_their_own_picture(world: World, gallery: Gallery) -> None:
    _add(world, "artist")
    urls = [world.server.serve(f"/{colour}.jpg", pictures.jpeg(colour=colour)) for colour in ("red", "blue")]
    owner = str(uuid.uuid4())
    shared = world.picture(cache_path("album", owner), pictures.webp(colour="green"))
    ids = [_add(world, "album", urls[0], shared, owner), _add(world, "album", urls[1], shared)]
    without_url = _add(world, "album", None, shared)

    done = gallery.json("recache", "--force")

    assert (done["downloaded"], done["failed"]) == (2, 0), done
    paths = [world.library.row("album", each).path for each in ids]
    assert paths == [cache_path("album", each) for each in ids]
    files = world.files()
    assert len({files[path or ""] for path in paths}) == 2
    assert files[world.library.row("album", without_url).path or ""] == pictures.webp(colour="green")
    world.assert_sound()


async def test_rows_of_the_same_url_go_on_sharing(world: World) -> None:
    _add(world, "artist")
    url, owner = world.server.serve("/a.jpg", pictures.jpeg(colour="red")), str(uuid.uuid4())
    shared = world.picture(cache_path("album", owner), pictures.webp(colour="green"))
    _add(world, "album", url, shared, owner)
    other = _add(world, "album", url, shared)
    async with world.service() as service:
        assert (await service.download_and_cache(url, "album", owner, True)).success
    assert world.library.row("album", other).path == shared


async def test_where_no_copy_can_be_made_nothing_is_overwritten(world: World) -> None:
    url, first = world.server.serve("/a.jpg", pictures.jpeg(colour="red")), str(uuid.uuid4())
    theirs = world.picture(cache_path("artist", first), pictures.webp(colour="green"))
    _add(world, "artist", url, entity_id=first)
    other = _add(world, "artist", None, theirs)
    world.picture(cache_path("artist", other), pictures.webp(colour="blue"))  # its place is taken
    before = world.files()

    async with world.service() as service:
        result = await service.download_and_cache(url, "artist", first)

    assert not result.success
    assert result.error == "conflict"
    assert world.files() == before
    assert world.library.row("artist", first).path is None


# -- nothing is lost


async def test_a_picture_stays_where_the_same_bytes_could_not_replace_it(world: World) -> None:
    """The former picture can't be kept aside; the new one, byte for byte the same, never came to its place."""
    url = world.server.serve("/a.jpg", pictures.jpeg())
    artist = _add(world, "artist", url)
    async with world.service() as service:
        assert (await service.download_and_cache(url, "artist", artist)).success
        before = world.files()
        aside = world.images / ".soulspot-gallery" / "aside"
        with contextlib.suppress(FileNotFoundError):
            aside.rmdir()
        aside.write_bytes(b"in the way")
        result = await service.download_and_cache(url, "artist", artist, True)
    assert result.error == "disk"
    assert world.files() == before


async def test_the_same_picture_asked_for_many_times_at_once(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    artist = _add(world, "artist")
    async with world.service() as service:
        many = [service.download_and_cache(url, "artist", uuid.UUID(artist), True) for _ in range(8)]
        results = await asyncio.gather(*many)
    assert [result.error for result in results] == [None] * 8
    assert world.library.row("artist", artist).path == cache_path("artist", artist)
    world.assert_sound()


# -- from another program


@contextlib.asynccontextmanager
async def _opened(world: World) -> AsyncIterator[ImageService]:
    with ThreadPoolExecutor(2) as executor:
        async with ImageService.open(str(world.library.path), world.images, world.data, None, executor) as service:
            yield service
        assert executor.submit(int).result() == 0  # lent, not given


async def test_settings_of_the_environment_hold_without_a_settings_object(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOULSPOT_GALLERY_ALLOWED_HOSTS", world.server.host)
    monkeypatch.setenv("SOULSPOT_GALLERY_LOCAL_URL_PREFIX", "/art")
    url = world.server.serve("/a.jpg", pictures.jpeg((900, 450)))
    artist = _add(world, "artist", url)
    async with _opened(world) as service:
        result = await service.download_and_cache(url, "artist", uuid.UUID(artist))
        assert result.success, result
        assert result.image_info is not None
        assert (result.image_info.width, result.image_info.height) == (300, 150)
        path = result.image_info.local_path
        assert service.get_display_url(url, path, "artist") == f"/art/{cache_path('artist', artist)}"


async def test_whatever_is_asked_gets_an_answer(world: World) -> None:
    async with _opened(world) as service:
        assert service.get_display_url(None, "../../etc/passwd", "track") == "/static/images/placeholder-album.svg"
        assert service.get_display_url("file:///etc/passwd", "FAILED|x", "artist").endswith("placeholder-artist.svg")
        assert await service.validate_image(None) is False
        assert await service.get_image("artist", "../../x") is None
        for days in (-1, 10**9):
            with pytest.raises(UsageError, match="max_age_days"):
                await service.optimize_cache(days, True)


# -- the command line


def test_a_limit_may_be_larger_than_any_library() -> None:
    assert parse(["list", "--limit", "1000000"]).limit == 1_000_000


def test_a_mistake_of_the_program_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(arguments: object) -> Any:
        raise ZeroDivisionError("https://cdn.example/a.jpg?token=secret")

    assert run(parse(["status"]), broken) == 1
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert "ZeroDivisionError" in error
    assert "secret" not in error
    assert "Traceback" not in error


def test_names_give_a_terminal_no_orders(world: World, gallery: Gallery) -> None:
    for name in ("\x1b[31mred", "two\nlines", "\u202eright to left", "👩\u200d🎤 ألبوم"):
        world.library.add_artist(name)
    lines = gallery.run_here("list").out.split("\n")[:-1]
    assert len(lines) == 4
    assert not any(character in line for line in lines for character in "\x1b\u202e")
    assert any("👩\u200d🎤 ألبوم" in line for line in lines)
    assert "\x1b[31mred" in {each["name"] for each in gallery.run_here("list", "--json").lines}


def _noisy() -> bytes:
    """A WebP long enough for a tail of zeros to show."""
    buffer, dots = BytesIO(), hashlib.shake_128(b"noise").digest(64 * 64 * 3)
    Image.frombytes("RGB", (64, 64), dots).save(buffer, "WEBP", quality=85)
    return buffer.getvalue()


def _many_rows(world: World) -> tuple[dict[str, Counter[str]], dict[str, str]]:
    """Rows of each kind in every state, with files in all layouts; states by kind, and what becomes of each file."""
    url, noise, states, fate = world.server.serve("/a.png", pictures.png()), _noisy(), dict[str, Counter[str]](), {}
    _add(world, "artist")
    (world.library.path.parent / "secret.webp").write_bytes(noise)
    for kind in KINDS:
        count = states[kind] = Counter[str]()
        folder = f"{kind}s"

        def row(state: str, path: str | None, link: str | None = url, content: bytes | None = None, goes: str = "stays",
                kind: str = kind, count: Counter[str] = count) -> None:  # fmt: skip
            entity_id = str(uuid.uuid4())
            path = cache_path(kind, entity_id) if path == "a" else path
            if content is not None and path is not None:
                fate[world.picture(path, content)] = goes
            _add(world, kind, link, path, entity_id)
            count[state] += 1

        row("cached", "a", content=noise)
        row("cached", f"{folder}/deezer/77.webp", content=noise)
        row("cached", f"{folder}/deezer/77.webp", None)
        row("cached", f"spotify/{folder}/6x.webp", content=noise)
        row("cached", f"{kind}/ab/{'ab' * 16}.webp", content=noise)
        row("corrupt", "a", content=noise[:-700] + bytes(700), goes="goes")
        row("corrupt", "a", content=noise[:-60], goes="goes")
        row("corrupt", "a", content=b"<html>no</html>", goes="goes")
        row("corrupt", "a", content=b"", goes="goes")
        row("corrupt", "a", None, content=b"RIFF")
        for gone in (
            "a",
            "../secret.webp",
            f"{folder}/../../secret.webp",
            str(world.library.path.parent / "secret.webp"),
        ):
            row("missing-file", gone)
        row("failed", "FAILED")
        row("failed", "FAILED|timeout|2026-01-02T03:04:05", None)
        for link in (url, url + "?" + "x" * (511 - len(url)), "file:///etc/passwd", "spotify:image:1"):
            row("remote", None, link)
        row("none", None, None)
        row("none", "", "")
        fate[world.picture(f"{folder}/spotify/lost.webp", noise)] = "goes"
        fate[world.picture(cache_path(kind, str(uuid.uuid4())), noise)] = "goes"
        young = world.picture(cache_path(kind, str(uuid.uuid4())), noise)
        now = time.time() - 23 * 3600
        os.utime(world.images / young, (now, now))
        fate[young] = "stays"
        for foreign in (
            f"{folder}/ab/cover.jpg",
            f"{folder}/cover.webp",
            f"photos/{kind}/x.webp",
            f"{folder}/a/b/c.webp",
        ):
            fate[world.picture(foreign, noise)] = "foreign"
    states["artist"]["none"] += 1
    return states, fate


def test_every_number_worked_out_anew(world: World, gallery: Gallery) -> None:
    """status, list, optimize --dry-run, --apply and restore on rows and files of every sort."""
    states, fate = _many_rows(world)
    schema, rows, files = world.library.schema(), world.rows(), world.files()
    artwork = [world.library.execute(f"SELECT * FROM {table} ORDER BY id") for table in KINDS.values()]

    status = gallery.json("status")
    assert {
        kind: {k: n for k, n in found.items() if n and k != "total"} for kind, found in status["kinds"].items()
    } == {kind: dict(count) for kind, count in states.items()}
    managed = [path for path, what in fate.items() if what != "foreign"]
    assert status["cache"] == {"files": len(managed), "bytes": sum(len(files[path]) for path in managed)}
    listed = gallery.run("list", "--json").lines
    assert Counter((each["kind"], each["state"]) for each in listed) == {
        (kind, state): number for kind, count in states.items() for state, number in count.items()
    }

    plan = gallery.json("optimize", "--dry-run")
    goes = {path for path, what in fate.items() if what == "goes"}
    assert {item["path"] for item in plan["items"] if item["selected"]} == goes
    assert (plan["removed"], plan["kept"]) == (len(goes), len(managed) - len(goes))
    assert plan["freed_mb"] == sum(len(files[path]) for path in goes) / 1e6
    assert plan["brakes"] == ["too-many"]
    assert world.files() == files

    done = gallery.json("optimize", "--apply", plan["plan"], "--confirm", "too-many")
    assert (done["removed"], done["kept"], done["freed_mb"]) == (plan["removed"], plan["kept"], plan["freed_mb"])
    assert set(files) - set(world.files()) == goes
    for kind, table in KINDS.items():
        column = "image_path" if kind == "artist" else "cover_path"
        assert not {path for (path,) in world.library.execute(f"SELECT {column} FROM {table}")} & goes

    assert gallery.json("restore", done["receipt"])["restored"] == len(goes)
    assert world.files() == files
    assert (world.library.schema(), world.rows()) == (schema, rows)
    after = [world.library.execute(f"SELECT * FROM {table} ORDER BY id") for table in KINDS.values()]
    assert [[_without_time(row) for row in table] for table in after] == [
        [_without_time(row) for row in table] for table in artwork
    ]


def _without_time(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value for value in row if not (isinstance(value, str) and value[4:5] == "-" and value[10:11] == " "))


async def test_a_cleanup_while_pictures_are_fetched_takes_none_of_them(world: World) -> None:
    """A picture that waits for its commit lies in a temporary file, which looks like that of an interrupted write."""
    for number in range(60):
        _add(world, "artist", world.server.serve(f"/{number}.jpg", pictures.jpeg()))
    world.server.latency = 0.02
    leftover = world.picture("artists/ab/.soulspot-gallery-of-a-crash.part", b"half")
    async with world.service() as service:
        fetching = asyncio.create_task(service.recache())
        removed = 0
        while not fetching.done():
            await asyncio.sleep(0.01)
            plan = await service.plan_cleanup()
            left = frozenset(item.path for item in plan.items)
            removed += (await service.apply_cleanup(plan, left, frozenset(Brake))).removed
        report = await fetching
    assert {result.message for result in report.results if result.error} == set()
    assert removed == 1
    assert leftover not in world.files()
    world.assert_sound()
