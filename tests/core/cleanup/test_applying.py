"""Tests of removing and restoring: with rows, against changes, and cut off at each step."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import pictures
from support.world import World, cache_path

from soulspot_gallery.core.cleanup.applying import BATCH
from soulspot_gallery.core.errors import AnotherGallery, BrakeHeld, UsageError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.library import catalog
from soulspot_gallery.core.library.catalog import Library
from soulspot_gallery.core.model import (
    Brake,
    EntityType,
    FetchPolicy,
    Outcome,
    Reason,
    Removal,
    Selection,
    State,
)
from soulspot_gallery.core.service import ImageService


class Killed(BaseException):
    """Stands for a process that ends here and now."""


async def _removed(world: World, service: ImageService) -> tuple[str, str, str]:
    """A corrupt picture with its row, and an orphan, in the trash: receipt, the row's id, the path."""
    path = world.picture("artists/spotify/half.webp", b"RIFF half")
    artist = world.library.add_artist("Half", world.server.serve("/a.jpg", pictures.jpeg()), path)
    world.picture("artists/spotify/orphan.webp")
    result = await service.apply_cleanup(await service.plan_cleanup())
    assert result.removed == 2
    return result.receipt, artist, path


async def test_a_file_of_two_rows_clears_both_and_restores_both(world: World) -> None:
    path = world.picture("artists/spotify/half.webp", b"RIFF half")
    first = world.library.add_artist("A", "https://cdn.example/a.jpg", path)
    second = world.library.add_artist("B", "https://cdn.example/b.jpg", f"./{path}")
    async with world.service() as service:
        (item,) = (plan := await service.plan_cleanup()).items
        assert {entity.id for entity in item.entities} == {first, second}
        result = await service.apply_cleanup(plan)
        assert (result.removed, result.kept, result.freed_bytes) == (1, 0, 9)
        assert [world.library.row("artist", each).path for each in (first, second)] == [None, None]
        restored = await service.restore(result.receipt)
    assert (restored.restored, restored.skipped, restored.failed) == (1, (), ())
    assert [world.library.row("artist", each).path for each in (first, second)] == [path, f"./{path}"]
    assert world.files() == {path: b"RIFF half"}


