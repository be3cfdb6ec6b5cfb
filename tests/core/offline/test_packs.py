"""Packs: what one machine writes another takes, exactly once, and nothing that a stranger's file holds does harm."""

from __future__ import annotations

import asyncio
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support import pictures
from support.soulspot import SoulspotDatabase
from support.world import World, cache_path

from soulspot_gallery.core.caching.committing import Committer
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.model import EntityType, Progress, State
from soulspot_gallery.core.offline import pack
from soulspot_gallery.core.offline.pack_plan import Fate, Replace
from soulspot_gallery.core.offline.scope import Scope

ARTIST = EntityType.ARTIST


def _filled(world: World, count: int = 3) -> list[str]:
    ids = []
    for number in range(count):
        colour = (number * 7 % 256, number // 30, 90)
        url = world.server.serve(f"/{number}.jpg", pictures.jpeg((40, 40), colour))
        ids.append(world.library.add_artist(f"A{number:03}", url + "?token=secret"))
    return ids


async def _packed(world: World, file: Path, scope: Scope = Scope()) -> Path:  # noqa: B008 (frozen)
    async with world.service() as service:
        await service.recache()
        await service.export_pack(file, scope)
    return file


def _elsewhere(world: World, folder: Path) -> World:
    """The same library on another machine, before anything was fetched there."""
    folder.mkdir()
    database = folder / "soulspot" / "soulspot.db"
    (database.parent / "images").mkdir(parents=True)
    shutil.copy(world.library.path, database)
    there = World(SoulspotDatabase(database), world.server)
    for table, column in (("soulspot_artists", "image_path"), ("soulspot_albums", "cover_path")):
        there.library.execute(f"UPDATE {table} SET {column} = NULL")
    return there


def _rewritten(file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], object]) -> Path:
    """The pack with its list and its files changed."""
    with zipfile.ZipFile(file) as old:
        files = {name: old.read(name) for name in old.namelist()}
    document = json.loads(files.pop(pack.MANIFEST))
    change(document, files)
    with zipfile.ZipFile(file, "w") as new:
        for name, content in {**files, pack.MANIFEST: json.dumps(document).encode()}.items():
            new.writestr(name, content)
    return file


