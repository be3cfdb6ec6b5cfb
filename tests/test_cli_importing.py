"""The import command from outside: real processes, the user's own library, music files, exports, a music server."""

from __future__ import annotations

import json
import signal
import sys
import time
import zipfile
from pathlib import Path

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.music_files import music
from support.soulspot import SoulspotDatabase
from support.subsonic_server import PASSWORD, USER, SubsonicServer

FIELDS = ["source", "dry_run", "added", "completed", "known", "links", "pictures", "items", "problems"]


@pytest.fixture
def gallery(tmp_path: Path, image_server: ImageServer) -> Gallery:
    home = tmp_path / "home"
    home.mkdir()
    return Gallery(home, (), {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two albums of one artist, one of them with a picture."""
    music(tmp_path / "music" / "A" / "One" / "1.flac", artist="A", album="One")
    (tmp_path / "music" / "A" / "One" / "Cover.JPG").write_bytes(pictures.jpeg((600, 600)))
    music(tmp_path / "music" / "A" / "Two" / "1.mp3", artist="A", album="Two")
    return tmp_path / "music"


def _total(gallery: Gallery) -> dict[str, int]:
    return {kind: numbers["total"] for kind, numbers in gallery.json("status")["kinds"].items()}


def test_a_dry_run_shows_and_writes_nothing_and_the_import_does_what_it_showed(gallery: Gallery, folder: Path) -> None:
    plan = gallery.json("import", str(folder), "--dry-run")
    assert list(plan) == FIELDS
    assert (plan["source"], plan["dry_run"], plan["problems"]) == (str(folder), True, [])
    assert plan["added"] == {"artist": 1, "album": 2, "playlist": 0}
    assert plan["pictures"] == {"planned": 1}
    assert _total(gallery) == {"artist": 0, "album": 0, "playlist": 0}

    done = gallery.json("import", str(folder))
    assert list(done) == [*FIELDS, "failed", "seconds"]
    assert (done["items"], done["added"], done["failed"]) == (plan["items"], plan["added"], [])
    assert done["pictures"] == {"planned": 1, "stored": 1, "unchanged": 0, "failed": 0, "skipped": 0}
    one = next(item for item in done["items"] if item["name"] == "One")
    assert {**one, "id": ""} == {
        "kind": "album", "id": "", "name": "One", "artist": "A", "new": True, "url": None, "picture": True,
    }  # fmt: skip
    assert _total(gallery) == {"artist": 1, "album": 2, "playlist": 0}
    listed = gallery.run("list", "--state", "cached", "--json").lines
    assert [(line["name"], line["width"]) for line in listed] == [("One", 500)]

    again = gallery.json("import", str(folder))
    assert (again["added"], again["known"], again["pictures"]["planned"]) == (
        {"artist": 0, "album": 0, "playlist": 0}, 3, 0,
    )  # fmt: skip


def test_for_people_it_is_a_few_lines(gallery: Gallery, folder: Path) -> None:
    (folder / "broken.flac").write_bytes(b"no music")
    ran = gallery.run("import", str(folder))
    assert ran.status == 1
    assert "New: 1 artist, 2 albums, 0 playlists" in ran.out
    assert "broken.flac: " in ran.out
    assert "Nothing was written" in gallery.run("import", str(folder), "--dry-run").out


@pytest.mark.parametrize("kind", ["bomb", "climbs", "html", "encoding"])
def test_bad_input_is_a_line_and_nothing_half_imported(gallery: Gallery, kind: str, tmp_path: Path) -> None:
    library = json.dumps({"albums": [{"artist": "A", "album": "B"}]})
    source = tmp_path / f"{kind}.zip"
    if kind in ("bomb", "climbs"):
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("YourLibrary.json", library)
            archive.writestr(*(("Playlist1.json", b" " * 30_000_000) if kind == "bomb" else ("../../evil.json", b"{}")))
    else:
        source = tmp_path / f"{kind}.csv"
        header = "Track Name,Artist Name(s),Album Name\r\n"
        source.write_bytes(b"<html>" if kind == "html" else f"{header}T,Sigur Rós,Ágætis byrjun\r\n".encode("cp1252"))
    ran = gallery.run("import", str(source), "--json")
    assert len(ran.json["problems"]) == 1
    assert str(source) in ran.json["problems"][0]["where"]
    if kind == "encoding":
        assert ran.status == 0
        assert [item["name"] for item in ran.json["items"]] == ["Sigur Rós", "Ágætis byrjun", "encoding"]
    else:
        assert (ran.status, ran.json["items"]) == (1, [])
        assert _total(gallery) == {"artist": 0, "album": 0, "playlist": 0}
    assert not (tmp_path.parent / "evil.json").exists()


def test_a_music_server(gallery: Gallery, image_server: ImageServer) -> None:
    server = SubsonicServer(image_server)
    server.add("A", "One")
    gallery.environment["SUBSONIC_PASSWORD"] = PASSWORD
    ran = gallery.run("import", server.base, "--user", USER, "--json")
    assert ran.status == 0, ran
    assert ran.json["pictures"]["stored"] == 2
    assert (ran.json["items"][0]["url"], ran.json["source"]) == (None, image_server.host)
    del gallery.environment["SUBSONIC_PASSWORD"]
    assert gallery.json("import", server.base)["known"] == 2
    assert "user name" in gallery.refused(2, "import", "https://music.example")
    gallery.environment["SOULSPOT_GALLERY_ALLOWED_HOSTS"] = ""
    ran = gallery.run("import", server.base, "--dry-run")
    assert ran.status == 1
    assert f"add {image_server.host} to the allowed hosts" in ran.out


def test_what_can_not_be_imported_or_added_to(gallery: Gallery, folder: Path, library: SoulspotDatabase) -> None:
    assert "name a folder" in gallery.refused(2, "import", str(folder / "gone"))
    before = library.path.read_bytes()
    assert "leave out --library" in gallery.refused(3, "--library", str(library.path), "import", str(folder))
    assert library.path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there is no Ctrl-C for one process there")
def test_ctrl_c_leaves_everything_sound_and_the_next_import_finishes(gallery: Gallery, tmp_path: Path) -> None:
    picture = pictures.jpeg((1200, 1200))
    for number in range(80):
        music(tmp_path / "music" / f"{number}" / "1.mp3", artist="A", album=f"Album {number}")
        (tmp_path / "music" / f"{number}" / "cover.jpg").write_bytes(picture)
    with gallery.start("import", str(tmp_path / "music")) as process:
        images, end = gallery.home / "data", time.monotonic() + 30
        while not list(images.rglob("albums/*/*.webp")) and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    states = gallery.json("status")["kinds"]["album"]
    assert states["total"] == 80
    assert states["cached"] + states["none"] == 80
    assert not list(images.rglob("*.part"))
    assert gallery.json("import", str(tmp_path / "music"))["failed"] == []
    assert gallery.json("status")["kinds"]["album"]["cached"] == 80
