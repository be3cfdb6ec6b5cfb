"""OpenSubsonic servers (Navidrome, Gonic, LMS, Airsonic …): what their catalogue names. Asks, and writes nothing.

Requests carry a salted token in their query, so no address of a request is ever shown or kept.
Source: the OpenSubsonic documentation; errors come in an envelope inside HTTP 200.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from soulspot_gallery.core.audio import clean
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.errors import PictureError, UsageError
from soulspot_gallery.core.importing.items import Found, Item, Problem
from soulspot_gallery.core.importing.matching import plain_name
from soulspot_gallery.core.model import EntityType, ErrorCode, Progress, Report
from soulspot_gallery.core.network.json_client import Answer, Api, JsonClient

PAGE = 500
"""Albums per request, the most that servers give; some give fewer."""

_LARGEST_LIST = 16 * 1024 * 1024
"""Bytes of an answer: a list of 20,000 artists has six million."""

_MOST_PAGES = 2000
_SCHEMES = {"subsonic": "https", "subsonic+http": "http", "subsonic+https": "https", "http": "http", "https": "https"}
_REFUSED = {
    10: "it misses a parameter, so it is no server that this version can read",
    20: "it wants a newer client",
    30: "it is too old a server",
    40: "user name or password is wrong",
    41: "it does not take token logins for this user (LDAP); use a user of the server's own",
    50: "this user may not do that",
}


@dataclass(frozen=True, slots=True)
class Login:
    """A user at a server. `token` is md5(password + salt), as the interface wants it: the password is not kept."""

    base: str
    user: str
    salt: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """A server as it was named: `base` without user, query and `/rest`; user and password where they stood in it."""

    base: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def is_address(source: str) -> bool:
    """True for what names a server rather than a file."""
    scheme, separator, _ = source.partition("://")
    return bool(separator) and scheme.lower() in _SCHEMES


def parse_address(source: str) -> Address:
    """The server that a URL names. Raises UsageError, without the URL's secrets."""
    try:
        parts = urlsplit(source.strip())
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or parts.scheme.lower() not in _SCHEMES:
        raise UsageError("This is no address of a music server; write https://music.example.org.")
    path = parts.path.rstrip("/").removesuffix("/rest").rstrip("/")
    base = f"{_SCHEMES[parts.scheme.lower()]}://{parts.netloc.rpartition('@')[2]}{path}"
    user, password = (unquote(each) if each is not None else None for each in (parts.username, parts.password))
    return Address(base, user or None, password)


def login(base: str, user: str, password: str) -> Login:
    """A login with a salt of its own."""
    salt = secrets.token_hex(8)
    return Login(base, user, salt, hashlib.md5(f"{password}{salt}".encode(), usedforsecurity=False).hexdigest())


def picture_url(of: Login, picture: str) -> str:
    """Where the server gives out a picture. Holds the token: never to be shown or kept."""
    return f"{of.base}/rest/getCoverArt?" + urlencode({"id": picture, **_query(of)})


def _query(of: Login) -> dict[str, str]:
    return {"u": of.user, "t": of.token, "s": of.salt, "v": "1.16.1", "c": "soulspot-gallery", "f": "json"}


async def read_server(client: JsonClient, of: Login, report: Report) -> Found:
    """Artists, albums and playlists of the server; all of them or, where a request fails, none.

    Raises PictureError with a sentence that names the host.
    """
    server = _Server(client, of)
    await server.ask("ping")
    report(Progress("Reading artists from the server"))
    index = _objects(await server.ask("getArtists"), "artists", "index")
    artists = [each for letter in index for each in _objects(letter, "artist")]
    albums = await _albums(server, report)
    playlists = _objects(await server.ask("getPlaylists"), "playlists", "playlist")
    reading = _Reading(of, urlsplit(of.base).netloc)
    by_id = {str(each.get("id")): item for each in artists if (item := reading.artist(each)) is not None}
    by_name = {plain_name(item.name): item for item in by_id.values()}
    items = [
        *by_id.values(),
        *(item for each in albums if (item := reading.album(each, by_id, by_name)) is not None),
        *(item for each in playlists if (item := reading.playlist(each)) is not None),
    ]
    return Found(reading.host, tuple(items), tuple(reading.problems))


