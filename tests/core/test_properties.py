"""What holds of every cache, library and plan: generated files, links, rows and times, on a real disk."""

from __future__ import annotations

import itertools
import ntpath
import os
import posixpath
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import pictures
from support.soulspot import SoulspotDatabase, soulspot_database

from soulspot_gallery.core import looking
from soulspot_gallery.core.cleanup.applying import Cleaner, Tally, Watch
from soulspot_gallery.core.errors import UnsafePath
from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.records import Receipt
from soulspot_gallery.core.library.opening import open_library
from soulspot_gallery.core.locate import (
    choose_display,
    is_picture_path,
    is_web_url,
    local_path,
    safe_local_path,
    url_hash,
)
from soulspot_gallery.core.model import (
    CheckedBy,
    EntityType,
    Removal,
    Source,
    UrlCheck,
    Verdict,
    ignore_progress,
)
from soulspot_gallery.core.opened import Opened

WHOLE, DAMAGED = pictures.webp((8, 8)), pictures.webp((8, 8))[:40]
URL = "https://cdn.example/1.jpg"

PATHS = (
    "artists/ab/ab1.webp", "artists/ab/ab2.webp", "albums/cd/cd1.webp", "artists/spotify/4Z8W.webp",
    "albums/deezer/777.webp", "spotify/artists/orphan.webp", "artist/ab/" + "ab" + "0" * 30 + ".webp",
    "artists/ab/.soulspot-gallery-1.part", "artists/ab/cover.webp", "artists/readme.txt", "other/x.webp",
    "playlists/ef/ef1.webp",
)  # fmt: skip
SPELLINGS = (
    *PATHS, "artists\\ab\\ab1.webp", "./artists/ab/ab1.webp", "artists//ab/ab2.webp", "../outside/secret.webp",
    "/etc/passwd", "artists/../../outside/secret.webp", "C:\\x.webp", "FAILED", "FAILED|timeout|2026-01-01", "",
    ".soulspot-gallery/lock", "artists/zz/secret.webp",
)  # fmt: skip

FORMS = ("whole", "damaged", "link out", "hard link", "pipe", "folder")


@dataclass(frozen=True, slots=True)
class Lying:
    """Something at a path under the image root."""

    form: str
    age_days: float


@dataclass(frozen=True, slots=True)
class Generated:
    files: Mapping[str, Lying]
    rows: tuple[tuple[EntityType, str | None, bool], ...]
    shown_days_ago: Mapping[str, float]
    verdict: Verdict | None
    linked_shard: bool
    max_age_days: int
    ticks: int
    removal: Removal


