"""What of a source is new to a library and what completes its rows: a pure plan. No disk, no network, no rows written.

The same source gives the same plan and the same ids, so that an import can be repeated without doubles.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from soulspot_gallery.core.importing.items import Found, Item
from soulspot_gallery.core.library.own_rows import OwnRow
from soulspot_gallery.core.model import EntityType

_NAMESPACE = uuid.UUID("6c1d5b0e-52a7-5f1c-9a57-3b2a8c0de5f1")
"""Of the ids that imports give. Never changed: it is what makes a repeated import find its own rows."""

_IDENTIFIERS = ("spotify_uri", "musicbrainz_id", "deezer_id")
_FILLED = (*_IDENTIFIERS, "year", "description", "url")
_SPELLINGS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class RowPlan:
    """`added` are new rows, artists before their albums; `completed` are rows that are there, with what they lack;
    `known` counts the others that the source names; `origins` is by row where its picture is, `artists` the names of
    artists by their ids."""

    added: tuple[OwnRow, ...]
    completed: tuple[OwnRow, ...]
    known: int
    origins: dict[tuple[EntityType, str], str]
    artists: dict[str, str]


def plain_name(name: str) -> str:
    """Two names are the same where these are: case, spaces and the forms of quotes and dashes do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).translate(_SPELLINGS).casefold().split())


def make_rows(found: Found, rows: Iterable[OwnRow]) -> RowPlan:
    """What adding `found` to a library with these rows would do."""
    library = _Library(rows)
    for kind in EntityType:
        items = _of_kind(kind, found.items)
        # An album stands in an export once for each of its tracks; two playlists of one name are two.
        for item in items if kind is EntityType.PLAYLIST else dict.fromkeys(items):
            library.take(item)
    return library.plan()


def _of_kind(kind: EntityType, items: Sequence[Item]) -> Iterable[Item]:
    """The items of a kind; artists of albums are artists too."""
    for item in items:
        if item.kind is kind:
            yield item
        elif kind is EntityType.ARTIST and item.artist is not None:
            yield item.artist


class _Library:
    """The rows as they would stand, found by id, identifier and name."""

    def __init__(self, rows: Iterable[OwnRow]) -> None:
        self._rows: dict[tuple[EntityType, str], OwnRow] = {}
        self._by_identifier: dict[tuple[EntityType, str, str], str] = {}
        self._by_name: dict[tuple[str, ...], list[str]] = {}
        self._new: list[tuple[EntityType, str]] = []
        self._touched: dict[tuple[EntityType, str], None] = {}
        self._before: dict[tuple[EntityType, str], OwnRow] = {}
        self._origins: dict[tuple[EntityType, str], str] = {}
        self._playlists: dict[tuple[str, ...], int] = {}
        for row in rows:
            self._put(row)
        self._before = dict(self._rows)

    def plan(self) -> RowPlan:
        added = tuple(self._rows[key] for key in self._new)
        completed = tuple(
            self._rows[key] for key in self._touched if key in self._before and self._rows[key] != self._before[key]
        )
        known = sum(key in self._before for key in self._touched) - len(completed)
        artists = {each: self._rows[kind, each].name for kind, each in self._touched if kind is EntityType.ARTIST}
        return RowPlan(added, completed, known, self._origins, artists)

    def take(self, item: Item) -> str:
        """The id of the row that the item means: one that is there, or a new one."""
        artist_id = self.take(item.artist) if item.artist is not None else None
        name = self._name_key(item.kind, item.name, artist_id, item.source)
        turn = 1
        if item.kind is EntityType.PLAYLIST:
            # An export may hold two playlists of one name: told apart by their order.
            turn = self._playlists[name] = self._playlists.get(name, 0) + 1
        entity_id = _id_of(item, artist_id, turn)
        row = self._find(item, entity_id, name if turn == 1 else None)
        if row is None:
            row = OwnRow(item.kind, entity_id, item.name, artist_id, source=item.source)
            self._new.append((item.kind, entity_id))
        key = item.kind, row.id
        self._touched.setdefault(key)
        self._put(replace(row, **self._missing(row, item)))
        if item.origin is not None:
            self._origins.setdefault(key, item.origin)
        return row.id

    def _find(self, item: Item, entity_id: str, name: tuple[str, ...] | None) -> OwnRow | None:
        for field in _IDENTIFIERS:
            found = self._by_identifier.get((item.kind, field, getattr(item, field) or ""))
            if found is not None:
                return self._rows[item.kind, found]
        if (item.kind, entity_id) in self._rows:
            return self._rows[item.kind, entity_id]
        for each in self._by_name.get(name, ()) if name else ():
            row = self._rows[item.kind, each]
            if not any(_differ(getattr(row, field), getattr(item, field)) for field in _IDENTIFIERS):
                return row
        return None

    def _missing(self, row: OwnRow, item: Item) -> dict[str, Any]:
        """What the item knows and the row lacks. An identifier that another row has is not taken twice."""
        return {
            field: value
            for field in _FILLED
            if (value := getattr(item, field)) is not None
            and getattr(row, field) is None
            and (row.kind is not EntityType.PLAYLIST or field in ("spotify_uri", "description", "url"))
            and (row.kind is EntityType.ALBUM or field != "year")
            and self._by_identifier.get((row.kind, field, str(value)), row.id) == row.id
        }

    def _put(self, row: OwnRow) -> None:
        key = row.kind, row.id
        if key not in self._rows:
            name = self._name_key(row.kind, row.name, row.artist_id, row.source)
            self._by_name.setdefault(name, []).append(row.id)
        self._rows[key] = row
        for field in _IDENTIFIERS:
            if getattr(row, field):
                self._by_identifier.setdefault((row.kind, field, getattr(row, field)), row.id)

    def _name_key(self, kind: EntityType, name: str, artist_id: str | None, source: str) -> tuple[str, ...]:
        where = source if kind is EntityType.PLAYLIST else artist_id or ""
        return kind.value, plain_name(name), where


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _id_of(item: Item, artist_id: str | None, turn: int) -> str:
    """The id that a new row gets: by an identifier, else by the names."""
    identifier = next((value for field in _IDENTIFIERS if (value := getattr(item, field))), None)
    parts = [identifier] if identifier else [plain_name(item.name), artist_id or ""]
    if item.kind is EntityType.PLAYLIST and identifier is None:
        parts += [item.source] + ([str(turn)] if turn > 1 else [])
    return str(uuid.uuid5(_NAMESPACE, re.sub(r"\s+", " ", "\n".join((item.kind.value, *parts)))))