async def _albums(server: _Server, report: Report) -> list[dict[str, Any]]:
    found = dict[str, dict[str, Any]]()
    offset = longest = 0
    for _ in range(_MOST_PAGES):
        report(Progress("Reading albums from the server", len(found)))
        query = {"type": "alphabeticalByName", "size": str(PAGE), "offset": str(offset)}
        albums = _objects(await server.ask("getAlbumList2", query), "albumList2", "album")
        before = len(found)
        found |= {str(each.get("id")): each for each in albums}  # pages overlap where the catalogue changes meanwhile
        # A server may have shorter pages of its own, or ignore the offset.
        if len(albums) < longest or len(found) == before:
            break
        offset, longest = offset + len(albums), len(albums)
    return list(found.values())


class _Server:
    """Asks one server, and opens its envelopes."""

    def __init__(self, client: JsonClient, of: Login) -> None:
        self._client = client
        self._login = of
        self._host = urlsplit(of.base).netloc
        self._api = Api(self._host, of.base, requests=20, seconds=1.0, largest=_LARGEST_LIST)

    async def ask(self, method: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The content of the envelope. Raises PictureError."""
        answer = await self._client.get(
            self._api, f"/rest/{method}", {**(query or {}), **_query(self._login)}, self._judge
        )
        content = _envelope(answer)
        if content is None:
            raise PictureError(
                ErrorCode.PROTOCOL, f"{self._host} does not answer as a music server does; check its address."
            )
        return content

    def _judge(self, answer: Answer) -> None:
        content = _envelope(answer.document)
        if content is not None and content.get("status") != "ok":
            error = content.get("error")
            code = error.get("code") if isinstance(error, dict) else None
            known = _REFUSED.get(code) if isinstance(code, int) else None
            message = clean(error.get("message")) if isinstance(error, dict) else None
            raise PictureError(ErrorCode.DENIED, f"{known or message or 'it refuses to answer'}.")


def _envelope(document: Any) -> dict[str, Any] | None:
    content = document.get("subsonic-response") if isinstance(document, dict) else None
    return content if isinstance(content, dict) else None


class _Reading:
    """Turns a server's objects into items, with a line for each that can't be one."""

    def __init__(self, of: Login, host: str) -> None:
        self.host = host
        self.problems = list[Problem]()
        self._login = of

    def artist(self, entry: Mapping[str, Any]) -> Item | None:
        name = clean(entry.get("name"))
        if name is None:
            self._nameless("artist", entry)
            return None
        return Item(EntityType.ARTIST, name, musicbrainz_id=_mbid(entry), origin=self._origin(entry))

    def album(self, entry: Mapping[str, Any], by_id: Mapping[str, Item], by_name: Mapping[str, Item]) -> Item | None:
        title = clean(entry.get("name")) or clean(entry.get("album")) or clean(entry.get("title"))
        name = clean(entry.get("artist")) or clean(entry.get("displayArtist"))
        by = by_id.get(str(entry.get("artistId"))) or by_name.get(plain_name(name or ""))
        by = by or (Item(EntityType.ARTIST, name) if name else None)
        if title is None or by is None:
            self._nameless("album", entry)
            return None
        year = entry.get("year")
        return Item(
            EntityType.ALBUM,
            title,
            by,
            musicbrainz_id=_mbid(entry),
            year=year if isinstance(year, int) and 1800 <= year < 2100 else None,
            origin=self._origin(entry),
        )

    def playlist(self, entry: Mapping[str, Any]) -> Item | None:
        name, comment = clean(entry.get("name")), entry.get("comment")
        if name is None:
            self._nameless("playlist", entry)
            return None
        description = comment.replace("\0", "") if isinstance(comment, str) and comment else None
        origin = self._origin(entry)
        return Item(EntityType.PLAYLIST, name, description=description, origin=origin, source="MANUAL")

    def _nameless(self, what: str, entry: Mapping[str, Any]) -> None:
        name = clean(str(entry.get("id", "?"))) or "?"
        self.problems.append(Problem(self.host, f"the {what} with the id {name} lacks a name or an artist."))

    def _origin(self, entry: Mapping[str, Any]) -> str | None:
        picture = entry.get("coverArt")
        return origins.of_server(self._login.base, picture) if isinstance(picture, str) and picture else None


def _mbid(entry: Mapping[str, Any]) -> str | None:
    value = entry.get("musicBrainzId")
    return value if isinstance(value, str) and len(value) == 36 and value.isascii() else None


def _objects(content: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects of the list under these keys; a single one stands for a list of one."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    found: Iterable[Any] = content if isinstance(content, list) else [content]
    return [each for each in found if isinstance(each, dict)]
