"""The sample's own sources: what Deezer and iTunes would say of its made-up names, in their words. No sockets here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.providers.matching import plain
from soulspot_gallery.demo.names import ALBUMS, ARTISTS, PLAYLISTS

_SEARCH = re.compile(r"/deezer/search/(artist|album|playlist)")
_ONE = re.compile(r"/deezer/(artist|album|playlist)/(\d{1,6})")
_LABELS = re.compile(r"(?:artist|album):")
_DEEZER_SIZES = (("small", 56), ("medium", 250), ("big", 500), ("xl", 1000))
_MD5 = "5eed" * 8

EDITION = 1000
"""Added to an index: another drawing under nearly the same name."""

UNKNOWN_EVERY = 9
"""Every so many names are known to no source: there a person has to decide."""


@dataclass(frozen=True, slots=True)
class _Item:
    kind: EntityType
    seed: int
    title: str
    artist: str | None = None


def source_answer(target: str, host: str) -> dict[str, Any] | None:
    """The JSON for this path and query, its pictures at `host`; None where the sources have no such path."""
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if found := _SEARCH.fullmatch(parts.path):
        items = _find(EntityType(found[1]), query.get("q", ""))
        return {"data": [_deezer(each, host) for each in items], "total": len(items)}
    if found := _ONE.fullmatch(parts.path):
        item = next((each for each in _all(EntityType(found[1])) if each.seed == int(found[2])), None)
        return (
            {"error": {"type": "DataException", "message": "no data", "code": 800}}
            if item is None
            else _deezer(item, host)
        )
    if parts.path == "/itunes/search":
        items = _find(EntityType.ALBUM, query.get("term", ""))
        return {"resultCount": len(items), "results": [_itunes(each, host) for each in items if each.seed % 3]}
    return None


def _all(kind: EntityType) -> Iterator[_Item]:
    if kind is EntityType.ALBUM:
        names = [(title, ARTISTS[artist]) for title, artist in ALBUMS]
    else:
        names = [(name, "") for name in (ARTISTS if kind is EntityType.ARTIST else PLAYLISTS)]
    for index, (name, artist) in enumerate(names):
        if index % UNKNOWN_EVERY != UNKNOWN_EVERY - 1:
            yield _Item(kind, index, name, artist or None)
            yield _Item(kind, index + EDITION, f"{name} (Live)", artist or None)


def _find(kind: EntityType, words: str) -> list[_Item]:
    """Whose name is in the words, or who has all the words in the name."""
    asked = set(plain(_LABELS.sub(" ", words)).split())
    found = []
    for item in _all(kind):
        name = set(plain(item.title).split())
        whole = name | set(plain(item.artist or "").split())
        if asked and (asked <= whole or name - {"live"} <= asked):
            found.append(item)
    return found[:8]


def _deezer(item: _Item, host: str) -> dict[str, Any]:
    word = "cover" if item.kind is EntityType.ALBUM else "picture"
    shape = "&shape=wide" if item.kind is EntityType.ARTIST and item.seed > EDITION else ""
    base = f"http://{host}/covers/{item.kind}/{item.seed}.jpg?side="
    pictures = {f"{word}_{name}": f"{base}{side}{shape}" for name, side in _DEEZER_SIZES}
    if item.kind is EntityType.ALBUM:
        return {"id": item.seed, "title": item.title, "md5_image": _MD5, "artist": {"name": item.artist}, **pictures}
    return {"id": item.seed, "name": item.title, "title": item.title, **pictures}


def _itunes(item: _Item, host: str) -> dict[str, Any]:
    return {
        "collectionId": item.seed,
        "collectionName": item.title,
        "artistName": item.artist,
        "artworkUrl100": f"http://{host}/itunes/art/{item.kind}/{item.seed + 2 * EDITION}/100x100bb.jpg",
    }
