"""Playlists as CSV from Exportify, both dialects, in whatever encoding an editor left them. Pure, from bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from soulspot_gallery.core.audio import clean
from soulspot_gallery.core.importing.documents import Document
from soulspot_gallery.core.importing.items import Item, Problem, artist
from soulspot_gallery.core.importing.spotify_export import SOURCE, uri_of
from soulspot_gallery.core.locate import is_web_url
from soulspot_gallery.core.model import EntityType

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t"
_LONGEST_URL = 512

# Names of a column in either dialect and in files that went through a spreadsheet; folded by `_fold`.
_COLUMNS = {
    "track": ("trackname",),
    "album": ("albumname",),
    "album_uri": ("albumuri", "albumid"),
    "artists": ("artistnames", "artistname"),
    "artist_uris": ("artisturis", "artisturi", "artistids", "artistid"),
    "album_artists": ("albumartistnames", "albumartistname"),
    "album_artist_uris": ("albumartisturis", "albumartisturi", "albumartistids"),
    "picture": ("albumimageurl",),
    "released": ("albumreleasedate", "releasedate"),
}


def read_csv(document: Document, problems: list[Problem]) -> list[Item]:
    """The playlist (named like the file) and the albums of its rows; nothing where the file is no Exportify CSV."""
    text, mended = decoded(document.content)
    lines = [Problem(document.where, mended, left_out=False)] if mended else []
    try:
        items = list(_read(text, document, lines))
    except csv.Error as problem:
        problems.append(Problem(document.where, f"is no readable CSV ({problem}); export it again."))
        return []
    problems += lines
    return items


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and a sentence where it was read in another encoding than UTF-8 or one that names itself."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, "replace"), ""
    if content[1:400:2].count(0) > 50 or content[0:400:2].count(0) > 50:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return content.decode(encoding, "replace"), "is not UTF-8; it was read as UTF-16."
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "is not UTF-8; it was read as Windows-1252, check the names."


def _read(text: str, document: Document, problems: list[Problem]) -> Iterator[Item]:
    header, _, _ = text.lstrip("\ufeff\r\n").partition("\n")
    delimiter = max(_DELIMITERS, key=header.count)
    rows = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    columns = _columns(next((row for row in rows if any(row)), []))
    if "track" not in columns or not {"album", "artists"} & columns.keys():
        found = clean(header) or "nothing"
        problems.append(
            Problem(
                document.where,
                f"is no CSV of Exportify: it needs the columns Track Name, Album Name and Artist Name(s), "
                f"and begins with {found[:80]!r}; nothing was read.",
            )
        )
        return
    name = clean(PurePath(document.name).stem) or "Playlist"
    yield Item(EntityType.PLAYLIST, name, source="SPOTIFY")
    lines = list[tuple[str, Mapping[str, str]]]()
    for row in rows:
        place = f"{document.where}, line {rows.line_num}"
        if any(each.strip() for each in row) and len(row) <= max(columns.values()) and len(row) < len(columns):
            problems.append(Problem(place, "has too few fields; nothing was added from it."))
        elif any(each.strip() for each in row):
            values = {key: row[column].strip() if column < len(row) else "" for key, column in columns.items()}
            lines.append((place, values))
    known = _known_artists(values for _, values in lines)
    for place, line in lines:
        yield from _items(line, known, place, problems)


def _columns(header: list[str]) -> dict[str, int]:
    """Where each column is."""
    folded = [_fold(each) for each in header]
    return {key: folded.index(name) for key, names in _COLUMNS.items() for name in reversed(names) if name in folded}


def _fold(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _items(values: Mapping[str, str], known: Mapping[str, str], place: str, problems: list[Problem]) -> Iterator[Item]:
    of_album, of_track = _artist_lists(values)
    by = _first_artist(of_album if values.get("album_artists") else of_track, known, place, problems)
    title = clean(values.get("album"))
    if by is None:
        problems.append(Problem(place, "names no artist; nothing was added from it."))
    elif title is None:
        yield by
    else:
        picture = values.get("picture", "")
        if picture and (len(picture) > _LONGEST_URL or not is_web_url(picture)):
            problems.append(Problem(place, "the album's picture is no web address; it was left out.", left_out=False))
            picture = ""
        year = values.get("released", "")[:4]
        yield Item(
            EntityType.ALBUM,
            title,
            by,
            spotify_uri=_uri(EntityType.ALBUM, values.get("album_uri", "")),
            year=int(year) if re.fullmatch(r"(?:1[89]|20)\d\d", year, re.ASCII) else None,
            url=picture or None,
            source=SOURCE,
        )


@dataclass(frozen=True, slots=True)
class _Artists:
    """A list of artists as a row has it: the texts between commas, and the URIs or ids."""

    parts: list[str]
    ids: list[str]


def _artist_lists(values: Mapping[str, str]) -> list[_Artists]:
    """The artists of the album and those of the track, the latter last."""
    return [
        _Artists(
            [each.replace("\\,", ",") for each in re.split(r"(?<!\\),", values.get(names, ""))],
            [each for each in re.split(r"\s*,\s*", values.get(uris, "")) if each],
        )
        for names, uris in (("album_artists", "album_artist_uris"), ("artists", "artist_uris"))
    ]


def _known_artists(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The names of artists by URI or id, from rows that leave no doubt which comma parts names."""
    known: dict[str, str] = {}
    for each in (each for values in rows for each in _artist_lists(values)):
        parts = [",".join(each.parts)] if len(each.ids) == 1 else each.parts
        if len(parts) == len(each.ids):
            known.update((key, name) for key, part in zip(each.ids, parts, strict=True) if (name := clean(part)))
    return known


def _first_artist(listed: _Artists, known: Mapping[str, str], place: str, problems: list[Problem]) -> Item | None:
    """The first of a list of artists, whose names may hold commas themselves."""
    key = listed.ids[0] if listed.ids else ""
    surplus = len(listed.parts) - len(listed.ids)
    name = known.get(key) or clean(",".join(listed.parts[: surplus + 1]) if key and surplus > 0 else listed.parts[0])
    if name is None:
        return None
    if key and surplus > 0 and key not in known:
        problems.append(
            Problem(place, f"names artists with commas in their names; the first was read as {name!r}.", left_out=False)
        )
    return artist(name, spotify_uri=_uri(EntityType.ARTIST, key), source=SOURCE)


def _uri(kind: EntityType, value: str) -> str | None:
    """A URI, a link, or the bare id of one dialect."""
    if re.fullmatch(r"[0-9A-Za-z]{22}", value):
        return f"spotify:{kind.value}:{value}"
    return uri_of(kind, value)
