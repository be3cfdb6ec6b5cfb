"""Playlists as CSV from Exportify, both dialects, in whatever encoding an editor left them. Pure, from bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import PurePath

from soulspot_gallery.core.audio import clean
from soulspot_gallery.core.importing.documents import Document
from soulspot_gallery.core.importing.exportify_columns import Columns, columns_of
from soulspot_gallery.core.importing.items import Item, Problem, artist
from soulspot_gallery.core.importing.spotify_export import SOURCE, uri_of
from soulspot_gallery.core.locate import is_web_url
from soulspot_gallery.core.model import EntityType

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t"
_LONGEST_URL = 512
_SAMPLE = 50
"""Rows that are looked at to tell columns whose names are in another language."""

_Rows = Iterator[tuple[int, list[str]]]
"""Rows with the number of the line that they end on."""


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
    header, rows, line = _rows(text)
    sample = list(islice(rows, _SAMPLE))
    columns = columns_of(header, [row for _, row in sample])
    if columns is None:
        problems.append(
            Problem(
                document.where,
                f"is no CSV of Exportify: it needs the columns Track Name, Album Name and Artist Name(s), "
                f"and begins with {(clean(line) or 'nothing')[:80]!r}; nothing was read.",
            )
        )
        return
    before, nul, _ = text.partition("\0")
    if nul:
        number = before.count("\n") + 1
        problems.append(
            Problem(
                f"{document.where}, line {number}",
                "holds NUL characters, as may others below; they were left out.",
                left_out=False,
            )
        )
    if "track" in columns:
        yield Item(EntityType.PLAYLIST, clean(PurePath(document.name).stem) or "Playlist", source="SPOTIFY")
    lines = list(_lines(chain(sample, rows), columns, document.where, problems))
    divider = _divider(values for _, values in lines)
    known = _known_artists((values for _, values in lines), divider)
    for place, values in lines:
        yield from _items(values, known, divider, place, problems)


def _lines(rows: _Rows, columns: Columns, where: str, problems: list[Problem]) -> Iterator[tuple[str, dict[str, str]]]:
    """The fields of each row that has any, with its place."""
    for number, row in rows:
        place = f"{where}, line {number}"
        if any(each.strip() for each in row) and len(row) <= max(columns.values()) and len(row) < len(columns):
            problems.append(Problem(place, "has too few fields; nothing was added from it."))
        elif any(each.strip() for each in row):
            yield place, {key: row[column].strip() if column < len(row) else "" for key, column in columns.items()}


def _rows(text: str) -> tuple[list[str], _Rows, str]:
    """The header, the rows below it, and the header as it stands. Raises csv.Error."""
    first, _, rest = text.lstrip("\ufeff\r\n").partition("\n")
    told = re.fullmatch(r"sep=([,;\t])\r?", first)  # spreadsheets' own way to say it
    line = rest.partition("\n")[0] if told else first
    delimiter = told[1] if told else max(_DELIMITERS, key=line.count)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    header = next((row for row in reader if any(row) and row[0].lstrip("\ufeff") != "sep="), [])
    return header, ((reader.line_num, row) for row in reader), line


def _items(
    values: Mapping[str, str], known: Mapping[str, str], divider: str, place: str, problems: list[Problem]
) -> Iterator[Item]:
    of_album, of_track = _artist_lists(values, divider)
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


def _divider(rows: Iterable[Mapping[str, str]]) -> str:
    """What stands between artists: a comma, or a semicolon in files that have no ids of artists."""
    semicolon = any(";" in each.get("artists", "") and "artist_uris" not in each for each in rows)
    return ";" if semicolon else r"(?<!\\),"


def _artist_lists(values: Mapping[str, str], divider: str) -> list[_Artists]:
    """The artists of the album and those of the track, the latter last."""
    return [
        _Artists(
            [each.replace("\\,", ",") for each in re.split(divider, values.get(names, ""))],
            [each for each in re.split(r"\s*,\s*", values.get(uris, "")) if each],
        )
        for names, uris in (("album_artists", "album_artist_uris"), ("artists", "artist_uris"))
    ]


def _known_artists(rows: Iterable[Mapping[str, str]], divider: str) -> dict[str, str]:
    """The names of artists by URI or id, from rows that leave no doubt which comma parts names."""
    known: dict[str, str] = {}
    for each in (each for values in rows for each in _artist_lists(values, divider)):
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
