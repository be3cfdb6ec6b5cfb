"""Spotify's account export: YourLibrary.json and Playlist1.json …, with or without URIs (2019). Pure, from bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from soulspot_gallery.core.audio import clean
from soulspot_gallery.core.importing.documents import Document
from soulspot_gallery.core.importing.items import Item, Problem, artist
from soulspot_gallery.core.model import EntityType

_LIBRARY = re.compile(r"yourlibrary\d*\.json", re.IGNORECASE)
_PLAYLIST = re.compile(r"playlists?\d*\.json", re.IGNORECASE)
_URI = re.compile(
    r"(?:spotify:|https?://open\.spotify\.com/(?:intl-\w+/)?)(artist|album|playlist)[:/]([0-9A-Za-z]{10,40})"
)
SOURCE = "spotify"


def is_export(name: str) -> bool:
    """True for the file names that the export gives to library and playlists."""
    return bool(_LIBRARY.fullmatch(name) or _PLAYLIST.fullmatch(name))


def uri_of(kind: EntityType, value: object) -> str | None:
    """A Spotify URI of this kind, in its canonical form; takes links too. None for anything else."""
    found = _URI.match(value) if isinstance(value, str) else None
    return f"spotify:{found[1]}:{found[2]}" if found and found[1] == kind.value else None


def read_export(document: Document, problems: list[Problem]) -> list[Item]:
    """What one document of the export names; nothing of it where it can't be read."""
    try:
        content = json.loads(document.content)
    except (ValueError, RecursionError):
        problems.append(Problem(document.where, "is not JSON; download the export again."))
        return []
    lines = list[Problem]()
    if isinstance(content, dict) and isinstance(content.get("playlists"), list):
        items = list(_playlists(content["playlists"], document.where, lines))
    elif isinstance(content, dict) and any(
        isinstance(content.get(key), list) for key in ("tracks", "albums", "artists")
    ):
        items = list(_library(content, document.where, lines))
    else:
        lines.append(Problem(document.where, "holds neither playlists nor a library of Spotify; nothing was read."))
        items = []
    problems += lines
    return items


def _library(content: dict[str, Any], where: str, problems: list[Problem]) -> Iterator[Item]:
    for entry, place in _entries(content, "artists", where, problems):
        name = clean(entry.get("name"))
        if name:
            yield artist(name, spotify_uri=uri_of(EntityType.ARTIST, entry.get("uri")), source=SOURCE)
        else:
            problems.append(Problem(place, "names no artist."))
    for key in ("albums", "tracks"):
        for entry, place in _entries(content, key, where, problems):
            by, title = clean(entry.get("artist")), clean(entry.get("album"))
            if by and title:
                uri = uri_of(EntityType.ALBUM, entry.get("uri"))
                yield Item(EntityType.ALBUM, title, artist(by, source=SOURCE), spotify_uri=uri, source=SOURCE)
            elif by and key == "tracks":
                yield artist(by, source=SOURCE)
            else:
                problems.append(Problem(place, "names no album or no artist."))


def _playlists(playlists: list[Any], where: str, problems: list[Problem]) -> Iterator[Item]:
    for playlist, place in _entries({"playlists": playlists}, "playlists", where, problems):
        name = clean(playlist.get("name"))
        if not name:
            problems.append(Problem(place, "is a playlist without a name."))
            continue
        text = playlist.get("description")
        yield Item(
            EntityType.PLAYLIST, name, description=text.replace("\0", "") if isinstance(text, str) and text else None,
            source="SPOTIFY",
        )  # fmt: skip
        for entry, _ in _entries(playlist, "items", where, problems):
            track = entry.get("track") or entry.get("localTrack")
            if isinstance(track, dict):  # else an episode, or a track that is gone
                by, title = clean(track.get("artistName")), clean(track.get("albumName"))
                if by and title:
                    yield Item(EntityType.ALBUM, title, artist(by, source=SOURCE), source=SOURCE)


def _entries(
    content: dict[str, Any], key: str, where: str, problems: list[Problem]
) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a list with their places; a line for what is none."""
    entries = content.get(key)
    for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
        place = f"{where}, {key} {number}"
        if isinstance(entry, dict):
            yield entry, place
        else:
            problems.append(Problem(place, "is no entry of an export."))
