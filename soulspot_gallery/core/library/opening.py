"""Opens libraries, by file or by URL, and makes the embedded one. Opening never creates or changes anything."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.library.catalog import READ_PATIENCE, Library, trouble
from soulspot_gallery.core.library.schema import EMBEDDED, found_text, is_own, recognise, wanted_text
from soulspot_gallery.core.library.track_lists import recognise_tracks
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.postgres import SCHEMA, Turns, parse_url, server_engine, shown_url
from soulspot_gallery.core.sqlite_files import BUSY_SLICE, NO_CHECKPOINT, file_engine, immediate
from soulspot_gallery.core.sqlite_logs import drop_empty_log, has_log, is_kept_from_writing

_SQLITE_URL = ("sqlite:", "sqlite+")


def open_library(library: str | Path) -> Library:
    """Open what is there: a SQLite file's path or an SQLAlchemy URL. Never creates or changes anything.

    Raises LibraryError with a sentence for what is missing, no database, of another shape, locked or unreadable.
    """
    named = sqlite_file(library)
    if named is None:
        return _open_server(str(library))
    file = _resolved(named)
    _look_at_file(file)
    name = str(file)
    reader = file_engine(file, "ro", READ_PATIENCE)
    writer = file_engine(file, "rw", BUSY_SLICE, NO_CHECKPOINT)
    had_log = has_log(file)
    try:
        opened = _recognised(name, reader, writer, file)
    except LibraryError:
        if not had_log:
            drop_empty_log(file)
        raise
    opened.note_log(had_log=had_log)
    return opened


def sqlite_file(library: str | Path) -> Path | None:
    """The file that a library's path or `sqlite:` URL names, as named; None for a server's URL. Raises LibraryError."""
    if not isinstance(library, str) or not library.startswith(_SQLITE_URL):
        return None if isinstance(library, str) and "://" in library else _at_home(library)
    try:
        database = sa.make_url(library).database
    except sa.exc.ArgumentError as problem:
        raise LibraryError(f"{library!r} is no library URL; write sqlite:///path/to/file.") from problem
    if not database or database == ":memory:":
        raise LibraryError(f"{library!r} names no file; write sqlite:///path/to/file.")
    return _at_home(database.removeprefix("file:").partition("?")[0])


def _at_home(file: str | Path) -> Path:
    try:
        return Path(file).expanduser()
    except RuntimeError as problem:  # a home folder that is not there
        raise LibraryError(f"The library {file} can't be found: {problem}.") from problem


def _resolved(file: Path) -> Path:
    try:
        return file.absolute().resolve()
    except RuntimeError as problem:  # a link to itself
        raise LibraryError(f"The library {file} can't be found: {problem}.") from problem


def _look_at_file(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            magic = stream.read(16)
    except FileNotFoundError:
        raise LibraryError(f"There is no library at {file}; check the path, nothing was created.") from None
    except IsADirectoryError:
        raise LibraryError(f"{file} is a folder; name the library's database file in it.") from None
    except OSError as problem:
        raise LibraryError(f"The library {file} can't be read: {problem.strerror or problem}.") from problem
    if magic != b"SQLite format 3\0":
        raise LibraryError(f"{file} is not an SQLite database; name the database file of a SoulSpot server.")


def _open_server(text: str) -> Library:
    url = parse_url(text)
    engine, name = server_engine(url), shown_url(url)
    library = _recognised(name, engine, engine, None)
    with engine.connect() as connection:
        if library.own and sa.inspect(connection).has_table("meta", schema=SCHEMA):
            library.share(Turns(engine, name))
    return library


def _recognised(name: str, reader: sa.Engine, writer: sa.Engine, file: Path | None) -> Library:
    try:
        with reader.connect() as connection:
            inspector = sa.inspect(connection)
            columns = {
                table: frozenset(column["name"] for column in inspector.get_columns(table))
                for table in inspector.get_table_names()
            }
    except sa.exc.DBAPIError as problem:
        reader.dispose()
        raise LibraryError(_unopened(name, file, problem)) from problem
    shapes = recognise(columns)
    if shapes is None:
        reader.dispose()
        if file is None and not columns:
            raise LibraryError(f"{name} holds nothing yet; init-library with the same URL makes it a library.")
        raise LibraryError(f"{name} is no SoulSpot library. Looked for: {wanted_text()}. Found: {found_text(columns)}.")
    return Library(name, reader, writer, shapes, file, own=is_own(columns), tracks=recognise_tracks(columns))


def _unopened(name: str, file: Path | None, problem: sa.exc.DBAPIError) -> str:
    if file is not None and has_log(file) and is_kept_from_writing(file):
        return (
            f"The library {name} was not closed by its server, and its log can't be read in a read-only folder; "
            "start the server, or let this user write there."
        )
    return trouble(name, file, "read", problem)


_creating = threading.Lock()


def create_library(file: Path) -> None:
    """Create the embedded library where there is none yet; a library that is there is left as it is.

    Raises LibraryError where the file can't be made.
    """
    with _creating:
        if file.exists():
            return
        half = file.with_name(file.name + ".part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            half.unlink(missing_ok=True)
            engine = file_engine(half, "rwc", READ_PATIENCE)
            EMBEDDED.create_all(engine)
            engine.dispose()
            half.replace(file)
        except (OSError, sa.exc.DBAPIError) as problem:
            raise LibraryError(f"The library {file} can't be created: {problem}.") from problem


def add_entities(file: Path, artists: Sequence[Entity], albums: Sequence[tuple[Entity, str]],
                 playlists: Sequence[Entity]) -> None:  # fmt: skip
    """Add rows to an embedded library; each album comes with its artist's id. Raises LibraryError."""
    now = datetime.now(UTC).replace(tzinfo=None)
    times = {"created_at": now, "updated_at": now}
    rows = {
        "soulspot_artists": [
            {"id": e.id, "name": e.name, "image_url": e.url, "image_path": e.path, **times} for e in artists
        ],
        "soulspot_albums": [
            {"id": e.id, "title": e.name, "artist_id": artist, "cover_url": e.url, "cover_path": e.path, **times}
            for e, artist in albums
        ],
        "playlists": [
            {"id": e.id, "name": e.name, "cover_url": e.url, "cover_path": e.path, **times} for e in playlists
        ],
    }
    engine = file_engine(file, "rw", READ_PATIENCE)
    try:
        with immediate(engine, READ_PATIENCE) as connection:
            for table, values in rows.items():
                if values:
                    connection.execute(sa.insert(EMBEDDED.tables[table]), values)
    except sa.exc.DBAPIError as problem:
        raise LibraryError(f"The library {file} can't be written: {problem.orig}.") from problem
    finally:
        engine.dispose()
