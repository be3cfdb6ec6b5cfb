"""A music server on the loopback that answers as OpenSubsonic does: envelopes inside HTTP 200, tokens, pages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support import pictures
from support.image_server import Answer, ImageServer, Request

USER, PASSWORD = "me", "sesame & open"


@dataclass(slots=True)
class SubsonicServer:
    """Answers on `server` under `/music/rest`. `artists`, `albums` and `playlists` are what it has."""

    server: ImageServer
    artists: list[dict[str, Any]] = field(default_factory=list)
    albums: list[dict[str, Any]] = field(default_factory=list)
    playlists: list[dict[str, Any]] = field(default_factory=list)
    covers: dict[str, bytes] = field(default_factory=dict)
    longest_page: int = 500
    broken: dict[str, Answer] = field(default_factory=dict)
    """Answers in place of the right ones, by method."""

    def __post_init__(self) -> None:
        for method in ("ping", "getArtists", "getAlbumList2", "getPlaylists", "getCoverArt"):
            self.server.routes[f"/music/rest/{method}"] = self._answer

    @property
    def base(self) -> str:
        return self.server.url("/music")

    def add(self, artist: str, *albums: str) -> None:
        """An artist with albums, each with a cover of its own."""
        artist_id = f"ar-{len(self.artists)}"
        self.covers[artist_id] = pictures.jpeg((50 + len(self.covers), 50))
        self.artists.append({"id": artist_id, "name": artist, "coverArt": artist_id, "albumCount": len(albums)})
        for title in albums:
            album_id = f"al-{len(self.albums)}"
            self.covers[album_id] = pictures.jpeg((50 + len(self.covers), 50))
            self.albums.append(
                {
                    "id": album_id,
                    "name": title,
                    "artist": artist,
                    "artistId": artist_id,
                    "coverArt": album_id,
                    "year": 2001,
                }
            )

    def _answer(self, request: Request) -> Answer:
        parts = urlsplit(request.path)
        method, query = parts.path.rpartition("/")[2], {key: each[0] for key, each in parse_qs(parts.query).items()}
        if method in self.broken:
            return self.broken[method]
        token = hashlib.md5((PASSWORD + query.get("s", "")).encode(), usedforsecurity=False).hexdigest()
        if query.get("u") != USER or query.get("t") != token or query.get("c") != "soulspot-gallery":
            return envelope(error={"code": 40, "message": "Wrong username or password"})
        if method == "getCoverArt":
            cover = self.covers.get(query["id"])
            missing = envelope(error={"code": 70, "message": "Artwork not found"})
            return missing if cover is None else (200, {"Content-Type": "image/jpeg"}, cover)
        return envelope(**self._content(method, query))

    def _content(self, method: str, query: dict[str, str]) -> dict[str, Any]:
        if method == "getArtists":
            return {"artists": {"index": [{"name": "#", "artist": self.artists}]}}
        if method == "getAlbumList2":
            start = int(query.get("offset", "0"))
            size = min(int(query.get("size", "10")), self.longest_page)
            return {"albumList2": {"album": self.albums[start : start + size]}}
        return {"playlists": {"playlist": self.playlists}} if method == "getPlaylists" else {}


def envelope(error: dict[str, Any] | None = None, **content: Any) -> Answer:
    """HTTP 200 with what the interface wraps everything in."""
    status = {"status": "failed", "error": error} if error else {"status": "ok", **content}
    document = {"subsonic-response": {"version": "1.16.1", "type": "loopback", "openSubsonic": True, **status}}
    return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()
