"""A disk that is really full: a small file system in memory. Needs the right to mount one, and is skipped without.
And a process that may open hardly any files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.mounting import mounted
from support.soulspot import SoulspotDatabase, soulspot_database
from support.world import World

from soulspot_gallery.core.caching.resuming import LONG

SIZE = 48 << 20
"""Bytes of the file system: enough that the journal keeps its reserve."""


@dataclass(frozen=True, slots=True)
class SmallDisk:
    folder: Path
    world: World
    gallery: Gallery

    def fill(self, but: int = 0) -> None:
        """Leave so many bytes free."""
        with (self.folder / "filler").open("ab", buffering=0) as stream:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        stream.write(bytes(size))
                except OSError:
                    continue
            stream.truncate(stream.tell() - but)

    def make_room(self) -> None:
        (self.folder / "filler").unlink()


@pytest.fixture
def disk(tmp_path: Path, image_server: ImageServer) -> Iterator[SmallDisk]:
    """A library, its images and the gallery's data on a file system of their own."""
    folder = tmp_path / "small"
    folder.mkdir()
    with mounted(folder, SIZE):
        (folder / "soulspot" / "images").mkdir(parents=True)
        library = soulspot_database(folder / "soulspot" / "soulspot.db")
        options = ("--library", str(library.path), "--data-dir", str(folder / "data"))
        (tmp_path / "home").mkdir()
        environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host}
        gallery = Gallery(tmp_path / "home", options, environment)
        yield SmallDisk(folder, World(library, image_server), gallery)


def _fill_library(disk: SmallDisk, count: int) -> SoulspotDatabase:
    library, world = disk.world.library, disk.world
    for number in range(count):
        url = world.server.serve(f"/{number}.jpg", pictures.jpeg((64, 64), (number, 90, 90)))
        library.add_playlist(f"P{number}", url)
    return library


def test_a_cleanup_works_on_a_full_disk(disk: SmallDisk) -> None:
    """Files that rows name too: the reserve of the journal is what the rows and the journal are written with."""
    library = _fill_library(disk, 4)
    assert disk.gallery.json("recache")["downloaded"] == 4
    assert list((disk.folder / "data" / "journals").glob("*.reserve"))
    for number in range(60):
        disk.world.picture(f"spotify/artists/orphan{number:02}.webp", os.urandom(40_000))
    damaged = disk.world.picture("artists/ab/ab1.webp", os.urandom(90_000))
    artist = library.add_artist("A", disk.world.server.url("/0.jpg"), damaged, "ab1")
    disk.fill()

    confirmed = ("--confirm", "too-many")
    done = disk.gallery.json("optimize", "--permanent", *confirmed)
    assert done["removed"] == 61, done
    assert not done["failed"]
    assert not done["skipped"]
    assert library.row("artist", artist).path is None
    assert shutil.disk_usage(disk.folder).free > 60 * 40_000


def test_a_cleanup_into_the_trash_on_a_full_disk_can_be_undone(disk: SmallDisk) -> None:
    library = _fill_library(disk, 2)
    assert disk.gallery.json("recache")["downloaded"] == 2
    damaged = disk.world.picture("artists/ab/ab1.webp", os.urandom(90_000))
    artist = library.add_artist("A", disk.world.server.url("/0.jpg"), damaged, "ab1")
    before = disk.world.files()
    disk.fill()
    done = disk.gallery.json("optimize", "--confirm", "too-many")
    assert (done["removed"], done["failed"], done["skipped"]) == (1, [], []), done
    assert disk.gallery.json("restore", done["receipt"])["restored"] == 1
    assert disk.world.files() == before
    assert library.row("artist", artist).path == damaged


def test_a_recache_on_a_full_disk_says_so_once_and_keeps_the_old_pictures(disk: SmallDisk) -> None:
    """Nothing is lost, and all goes on once there is room. (The journal is on another disk.)"""
    library = _fill_library(disk, 6)
    elsewhere = disk.gallery.home / "data-elsewhere"
    gallery = replace(disk.gallery, options=("--library", str(library.path), "--data-dir", str(elsewhere)))
    assert gallery.json("recache")["downloaded"] == 6
    before = disk.world.files()
    _serve_larger(disk, 6)
    disk.fill()
    ran = gallery.run("recache", "--force", "--json")
    assert ran.status == 1, ran
    assert ran.err.count("the disk is full. Free some space") == len(ran.err.splitlines()) == 1
    failed, *others = sorted(ran.json["results"], key=lambda each: each["outcome"])
    assert (failed["outcome"], failed["error"]) == ("failed", "disk")
    assert "the disk is full. Free some space" in failed["message"]
    assert {(each["outcome"], each["error"]) for each in others} == {("skipped", "cancelled")}
    assert ran.json["requested"] == 6
    assert disk.world.files() == before
    disk.world.assert_sound()
    disk.make_room()
    assert gallery.json("recache", "--force")["downloaded"] == 6
    assert set(disk.world.files()) == set(before)
    assert all(row[0] for row in library.execute("SELECT cover_path FROM playlists"))


def test_a_long_recache_is_taken_up_when_there_is_room_again(disk: SmallDisk) -> None:
    """Library, pictures and journal are all on the disk that fills up on the way."""
    many = LONG + 90
    _fill_library(disk, many)
    assert disk.gallery.json("recache")["downloaded"] == many
    before = disk.world.files()
    _serve_larger(disk, many)
    disk.fill(but=5_000_000)
    ran = disk.gallery.run("recache", "--force", "--json")
    assert ran.status == 1, ran
    assert (ran.json["requested"], ran.json["failed"]) == (many, 1)
    assert 0 < ran.json["downloaded"] < many - 1
    disk.world.assert_sound()
    assert set(disk.world.files()) == set(before)
    disk.make_room()
    assert disk.gallery.json("recache", "--resume")["downloaded"] >= ran.json["skipped"] + 1
    assert all(disk.world.files()[path] != before[path] for path in before)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of open files")
def test_too_many_open_files_are_said_once_and_blamed_on_no_server(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    options = ("--library", str(library.path), "--data-dir", str(tmp_path / "data"))
    environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host}
    for number in range(12):
        library.add_playlist(f"P{number}", image_server.serve(f"/{number}.jpg", pictures.jpeg()))
    gallery = Gallery(tmp_path / "home", options, environment)
    few = replace(gallery, before=("sh", "-c", 'ulimit -n 14; exec "$@"', "sh"))
    ran = few.run("recache", "--json")
    assert ran.status == 1, ran
    assert ran.err.count("too many files are open") == len(ran.err.splitlines()) == 1
    (failed,) = [each for each in ran.json["results"] if each["outcome"] == "failed"]
    assert (failed["error"], ran.json["skipped"]) == ("disk", 11)
    assert "too many files are open" in failed["message"]
    assert gallery.json("recache")["downloaded"] == 12


def _serve_larger(disk: SmallDisk, count: int) -> None:
    """Pictures of noise, some 100 kB as they are stored: more than the journal's reserve makes room for."""
    for number in range(count):
        content = BytesIO()
        Image.frombytes("RGB", (400, 400), os.urandom(480_000)).save(content, "JPEG")
        disk.world.server.serve(f"/{number}.jpg", content.getvalue())