async def test_a_row_that_changes_at_the_last_moment_keeps_its_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our last look and the update: nothing is overwritten, the other row is set back."""
    path = world.picture("artists/spotify/half.webp", b"RIFF half")
    first = world.library.add_artist("A", None, path)
    second = world.library.add_artist("B", "https://cdn.example/b.jpg", path)
    real = Library.change

    def late(self: Library, changes: Any, *more: Any) -> list[bool]:
        monkeypatch.setattr(Library, "change", real)
        world.library.set_artwork("artist", first, "https://new.example/a.jpg", path)
        return real(self, changes, *more)

    async with world.service() as service:
        plan = await service.plan_cleanup()
        (item,) = plan.items
        monkeypatch.setattr(Library, "change", late)
        result = await service.apply_cleanup(plan, frozenset([item.path]))
        assert [each.path for each in result.skipped] == [path]
        assert (result.removed, result.kept) == (0, 1)
        assert await service.receipts() == []
    assert world.library.row("artist", first).url == "https://new.example/a.jpg"
    assert [world.library.row("artist", each).path for each in (first, second)] == [path, path]
    assert path in world.files()


async def test_a_picture_used_since_the_preview_stays(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    artist = world.library.add_artist("A", url)
    path = cache_path("artist", artist)
    async with world.service() as service:
        await service.recache()
        await service.validate()
        plan = await service.plan_cleanup(0)
        assert plan.ticked == {path}
        service.note_shown([path])
        result = await service.apply_cleanup(plan)
    assert [(each.path, each.reason) for each in result.skipped] == [
        (path, "It was shown or fetched since the preview.")
    ]
    assert path in world.files()


async def test_an_orphan_that_found_a_row_stays(world: World) -> None:
    path = world.picture("artists/spotify/orphan.webp")
    world.library.add_artist("Somebody")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        assert plan.ticked == {path}
        # Spelled otherwise than anything in the plan.
        world.library.add_artist("A", None, "artists//spotify/./orphan.webp")
        result = await service.apply_cleanup(plan)
    assert [each.path for each in result.skipped] == [path]
    assert path in world.files()


async def test_nothing_outside_the_plan_goes(world: World) -> None:
    world.library.add_artist("Somebody")
    inside, outside = world.picture("artists/spotify/a.webp"), world.picture("notes.txt", b"mine")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        for path in (outside, "../soulspot.db", "artists/spotify/b.webp"):
            with pytest.raises(UsageError, match="not in the plan"):
                await service.apply_cleanup(plan, frozenset([inside, path]))
    assert set(world.files()) == {inside, outside}


async def test_brakes(world: World) -> None:
    somebody = world.library.add_artist("Somebody")
    for number in range(20):
        world.picture(f"artists/spotify/{number:02}.webp")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        assert plan.brakes == (Brake.TOO_MANY,)
        paths = sorted(plan.ticked)
        assert service.brakes_for(plan, frozenset(paths[:4])) == ()
        assert service.brakes_for(plan, frozenset(paths[:5])) == (Brake.TOO_MANY,)
        with pytest.raises(BrakeHeld) as held:
            await service.apply_cleanup(plan, frozenset(paths[:5]))
        assert held.value.brakes == (Brake.TOO_MANY,)
        assert held.value.exit_status == 4
        assert "--confirm too-many" in str(held.value)
        assert len(world.files()) == 20
        assert (await service.apply_cleanup(plan, frozenset(paths[:4]))).removed == 4
        assert (await service.apply_cleanup(plan, None, frozenset([Brake.TOO_MANY]))).removed == 16
    world.library.delete("artist", somebody)


async def test_an_image_root_that_is_gone_is_a_brake(world: World) -> None:
    world.library.add_artist("Somebody")
    world.picture("artists/spotify/a.webp")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        world.images.rename(world.images.with_name("unmounted"))
        with pytest.raises(BrakeHeld) as held:
            await service.apply_cleanup(plan)
    assert held.value.brakes == (Brake.MISSING_ROOT,)


async def test_a_folder_that_cannot_be_read_is_a_brake(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.library.add_artist("Somebody")
    world.picture("artists/spotify/a.webp")
    world.picture("albums/spotify/a.webp")
    real = os.scandir

    def refused(folder: str | Path) -> Any:
        if Path(folder).name == "albums":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    async with world.service() as service:
        monkeypatch.setattr(os, "scandir", refused)
        plan = await service.plan_cleanup()
        assert plan.brakes == (Brake.SCAN_ERROR,)
        assert plan.scan_errors == ("albums: Permission denied",)
        with pytest.raises(BrakeHeld):
            await service.apply_cleanup(plan)


async def test_a_picture_that_cannot_be_read_is_not_taken_for_damaged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that stutters: nothing is known of the picture, so it is neither in the plan nor remembered as bad."""
    path = world.picture("artists/spotify/a.webp")
    world.picture("artists/spotify/orphan.webp", b"RIFF")
    artist = world.library.add_artist("A", None, path)
    real = Store.read

    def stutters(self: Store, wanted: str, *more: int) -> bytes:
        if wanted == path:
            raise OSError(5, "Input/output error")
        return real(self, wanted, *more)

    async with world.service() as service:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "read", stutters)
            plan = await service.plan_cleanup()
            assert [item.path for item in plan.items] == ["artists/spotify/orphan.webp"]
            assert plan.brakes == (Brake.SCAN_ERROR,)
            assert "Input/output error" in plan.scan_errors[0]
        entry = await service.entry(EntityType.ARTIST, artist)
    assert entry is not None
    assert entry.image.state is State.CACHED


async def test_permanent_removal(world: World) -> None:
    world.library.add_artist("Somebody")
    path = world.picture("artists/spotify/a.webp")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        result = await service.apply_cleanup(plan, removal=Removal.PERMANENT)
        assert (result.removed, await service.receipts()) == (1, [])
        restored = await service.restore(result.receipt)
    assert restored.restored == 0
    assert [each.path for each in restored.skipped] == [path]
    assert not list((world.images / ".soulspot-gallery").rglob("*.picture"))


async def test_a_restored_picture_is_whole_whatever_was_fetched_since(world: World) -> None:
    """Removed, fetched anew, removed again, then the first one brought back: it is what it was."""
    world.server.serve("/a.jpg", pictures.jpeg((30, 30)))
    artist = world.library.add_artist("A", world.server.url("/a.jpg"))
    path = cache_path("artist", artist)
    async with world.service() as service:
        receipts = []
        for size in (30, 40):
            world.server.serve("/a.jpg", pictures.jpeg((size, size)))
            await service.recache()
            plan = await service.plan_cleanup(0)
            receipts.append((await service.apply_cleanup(plan, frozenset([path]))).receipt)
        assert (await service.restore(receipts[0])).restored == 1
        entry = await service.entry(EntityType.ARTIST, artist)
    assert entry is not None
    assert (entry.image.state, entry.image.width) == (State.CACHED, 30)


