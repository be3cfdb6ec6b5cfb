"""Tracks, as far as pictures are concerned: which albums and artists a playlist leads to, and where music lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.model import EntityType

_TRACKS = "soulspot_tracks", "tracks"
"""Newest name first."""

_LISTS = "playlist_tracks"


@dataclass(frozen=True, slots=True)
class TrackTables:
    """Where a library keeps the tracks of its playlists. Not every age says where a track's file lies."""

    lists: sa.TableClause
    tracks: sa.TableClause


def recognise_tracks(columns: Mapping[str, frozenset[str]]) -> TrackTables | None:
    """The tables in a library with these columns by table; None where it knows no tracks, as our own does."""
    if not columns.get(_LISTS, frozenset()) >= {"playlist_id", "track_id"}:
        return None
    name = next((each for each in _TRACKS if columns.get(each, frozenset()) >= {"id", "artist_id", "album_id"}), None)
    if name is None:
        return None
    lists = sa.table(_LISTS, sa.column("playlist_id", sa.String), sa.column("track_id", sa.String))
    there = ("id", "artist_id", "album_id", *({"file_path"} & columns[name]))
    tracks = sa.table(name, *(sa.column(each, sa.String) for each in there))
    return TrackTables(lists, tracks)


def artists_and_albums(tables: TrackTables, playlists: Sequence[str]) -> sa.Select[Any]:
    """The artist and album of each track of these playlists, each pair once."""
    lists, tracks = tables.lists.c, tables.tracks.c
    return (
        sa.select(tracks.artist_id, tracks.album_id)
        .distinct()
        .select_from(tables.lists.join(tables.tracks, lists.track_id == tracks.id))
        .where(lists.playlist_id.in_(playlists))
    )


def files_of(tables: TrackTables, kind: EntityType, entity_id: str) -> sa.Select[Any] | None:
    """The paths of an album's or artist's music files, as the library has them; None where it has none."""
    tracks = tables.tracks.c
    if kind is EntityType.PLAYLIST or "file_path" not in tracks:
        return None
    owner = tracks.album_id if kind is EntityType.ALBUM else tracks.artist_id
    return (
        sa.select(tracks.file_path).where(owner == entity_id, tracks.file_path.is_not(None)).order_by(tracks.file_path)
    )
