"""The command line from outside, on a real library and a real server: words and numbers of the interface."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World

STATES = ["cached", "missing-file", "corrupt", "failed", "remote", "none"]
VERDICTS = ["ok", "moved", "broken", "denied", "not-image", "temporary", "unsafe", "unchecked"]


@dataclass(frozen=True, slots=True)
class Commands(World):
    """A world with the program set up for it."""

    gallery: Gallery


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path) -> Commands:
    home = tmp_path / "home"
    home.mkdir()
    environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host}
    gallery = Gallery(home, ("--library", str(library.path)), environment)
    return Commands(library, image_server, gallery)


def _states(**numbers: int) -> dict[str, int]:
    given = {name.replace("_", "-"): number for name, number in numbers.items()}
    return {"total": sum(given.values())} | dict.fromkeys(STATES, 0) | given


def _of_each_state(world: Commands) -> dict[str, str]:
    """Six artists, one in each state; their ids by state."""
    library, url = world.library, world.server.serve("/a.jpg", pictures.jpeg((640, 480)))
    return {
        "cached": library.add_artist("Cached", url, world.picture("artists/spotify/whole.webp")),
        "missing-file": library.add_artist("Missing", url, "artists/spotify/gone.webp"),
        "corrupt": library.add_artist("Corrupt", url, world.picture("artists/spotify/half.webp", b"RIFF no picture")),
        "failed": library.add_artist("Failed", url, "FAILED|timeout|2026-01-02T03:04:05"),
        "remote": library.add_artist("Remote", url),
        "none": library.add_artist("None"),
    }


def test_status_counts_by_the_words_of_the_interface(world: Commands) -> None:
    _of_each_state(world)
    world.library.add_playlist("Mix", "spotify:image:abc")

    status = world.gallery.json("status")

    assert list(status) == ["library", "image_root", "kinds", "links", "cache"]
    assert status["library"] == str(world.library.path)
    assert status["image_root"] == str(world.images)
    assert status["kinds"] == {
        "artist": _states(cached=1, missing_file=1, corrupt=1, failed=1, remote=1, none=1),
        "album": _states(),
        "playlist": _states(remote=1),
    }
    assert status["links"] == dict.fromkeys(VERDICTS, 0) | {"unchecked": 6}
    size = len(pictures.webp()) + len(b"RIFF no picture")
    assert status["cache"] == {"files": 2, "bytes": size}


def test_status_for_people_says_the_same(world: Commands) -> None:
    _of_each_state(world)
    ran = world.gallery.run("status")
    assert ran.status == 0
    assert str(world.library.path) in ran.out
    assert "2 files" in ran.out


def test_list_is_one_object_a_line(world: Commands) -> None:
    ids = _of_each_state(world)
    album = world.library.add_album("Platte", path=world.picture("albums/deezer/1.webp"), artist_id=ids["none"])

    lines = world.gallery.run("list", "--json").lines

    assert [line["state"] for line in lines] == [
        "cached",
        "corrupt",
        "failed",
        "missing-file",
        "none",
        "remote",
        "cached",
    ]
    url = world.server.url("/a.jpg")
    assert lines[0] == {
        "kind": "artist",
        "id": ids["cached"],
        "name": "Cached",
        "state": "cached",
        "display": {"source": "local", "location": "artists/spotify/whole.webp"},
        "url": url,
        "path": "artists/spotify/whole.webp",
        "verdict": "unchecked",
        "bytes": len(pictures.webp()),
        "width": 64,
        "height": 64,
        "locked": False,
        "last_shown": None,
    }
    assert lines[1]["display"] == {"source": "cdn", "location": url}
    assert lines[4]["display"] == {"source": "placeholder", "location": "placeholder-artist.svg"}
    assert (lines[6]["id"], lines[6]["artist"]) == (album, "None")
    assert list(lines[6])[:4] == ["kind", "id", "name", "artist"]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--kind", "artist", "--limit", "2"], ["Cached", "Corrupt"]),
        (["--state", "missing-file"], ["Missing"]),
        (["--search", "MISS"], ["Missing"]),
        (["--search", "mïssing"], ["Missing"]),
        (["--limit", "0"], []),
        (["--kind", "playlist"], []),
    ],
)
def test_list_selects(world: Commands, arguments: list[str], names: list[str]) -> None:
    _of_each_state(world)
    assert [line["name"] for line in world.gallery.run_here("list", *arguments, "--json").lines] == names


def test_looking_leaves_no_trace(world: Commands) -> None:
    _of_each_state(world)
    folder = world.library.path.parent

    def trace() -> dict[str, tuple[int, int]]:
        return {str(each): (each.stat().st_mtime_ns, each.stat().st_size) for each in folder.rglob("*")}

    before, content = trace(), world.library.path.read_bytes()
    for command in ("status", "list"):
        world.gallery.json(command) if command == "status" else world.gallery.run("list")
    assert trace() == before
    assert world.library.path.read_bytes() == content


def test_looking_works_on_a_library_that_was_in_use(world: Commands) -> None:
    """WAL mode, with recent rows only in the -wal file, as under a running server."""
    with closing(sqlite3.connect(world.library.path)) as server:
        server.execute("PRAGMA journal_mode = WAL")
        server.execute("PRAGMA wal_autocheckpoint = 0")
        world.library.add_artist("Recent")
        assert world.gallery.json("status")["kinds"]["artist"]["total"] == 1
    # The server has ended in order: neither log is there any more, and none stays behind.
    assert world.gallery.json("status")["kinds"]["artist"]["none"] == 1


def test_recache_mends_what_needs_it_and_nothing_else(world: Commands) -> None:
    ids = _of_each_state(world)
    schema, rows = world.library.schema(), world.rows()

    done = world.gallery.json("recache")

    assert list(done) == [
        "requested", "downloaded", "already_cached", "unchanged", "failed", "skipped", "seconds", "results",
    ]  # fmt: skip
    assert {name: done[name] for name in list(done)[:6]} == {
        "requested": 4, "downloaded": 4, "already_cached": 0, "unchanged": 0, "failed": 0, "skipped": 0,
    }  # fmt: skip
    wanted = {ids[state] for state in ("missing-file", "corrupt", "failed", "remote")}
    assert {result["id"] for result in done["results"]} == wanted
    for result in done["results"]:
        path = f"artists/{result['id'][:2]}/{result['id']}.webp"
        assert result == {
            "kind": "artist", "id": result["id"], "outcome": "downloaded", "error": None, "message": None, "path": path,
        }  # fmt: skip
        assert world.library.row("artist", result["id"]).path == path
        assert pictures.size_of((world.images / path).read_bytes()) == (300, 225)
    assert world.gallery.json("status")["kinds"]["artist"] == _states(cached=5, none=1)
    assert world.library.schema() == schema
    assert world.rows() == rows
    assert world.gallery.json("recache")["requested"] == 0


def test_recache_policies(world: Commands) -> None:
    ids = _of_each_state(world)
    asked = len(world.server.log)
    done = world.gallery.json("recache", "--id", ids["cached"])
    assert (done["already_cached"], len(world.server.log)) == (1, asked)
    assert done["results"][0]["path"] == "artists/spotify/whole.webp"

    done = world.gallery.json("recache", "--force", "--kind", "artist", "--state", "cached")
    assert (done["requested"], done["downloaded"]) == (1, 1)

    body = pictures.jpeg()
    world.server.routes["/a.jpg"] = lambda request: (
        (304, {}, b"")
        if request.headers.get("if-none-match") == '"1"'
        else (200, {"Content-Type": "image/jpeg", "ETag": '"1"'}, body)
    )
    assert world.gallery.json("recache", "--refresh", "--id", ids["cached"])["downloaded"] == 1
    done = world.gallery.json("recache", "--refresh", "--id", ids["cached"])
    assert (done["unchanged"], done["downloaded"]) == (1, 0)
    assert done["results"][0]["outcome"] == "unchanged"
    assert done["results"][0]["path"] == f"artists/{ids['cached'][:2]}/{ids['cached']}.webp"


def test_recache_of_what_fails(world: Commands) -> None:
    gone = world.library.add_artist("Gone", world.server.url("/gone.jpg"))
    page = world.library.add_album("Page", world.server.serve("/page", b"<html>no</html>", "text/html"), artist_id=gone)
    bare = world.library.add_playlist("Bare")

    ran = world.gallery.run("recache", "--json", "--id", gone, "--id", page, "--id", bare)

    assert ran.status == 1
    assert {result["id"]: (result["outcome"], result["error"]) for result in ran.json["results"]} == {
        gone: ("failed", "missing"), page: ("failed", "not-image"), bare: ("failed", "missing"),
    }  # fmt: skip
    assert all(result["message"].endswith(".") for result in ran.json["results"])
    assert ran.json["failed"] == ran.json["requested"] == 3
    kinds = world.gallery.json("status")["kinds"]
    assert (kinds["artist"]["failed"], kinds["album"]["failed"], kinds["playlist"]["none"]) == (1, 1, 1)


def test_odd_rows_are_lived_with(world: Commands) -> None:
    url = world.server.serve("/" + "p" * (512 - len(world.server.url("/"))), pictures.png())
    assert len(url) == 512
    library = world.library
    long = library.add_artist("🎸 שלום العالم 音楽 ‮rtl", url)
    climbing = library.add_artist("Climbing", url, entity_id="../../../../tmp/soulspot-gallery-escape")
    outside = library.add_artist("Outside", url, "../../outside.webp")
    absolute = library.add_playlist("Absolute", "file:///etc/passwd", "/etc/passwd")
    spotify = library.add_playlist("Spotify", "spotify:image:1234")
    empty = library.add_album("", "", "", artist_id=long)
    (world.library.path.parent.parent / "outside.webp").write_bytes(pictures.webp())

    ran = world.gallery.run("recache", "--json")

    outcome = {result["id"]: result["error"] for result in ran.json["results"]}
    assert outcome == {long: None, climbing: "unsafe", outside: None, absolute: "unsafe", spotify: "unsafe"}
    assert not Path("/tmp/soulspot-gallery-escape.webp").exists()  # noqa: S108
    assert library.row("artist", outside).path == f"artists/{outside[:2]}/{outside}.webp"
    assert library.row("playlist", absolute).path == "/etc/passwd"
    listed = {line["id"]: line for line in world.gallery.run("list", "--json").lines}
    assert listed[long]["name"] == "🎸 שלום العالم 音楽 ‮rtl"
    assert listed[absolute]["state"] == "missing-file"
    assert listed[absolute]["path"] is None
    assert listed[absolute]["display"] == {"source": "placeholder", "location": "placeholder-playlist.svg"}
    assert listed[spotify]["state"] == "failed"
    assert listed[empty]["state"] == "none"
    assert listed[empty]["url"] is None
    assert (world.library.path.parent.parent / "outside.webp").exists()


def test_rows_with_nulls_in_old_installations(tmp_path: Path, world: Commands) -> None:
    """Older names of tables and columns, and NULL wherever it can be."""
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            """
            CREATE TABLE artists (id TEXT, name TEXT, artwork_url TEXT, image_path TEXT);
            CREATE TABLE albums (id TEXT, title TEXT, artist_id TEXT, artwork_url TEXT, artwork_path TEXT);
            CREATE TABLE playlists (id TEXT, name TEXT, artwork_url TEXT, cover_path TEXT);
            INSERT INTO artists VALUES (NULL, 'No id', NULL, NULL), ('a1', NULL, NULL, NULL);
            INSERT INTO albums VALUES ('b1', NULL, NULL, NULL, NULL);
            """
        )
    gallery = replace(world.gallery, options=("--library", str(file), "--image-root", str(world.images)))
    lines = gallery.run("list", "--json").lines
    assert [(line["id"], line["name"], line["state"]) for line in lines] == [("a1", "", "none"), ("b1", "", "none")]
    assert lines[1]["artist"] is None


def test_validate_reports_verdicts_and_keeps_them(world: Commands) -> None:
    server, library = world.server, world.library
    good = library.add_artist("Good", server.serve("/good.jpg", pictures.jpeg()))
    server.routes["/moved.jpg"] = (301, {"Location": "/good.jpg"}, b"")
    moved = library.add_artist("Moved", server.url("/moved.jpg"))
    gone = library.add_album("Gone", server.url("/gone.jpg"), artist_id=good)
    server.routes["/denied.jpg"] = (403, {}, b"")
    denied = library.add_playlist("Denied", server.url("/denied.jpg"))
    page = library.add_playlist("Page", server.serve("/page", b"<html>", "text/html"))
    local = library.add_playlist("Local", "file:///etc/passwd")
    library.add_playlist("None")

    done = world.gallery.json("validate")

    assert list(done) == ["checked", "verdicts", "seconds", "results"]
    verdicts = {"ok": 1, "moved": 1, "broken": 1, "denied": 1, "not-image": 1, "unsafe": 1}
    assert (done["checked"], done["verdicts"]) == (6, dict.fromkeys(VERDICTS, 0) | verdicts)
    assert list(done["results"][0]) == ["kind", "id", "url", "verdict", "detail", "checked_by"]
    assert {result["id"]: (result["verdict"], result["checked_by"]) for result in done["results"]} == {
        good: ("ok", "head"),
        moved: ("moved", "head"),
        gone: ("broken", "get"),
        denied: ("denied", "get"),
        page: ("not-image", "get"),
        local: ("unsafe", "rule"),
    }
    assert world.gallery.json("status")["links"] == dict.fromkeys(VERDICTS, 0) | verdicts
    assert world.gallery.json("validate", "--kind", "album")["checked"] == 1
    assert not (world.images / ".soulspot-gallery").exists()


def test_validate_leaves_out_what_was_checked_lately_only_when_told(world: Commands) -> None:
    for number in range(3):
        world.library.add_artist(f"Artist {number}", world.server.serve(f"/{number}.jpg", pictures.jpeg()))
    first = world.gallery.json("validate")["results"][0]["id"]
    late = world.library.add_artist("Late", world.server.serve("/late.jpg", pictures.jpeg()))
    world.server.log.clear()

    rest = world.gallery.json("validate", "--older-than", "1")

    assert (rest["checked"], [result["id"] for result in rest["results"]]) == (1, [late])
    assert {request.path for request in world.server.log} == {"/late.jpg"}
    again = world.gallery.run("validate", "--older-than", "1")
    assert again.status == 0
    assert "nothing to do" in again.out
    assert "4 left out" in again.out
    assert world.gallery.json("validate", "--older-than", "1", "--id", first)["checked"] == 0
    assert world.gallery.json("validate", "--older-than", "0")["checked"] == 4
    assert world.gallery.json("validate")["checked"] == 4, "every link, unless told otherwise"
    assert world.gallery.run("validate", "--older-than", "soon").status == 2


def _cleanup(world: Commands) -> dict[str, str]:
    """A library with every reason for a cleanup; paths by a word for each."""
    library, url = world.library, world.server.serve("/a.jpg", pictures.jpeg())
    used = world.picture("artists/spotify/used.webp")
    half = world.picture("artists/spotify/half.webp", b"RIFF half")
    library.add_artist("Used", url, used)
    library.add_artist("Half", url, half)
    old = world.picture("albums/deezer/old.webp")
    os.utime(world.images / old, (1_600_000_000, 1_600_000_000))
    library.add_album("Old", url, old, artist_id=library.add_artist("Somebody"))
    world.picture("README.txt", b"foreign")
    world.picture("artists/cover.jpg", b"foreign")
    return {
        "used": used,
        "corrupt": half,
        "old": old,
        "orphan": world.picture("spotify/artists/orphan.webp"),
        "leftover": world.picture("artists/ab/.soulspot-gallery-1.part", b"x" * 7),
    }


def test_optimize_dry_run(world: Commands) -> None:
    paths = _cleanup(world)
    before, rows = world.files(), world.library.execute("SELECT * FROM soulspot_artists")

    plan = world.gallery.json("optimize", "--dry-run")

    assert list(plan) == ["plan", "max_age_days", "removed", "kept", "freed_mb", "brakes", "items"]
    items = {item["path"]: item for item in plan["items"]}
    assert list(plan["items"][0]) == [
        "path", "bytes", "reasons", "entities", "last_used", "refetchable", "selected",
    ]  # fmt: skip
    told = {path: (item["reasons"], item["refetchable"], item["selected"]) for path, item in items.items()}
    assert told == {
        paths["corrupt"]: (["corrupt"], "unknown", True),
        paths["old"]: (["old"], "unknown", False),
        paths["orphan"]: (["orphan"], "no", True),
        paths["leftover"]: (["leftover"], "no", True),
    }
    assert items[paths["old"]]["last_used"] == "2020-09-13T12:26:40+00:00"
    assert [entity["name"] for entity in items[paths["corrupt"]]["entities"]] == ["Half"]
    assert list(items[paths["corrupt"]]["entities"][0]) == ["kind", "id", "name"]
    freed = (len(b"RIFF half") + 7 + len(pictures.webp())) / 1e6
    assert (plan["max_age_days"], plan["removed"], plan["kept"], plan["brakes"]) == (90, 3, 2, [])
    assert plan["freed_mb"] == pytest.approx(freed)
    assert (world.files(), world.library.execute("SELECT * FROM soulspot_artists")) == (before, rows)


def test_plan_apply_restore(world: Commands) -> None:
    paths = _cleanup(world)
    before, rows, schema = world.files(), world.rows(), world.library.schema()
    artwork = world.library.execute("SELECT id, image_url, image_path FROM soulspot_artists ORDER BY id")
    plan = world.gallery.json("optimize", "--dry-run")["plan"]

    done = world.gallery.json("optimize", "--apply", plan)

    assert list(done) == ["plan", "receipt", "removed", "kept", "freed_mb", "skipped", "failed"]
    assert (done["plan"], done["removed"], done["kept"]) == (plan, 3, 2)
    assert (done["skipped"], done["failed"]) == ([], [])
    gone = {paths["corrupt"], paths["orphan"], paths["leftover"]}
    assert set(before) - set(world.files()) == gone
    assert world.library.execute("SELECT image_path FROM soulspot_artists WHERE name = 'Half'") == [(None,)]
    trash = world.gallery.json("trash")
    assert [(each["receipt"], each["files"]) for each in trash["receipts"]] == [(done["receipt"], 3)]

    again = world.gallery.json("optimize", "--apply", plan)
    assert (again["removed"], again["kept"]) == (0, 2)
    assert {each["path"] for each in again["skipped"]} == gone
    assert all(each["reason"].endswith(".") for each in again["skipped"])

    restored = world.gallery.json("restore", done["receipt"])
    assert restored == {"receipt": done["receipt"], "restored": 3, "skipped": [], "failed": []}
    assert world.files() == before
    assert artwork == world.library.execute("SELECT id, image_url, image_path FROM soulspot_artists ORDER BY id")
    assert (world.rows(), world.library.schema()) == (rows, schema)

    twice = world.gallery.json("restore", done["receipt"])
    assert (twice["restored"], len(twice["skipped"])) == (0, 3)
    assert world.files() == before


def test_only_takes_exactly_these(world: Commands) -> None:
    paths = _cleanup(world)
    plan = world.gallery.json("optimize", "--dry-run")["plan"]
    error = world.gallery.refused(2, "optimize", "--apply", plan, "--only", paths["used"])
    assert paths["used"] in error
    done = world.gallery.json("optimize", "--apply", plan, "--only", paths["old"])
    assert (done["removed"], done["kept"]) == (1, 4)
    assert paths["old"] not in world.files()
    assert world.library.execute("SELECT cover_path FROM soulspot_albums") == [(None,)]


def test_what_changed_since_the_plan_is_skipped_and_said(world: Commands) -> None:
    paths = _cleanup(world)
    plan = world.gallery.json("optimize", "--dry-run")["plan"]
    world.picture(paths["orphan"], pictures.webp((99, 99)))
    half = world.library.execute("SELECT id FROM soulspot_artists WHERE name = 'Half'")[0][0]
    world.library.set_artwork("artist", half, "http://elsewhere.example/a.jpg", paths["corrupt"])
    done = world.gallery.json("optimize", "--apply", plan)
    assert done["removed"] == 1
    assert {each["path"]: each["reason"] for each in done["skipped"]} == {
        paths["orphan"]: "The file has changed since the preview.",
        paths["corrupt"]: "The library's rows have changed since the preview.",
    }
    assert {paths["orphan"], paths["corrupt"]} <= set(world.files())


def test_permanent_removal_has_no_way_back(world: Commands) -> None:
    paths = _cleanup(world)
    ran = world.gallery.run("optimize", "--permanent")
    assert ran.status == 0
    assert "restore" not in ran.out
    assert paths["orphan"] not in world.files()
    assert not list((world.images / ".soulspot-gallery").rglob("*.picture"))
    assert world.gallery.json("trash") == {"receipts": []}


def test_a_brake_holds_until_it_is_confirmed(world: Commands) -> None:
    for number in range(20):
        world.picture(f"artists/spotify/{number}.webp")
    plan = world.gallery.json("optimize", "--dry-run")
    assert plan["brakes"] == ["empty-library", "too-many"]
    before = world.files()
    ran = world.gallery.run("optimize", "--json", "--confirm", "too-many")
    assert ran.status == 4
    assert ran.json["brakes"] == ["empty-library", "too-many"]
    assert "--confirm empty-library" in ran.err
    assert "--confirm too-many" not in ran.err
    assert len(ran.err.splitlines()) == 1
    error = world.gallery.refused(4, "optimize", "--apply", plan["plan"])
    assert "--confirm empty-library --confirm too-many" in error
    assert world.files() == before
    few = [argument for number in range(4) for argument in ("--only", f"artists/spotify/{number}.webp")]
    done = world.gallery.json("optimize", "--apply", plan["plan"], *few, "--confirm", "empty-library")
    assert done["removed"] == 4
    done = world.gallery.json("optimize", "--confirm", "too-many", "--confirm", "empty-library")
    assert (done["removed"], done["kept"]) == (16, 0)


def test_restore_leaves_what_is_newer(world: Commands) -> None:
    paths = _cleanup(world)
    receipt = world.gallery.json("optimize")["receipt"]
    newer = pictures.webp((10, 10))
    world.picture(paths["orphan"], newer)
    world.gallery.json("recache", "--kind", "artist", "--state", "remote")
    done = world.gallery.json("restore", receipt)
    assert {each["path"] for each in done["skipped"]} == {paths["orphan"], paths["corrupt"]}
    assert done["restored"] == 1
    assert world.files()[paths["orphan"]] == newer
    assert paths["corrupt"] not in world.files()


def test_the_trash_is_emptied(world: Commands) -> None:
    _cleanup(world)
    done = world.gallery.json("optimize")
    assert world.gallery.json("trash", "--empty") == {"freed_mb": pytest.approx(done["freed_mb"])}
    assert world.gallery.json("trash") == {"receipts": []}
    assert not list((world.images / ".soulspot-gallery").rglob("*.picture"))
    assert len(world.gallery.json("restore", done["receipt"])["skipped"]) == 3


def test_errors_are_one_line_and_the_right_status(world: Commands, tmp_path: Path) -> None:
    gallery = world.gallery
    assert "no-such-id" in gallery.refused(2, "recache", "--id", "no-such-id")
    assert "no-such-plan" in gallery.refused(2, "optimize", "--apply", "no-such-plan")
    assert "no-such-receipt" in gallery.refused(2, "restore", "no-such-receipt")
    assert "--help" in gallery.refused(2, "list", "--limit", "many")
    assert "artist, album, playlist" in gallery.refused(2, "list", "--kind", "track")
    assert "whole number" in gallery.refused(2, "list", "--limit", "-1")
    assert "--help" in gallery.refused(2, "fly")
    assert "--apply" in gallery.refused(2, "optimize", "--only", "a")
    settings = tmp_path / "settings.toml"
    assert str(settings) in gallery.refused(2, "status", "--settings", str(settings))
    settings.write_text("webp_quality = 'high'\n", "utf-8")
    error = gallery.refused(2, "status", "--settings", str(settings))
    assert all(word in error for word in ("webp_quality", "'high'", "1 to 100"))


def test_libraries_that_cannot_be_opened(world: Commands, tmp_path: Path) -> None:
    gallery = replace(world.gallery, options=())
    missing, text, other = tmp_path / "no.db", tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("no database at all", "utf-8")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE soulspot_artists (id TEXT, name TEXT)")
    loop = tmp_path / "loop.db"
    loop.symlink_to(loop)
    said = {
        file: gallery.refused(3, "status", "--library", str(file)) for file in (missing, text, other, tmp_path, loop)
    }
    assert all(str(file) in error for file, error in said.items())
    assert "nothing was created" in said[missing]
    assert not missing.exists()
    assert "not an SQLite database" in said[text]
    assert all(word in said[other] for word in ("image_path", "Looked for", "Found: soulspot_artists"))
    assert "folder" in said[tmp_path]
    # Both wrong: the library is opened first.
    assert "no.db" in gallery.refused(3, "status", "--library", str(missing), "--image-root", "/no/such/folder")


def test_image_roots_that_cannot_be_opened(world: Commands, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    assert str(tmp_path / "none") in world.gallery.refused(3, "status", "--image-root", str(tmp_path / "none"))
    assert "is a file" in world.gallery.refused(3, "status", "--image-root", str(file))
    world.images.rmdir()
    assert "--image-root" in world.gallery.refused(3, "status")


def test_a_locked_library_has_its_sentence(world: Commands) -> None:
    with closing(sqlite3.connect(world.library.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "locked" in world.gallery.refused(3, "status")


@pytest.mark.skipif(os.name != "posix" or (os.geteuid() == 0 and not shutil.which("setpriv")), reason="permissions")
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_what_is_read_only_can_be_looked_at_and_says_so(mode: str, world: Commands) -> None:
    """A server leaves its database in WAL mode, where SQLite would lay a log beside it even to read."""
    # No permission holds back root: there the program runs without that privilege.
    meek = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    gallery = replace(world.gallery, before=meek)
    world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    library, folder = world.library.path, world.library.path.parent
    with closing(sqlite3.connect(library)) as server:
        server.execute(f"PRAGMA journal_mode = {mode}")
    try:
        library.chmod(0o444)
        folder.chmod(0o555)
        assert gallery.run("status").status == 0
        assert "A" in gallery.run("list").out
        error = gallery.refused(3, "recache")
        assert str(library) in error
        assert "read-only" in error
        library.chmod(0o644)
        folder.chmod(0o755)
        world.images.chmod(0o555)
        assert str(world.images) in gallery.refused(3, "recache")
        assert not world.server.log
    finally:
        for each in (world.images, folder):
            each.chmod(0o755)


def test_options_before_and_after_the_command(world: Commands) -> None:
    library = str(world.library.path)
    before = replace(world.gallery, options=("--json", "--library", library)).run("status")
    after = replace(world.gallery, options=("--library", "/no/such/library")).run(
        "status", "--library", library, "--json"
    )
    assert before.status == after.status == 0
    assert before.json == after.json


def test_output_is_json_alone_and_progress_goes_elsewhere(world: Commands) -> None:
    world.server.latency = 0.2
    for number in range(30):
        world.library.add_artist(f"A{number}", world.server.serve("/a.jpg", pictures.jpeg()))
    ran = world.gallery.run("recache", "--json")
    assert ran.json["downloaded"] == 30
    assert "Fetching pictures" in ran.err


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals of POSIX")
def test_a_terminal_gets_bars_and_a_file_gets_the_output(world: Commands, tmp_path: Path) -> None:
    """`status > file` on a terminal: the file has it all, whatever the bars do."""
    _of_each_state(world)
    terminal, side = os.openpty()
    with (tmp_path / "out.json").open("w") as out:
        process = world.gallery.start("recache", "--json", stdout=out, stderr=side)
        assert process.wait(60) == 0
    os.close(side)
    shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["downloaded"] == 4
    assert "Fetching pictures" in shown


def test_odd_names_can_be_printed_anywhere(world: Commands) -> None:
    """A terminal or pipe that can't show a character gets a stand-in, no traceback."""
    world.library.add_artist("🎸 Ночь")
    gallery = replace(world.gallery, environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert gallery.run("list").status == 0
    assert gallery.run("list", "--json").lines[0]["name"] == "🎸 Ночь"


@pytest.mark.skipif(os.name != "posix", reason="a shell's pipe")
def test_a_pipe_that_closes_is_no_error(world: Commands) -> None:
    for number in range(200):
        world.library.add_artist(f"Artist {number:03}")
    with world.gallery.start("list") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 0
        assert "Artist 000" in first
        assert process.stderr.read() == ""


@pytest.mark.skipif(os.name != "posix", reason="SIGINT")
def test_ctrl_c_stops_within_a_second_and_leaves_all_sound(world: Commands) -> None:
    world.server.latency = 0.15
    for number in range(120):
        world.library.add_artist(f"A{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg()))
    with world.gallery.start("recache", "--json") as process:
        _until(lambda: len(world.server.log) > 30)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert time.monotonic() - started < 1.5  # a second, and what starting the clock costs on a busy machine
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "soulspot-gallery: Interrupted; what was finished is kept."
    world.assert_sound()
    world.server.latency = 0
    done = world.gallery.json("recache")
    assert 0 < done["downloaded"] < 120
    assert world.gallery.json("status")["kinds"]["artist"] == _states(cached=120)
    world.assert_sound()


@pytest.mark.skipif(os.name != "posix", reason="SIGINT")
@pytest.mark.parametrize("delay", [0.05, 0.2, 0.4])
def test_ctrl_c_while_it_starts(world: Commands, delay: float) -> None:
    with world.gallery.start("status") as process:
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    if process.returncode != -signal.SIGINT:  # the interpreter itself was still starting
        assert process.returncode in (0, 130)
        assert "soulspot_gallery" not in err


@pytest.mark.skipif(os.name != "posix", reason="SIGINT")
def test_ctrl_c_while_the_library_is_locked(world: Commands) -> None:
    paths = _cleanup(world)
    plan = world.gallery.json("optimize", "--dry-run")["plan"]
    with closing(sqlite3.connect(world.library.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for command in (["optimize", "--apply", plan], ["recache", "--force", "--kind", "artist"]):
            with world.gallery.start(*command) as process:
                assert process.stderr is not None
                said = iter(process.stderr.readline, "")
                assert any(line.startswith("Waiting: SoulSpot is writing to the library") for line in said)
                started = time.monotonic()
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=30)
            assert time.monotonic() - started < 1.5
            assert process.returncode == 130, err
    # What needs no row to be cleared may have gone before the wait.
    assert {paths["corrupt"], paths["used"], paths["old"]} <= set(world.files())
    assert world.library.execute("SELECT image_path FROM soulspot_artists WHERE name = 'Half'") == [(paths["corrupt"],)]
    world.assert_sound()
    again = world.gallery.json("optimize", "--apply", plan)
    assert again["removed"] + len(again["skipped"]) == 3
    assert world.library.execute("SELECT image_path FROM soulspot_artists WHERE name = 'Half'") == [(None,)]


def test_a_second_gallery_only_looks(world: Commands) -> None:
    world.server.latency = 0.3
    for number in range(40):
        world.library.add_artist(f"A{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg()))
    with world.gallery.start("recache", "--json") as first:
        _until(lambda: len(world.server.log) > 2)
        error = world.gallery.refused(3, "recache")
        assert "Another gallery" in error
        assert world.gallery.run("status").status == 0
        assert len(world.gallery.run("list", "--json").lines) == 40
        first.kill()
        first.communicate()
    world.server.latency = 0
    assert world.gallery.run("recache").status == 0  # a killed gallery holds no lock
    assert world.gallery.json("status")["kinds"]["artist"] == _states(cached=40)
    # What a kill leaves half written is a leftover, and all that a cleanup then finds.
    left = world.gallery.json("optimize", "--confirm", "too-many")
    assert (left["kept"], left["skipped"], left["failed"]) == (40, [], [])
    world.assert_sound()


def test_the_embedded_library_is_made_on_first_use(world: Commands) -> None:
    gallery = replace(world.gallery, options=())
    status = gallery.json("status")
    assert status["kinds"]["artist"] == _states()
    assert Path(status["library"]).is_file()
    assert Path(status["library"]).is_relative_to(world.gallery.home)
    assert Path(status["image_root"]) == Path(status["library"]).parent / "images"


def test_a_damaged_journal_is_set_aside(world: Commands) -> None:
    _of_each_state(world)
    world.gallery.json("validate")
    (journal,) = world.gallery.home.rglob("journals/*.db")
    journal.write_bytes(b"SQLite format 3\0" + b"damage" * 1000)
    ran = world.gallery.run("status", "--json")
    assert ran.json["links"]["unchecked"] == 5
    assert "set aside" in ran.err
    assert list(journal.parent.glob("*.aside"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_worker_runs_until_it_is_stopped(world: Commands, number: signal.Signals, status: int) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    with world.gallery.start("worker") as process:
        _until(lambda: bool(world.server.log))
        time.sleep(0.3)
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
    assert process.returncode == status
    assert "Traceback" not in err
    (line,) = world.gallery.run("list", "--json").lines
    assert (line["id"], line["verdict"]) == (artist, "ok")


def test_the_worker_tells_the_receipt_of_what_it_applied(world: Commands) -> None:
    world.library.add_artist("A")
    orphan = world.picture("artists/spotify/orphan.webp")
    os.utime(world.images / orphan, (0, 0))
    world.gallery.json("status")
    (journal,) = world.gallery.home.rglob("journals/*.db")
    with closing(sqlite3.connect(journal)) as connection, connection:
        connection.execute("INSERT INTO meta VALUES ('cleanup_ran_at', '2026-01-01T00:00:00')")
    environment = {"SOULSPOT_GALLERY_CACHE_CLEANUP_APPLY": "true", "SOULSPOT_GALLERY_BACKGROUND_LINK_CHECKS": "false"}
    scheduled = replace(world.gallery, environment=world.gallery.environment | environment)
    with scheduled.start("worker", "--json") as process:
        assert process.stdout is not None
        done = json.loads(process.stdout.readline())
        process.terminate()
        process.communicate(timeout=10)
    assert list(done) == ["plan", "receipt", "removed", "kept", "freed_mb", "skipped", "failed"]
    assert world.gallery.json("restore", done["receipt"])["restored"] == done["removed"] == 1


def test_version_and_help_load_nothing_heavy() -> None:
    for option in ("--version", "--help"):
        code = (
            "import sys\nfrom soulspot_gallery.__main__ import main\n"
            f"sys.argv = ['soulspot-gallery', {option!r}]\n"
            "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
            "heavy = {'PySide6', 'httpx', 'sqlalchemy', 'PIL'} & set(sys.modules)\nassert not heavy, heavy\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, timeout=60)


def _until(condition: Any, limit: float = 20.0) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