async def test_a_failed_marker_does_not_stand_in_the_way_of_a_restore(world: World) -> None:
    async with world.service() as service:
        receipt, artist, path = await _removed(world, service)
        world.library.set_artwork("artist", artist, world.server.url("/a.jpg"), "FAILED|timeout|2026-01-01T00:00:00")
        restored = await service.restore(receipt)
    assert (restored.restored, restored.skipped) == (2, ())
    assert world.library.row("artist", artist).path == path


async def test_a_picture_whose_row_has_another_one_by_now_stays_in_the_trash(world: World) -> None:
    async with world.service() as service:
        receipt, _, path = await _removed(world, service)
        assert (await service.recache()).count(Outcome.DOWNLOADED) == 1
        restored = await service.restore(receipt)
        assert restored.restored == 1
        assert [(each.path, each.reason) for each in restored.skipped] == [(path, "Half has another picture by now.")]
        assert path not in world.files()
        assert [receipt.files for receipt in await service.receipts()] == [1]


async def test_a_locked_library_lets_a_restore_fail_without_trace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.service() as service:
        receipt, artist, path = await _removed(world, service)
        before = world.files()
        monkeypatch.setattr(catalog, "WRITE_PATIENCE", 0.2)
        other = _lock(world)
        restored = await service.restore(receipt)
        other()
        assert [each.path for each in restored.failed] == [path]
        assert restored.restored == 1  # the orphan, which no row names
        assert path not in world.files()
        assert set(world.files()) > set(before)
        assert world.library.row("artist", artist).path is None
        assert (await service.restore(receipt)).restored == 1
    assert world.library.row("artist", artist).path == path
    assert path in world.files()


async def test_a_disk_that_can_only_be_read_ends_a_removal_and_a_return_with_one_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a batch of files; the rows of none are changed."""

    def refuse(*which: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for number in range(BATCH + 5):
        path = world.picture(f"artists/ab/ab{number:02}.webp", b"damaged")
        world.library.add_artist(f"A{number}", None, path, f"ab{number:02}")
    files, rows = world.files(), world.library.execute("SELECT id, image_path FROM soulspot_artists")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        ticked = frozenset(item.path for item in plan.items)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "to_trash", refuse)
            result = await service.apply_cleanup(plan, ticked, frozenset([Brake.TOO_MANY]))
        assert (result.removed, len(result.failed), len(result.skipped)) == (0, 1, BATCH + 4)
        assert "Make it writable" in result.failed[0].reason
        assert world.files() == files
        assert world.library.execute("SELECT id, image_path FROM soulspot_artists") == rows

        result = await service.apply_cleanup(plan, ticked, frozenset([Brake.TOO_MANY]))
        assert result.removed == BATCH + 5
        with monkeypatch.context() as patch:
            patch.setattr(Store, "from_trash", refuse)
            back = await service.restore(result.receipt)
        assert (back.restored, len(back.failed), len(back.skipped)) == (0, 1, BATCH + 4)
        assert (await service.restore(result.receipt)).restored == BATCH + 5
    assert world.files() == files
    assert world.library.execute("SELECT id, image_path FROM soulspot_artists") == rows


def _lock(world: World) -> Callable[[], None]:

    connection = sqlite3.connect(world.library.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection.close


async def test_a_second_gallery_looks_and_plans_but_does_not_write(world: World) -> None:
    world.library.add_artist("Somebody")
    world.picture("artists/spotify/a.webp")
    async with world.service() as first, world.service() as second:
        await first.allow_writing()
        plan = await second.plan_cleanup()
        assert len(await second.entries()) == 1
        for job in (second.apply_cleanup(plan), second.recache(), second.allow_writing(), second.empty_trash()):
            with pytest.raises(AnotherGallery):
                await job
        await first.aclose()
        assert (await second.apply_cleanup(plan)).removed == 1


async def test_trash_is_emptied_by_age(world: World) -> None:
    async with world.service() as service:
        receipt, _, _ = await _removed(world, service)
        assert await service.expire_trash() == 0
        assert [each.id for each in await service.receipts()] == [receipt]
        await service.change_settings(replace(service.settings, trash_days=0))
        assert await service.expire_trash() == 9 + len(pictures.webp())
        assert await service.receipts() == []


async def test_a_cancelled_cleanup_ends_between_two_batches(world: World) -> None:
    world.library.add_artist("Somebody")
    for number in range(160):
        world.picture(f"artists/spotify/{number:03}.webp", b"RIFF")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        begun = asyncio.Event()
        job = asyncio.create_task(
            service.apply_cleanup(plan, None, frozenset(Brake), report=lambda progress: begun.set())
        )
        await begun.wait()
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        left = len(world.files())
        (receipt,) = await service.receipts()
        assert receipt.files == 160 - left > 0
        assert (await service.restore(receipt.id)).restored == receipt.files
    assert len(world.files()) == 160


# -- cut off


def _stop(patch: pytest.MonkeyPatch, owner: type, name: str, call: str, number: int) -> None:
    """Let the process end before or after the `number`-th call of this method."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def stopped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls < number:
            return real(*args, **kwargs)
        if call == "after":
            real(*args, **kwargs)
        raise Killed

    patch.setattr(owner, name, stopped)


