"""A small library with pictures of every sort, what of it can be read off without the gallery, and commands on it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from faults.interposing import Fault
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase, soulspot_database

from soulspot_gallery.core.locate import OWN_FOLDER

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_AGO = 1_600_000_000
_TABLES = {
    "artist": ("soulspot_artists", "image_url", "image_path"),
    "album": ("soulspot_albums", "cover_url", "cover_path"),
    "playlist": ("playlists", "cover_url", "cover_path"),
}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit status (negative: the signal; None: it hung) and both outputs."""

    status: int | None
    out: str
    err: str
    operations: tuple[str, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A library from outside: rows (URL, path) by kind and id; sha256 of the files under the image root by path,
    with those of the gallery's own folder apart; what the journal has open."""

    rows: Mapping[Key, tuple[str | None, str | None]]
    files: Mapping[str, str]
    own: Mapping[str, str]
    open: tuple[str, ...]
    receipts: tuple[str, ...]

    @property
    def pictures(self) -> dict[str, str]:
        """The files, without temporary ones."""
        return {path: sha for path, sha in self.files.items() if not path.endswith(".part")}

    def holds(self, sha: str) -> bool:
        return sha in self.files.values() or sha in self.own.values()


class Zygote:
    """Runs commands of the program in children of a process that has loaded it (see `faults.zygote`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(self, arguments: list[str], environment: Mapping[str, str], fault: Fault) -> Ran:
        out, err = self._folder / "out", self._folder / "err"
        order = {
            "arguments": arguments,
            "environment": dict(environment),
            "out": str(out),
            "err": str(err),
            "fault": asdict(fault),
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status = json.loads(self._process.stdout.readline())["status"]
        trace = Path(fault.trace)
        operations = tuple(trace.read_text("utf-8").splitlines()) if trace.exists() else ()
        shutil.rmtree(fault.trace + ".shadow", ignore_errors=True)
        return Ran(status, out.read_text("utf-8"), err.read_text("utf-8"), operations)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@dataclass(slots=True, eq=False)
class World:
    """The library at its one place, `folder`/world; states of it are put away and brought back by name."""

    folder: Path
    server: ImageServer
    zygote: Zygote
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def here(self) -> Path:
        return self.folder / "world"

    @property
    def images(self) -> Path:
        return self.here / "images"

    @property
    def library(self) -> SoulspotDatabase:
        return SoulspotDatabase(self.here / "soulspot.db")

    def save(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.here, self.folder / name, symlinks=True)

    def load(self, name: str) -> None:
        shutil.rmtree(self.here, ignore_errors=True)
        shutil.copytree(self.folder / name, self.here, symlinks=True)

    def run(self, *arguments: str, kind: str = "none", at: int = 0, without: str = "") -> Ran:
        """Run a command under a fault."""
        options = ["--library", str(self.library.path), "--data-dir", str(self.here / "data")]
        fault = Fault(kind, at, str(self.here), str(self.folder / "trace"), without)
        return self.zygote.run([*options, *arguments], self.environment(), fault)

    def environment(self) -> dict[str, str]:
        """One connection and one thread, so that operations come in the same order each time (nearly)."""
        return os.environ | {
            "HOME": str(self.folder),
            "SOULSPOT_GALLERY_ALLOWED_HOSTS": self.server.host,
            "SOULSPOT_GALLERY_MAX_CONNECTIONS": "1",
            "SOULSPOT_GALLERY_CONVERSION_THREADS": "1",
        }

    def look(self) -> Snapshot:
        files, own = dict[str, str](), dict[str, str]()
        for folder, folders, names in os.walk(self.images):
            for name in [*names, *folders]:
                file = Path(folder) / name
                path = file.relative_to(self.images).as_posix()
                mine = path.split("/")[0] == OWN_FOLDER
                if file.is_symlink():
                    files[path] = "link to " + str(file.readlink())
                elif file.is_file():
                    (own if mine else files)[path] = hashlib.sha256(file.read_bytes()).hexdigest()
        journals = list((self.here / "data" / "journals").glob("*.db"))
        opened, receipts = self._journal(journals[0]) if journals else ((), ())
        return Snapshot(self._rows(), files, own, opened, receipts)

    def _rows(self) -> dict[Key, tuple[str | None, str | None]]:
        rows = {}
        with closing(sqlite3.connect(self.library.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            for kind, (table, url, path) in _TABLES.items():
                for row in connection.execute(f"SELECT id, {url}, {path} FROM {table}"):
                    rows[kind, row[0]] = (row[1], row[2])
        return rows

    def _journal(self, file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
        with closing(sqlite3.connect(file)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if not {"write_intent", "receipt_item", "receipt"} <= tables:
                return (), ()
            opened = [f"write of {row[0]}" for row in connection.execute("SELECT path FROM write_intent")]
            items = connection.execute("SELECT step, path FROM receipt_item WHERE step IN ('intended', 'returning')")
            opened += [f"{step} {path}" for step, path in items]
            if "change" in tables:
                cut_off = "SELECT step, name FROM change WHERE step IN ('begun', 'undoing', 'redoing')"
                opened += [f"{step} {name}" for step, name in connection.execute(cut_off)]
            receipts = connection.execute(
                "SELECT DISTINCT receipt FROM receipt_item WHERE step = 'removed' ORDER BY receipt DESC"
            )
            return tuple(opened), tuple(row[0] for row in receipts)

    def picture(self, path: str, content: bytes, age: float = LONG_AGO) -> str:
        """A file under the image root with an old date; returns its path."""
        file = self.images / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (age, age))
        return path


def build(world: World) -> None:
    """The state `base`: pictures cached by the gallery (one long unused), by SoulSpot, by hand; missing, damaged,
    failed and new ones; orphans, a leftover, another program's files and links."""
    database = soulspot_database(world.here / "soulspot.db")
    database.switch_to_wal()
    world.images.mkdir()
    serve(world, "teal")

    def url(name: str) -> str:
        return world.server.url(f"/{name}.jpg")

    ids = world.ids
    ids["cached"] = database.add_artist("Cached", url("cached"))
    ids["unused"] = database.add_artist("Unused", url("unused"))
    ran = world.run("recache", "--json")
    assert ran.status == 0, ran
    by_hand = world.picture("artists/spotify/4ByHand.webp", pictures.webp((30, 30), "red"))
    shared = world.picture("albums/deezer/777.webp", pictures.webp((30, 30), "blue"))
    damaged = world.picture("playlists/ab/abababab.webp", pictures.webp((30, 30), "green")[:60])
    ids["by hand"] = database.add_artist("By hand", url("by-hand"), by_hand)
    ids["shared 1"] = database.add_album("Shared 1", url("shared"), shared, artist_id=ids["cached"])
    ids["shared 2"] = database.add_album("Shared 2", url("shared"), shared, artist_id=ids["cached"])
    ids["missing"] = database.add_album("Missing", url("missing"), "albums/cc/ccc.webp", artist_id=ids["cached"])
    ids["damaged"] = database.add_playlist("Damaged", url("damaged"), damaged)
    ids["failed"] = database.add_playlist("Failed", url("failed"), "FAILED|timeout|2026-01-01T00:00:00")
    ids["new"] = database.add_playlist("New", url("new"))
    ids["gone"] = database.add_playlist("Gone", url("gone"))
    world.server.routes.pop("/gone.jpg")
    world.picture("spotify/artists/orphan.webp", pictures.webp((20, 20), "pink"))
    world.picture("artists/ab/.soulspot-gallery-0123.part", b"half a picture")
    world.picture("artists/readme.txt", b"not ours")
    world.picture("covers/front.webp", pictures.webp((20, 20), "black"))
    (world.here / "mine.png").write_bytes(pictures.png((90, 90), "purple"))
    outside = world.here / "outside"
    outside.mkdir()
    (outside / "aa0.webp").write_bytes(pictures.webp((20, 20), "white"))
    (world.images / "artists" / "aa").symlink_to(outside, target_is_directory=True)
    assert world.run("validate", "--json").status == 0
    _age(world)
    world.save("base")


def serve(world: World, colour: str) -> None:
    """The server's pictures, all of one colour."""
    names = ("cached", "unused", "by-hand", "shared", "missing", "damaged", "failed", "new", "gone")
    for number, name in enumerate(names):
        world.server.serve(f"/{name}.jpg", pictures.jpeg((40 + number, 40), colour))


def _age(world: World) -> None:
    (journal,) = (world.here / "data" / "journals").glob("*.db")
    path = world.look().rows["artist", world.ids["unused"]][1]
    with closing(sqlite3.connect(journal)) as connection, connection:
        connection.execute("UPDATE picture SET fetched_at = ? WHERE path = ?", (LONG_AGO, path))
