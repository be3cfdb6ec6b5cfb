"""Tests of the image root: what is managed and what is foreign, the lock, and files that move."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support import pictures
from support.mounting import mounted

from soulspot_gallery.core.errors import AnotherGallery, DiskTrouble, ImageRootError, PictureError, UnsafePath
from soulspot_gallery.core.files import store as store_module
from soulspot_gallery.core.files.durable import make_folders
from soulspot_gallery.core.files.store import MOST_DENIED, Store
from soulspot_gallery.core.model import ErrorCode

PICTURE = pictures.webp()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    return tmp_path / "images"


def _lay(root: Path, path: str, content: bytes = PICTURE) -> str:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return path


def _scanned(root: Path) -> set[str]:
    scan = Store(root).scan()
    assert scan.errors == ()
    return {file.path for file in scan.files}


def test_what_is_staged_is_work_for_its_own_store_and_a_leftover_for_others(root: Path) -> None:
    store = Store(root)
    first, second = store.stage("artists/ab/ab1.webp", PICTURE), store.stage("artists/ab/ab2.webp", PICTURE)
    assert store.scan().files == ()
    assert _scanned(root) == {first.temporary, second.temporary}
    store.put(first, "1")
    store.unstage(second.temporary)
    assert {file.path for file in store.scan().files} == {"artists/ab/ab1.webp"}
    _lay(root, second.temporary)
    assert second.temporary in {file.path for file in store.scan().files}, "nobody works on it any more"


def test_the_four_layouts_and_our_temporary_files_are_managed(root: Path) -> None:
    managed = {
        _lay(root, "artists/ab/ab12.webp"),
        _lay(root, "albums/deezer/302127.webp"),
        _lay(root, "spotify/playlists/37i9.webp"),
        _lay(root, "artist/0f/" + "0f" * 16 + ".webp"),
        _lay(root, "albums/ab/.soulspot-gallery-12.part"),
        _lay(root, "spotify/artists/.soulspot-gallery-13.part"),
    }
    for foreign in (
        "notes.webp", "artists/a.webp", "artists/ab/cd12.webp", "artists/ab/ab12.jpg", "artists/ab/ab12.webp.bak",
        "tracks/ab/ab12.webp", "artists/spotify/deep/er.webp", ".soulspot-gallery-1.part", "other/ab/ab.webp",
        ".soulspot-gallery/trash/c/000001.picture", "artists/ab/ab12.WEBP", "artists/ab/.soulspot-gallery-1.part.webp",
    ):  # fmt: skip
        _lay(root, foreign)
    assert _scanned(root) == managed


@pytest.mark.skipif(os.name != "posix", reason="names and links of POSIX")
def test_what_is_foreign_though_it_looks_managed(root: Path, tmp_path: Path) -> None:
    _lay(tmp_path, "elsewhere/ab12.webp")
    _lay(root, "artists/ab/ab12.webp")
    (root / "albums").mkdir()
    (root / "albums" / "ab").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "artists" / "ab" / "ab13.webp").symlink_to(tmp_path / "elsewhere" / "ab12.webp")
    os.link(tmp_path / "elsewhere" / "ab12.webp", root / "artists" / "ab" / "ab14.webp")
    os.mkfifo(root / "artists" / "ab" / "ab15.webp")
    (root / "artists" / "ab" / "ab16.webp").mkdir()
    _lay(root, "artists/spotify/line\nbreak.webp")
    Path(os.fsdecode(os.fsencode(root / "artists" / "spotify") + b"/\xff\xfe.webp")).write_bytes(PICTURE)
    assert _scanned(root) == {"artists/ab/ab12.webp"}
    store = Store(root)
    for path in ("albums/ab/ab12.webp", "artists/ab/ab13.webp", "artists/ab/ab14.webp", "artists/ab/ab16.webp"):
        assert store.stamp(path) is None
    for path in ("albums/ab/ab12.webp", "artists/ab/ab13.webp"):
        with pytest.raises((OSError, UnsafePath)):
            store.read(path)


def test_a_file_that_vanishes_during_a_scan_hides_no_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        _lay(root, f"artists/spotify/{number}.webp")
    real, gone = os.lstat, root / "artists" / "spotify" / "5.webp"

    def lstat(path: str) -> os.stat_result:
        if Path(path) == gone:
            gone.unlink(missing_ok=True)
        return real(path)

    store = Store(root)
    monkeypatch.setattr(os, "lstat", lstat)
    scan = store.scan()
    assert len(scan.files) == 9
    assert scan.errors == ()


def test_roots_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ImageRootError, match="is a file"):
        Store(tmp_path / "file")
    with pytest.raises(ImageRootError, match="There is no image folder"):
        Store(tmp_path / "none")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ImageRootError):
        Store(tmp_path / "loop")


def test_one_writer_at_a_time(root: Path) -> None:
    first, second = Store(root), Store(root)
    first.begin_writing()
    first.begin_writing()
    with pytest.raises(AnotherGallery):
        second.begin_writing()
    assert (first.writing, second.writing) == (True, False)
    first.end_writing()
    first.end_writing()
    second.begin_writing()
    second.end_writing()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_our_own_folder_may_be_no_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / ".soulspot-gallery").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(ImageRootError, match="link"):
        Store(root).begin_writing()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_staging_and_putting(root: Path) -> None:
    store = Store(root)
    store.begin_writing()
    staged = store.stage("artists/ab/ab1.webp", PICTURE)
    assert staged.temporary.startswith("artists/ab/.soulspot-gallery-")
    assert (root / staged.temporary).read_bytes() == PICTURE
    store.put(staged, "1")
    assert _scanned(root) == {"artists/ab/ab1.webp"}
    store.put(store.stage("artists/ab/ab1.webp", b"newer"), "2")
    assert store.read("artists/ab/ab1.webp") == b"newer"
    store.put_back("artists/ab/ab1.webp", "2")
    assert store.read("artists/ab/ab1.webp") == PICTURE
    store.put_back("artists/ab/ab1.webp", "1")  # nothing had lain there
    assert _scanned(root) == set()
    store.end_writing()


def test_a_full_disk_leaves_no_temporary_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store = Store(root)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(PictureError, match="the disk is full") as problem:
            store.stage("artists/ab/ab1.webp", PICTURE)
    assert problem.value.code is ErrorCode.DISK
    assert _scanned(root) == set()


def deny(where: str) -> Callable[[Path, Path], None]:
    """A `make_folders` of a user who may not write below folders whose path holds `where`."""

    def make(root: Path, folder: Path) -> None:
        if where in folder.as_posix():
            raise PermissionError(errno.EACCES, "Permission denied")
        make_folders(root, folder)

    return make


def test_folders_that_nobody_lets_us_write_are_trouble_of_all(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a volume that a server filled as another user."""
    store = Store(root)
    with monkeypatch.context() as patch:
        patch.setattr(store_module, "make_folders", deny("artists/"))
        for number in range(MOST_DENIED - 1):
            with pytest.raises(PictureError, match="Permission denied") as one:
                store.stage(f"artists/a{number}/a.webp", b"new")
            assert not isinstance(one.value, DiskTrouble)
        with pytest.raises(DiskTrouble, match="take the work up again") as caught:
            store.stage("artists/zz/a.webp", b"new")
        assert str(root) in str(caught.value)
    assert caught.value.code is ErrorCode.DISK
    store.stage("artists/zz/a.webp", b"new")
    monkeypatch.setattr(store_module, "make_folders", deny("artists/"))
    with pytest.raises(PictureError) as again:
        store.stage("artists/a1/a.webp", b"new")
    assert not isinstance(again.value, DiskTrouble), "something could be written meanwhile"