async def test_what_one_machine_packs_another_takes_without_a_network(world: World, tmp_path: Path) -> None:
    ids = _filled(world)
    file = await _packed(world, tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    asked = len(world.server.requests())
    async with there.service() as service:
        plan = await service.plan_pack(file)
        assert [item.fate for item in plan.items] == [Fate.TAKE] * 3
        assert there.files() == {}, "looking writes nothing"
        done = await service.apply_pack(plan)
        assert (done.stored, done.left) == (3, ())
        assert [entry.image.state for entry in await service.entries()] == [State.CACHED] * 3
        again = await service.plan_pack(file)
        assert [item.fate for item in again.items] == [Fate.SAME] * 3
        assert (await service.recache()).results == ()
    assert there.files() == world.files()
    assert set(there.files()) == {cache_path("artist", each) for each in ids}
    assert len(world.server.requests()) == asked
    there.assert_sound()


async def test_the_same_pictures_make_the_same_bytes_and_tell_no_secrets(world: World, tmp_path: Path) -> None:
    _filled(world)
    url = world.server.serve("/shared.jpg", pictures.jpeg((50, 50)))
    for name in ("Twin A", "Twin B"):
        world.library.add_artist(name, url)
    one, two = await _packed(world, tmp_path / "one.zip"), tmp_path / "two.zip"
    async with world.service() as service:
        made = await service.export_pack(two)
    assert one.read_bytes() == two.read_bytes()
    assert (made.pictures, made.bytes, made.without) == (5, two.stat().st_size, 0)
    with zipfile.ZipFile(one) as found:
        assert len(found.namelist()) == 5, "one picture for the twins, and the list"
        assert all(info.compress_type == zipfile.ZIP_STORED for info in found.infolist())
        listed = found.read(pack.MANIFEST).decode()
    assert "secret" not in listed
    assert "127.0.0.1" not in listed
    assert str(tmp_path) not in listed


async def test_a_scope_packs_its_part_and_says_what_has_no_picture(world: World, tmp_path: Path) -> None:
    first, second, third = _filled(world)
    world.library.set_artwork("artist", third, None, None)
    async with world.service() as service:
        await service.recache()
        made = await service.export_pack(tmp_path / "part.zip", Scope(ids=frozenset([first, third])))
        assert (made.pictures, made.without) == (1, 1)
        plan = await service.plan_pack(tmp_path / "part.zip")
        assert [item.packed.id for item in plan.items] == [first]
        with pytest.raises(UsageError, match="no artist"):
            await service.export_pack(tmp_path / "x.zip", Scope(ids=frozenset(["nobody"])))
    assert second
    assert not (tmp_path / "x.zip").exists()


async def test_whole_and_locked_pictures_stay_unless_asked_and_are_kept_then(world: World, tmp_path: Path) -> None:
    whole, locked, refused = _filled(world)
    file = await _packed(world, tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    here = pictures.webp((20, 20), "red")
    for each in (whole, locked):
        path = there.picture(cache_path("artist", each), here)
        there.library.set_artwork("artist", each, None, path)
    async with there.service() as service:
        await service.lock([(ARTIST, locked)])
        await service.refuse_pictures([(ARTIST, refused)])
        fates = {}
        for may in Replace:
            plan = await service.plan_pack(file, may)
            fates[may] = {item.packed.id: item.fate for item in plan.items}
        assert fates == {
            Replace.NOTHING: {whole: Fate.KEEP, locked: Fate.LOCKED, refused: Fate.LOCKED},
            Replace.WHOLE: {whole: Fate.REPLACE, locked: Fate.LOCKED, refused: Fate.LOCKED},
            Replace.LOCKED: dict.fromkeys((whole, locked, refused), Fate.REPLACE),
        }
        assert (await service.apply_pack(await service.plan_pack(file))).stored == 0
        assert (await service.apply_pack(await service.plan_pack(file, Replace.LOCKED))).stored == 3
        entries = {entry.entity.id: entry.image for entry in await service.entries()}
        assert all(image.state is State.CACHED for image in entries.values())
        assert entries[locked].locked
        assert not entries[refused].no_picture
        for each in (whole, locked):
            (former,) = await service.history(ARTIST, each)
            assert await service.history_picture(ARTIST, each, former) == here


async def test_a_row_that_changed_since_the_preview_is_left(world: World, tmp_path: Path) -> None:
    moved, gone, locked, fine = _filled(world, 4)
    file = await _packed(world, tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    async with there.service() as service:
        plan = await service.plan_pack(file)
        there.library.set_artwork("artist", moved, "https://example.org/other.jpg", None)
        there.library.delete("artist", gone)
        await service.lock([(ARTIST, locked)])
        done = await service.apply_pack(plan)
        assert done.stored == 1
        assert {item.packed.id: item.reason.split()[0] for item in done.left} == {
            moved: "Its",
            gone: "It",
            locked: "A",
        }
    assert list(there.files()) == [cache_path("artist", fine)]


async def test_a_row_with_another_id_is_found_by_its_link(world: World, tmp_path: Path) -> None:
    (only,) = _filled(world, 1)
    file = await _packed(world, tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    url = there.library.row("artist", only).url
    there.library.delete("artist", only)
    async with there.service() as service:
        assert [item.fate for item in (await service.plan_pack(file)).items] == [Fate.UNKNOWN]
        other = there.library.add_artist("a000", url)
        (item,) = (await service.plan_pack(file)).items
        assert (item.fate, item.entity and item.entity.id) == (Fate.TAKE, other)
        there.library.add_artist("A000", url)
        assert [item.fate for item in (await service.plan_pack(file)).items] == [Fate.UNKNOWN], "which of the two?"


def _bomb(document: dict[str, Any], files: dict[str, bytes]) -> None:
    document["pictures"][0]["bytes"] = 1 << 40


def _larger(document: dict[str, Any], files: dict[str, bytes]) -> None:
    document["pictures"][0]["width"] = 1 << 20


def _other(document: dict[str, Any], files: dict[str, bytes]) -> None:
    files[next(iter(files))] = pictures.webp((41, 41), "red")


def _cut(document: dict[str, Any], files: dict[str, bytes]) -> None:
    name = next(iter(files))
    files[name] = files[name][:-10]


def _no_picture(document: dict[str, Any], files: dict[str, bytes]) -> None:
    files.clear()


@pytest.mark.parametrize("change", [_bomb, _larger, _other, _cut, _no_picture])
async def test_a_picture_that_is_not_as_listed_stays_out(
    world: World, tmp_path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]
) -> None:
    _filled(world, 1)
    file = _rewritten(await _packed(world, tmp_path / "pack.zip"), change)
    there = _elsewhere(world, tmp_path / "there")
    async with there.service() as service:
        plan = await service.plan_pack(file)
        assert [item.fate for item in plan.items] == [Fate.DAMAGED]
        assert plan.items[0].reason
        assert (await service.apply_pack(plan)).stored == 0
    assert there.files() == {}


def _climbing(document: dict[str, Any]) -> None:
    document["pictures"][0]["sha256"] = "../../../etc/passwd"


def _typed(document: dict[str, Any]) -> None:
    document["pictures"][0]["bytes"] = True


def _twice(document: dict[str, Any]) -> None:
    document["pictures"] *= 2


def _newer(document: dict[str, Any]) -> None:
    document["version"] = 2


def _nothing(document: dict[str, Any]) -> None:
    document.clear()


@pytest.mark.parametrize("change", [_climbing, _typed, _twice, _newer, _nothing])
async def test_a_list_that_we_did_not_write_is_refused(
    world: World, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    _filled(world, 1)
    file = _rewritten(await _packed(world, tmp_path / "pack.zip"), lambda document, files: change(document))
    async with world.service() as service:
        with pytest.raises(UsageError, match=r"make the pack again|newer gallery"):
            await service.plan_pack(file)


async def test_an_id_never_becomes_a_path_that_the_library_does_not_have(world: World, tmp_path: Path) -> None:
    _filled(world, 1)

    def climb(document: dict[str, Any], files: dict[str, bytes]) -> None:
        document["pictures"][0]["id"] = "../../climbed"

    file = _rewritten(await _packed(world, tmp_path / "pack.zip"), climb)
    there = _elsewhere(world, tmp_path / "there")
    there.library.add_artist("Bad", None, None, "../../climbed")
    async with there.service() as service:
        done = await service.apply_pack(await service.plan_pack(file))
        assert done.stored == 0
        assert len(done.left) == 1
    assert there.files() == {}
    assert not _found(tmp_path, "climbed*")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
async def test_what_is_no_pack_is_a_sentence(world: World, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "pack.zip"
    file.write_bytes(content)
    async with world.service() as service:
        for wrong in (file, tmp_path / "not there.zip", tmp_path):
            with pytest.raises(UsageError, match=r"can't be read|no pack"):
                await service.plan_pack(wrong)


async def test_packed_again_smaller_is_refused(world: World, tmp_path: Path) -> None:
    """Whatever inflates can be a bomb; ours are stored."""
    _filled(world, 1)
    file = await _packed(world, tmp_path / "pack.zip")
    with zipfile.ZipFile(file) as old:
        files = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in files.items():
            new.writestr(name, content)
    async with world.service() as service:
        with pytest.raises(UsageError, match="packed in a way"):
            await service.plan_pack(file)


async def test_only_pixels_come_in(world: World, tmp_path: Path) -> None:
    (only,) = _filled(world, 1)
    async with world.service() as service:
        await service.recache()
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    world.picture(cache_path("artist", only), pictures.encoded((40, 40), "teal", "WEBP", exif=exif))
    world.library.set_artwork("artist", only, None, "artists/spotify/own.webp")
    world.picture("artists/spotify/own.webp", pictures.encoded((40, 40), "teal", "WEBP", exif=exif))
    async with world.service() as service:
        await service.export_pack(tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    async with there.service() as service:
        assert (await service.apply_pack(await service.plan_pack(tmp_path / "pack.zip"))).stored == 1
    (content,) = there.files().values()
    assert b"where I live" not in content
    assert pictures.size_of(content) == (40, 40)


def _found(folder: Path, pattern: str) -> list[Path]:
    return list(folder.rglob(pattern))


class Killed(BaseException):
    """Stands for a process that ends here and now."""


@pytest.mark.parametrize(("owner", "name"), [(Store, "put"), (Committer, "_rows"), (Committer, "_record")])
async def test_an_import_that_is_cut_off_is_done_by_the_next(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    _filled(world, 5)
    file = await _packed(world, tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    with monkeypatch.context() as patch:

        def killed(*arguments: Any) -> Any:
            raise Killed

        patch.setattr(owner, name, killed)
        patch.setattr(Store, "unstage", lambda self, temporary: None)
        service = await there.service()
        with pytest.raises(Killed):
            await service.apply_pack(await service.plan_pack(file))
        await service.aclose()
    async with there.service() as service:
        done = await service.apply_pack(await service.plan_pack(file))
        assert done.left == ()
        assert [entry.image.state for entry in await service.entries()] == [State.CACHED] * 5
        assert [item.fate for item in (await service.plan_pack(file)).items] == [Fate.SAME] * 5
    assert {path: content for path, content in there.files().items() if path.endswith(".webp")} == world.files()


async def test_an_import_that_is_cancelled_ends_between_two_batches(world: World, tmp_path: Path) -> None:
    _filled(world, 80)
    file = await _packed(world, tmp_path / "pack.zip")
    there = _elsewhere(world, tmp_path / "there")
    async with there.service() as service:
        plan, some = await service.plan_pack(file), asyncio.Event()

        def report(progress: Progress) -> None:
            if progress.done:
                some.set()

        work = asyncio.create_task(service.apply_pack(plan, report))
        await some.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        there.assert_sound()
        stored = len(there.files())
        assert 0 < stored <= 80
        await service.apply_pack(await service.plan_pack(file))
        assert len(there.files()) == 80


async def test_a_pack_that_is_given_up_leaves_nothing_and_the_old_one_as_it_was(world: World, tmp_path: Path) -> None:
    _filled(world, 40)
    file = tmp_path / "packs" / "pack.zip"
    file.parent.mkdir()
    file.write_bytes(b"the one before")
    async with world.service() as service:
        await service.recache()
        begun = asyncio.Event()
        work = asyncio.create_task(service.export_pack(file, report=lambda progress: begun.set()))
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert list(file.parent.iterdir()) == [file]
    assert file.read_bytes() == b"the one before"
