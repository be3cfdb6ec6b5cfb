"""Tests of commits that are cut off at each of their steps: the next start finds or makes everything sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support import pictures
from support.world import World, cache_path

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.library.catalog import Library
from soulspot_gallery.core.model import ErrorCode, FetchPolicy, Outcome, Selection, State


class Killed(BaseException):
    """Stands for a process that ends here and now."""


def _stop(patch: pytest.MonkeyPatch, owner: type, name: str, call: str) -> None:
    """Let the process end before or after this method does its work."""
    real: Callable[..., Any] = getattr(owner, name)

    def stopped(*args: Any, **kwargs: Any) -> Any:
        if call == "after":
            real(*args, **kwargs)
        raise Killed

    patch.setattr(owner, name, stopped)


STEPS = [
    (Journal, "begin_writes", "before"),
    (Journal, "begin_writes", "after"),
    (Store, "put", "before"),
    (Store, "put", "after"),
    (Library, "change", "before"),
    (Library, "change", "after"),
    (Journal, "note_pictures", "before"),
    (Journal, "note_pictures", "after"),
    (Journal, "end_writes", "before"),
    (Journal, "end_writes", "after"),
]


@pytest.mark.parametrize(("owner", "name", "call"), STEPS)
@pytest.mark.parametrize("pictures_before", [0, 1])
async def test_a_stop_at_any_step(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, call: str, pictures_before: int
) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg((30, 30))))
    path = cache_path("artist", artist)
    if pictures_before:
        async with world.service() as service:
            await service.recache()
    before = world.files().get(path)
    world.server.serve("/a.jpg", pictures.jpeg((40, 40)))

    with monkeypatch.context() as patch:
        _stop(patch, owner, name, call)
        # The end of a process runs no clean-up either.
        patch.setattr(Store, "unstage", lambda self, temporary: None)
        service = await world.service()
        with pytest.raises(Killed):
            await service.recache(Selection(), FetchPolicy.FORCE)
        await service.aclose()

    async with world.service() as service:
        # Whatever the state is, a row names a whole file or none.
        (entry,) = await service.entries()
        assert entry.image.state in (State.CACHED, State.REMOTE)
        await service.recache(Selection(ids=frozenset([artist])))
        (entry,) = await service.entries()
        assert entry.image.state is State.CACHED
        left = world.files()[path]
        assert left == before or pictures.size_of(left) == (40, 40)
        again = await service.recache(Selection(), FetchPolicy.FORCE)
        assert again.count(Outcome.DOWNLOADED) == 1
        assert (await service.plan_cleanup()).items == () or _only_leftovers(await service.plan_cleanup())
    opened = world.opened()
    assert opened.journal.write_intents() == []
    opened.journal.close()
    opened.library.close()
    assert not list((world.images / ".soulspot-gallery").rglob("*.old"))


def _only_leftovers(plan: Any) -> bool:
    return all(item.reasons == ("leftover",) and item.selected for item in plan.items)


async def test_a_picture_that_was_kept_after_a_stop_is_not_taken_for_damaged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record of the former picture must not be held against the new one."""
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg((30, 30))))
    async with world.service() as service:
        await service.recache()
    world.server.serve("/a.jpg", pictures.jpeg((40, 40)))
    with monkeypatch.context() as patch:
        _stop(patch, Journal, "note_pictures", "before")
        service = await world.service()
        with pytest.raises(Killed):
            await service.recache(Selection(), FetchPolicy.FORCE)
        await service.aclose()
    async with world.service() as service:
        (found,) = service.notices
        assert "1 of the pictures" in found, "said also where nothing is written"
        await service.status()
        assert service.notices == [found]
        report = await service.recache(Selection(ids=frozenset([artist])))
        assert report.count(Outcome.ALREADY_CACHED) == 1
        assert service.notices == [f"{cache_path('artist', artist)}: the new picture was kept after an interruption."]
        (entry,) = await service.entries()
    assert (entry.image.state, entry.image.width) == (State.CACHED, 40)


async def test_nothing_is_told_where_nothing_had_happened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    with monkeypatch.context() as patch:
        _stop(patch, Store, "put", "before")
        service = await world.service()
        with pytest.raises(Killed):
            await service.recache()
        await service.aclose()
    async with world.service() as service:
        await service.allow_writing()
        assert service.notices == []


async def test_recovery_that_fails_is_tried_again_by_the_next_job(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    with monkeypatch.context() as patch:
        _stop(patch, Library, "change", "before")
        service = await world.service()
        with pytest.raises(Killed):
            await service.recache()
        await service.aclose()
    async with world.service() as service:
        with monkeypatch.context() as patch:
            patch.setattr(Library, "find", _busy)
            with pytest.raises(PictureError):
                await service.recache()
        assert (await service.recache()).count(Outcome.DOWNLOADED) == 1
        assert len(service.notices) == 1
    world.assert_sound()


def _busy(*args: object) -> None:
    raise PictureError(ErrorCode.DATABASE_BUSY, "Busy.")


async def test_a_picture_that_cannot_be_put_keeps_the_old_one(world: World) -> None:
    """A folder lies where the picture should: neither it nor the row is touched."""
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    (world.images / cache_path("artist", artist)).mkdir(parents=True)
    async with world.service() as service:
        (result,) = (await service.recache()).results
    assert (result.outcome, result.error) == (Outcome.FAILED, ErrorCode.UNSAFE)
    assert world.library.row("artist", artist).path is None
    world.assert_sound()


async def test_no_link_is_followed(world: World) -> None:
    """A shard, or the file itself, that is a link to somewhere else: what lies there stays."""
    elsewhere = world.images.parent / "elsewhere"
    elsewhere.mkdir()
    first = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    second = world.library.add_playlist("B", world.server.url("/a.jpg"))
    (world.images / "artists").mkdir()
    (world.images / "artists" / first[:2]).symlink_to(elsewhere, target_is_directory=True)
    target = elsewhere / "kept.webp"
    target.write_bytes(b"somebody else's")
    (world.images / "playlists" / second[:2]).mkdir(parents=True)
    (world.images / cache_path("playlist", second)).symlink_to(target)
    async with world.service() as service:
        report = await service.recache()
    assert {result.error for result in report.results} == {ErrorCode.UNSAFE}
    assert [each.name for each in elsewhere.iterdir()] == ["kept.webp"]
    assert target.read_bytes() == b"somebody else's"