STEPS = [
    (Journal, "begin_receipt", "after", 1),
    (Journal, "note_removed", "before", 1),
    (Journal, "note_removed", "after", 1),
    (Library, "change", "before", 1),
    (Library, "change", "after", 1),
    (Store, "to_trash", "before", 1),
    (Store, "to_trash", "after", 1),
    (Store, "to_trash", "before", 2),
    (Store, "to_trash", "after", 2),
    (Journal, "note_removed", "before", 2),
    (Journal, "note_removed", "after", 2),
]


@pytest.mark.parametrize(("owner", "name", "call", "number"), STEPS)
async def test_a_removal_that_is_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, call: str, number: int
) -> None:
    path = world.picture("artists/spotify/half.webp", b"RIFF half")
    artist = world.library.add_artist("Half", "https://cdn.example/a.jpg", path)
    orphan = world.picture("artists/spotify/orphan.webp")
    before = world.files()
    with monkeypatch.context() as patch:
        service = await world.service()
        plan = await service.plan_cleanup()
        assert plan.ticked == {path, orphan}
        _stop(patch, owner, name, call, number)
        with pytest.raises(Killed):
            await service.apply_cleanup(plan)
        await service.aclose()

    async with world.service() as service:
        await service.allow_writing()
        named = world.library.row("artist", artist).path
        assert (named == path) == (path in world.files()), "file and row agree"
        for receipt in await service.receipts():
            await service.restore(receipt.id)
        assert world.files() == before
        assert world.library.row("artist", artist).path == path
        assert (await service.apply_cleanup(await service.plan_cleanup())).removed == 2
    assert world.library.row("artist", artist).path is None
    assert world.files() == {}


RETURNS = [
    (Journal, "note_removed", "before", 1),
    (Journal, "note_removed", "after", 1),
    (Store, "from_trash", "before", 1),
    (Store, "from_trash", "after", 1),
    (Library, "change", "before", 1),
    (Library, "change", "after", 1),
    (Store, "from_trash", "before", 2),
    (Store, "from_trash", "after", 2),
    (Journal, "note_removed", "before", 2),
    (Journal, "note_removed", "after", 2),
]


@pytest.mark.parametrize(("owner", "name", "call", "number"), RETURNS)
async def test_a_restore_that_is_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, call: str, number: int
) -> None:
    with monkeypatch.context() as patch:
        service = await world.service()
        receipt, artist, path = await _removed(world, service)
        _stop(patch, owner, name, call, number)
        with pytest.raises(Killed):
            await service.restore(receipt)
        await service.aclose()

    async with world.service() as service:
        await service.allow_writing()
        named = world.library.row("artist", artist).path
        assert (named == path) == (path in world.files()), "file and row agree"
        restored = await service.restore(receipt)
        assert restored.failed == ()
        assert await service.receipts() == []
    assert world.library.row("artist", artist).path == path
    assert set(world.files()) == {path, "artists/spotify/orphan.webp"}


async def test_reasons_are_words(world: World) -> None:
    world.library.add_artist("Somebody")
    world.picture("artists/spotify/a.webp", b"RIFF")
    async with world.service() as service:
        plan = await service.plan_cleanup()
        again = await service.load_plan(plan.id)
        await service.recache(Selection(), FetchPolicy.IF_NEEDED)
    assert again == plan
    assert plan.items[0].reasons == (Reason.ORPHAN, Reason.CORRUPT)
