"""A library's rows as far as they can be seen at once, before the engine is loaded: by `sqlite3`, read-only.

What is said of the pictures is provisional: whether a file lies there, not whether it is whole, and nothing of links.
Whoever opens the library afterwards says all that is known, and what is wrong with it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from soulspot_gallery.core.entry_rows import UNKNOWN, EntryRows
from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.library.names import Names, names_of
from soulspot_gallery.core.locate import choose_display, failed_marker, safe_local_path
from soulspot_gallery.core.model import Entity, EntityType, Entry, ImageInfo, State, Verdict
from soulspot_gallery.core.places import embedded_library, find_library, folders_of
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.sqlite_logs import drop_empty_log, has_log, reading_uri

_PATIENCE = 0.2
"""Seconds to wait for another program's lock: whoever opens the library waits longer."""

IsThere = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A library's file and the folder of its pictures."""

    file: Path
    image_root: Path


class FirstRows(EntryRows):
    """Entries as far as they are known at once: neither size nor date nor link."""

    def __init__(self, entities: list[Entity], states: list[State]) -> None:
        """`states` in the order of the entities: CACHED where a file lies there."""
        super().__init__(entities, states, [Verdict.UNCHECKED] * len(entities))

    def _make(self, row: int) -> Entry:
        return _entry(self.entities[row], self.states[row])

    def sizes(self) -> Sequence[float]:
        return self._unknown()

    def times(self) -> Sequence[float]:
        return self._unknown()

    def sides(self) -> Sequence[float]:
        return self._unknown()

    def held(self) -> tuple[Set[int], Set[int]]:
        return frozenset(), frozenset()

    def _unknown(self) -> Sequence[float]:
        return [UNKNOWN] * len(self)


def place_of(library: str | None, image_root: Path | None, settings: Settings) -> Place | None:
    """Where this library lies (None: one's own); None where it is no plain file, or has no folder of pictures."""
    try:
        file = embedded_library() if library is None else Path(find_library(library)).expanduser()
        if not file.is_file():
            return None
        if image_root is None and settings.cache_dir:
            image_root = Path(settings.cache_dir).expanduser()
        roots = [image_root] if image_root else [folder / "images" for folder in folders_of(file)]
        return next((Place(file, root) for root in roots if root.is_dir()), None)
    except (LibraryError, OSError, RuntimeError):
        return None


def first_rows(place: Place, kind: EntityType | None, count: int) -> FirstRows:
    """The first entries of each kind (or of one) by name, `count` at most; none where they can't be read at once."""
    return _seen(_entities(place, [kind] if kind else list(EntityType), count), _by_asking(place.image_root))


def all_rows(place: Place) -> FirstRows:
    """All entries, in no order; none where they can't be read at once."""
    return _seen(_entities(place, list(EntityType), 0), _by_listing(place.image_root))


def _seen(entities: Iterator[Entity], is_there: IsThere) -> FirstRows:
    found = list(entities)
    return FirstRows(found, [_state(entity, is_there) for entity in found])


def _entities(place: Place, kinds: list[EntityType], count: int) -> Iterator[Entity]:
    """Rows as they are read, of each kind the first `count` by name (0: all, in no order). What can't be read ends
    it."""
    had_log = has_log(place.file)
    try:
        with contextlib.suppress(sqlite3.Error), contextlib.closing(_connect(place.file)) as connection:
            columns = _columns(connection)
            names = {kind: named for kind in EntityType if (named := names_of(kind, columns))}
            for kind in kinds if len(names) == len(EntityType) else ():
                query = _query(names[kind], names[EntityType.ARTIST])
                rows = connection.execute(f"{query} WHERE {_first_by_name(names[kind], count)}" if count else query)
                yield from (Entity(kind, *row) for row in rows if row[0])
    finally:
        if not had_log:
            drop_empty_log(place.file)


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(reading_uri(file), uri=True, timeout=_PATIENCE, isolation_level=None)


def _columns(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    tables = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
    for table, column in connection.execute(tables):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def _query(names: Names, artists: Names) -> str:
    """Id, name, artist, URL and path as texts, whatever the columns hold. Put together from constants of `names`."""
    artist, joined = "NULL", ""
    if names.artist_id:
        artist, joined = f"CAST(b.{artists.name} AS TEXT)", f"LEFT JOIN {artists.table} b ON a.{names.artist_id} = b.id"
    name = f"COALESCE(CAST(a.{names.name} AS TEXT), '')"
    columns = f"CAST(a.id AS TEXT), {name}, {artist}, CAST(a.{names.url} AS TEXT), CAST(a.{names.path} AS TEXT)"
    return f"SELECT {columns} FROM {names.table} a {joined}"


def _first_by_name(names: Names, count: int) -> str:
    """A condition; answered from the index of the names, where there is one."""
    return f"a.rowid IN (SELECT rowid FROM {names.table} ORDER BY {names.name} COLLATE NOCASE LIMIT {count})"


def _entry(entity: Entity, state: State) -> Entry:
    path = safe_local_path(entity.path)
    # Not the URL, whatever is known of it: nothing fetches a picture yet.
    display = choose_display(entity.kind, path if state is State.CACHED else None, None, Verdict.UNCHECKED)
    return Entry(entity, ImageInfo(entity.kind, entity.id, entity.url or None, path, display, state))


def _state(entity: Entity, is_there: IsThere) -> State:
    path = safe_local_path(entity.path)
    if path is not None and is_there(path):
        return State.CACHED
    if entity.path:
        return State.MISSING_FILE if failed_marker(entity.path) is None else State.FAILED
    return State.REMOTE if entity.url else State.NONE


def _by_asking(root: Path) -> IsThere:
    """For a few paths: each is looked for. As everywhere, links are not followed."""

    def is_there(path: str) -> bool:
        *folders, _ = path.split("/")
        try:
            ways = [root.joinpath(*folders[: at + 1]).lstat() for at in range(len(folders))]
            file = (root / path).lstat()
            return all(stat.S_ISDIR(way.st_mode) for way in ways) and stat.S_ISREG(file.st_mode)
        except (OSError, ValueError):
            return False

    return is_there


def _by_listing(root: Path) -> IsThere:
    """For many paths: each folder is listed once, which costs less than asking for its files."""
    folders: dict[str, frozenset[str]] = {}

    def listed(folder: str) -> frozenset[str]:
        ways = folder.split("/") if folder else []
        try:
            if all(stat.S_ISDIR(os.lstat(root.joinpath(*ways[: at + 1])).st_mode) for at in range(len(ways))):
                with os.scandir(root / folder) as found:
                    return frozenset(each.name for each in found if each.is_file(follow_symlinks=False))
        except (OSError, ValueError):
            pass
        return frozenset()

    def is_there(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        names = folders.get(folder)
        if names is None:
            names = folders[folder] = listed(folder)
        return name in names

    return is_there
