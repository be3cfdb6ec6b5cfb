"""Changes by hand, and undoing them, cut off at each step: the next start has them whole, forward or back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from support import pictures
from support.world import World

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.library.catalog import Library
from soulspot_gallery.core.model import EntityType, Selection
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.repair.pictures import FromBytes
from soulspot_gallery.core.service import ImageService

ARTIST = EntityType.ARTIST
MINE = FromBytes(pictures.png((90, 90), "red"), "mine")


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


async def _seen(world: World, service: ImageService, artist: str) -> tuple[object, ...]:
    entry = await service.entry(ARTIST, artist)
    assert entry is not None
    row, now = world.library.row("artist", artist), entry.image
    return row.url, row.path, now.state, now.sha256, now.locked, now.no_picture, now.by_hand


async def _set(service: ImageService, artist: str) -> None:
    await service.set_picture(ARTIST, artist, MINE)


async def _refuse(service: ImageService, artist: str) -> None:
    await service.refuse_pictures([(ARTIST, artist)])


async def _delete(service: ImageService, artist: str) -> None:
    await service.delete_pictures([(ARTIST, artist)])


STEPS = [
    (owner, name, call)
    for owner, name in (
        (KeptFiles, "keep"),
        (Journal, "note_changes"),
        (Store, "put"),
        (Library, "change"),
        (Journal, "end_writes"),
        (Store, "delete"),
        (Journal, "settle"),
    )
    for call in ("before", "after")
]


@pytest.mark.parametrize(("owner", "name", "call"), STEPS)
@pytest.mark.parametrize("act", [_set, _refuse, _delete])
@pytest.mark.parametrize("undoing", [False, True], ids=["doing", "undoing"])
async def test_a_stop_at_any_step(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    call: str,
    act: Callable[[ImageService, str], Any],
    undoing: bool,  # noqa: FBT001
) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as service:
        await service.recache(Selection(ids=frozenset([artist])))
        before = await _seen(world, service, artist)
        await act(service, artist)
        after = await _seen(world, service, artist)
        if not undoing:
            await service.undo()
    async with world.service() as service:
        with monkeypatch.context() as patch, suppress(Killed):  # not every step is taken on every way
            _stop(patch, owner, name, call)
            await (service.undo() if undoing else act(service, artist))
    async with world.service() as service:
        await service.allow_writing()
        now = await _seen(world, service, artist)
        assert now in (before, after)
        with suppress(UsageError):
            await (service.undo() if now == after else service.redo())
            assert await _seen(world, service, artist) == (before if now == after else after)
    assert not list((world.images / ".soulspot-gallery").rglob("*.old"))
    assert not [path for path in world.files() if path.endswith(".part")]


async def test_what_could_not_be_undone_is_in_nobodys_way(world: World) -> None:
    """A change whose row is another by now is dropped; the one before it can still be undone."""
    artist = world.library.add_artist("A", None)
    async with world.service() as service:
        await service.set_picture(ARTIST, artist, MINE)
        await service.unlock([(ARTIST, artist)])
        world.library.execute("UPDATE soulspot_artists SET image_url = 'https://x.example/' WHERE id = ?", artist)
        assert not (await service.undo()).done
        assert not (await service.undo()).done
        with pytest.raises(UsageError):
            await service.undo()


async def test_a_picture_that_the_history_lost_is_said_and_nothing_changes(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as service:
        await service.recache()
        await service.delete_pictures([(ARTIST, artist)])
        for file in (world.images / ".soulspot-gallery" / "history").rglob("*.picture"):
            file.unlink()
        done = await service.undo()
        assert [left.reason for left in done.left] == ["That picture is not kept any more."]
        assert world.library.row("artist", artist).path is None
    world.assert_sound()
