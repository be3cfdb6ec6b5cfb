"""The tracks of playlists, as far as pictures are concerned: which albums and artists a playlist leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

_TRACKS = "soulspot_tracks", "tracks"
"""Newest name first."""

_LISTS = "playlist_tracks"


@dataclass(frozen=True, slots=True)
class TrackTables:
    """Where a library keeps the tracks of its playlists."""

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
    tracks = sa.table(name, *(sa.column(each, sa.String) for each in ("id", "artist_id", "album_id")))
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
