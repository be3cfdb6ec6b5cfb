"""Tests of repairing by hand through the engine: each action, its undo and redo, and what a lock holds against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import pictures
from support.world import World, cache_path

from soulspot_gallery.core.errors import PictureError, UsageError
from soulspot_gallery.core.journal.repair_records import Action, Key
from soulspot_gallery.core.model import (
    EntityType,
    ErrorCode,
    FetchPolicy,
    ImageInfo,
    Outcome,
    Selection,
    Source,
    State,
)
from soulspot_gallery.core.repair.pictures import FromBytes, FromFile, FromUrl
from soulspot_gallery.core.repair.why import why_text
from soulspot_gallery.core.service import ImageService

ARTIST = EntityType.ARTIST
RED, BLUE = pictures.jpeg((700, 700), "red"), pictures.png((300, 300), "blue")


async def cached(world: World, service: ImageService, name: str = "Somebody") -> str:
    """An artist with a whole picture, fetched from its URL."""
    artist = world.library.add_artist(name, world.server.serve(f"/{name}.jpg", pictures.jpeg()))
    done = await service.recache(Selection(ids=frozenset([artist])))
    assert done.results[0].outcome is Outcome.DOWNLOADED
    return artist


async def image(service: ImageService, artist: str) -> ImageInfo:
    entry = await service.entry(ARTIST, artist)
    assert entry is not None
    return entry.image


def file_of(world: World, artist: str) -> Path:
    return world.images / cache_path("artist", artist)


def keys(*artists: str) -> list[Key]:
    return [(ARTIST, artist) for artist in artists]


async def test_a_picture_set_from_bytes_is_locked_and_the_former_one_is_in_the_history(world: World) -> None:
    async with world.service() as service:
        artist = await cached(world, service)
        former, url = file_of(world, artist).read_bytes(), world.library.row("artist", artist).url
        done = await service.set_picture(ARTIST, artist, FromBytes(RED, "the clipboard"))
        assert (done.action, done.done, done.left) == (Action.SET, ((ARTIST, artist),), ())
        now = await image(service, artist)
        assert (now.state, now.locked, now.by_hand, now.width) == (State.CACHED, True, True, 300)
        assert file_of(world, artist).read_bytes() != former
        assert world.library.row("artist", artist).url == url
        (entry,) = await service.history(ARTIST, artist)
        assert (entry.number, entry.source, entry.width) == (1, "127.0.0.1", 64)
        assert await service.history_picture(ARTIST, artist, entry) == former
    world.assert_sound()
    kept = list((world.images / ".soulspot-gallery" / "history").rglob("*"))
    assert kept
    assert not [file for file in kept if file.name.endswith(".webp")]


async def test_a_picture_set_from_a_url_gives_the_row_that_url(world: World) -> None:
    url = world.server.serve("/new.png", BLUE)
    async with world.service() as service:
        artist = world.library.add_artist("Nobody", None)
        await service.set_picture(ARTIST, artist, FromUrl(url, "Deezer", "https://www.deezer.com/artist/1"))
        assert world.library.row("artist", artist).url == url
        found = await service.why(ARTIST, artist)
        assert (found.source, found.by_hand, found.source_width) == ("Deezer", True, 300)
        (none,) = await service.history(ARTIST, artist)
        assert none.sha256 is None
        await service.go_back(ARTIST, artist, none)
        now = await image(service, artist)
        assert (now.state, now.locked, now.source_url) == (State.NONE, True, None)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: folder, ErrorCode.NOT_IMAGE),
        (lambda folder: _file(folder / "text.jpg", b"just words, no picture at all\n" * 20), ErrorCode.NOT_IMAGE),
        (lambda folder: _file(folder / "page.png", b"<!doctype html><html></html>"), ErrorCode.NOT_IMAGE),
        (lambda folder: _file(folder / "empty.jpg", b""), ErrorCode.EMPTY),
        (lambda folder: folder / "gone.jpg", ErrorCode.MISSING),
        (lambda folder: _sparse(folder / "huge.jpg", 300_000_000), ErrorCode.TOO_LARGE),
    ],
)  # fmt: skip
async def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_changes(
    world: World, tmp_path: Path, make: Callable[[Path], Path], code: ErrorCode
) -> None:
    async with world.service() as service:
        artist = await cached(world, service)
        before = (world.files(), world.library.row("artist", artist))
        with pytest.raises(PictureError) as caught:
            await service.set_picture(ARTIST, artist, FromFile(make(tmp_path)))
        assert caught.value.code is code
        assert str(caught.value).endswith(".")
        assert (world.files(), world.library.row("artist", artist)) == before
        assert not (await image(service, artist)).locked
        assert await service.changes() == []
    world.assert_sound()


async def test_a_url_that_answers_html_is_refused_with_a_sentence(world: World) -> None:
    url = world.server.serve("/page", b"<!doctype html><html><body>no</body></html>", "text/html")
    async with world.service() as service:
        artist = world.library.add_artist("Nobody", None)
        with pytest.raises(PictureError) as caught:
            await service.set_picture(ARTIST, artist, FromUrl(url))
        assert caught.value.code is ErrorCode.NOT_IMAGE
        assert world.library.row("artist", artist).url is None


async def test_unset_no_picture_and_delete_are_three_things(world: World) -> None:
    async with world.service() as service:
        unset, refused, deleted = [await cached(world, service, name) for name in ("a", "b", "c")]
        await service.unset_pictures(keys(unset))
        await service.refuse_pictures(keys(refused))
        await service.delete_pictures(keys(deleted))
        assert [world.library.row("artist", each).path for each in (unset, refused, deleted)] == [None] * 3
        assert [file_of(world, each).exists() for each in (unset, refused, deleted)] == [True, True, False]
        seen = [await image(service, each) for each in (unset, refused, deleted)]
        assert [each.no_picture for each in seen] == [False, True, False]
        assert [each.display.source for each in seen] == [Source.CDN, Source.PLACEHOLDER, Source.CDN]
        done = await service.recache()
        outcomes = {result.id: (result.outcome, result.error) for result in done.results}
        assert outcomes == {
            unset: (Outcome.DOWNLOADED, None),
            refused: (Outcome.SKIPPED, ErrorCode.PICTURE_LOCKED),
            deleted: (Outcome.DOWNLOADED, None),
        }


@pytest.mark.parametrize("action", ["set", "unset", "refuse", "delete", "lock", "unlock", "go_back"])
async def test_every_change_is_undone_and_redone_across_a_restart(world: World, action: str) -> None:
    async with world.service() as service:
        artist = await cached(world, service)
        if action == "go_back":
            await service.set_picture(ARTIST, artist, FromBytes(RED, "red"))
        if action == "unlock":
            await service.lock(keys(artist))
        before = await _seen(world, service, artist)
        match action:
            case "set":
                await service.set_picture(ARTIST, artist, FromUrl(world.server.serve("/b.png", BLUE)))
            case "go_back":
                await service.go_back(ARTIST, artist, (await service.history(ARTIST, artist))[0])
            case "lock" | "unlock":
                await getattr(service, action)(keys(artist))
            case _:
                await getattr(service, f"{action}_pictures")(keys(artist))
        after = await _seen(world, service, artist)
        assert after != before
    async with world.service() as service:
        done = await service.undo()
        assert (done.done, done.left) == (((ARTIST, artist),), ())
        assert await _seen(world, service, artist) == before
    async with world.service() as service:
        assert (await service.changes())[0].undone
        await service.redo()
        assert await _seen(world, service, artist) == after
        with pytest.raises(UsageError):
            await service.redo()


async def _seen(world: World, service: ImageService, artist: str) -> tuple[object, ...]:
    now, row = await image(service, artist), world.library.row("artist", artist)
    shown = (now.state, now.locked, now.no_picture, now.by_hand, now.sha256, now.display)
    return (row.url, row.path, *shown)


async def test_many_are_one_change_and_what_changed_meanwhile_is_left_and_said(world: World) -> None:
    async with world.service() as service:
        one, two = [await cached(world, service, name) for name in ("a", "b")]
        done = await service.delete_pictures(keys(one, two))
        assert len(done.done) == 2
        world.library.execute("UPDATE soulspot_artists SET image_url = 'https://new.example/x.jpg' WHERE id = ?", one)
        undone = await service.undo()
        assert undone.done == ((ARTIST, two),)
        assert [(left.id, left.reason) for left in undone.left] == [
            (one, "It has another picture by now, so it was left as it is.")
        ]
        assert world.library.row("artist", one).url == "https://new.example/x.jpg"
        assert file_of(world, two).exists()
        with pytest.raises(UsageError):
            await service.undo()


async def test_a_damaged_file_that_was_replaced_comes_back_as_it_was(world: World) -> None:
    path = world.picture("artists/spotify/half.webp", b"RIFF half")
    artist = world.library.add_artist("Half", None, path)
    async with world.service() as service:
        await service.set_picture(ARTIST, artist, FromBytes(RED, "red"))
        assert world.library.row("artist", artist).path == cache_path("artist", artist)
        assert await service.history(ARTIST, artist) == []
        await service.undo()
        assert (await image(service, artist)).state is State.CORRUPT
        assert world.files() == {path: b"RIFF half"}


async def test_a_lock_survives_recache_and_cleanup_and_a_named_recache_wins_and_says_so(world: World) -> None:
    async with world.service() as service:
        artist = await cached(world, service)
        await service.set_picture(ARTIST, artist, FromBytes(RED, "red"))
        mine = file_of(world, artist).read_bytes()
        done = await service.recache(Selection(kinds=frozenset([ARTIST])), FetchPolicy.FORCE)
        assert [(each.outcome, each.error) for each in done.results] == [(Outcome.SKIPPED, ErrorCode.PICTURE_LOCKED)]
        (item,) = (await service.plan_cleanup(0)).items
        assert not item.selected
        assert "is locked" in item.evidence
        assert file_of(world, artist).read_bytes() == mine
        named = await service.recache(Selection(ids=frozenset([artist])), FetchPolicy.FORCE)
        assert named.results[0].outcome is Outcome.DOWNLOADED
        assert "It was locked" in (named.results[0].message or "")
        now = await image(service, artist)
        assert (now.locked, now.by_hand) == (True, False)
        entry = next(each for each in await service.history(ARTIST, artist) if each.source == "red")
        await service.go_back(ARTIST, artist, entry)
        assert file_of(world, artist).read_bytes() == mine


async def test_a_lock_holds_against_sync_retries_and_other_programs(world: World) -> None:
    url = world.server.serve("/gone.jpg", pictures.jpeg())
    async with world.service() as service:
        locked, refused = (world.library.add_artist(name, url) for name in "ab")
        await service.lock(keys(locked))
        await service.refuse_pictures(keys(refused))
        synced = await (await service.sync_service()).sync()
        assert {(each.id, each.error) for each in synced.results} == {
            (locked, ErrorCode.PICTURE_LOCKED),
            (refused, ErrorCode.PICTURE_LOCKED),
        }
        for artist in (locked, refused):
            saved = await service.download_and_cache(url, ARTIST, artist, force=True)
            assert (saved.success, saved.error) == (False, ErrorCode.PICTURE_LOCKED)
            assert world.library.row("artist", artist).path is None
        assert not world.files()


async def test_a_named_recache_ends_a_refusal_and_says_so(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as service:
        await service.refuse_pictures(keys(artist))
        done = await service.recache(Selection(ids=frozenset([artist])))
        assert "no picture on purpose" in (done.results[0].message or "")
        now = await image(service, artist)
        assert (now.state, now.no_picture) == (State.CACHED, False)


async def test_a_lock_that_comes_after_the_preview_keeps_the_file(world: World) -> None:
    async with world.service() as service:
        artist = await cached(world, service)
        await service.validate()
        plan = await service.plan_cleanup(0)
        assert plan.ticked
        await service.lock(keys(artist))
        result = await service.apply_cleanup(plan)
        assert result.removed == 0
        assert "locked" in result.skipped[0].reason
        assert file_of(world, artist).exists()


async def test_the_history_keeps_so_many_and_emptying_the_trash_leaves_it(world: World) -> None:
    async with world.service() as service:
        await service.change_settings(replace(service.settings, history_pictures=2))
        artist = await cached(world, service)
        for colour in ("red", "green", "blue"):
            await service.set_picture(ARTIST, artist, FromBytes(pictures.png((50, 50), colour), colour))
        await service.empty_trash()
        entries = await service.history(ARTIST, artist)
        assert [each.source for each in entries] == ["green", "red"]
        files = list((world.images / ".soulspot-gallery" / "history").rglob("*.picture"))
        assert len(files) == 2


async def test_a_shared_file_stays_when_one_of_its_rows_is_deleted(world: World) -> None:
    path = world.picture("artists/spotify/both.webp")
    one, two = (world.library.add_artist(name, None, path) for name in ("A", "B"))
    async with world.service() as service:
        done = await service.delete_pictures(keys(one))
        assert "“B”" in done.notes[0]
        assert (await image(service, two)).state is State.CACHED


async def test_why_says_what_is_known_without_secrets(world: World) -> None:
    artist = world.library.add_artist("Secret", world.server.serve("/a.jpg?token=hush", pictures.jpeg()))
    async with world.service() as service:
        await service.recache()
        await service.lock(keys(artist))
        text = why_text(await service.why(ARTIST, artist))
    assert "hush" not in text
    for words in ("Locked by hand", "JPEG of 64 × 64 px", "From: 127.0.0.1", "Nothing changes it by itself"):
        assert words in text, text


async def test_unknown_ids_and_empty_stacks_are_refused(world: World) -> None:
    async with world.service() as service:
        with pytest.raises(UsageError):
            await service.lock(keys("nobody"))
        with pytest.raises(UsageError):
            await service.undo()


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _sparse(path: Path, size: int) -> Path:
    with path.open("wb") as stream:
        stream.truncate(size)
    return path