_ages = st.sampled_from((0.0, 0.5, 2.0, 100.0, 4000.0))
_generated = st.builds(
    Generated,
    files=st.dictionaries(st.sampled_from(PATHS), st.builds(Lying, st.sampled_from(FORMS), _ages), max_size=9),
    rows=st.lists(
        st.tuples(st.sampled_from(EntityType), st.none() | st.sampled_from(SPELLINGS), st.booleans()), max_size=8
    ).map(tuple),
    shown_days_ago=st.dictionaries(st.sampled_from(PATHS), _ages, max_size=4),
    verdict=st.none() | st.sampled_from(Verdict),
    linked_shard=st.booleans(),
    max_age_days=st.sampled_from((0, 1, 90)),
    ticks=st.integers(0, 1 << 12) | st.just(-1),
    removal=st.sampled_from(Removal),
)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return soulspot_database(tmp_path_factory.mktemp("empty") / "soulspot.db").path


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(generated=_generated)
def test_nothing_goes_that_is_not_in_the_plan(generated: Generated, empty_database: Path) -> None:
    """No referenced picture goes without being ticked, nothing foreign, nothing outside; and all of it comes back."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as closing:
        folder = Path(name)
        opened, database = _build(folder, generated, empty_database, closing.callback)
        before, rows_before = _tree(folder), _rows(database)
        plan = looking.plan(opened, generated.max_age_days, ignore_progress)
        assert _tree(folder) == before, "a plan touches nothing"
        items = {item.path: item for item in plan.items}
        for path in items:
            there = generated.files[path]
            assert there.form in ("whole", "damaged"), "links, pipes and folders are nobody's business"
            assert is_picture_path(path) or path.endswith(".part")
            assert items[path].entities or there.age_days >= 1 or path.endswith(".part"), "young: its row may come"
        ticked = plan.ticked if generated.ticks < 0 else frozenset(
            path for place, path in enumerate(sorted(items)) if generated.ticks >> place & 1
        )  # fmt: skip

        opened.store.begin_writing()
        tally = Tally()
        receipt = Receipt("c1", plan.id, datetime.now(UTC), generated.removal)
        cleaner, watch = Cleaner(opened), Watch(ignore_progress, lambda: False)
        cleaner.apply(plan, ticked, receipt, tally, watch)
        after, rows_after = _tree(folder), _rows(database)
        gone = {path for path in before if path not in after}
        assert gone <= {f"images/{path}" for path in ticked}
        assert len(gone) == tally.done
        assert {path: after[path] for path in before if path in after} == {
            path: content for path, content in before.items() if path not in gone
        }
        for key, old in rows_before.items():
            named = safe_local_path(old[1])
            assert (rows_after[key] == old) != (f"images/{named}" in gone), "a row is cleared just when its file goes"

        if generated.removal is Removal.TRASH:
            cleaner.restore("c1", Tally(), watch)
            assert (_tree(folder), _rows(database)) == (before, rows_before)


def _build(
    folder: Path, generated: Generated, empty: Path, later: Callable[[Callable[[], object]], object]
) -> tuple[Opened, SoulspotDatabase]:
    root, outside = folder / "images", folder / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret.webp").write_bytes(WHOLE)
    shutil.copy(empty, folder / "soulspot.db")
    database = SoulspotDatabase(folder / "soulspot.db")
    for number, (path, lying) in enumerate(generated.files.items()):
        _lay(root / path, outside, number, lying)
    if generated.linked_shard:
        (root / "artists").mkdir(exist_ok=True)
        (root / "artists" / "zz").symlink_to(outside, target_is_directory=True)
    artist = database.add_artist("The artist of all albums")
    for kind, spelled, has_url in generated.rows:
        url = URL if has_url else None
        if kind is EntityType.ALBUM:
            database.add_album("Album", url, spelled, artist_id=artist)
        else:
            (database.add_artist if kind is EntityType.ARTIST else database.add_playlist)("Name", url, spelled)
    library, journal = open_library(database.path), Journal.open(folder / "data" / "journal.db")
    store = Store(root)
    for close in (library.close, journal.close, store.end_writing):
        later(close)
    now = time.time()
    journal.note_shown(
        {path: datetime.fromtimestamp(now - days * 86_400, UTC) for path, days in generated.shown_days_ago.items()}
    )
    if generated.verdict is not None:
        key = url_hash(URL)
        journal.note_links({key: UrlCheck(generated.verdict, "", CheckedBy.GET)})
    return Opened(library, store, journal, FileChecks(store, journal)), database


def _lay(file: Path, outside: Path, number: int, lying: Lying) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if lying.form == "link out":
        file.symlink_to(outside / "secret.webp")
    elif lying.form == "hard link":
        other = outside / f"other{number}.webp"
        other.write_bytes(WHOLE)
        os.link(other, file)
    elif lying.form == "pipe":
        os.mkfifo(file)
    elif lying.form == "folder":
        file.mkdir()
    else:
        file.write_bytes(WHOLE if lying.form == "whole" else DAMAGED)
        at = time.time() - lying.age_days * 86_400
        os.utime(file, (at, at))


def _tree(folder: Path) -> dict[str, tuple[object, ...]]:
    """All that lies in the image root and beside it, but for the gallery's own."""
    found = dict[str, tuple[object, ...]]()
    for top, within, names in itertools.chain(os.walk(folder / "images"), os.walk(folder / "outside")):
        if ".soulspot-gallery" in within:
            within.remove(".soulspot-gallery")
        for name in names:
            file = Path(top) / name
            path, status = file.relative_to(folder).as_posix(), file.lstat()
            plain = file.is_file() and not file.is_symlink()
            found[path] = (status.st_mode, status.st_mtime_ns, file.read_bytes() if plain else b"")
    return found


def _rows(database: SoulspotDatabase) -> dict[str, tuple[str | None, str | None]]:
    query = """SELECT id, image_url, image_path FROM soulspot_artists
               UNION ALL SELECT id, cover_url, cover_path FROM soulspot_albums
               UNION ALL SELECT id, cover_url, cover_path FROM playlists"""
    return {row[0]: (row[1], row[2]) for row in database.execute(query)}


_parts = st.sampled_from(("..", ".", "", "a", "artists", "~", "C:", "CON", " ", "\0", "\n", ".soulspot-gallery", "ü"))
_odd_paths = (
    st.text(max_size=30) | st.lists(_parts, max_size=6).map("/".join) | st.lists(_parts, max_size=6).map("\\".join)
)


@given(_odd_paths)
def test_no_path_leaves_the_image_root(path: str) -> None:
    try:
        found = local_path(path)
    except UnsafePath:
        return
    if found is None:
        return
    for style in (ntpath, posixpath):
        inside = style.normpath(style.join("root", found))
        assert inside.startswith("root" + style.sep) or inside == "root"
    assert not found.startswith("/")
    assert "\\" not in found
    assert found.split("/")[0] != ".soulspot-gallery"
    assert local_path(found) == found, "what was made safe stays as it is"


@given(
    st.sampled_from(EntityType),
    st.none() | st.just("artists/ab/ab1.webp"),
    st.none() | st.text(max_size=20) | st.sampled_from((URL, "ftp://a/b", "https://u:p@a.example/1", "http://")),
    st.sampled_from(Verdict),
)
def test_what_is_displayed(kind: EntityType, whole: str | None, url: str | None, verdict: Verdict) -> None:
    shown = choose_display(kind, whole, url, verdict)
    if whole is not None:
        assert (shown.source, shown.location) == (Source.LOCAL, whole)
    elif is_web_url((url or "").strip()) and verdict not in (Verdict.BROKEN, Verdict.NOT_IMAGE, Verdict.UNSAFE):
        assert (shown.source, shown.location) == (Source.CDN, (url or "").strip())
    else:
        assert (shown.source, shown.location) == (Source.PLACEHOLDER, f"placeholder-{kind.value}.svg")