def test_one_folder_that_may_not_be_written_is_trouble_of_its_pictures(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "make_folders", deny("artists/ab"))
    store = Store(root)
    for number in range(2 * MOST_DENIED):
        with pytest.raises(PictureError, match="Permission denied") as caught:
            store.stage(f"artists/ab/ab{number}.webp", b"new")
        assert not isinstance(caught.value, DiskTrouble)


def test_trash_and_back(root: Path) -> None:
    store = Store(root)
    store.begin_writing()
    path = _lay(root, "artists/spotify/a.webp")
    before = store.stamp(path)
    store.to_trash(path, "c1", 0)
    assert store.stamp(path) is None
    assert not [file for file in (root / ".soulspot-gallery").rglob("*") if file.suffix == ".webp"]
    _lay(root, path, b"newer")
    with pytest.raises(FileExistsError):
        store.from_trash(path, "c1", 0)
    assert store.read(path) == b"newer"
    store.delete(path)
    store.from_trash(path, "c1", 0)
    assert store.stamp(path) == before
    store.empty_trash("c1")
    store.empty_trash("c1")
    store.end_writing()


def test_what_lies_on_another_file_system_is_foreign(root: Path) -> None:
    (root / "artists").mkdir()
    with mounted(root / "artists", 1 << 20):
        path = _lay(root, "artists/ab/ab12.webp")
        store = Store(root)
        assert store.scan().files == ()
        assert store.stamp(path) is None
        with pytest.raises(PictureError) as refused:
            store.stage(path, PICTURE)
        assert refused.value.code is ErrorCode.UNSAFE
        assert (root / path).read_bytes() == PICTURE


@pytest.mark.skipif(os.name != "posix", reason="a folder in use can't be renamed")
@pytest.mark.parametrize("another", [False, True])
def test_nothing_is_written_where_a_lost_root_was(root: Path, another: bool) -> None:  # noqa: FBT001
    """A mount that is gone leaves nothing, or an empty folder: what is written there is hidden when it comes back."""
    store = Store(root)
    store.begin_writing()
    root.rename(root.parent / "gone")
    if another:
        root.mkdir()
    with pytest.raises(ImageRootError, match="is not there any more"):
        store.stage("artists/ab/ab12.webp", PICTURE)
    assert list(root.parent.rglob("*.webp")) == []
    assert root.exists() == another
    store.end_writing()


def test_a_file_is_the_same_to_all_machines_that_share_the_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them numbers the file systems that it has mounted for itself."""
    (root / "artists" / "ab").mkdir(parents=True)
    (root / "artists" / "ab" / "ab1.webp").write_bytes(pictures.webp())
    here, numbered = Store(root).stamp("artists/ab/ab1.webp"), os.stat_result

    def elsewhere(found: os.stat_result) -> os.stat_result:
        return numbered((*found[:2], found.st_dev + 7, *found[3:10]), {"st_mtime_ns": found.st_mtime_ns})

    stat, lstat = os.stat, os.lstat
    monkeypatch.setattr(os, "stat", lambda *which, **how: elsewhere(stat(*which, **how)))
    monkeypatch.setattr(os, "lstat", lambda *which, **how: elsewhere(lstat(*which, **how)))
    assert Store(root).stamp("artists/ab/ab1.webp") == here
    assert here is not None
