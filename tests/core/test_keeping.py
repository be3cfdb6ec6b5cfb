"""What is kept for bad days: rights that let the server read, a trash that knows its files, one writer at a time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.world import World

from soulspot_gallery.core.errors import AnotherGallery, PictureError, UnsafePath
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.reserve import SIZE, Reserve

POSIX = pytest.mark.skipif(os.name != "posix", reason="rights and groups of POSIX")


@POSIX
@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o644), (0o775, 0o664), (0o700, 0o600), (0o2770, 0o660)])
def test_who_reads_the_folder_reads_the_picture(tmp_path: Path, folder: int, file: int) -> None:
    """Whatever our umask is."""
    tmp_path.chmod(folder)
    before = os.umask(0o077)
    try:
        store = Store(tmp_path)
        store.put(store.stage("artists/ab/ab1.webp", b"picture"), "1")
    finally:
        os.umask(before)
    written = tmp_path / "artists" / "ab" / "ab1.webp"
    assert stat.S_IMODE(written.stat().st_mode) == file
    assert stat.S_IMODE(written.parent.stat().st_mode) & 0o777 == folder & 0o777
    written.chmod(0o640)
    store.put(store.stage("artists/ab/ab1.webp", b"another"), "2")
    assert (written.read_bytes(), stat.S_IMODE(written.stat().st_mode)) == (b"another", 0o640), "as it was"


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root gives files to other groups")
def test_a_picture_has_the_group_of_its_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, -1, 12345)
    store = Store(tmp_path)
    store.put(store.stage("artists/ab/ab1.webp", b"picture"), "1")
    assert {each.stat().st_gid for each in tmp_path.rglob("a*")} == {12345}


async def test_a_lost_journal_costs_no_picture(world: World) -> None:
    damaged = world.picture("artists/ab/ab1.webp", b"damaged")
    artist = world.library.add_artist("A", world.server.url("/1.jpg"), damaged, "ab1")
    world.picture("spotify/artists/orphan.webp")
    before = world.files()
    async with world.service() as service:
        result = await service.apply_cleanup(await service.plan_cleanup())
    assert result.removed == 2
    for journal in (world.data / "journals").iterdir():
        journal.unlink()
    async with world.service() as service:
        assert [(each.id, each.files) for each in await service.receipts()] == [(result.receipt, 2)]
        assert (await service.restore(result.receipt)).restored == 2
    assert world.files() == before
    assert world.library.row("artist", artist).path == damaged


def test_what_is_kept_aside_comes_back_without_a_journal(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(store.stage("artists/ab/ab1.webp", b"old"), "1")
    store.put(store.stage("artists/ab/ab1.webp", b"new"), "2")
    assert store.aside() == [("artists/ab/ab1.webp", "2")]
    store.put_back("artists/ab/ab1.webp", "2")
    assert store.read("artists/ab/ab1.webp") == b"old"


def test_the_reserve_is_given_up_once(tmp_path: Path) -> None:
    reserve = Reserve.beside(tmp_path / "journal.db")
    assert not reserve.give_up()
    reserve.keep()
    assert reserve.file.stat().st_size == SIZE
    assert reserve.give_up()
    assert not reserve.file.exists()


HOLDER = """
import sys, time
from pathlib import Path
from soulspot_gallery.core.files.store import Store
store = Store(Path(sys.argv[1]))
store.begin_writing()
print("writing", flush=True)
time.sleep(60)
"""


@POSIX
def test_a_lock_that_a_kill_leaves_frees_itself(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        store = Store(tmp_path)
        with pytest.raises(AnotherGallery, match="Another gallery is writing"):
            store.begin_writing()
        other.send_signal(signal.SIGKILL)
        other.wait()
    started = time.monotonic()
    store.begin_writing()
    assert time.monotonic() - started < 1
    store.end_writing()


@POSIX
@pytest.mark.parametrize("name", ["trash", "aside"])
def test_a_link_in_our_own_folder_leads_nothing_out(tmp_path: Path, name: str) -> None:
    root, outside = tmp_path / "images", tmp_path / "outside"
    (root / ".soulspot-gallery").mkdir(parents=True)
    outside.mkdir()
    (root / ".soulspot-gallery" / name).symlink_to(outside, target_is_directory=True)
    store = Store(root)
    store.put(store.stage("artists/ab/ab1.webp", b"old"), "1")
    staged = store.stage("artists/ab/ab1.webp", b"new")
    with pytest.raises((UnsafePath, PictureError), match="is a link"):
        store.put(staged, "2") if name == "aside" else store.to_trash("artists/ab/ab1.webp", "c1", 1)
    assert store.read("artists/ab/ab1.webp") == b"old"
    assert not [each for each in outside.rglob("*") if each.is_file()]
