"""What a source found becomes a row of the user's own library, or is recognised as one that is there. No network."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from soulspot_gallery.core.library.catalog import Library
from soulspot_gallery.core.library.own_rows import OwnRow
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.providers.dto import DTO
from soulspot_gallery.core.providers.matching import plain, same_artist

UNKNOWN_ARTIST = "Unknown artist"
"""Whose an album is where the source does not say."""


@dataclass(frozen=True, slots=True)
class Added:
    """The row that stands in the library now; `new` where it did not before."""

    row: OwnRow
    artist: str | None
    new: bool


def add_found(
    library: Library,
    found: DTO,
    identifiers: Mapping[str, str],
    ours: frozenset[str],
    waiting: Callable[[float], None],
) -> Added:
    """Add what was found, an album with its artist; what is there already is completed with what it lacks: its
    identifiers. `ours`: the ids of rows that this source is known to have named so. Blocks. Raises LibraryError."""
    source = found.provider
    rows = library.own_rows()
    known = _known(rows, found, identifiers, ours)
    if known is not None:
        taken = {getattr(row, column) for row in rows for column in identifiers if row.kind is known.kind}
        free = {column: value for column, value in identifiers.items() if value not in taken}
        library.add((), [_with(known, free)] if free else (), waiting)
        return Added(known, _artist_of(rows, known), new=False)
    new, artist = list[OwnRow](), None
    if found.kind is EntityType.ALBUM:
        name = found.artist or UNKNOWN_ARTIST
        artist = next((row for row in rows if row.kind is EntityType.ARTIST and same_artist(row.name, name)), None)
        if artist is None:
            artist = OwnRow(EntityType.ARTIST, str(uuid.uuid4()), name, source=_source_word(EntityType.ARTIST, source))
            new.append(artist)
    row = OwnRow(
        found.kind,
        str(uuid.uuid4()),
        found.title,
        artist_id=None if artist is None else artist.id,
        source=_source_word(found.kind, source),
        url=found.picture,
    )
    row = _with(row, identifiers)
    library.add([*new, row], waiting=waiting)
    return Added(row, None if artist is None else artist.name, new=True)


def _with(row: OwnRow, identifiers: Mapping[str, str]) -> OwnRow:
    return replace(
        row,
        spotify_uri=identifiers.get("spotify_uri"),
        musicbrainz_id=identifiers.get("musicbrainz_id"),
        deezer_id=identifiers.get("deezer_id"),
    )


def _known(rows: Sequence[OwnRow], found: DTO, identifiers: Mapping[str, str], ours: frozenset[str]) -> OwnRow | None:
    """The row of this entity: by an identifier, else by its name and an album's artist. Playlists of one name are as
    many as people who make them."""
    same_kind = [row for row in rows if row.kind is found.kind]
    for row in same_kind:
        if row.id in ours or any(getattr(row, column) == value for column, value in identifiers.items()):
            return row
    if found.kind is EntityType.PLAYLIST:
        return None
    name = plain(found.title)
    for row in same_kind:
        another = any(getattr(row, column) not in (None, value) for column, value in identifiers.items())
        if plain(row.name) == name and not another and _same_artist(rows, row, found):
            return row
    return None


def _same_artist(rows: Sequence[OwnRow], row: OwnRow, found: DTO) -> bool:
    if found.kind is not EntityType.ALBUM:
        return True
    return same_artist(_artist_of(rows, row), found.artist or UNKNOWN_ARTIST)


def _artist_of(rows: Iterable[OwnRow], album: OwnRow) -> str | None:
    return next((row.name for row in rows if row.id == album.artist_id and row.kind is EntityType.ARTIST), None)


def _source_word(kind: EntityType, source: str) -> str:
    """SoulSpot's words: lower case for artists and albums, upper case for playlists; it knows few of them."""
    spotify, deezer = source.startswith("spotify"), source == "deezer"
    if kind is EntityType.PLAYLIST:
        return "SPOTIFY" if spotify else "MANUAL"
    return "spotify" if spotify else "deezer" if deezer else "local"
