"""The command line of being offline: the switch, readiness, packs; from outside, on a real library and server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World


@dataclass(frozen=True, slots=True)
class Commands(World):
    gallery: Gallery


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path) -> Commands:
    home = tmp_path / "home"
    home.mkdir()
    environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host}
    gallery = Gallery(home, ("--library", str(library.path)), environment)
    return Commands(library, image_server, gallery)


def test_offline_asks_nothing_and_says_so(world: Commands) -> None:
    world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg((30, 30))))
    done = world.gallery.run_here("--offline", "recache", "--json")
    assert done.status == 1
    assert [(each["outcome"], each["error"]) for each in done.json["results"]] == [("skipped", "offline")]
    assert len(done.err.splitlines()) == 1
    assert "works offline" in done.err
    for command in (("validate",), ("sync",), ("sources", "--test", "deezer")):
        assert "works offline" in world.gallery.refused(1, *command, "--offline")
    assert world.gallery.run_here("list", "--offline").status == 0
    assert world.server.connections == 0
    assert world.gallery.run_here("recache").status == 0


def test_ready_counts_says_the_cost_and_makes_it_so(world: Commands) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg((30, 30)))
    artist = world.library.add_artist("Host", url)
    album = world.library.add_album("Album", url, artist_id=artist)
    mix = world.library.add_playlist("Mix", world.server.url("/gone.jpg"))
    world.library.add_artist("Nobody")
    world.library.add_track("t", artist, album, [mix])

    found = world.gallery.json("ready")
    assert (found["percent"], found["ready"], found["possible"], found["without"]) == (0.0, 0, 3, 1)
    assert found["missing"]["remote"] == 3
    assert found["cost"] == {"pictures": 3, "bytes": None, "seconds": None}
    assert world.gallery.json("ready", "--kind", "album")["possible"] == 1
    assert world.gallery.json("ready", "--playlist", mix)["possible"] == 3
    assert "no playlist" in world.gallery.refused(2, "ready", "--playlist", album)

    made = world.gallery.run_here("ready", "--make", "--id", artist, "--json")
    assert made.status == 0
    assert (made.json["percent"], made.json["recache"]["downloaded"]) == (100.0, 1)
    made = world.gallery.run_here("ready", "--make")
    assert made.status == 1, "a playlist's picture is gone"
    assert "Ready for offline: 66.6 % (2 of 3" in made.out
    assert "1 failed before" in made.out
    blocked = world.gallery.run_here("ready", "--make", "--offline")
    assert blocked.status == 1
    assert "works offline" in blocked.err


def test_a_pack_goes_out_and_comes_in(world: Commands, tmp_path: Path) -> None:
    artist = world.library.add_artist("Host", world.server.serve("/a.jpg", pictures.jpeg((30, 30))))
    world.library.add_artist("Nobody")
    file = tmp_path / "pack.zip"
    assert world.gallery.run_here("recache").status == 0
    made = world.gallery.json("pack", "export", str(file))
    assert (made["pictures"], made["without"], made["left_out"]) == (1, 1, [])
    assert made["bytes"] == file.stat().st_size
    assert "is there already" in world.gallery.refused(2, "pack", "export", str(file))
    assert "go with pack import" in world.gallery.refused(2, "pack", "export", str(file), "--replace")
    assert "go with pack export" in world.gallery.refused(2, "pack", "import", str(file), "--kind", "album")

    (world.images / str(world.library.row("artist", artist).path)).unlink()
    shown = world.gallery.json("pack", "import", str(file), "--dry-run", "--offline")
    assert (shown["dry_run"], shown["coming"], shown["fates"]["take"]) == (True, 1, 1)
    assert world.files() == {}
    done = world.gallery.json("pack", "import", str(file), "--offline")
    assert (done["dry_run"], done["stored"], done["left"]) == (False, 1, [])
    assert len(world.files()) == 1
    again = world.gallery.run_here("pack", "import", str(file))
    assert again.status == 0
    assert "1 here already" in again.out
    file.write_bytes(file.read_bytes()[:20] + b"garbage")
    assert "can't be read" in world.gallery.refused(2, "pack", "import", str(file))
