"""A disk that is really full: a small file system in memory. Needs the right to mount one, and is skipped without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.mounting import mounted
from support.soulspot import SoulspotDatabase, soulspot_database
from support.world import World

SIZE = 48 << 20
"""Bytes of the file system: enough that the journal keeps its reserve."""


@dataclass(frozen=True, slots=True)
class SmallDisk:
    folder: Path
    world: World
    gallery: Gallery

    def fill(self) -> None:
        """Leave not one byte free."""
        with (self.folder / "filler").open("ab", buffering=0) as stream:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        stream.write(bytes(size))
                except OSError:
                    continue

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


def test_a_recache_on_a_full_disk_keeps_the_old_pictures(disk: SmallDisk) -> None:
    """Each picture says so; nothing is lost, and all goes on once there is room. (The journal is on another disk.)"""
    library = _fill_library(disk, 6)
    elsewhere = disk.gallery.home / "data-elsewhere"
    gallery = replace(disk.gallery, options=("--library", str(library.path), "--data-dir", str(elsewhere)))
    assert gallery.json("recache")["downloaded"] == 6
    before = disk.world.files()
    for number in range(6):
        disk.world.server.serve(f"/{number}.jpg", pictures.jpeg((300, 300), (number, 10, 10)))
    disk.fill()
    ran = gallery.run("recache", "--force", "--json")
    assert ran.status == 1, ran
    assert not ran.err
    assert {(each["error"], "No space left" in each["message"]) for each in ran.json["results"]} == {("disk", True)}
    assert disk.world.files() == before
    disk.world.assert_sound()
    disk.make_room()
    assert gallery.json("recache", "--force")["downloaded"] == 6
    assert set(disk.world.files()) == set(before)
    assert all(row[0] for row in library.execute("SELECT cover_path FROM playlists"))
