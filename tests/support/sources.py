"""Servers of sources on the loopback, answering as the real ones do; and the real clients pointed at them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from soulspot_gallery.core.credentials import CredentialStore
from soulspot_gallery.core.network.fetch import Fetcher
from soulspot_gallery.core.network.json_client import JsonClient
from soulspot_gallery.core.providers.provider import Access
from soulspot_gallery.core.settings import Settings
from support.fetching import fetcher_for
from support.image_server import ImageServer, Request

APIS = (
    "deezer", "musicbrainz", "cover-art-archive", "wikidata", "commons", "itunes", "spotify", "spotify-accounts",
    "spotify-oembed",
)  # fmt: skip
QUOTA = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
NO_DATA = {"error": {"type": "DataException", "message": "no data", "code": 800}}
PREMIUM = {"error": {"status": 403, "message": "Active premium subscription required for the owner of the app."}}
JSON = {"Content-Type": "application/json; charset=utf-8"}
FASTER = 50
"""How much quicker time passes for paces and pauses in tests."""


class Sources:
    """All interfaces on one server, each under its name: `answer("deezer", "/artist/27", {...})`."""

    def __init__(self, server: ImageServer) -> None:
        self.server = server

    @property
    def urls(self) -> tuple[str, ...]:
        """For the setting `provider_urls`."""
        return tuple(f"{name}={self.base(name)}" for name in APIS)

    def base(self, api: str) -> str:
        return self.server.url(f"/{api}")

    def settings(self, *providers: str, **more: Any) -> Settings:
        return Settings(allowed_hosts=(self.server.host,), provider_urls=self.urls, providers=providers, **more)

    def answer(self, api: str, path: str, document: Any, status: int = 200, **headers: str) -> None:
        """Answer this path (with or without its query) so from now on."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        fields = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
        self.server.routes[f"/{api}{path}"] = (status, fields, body)

    def answers(self, api: str, path: str, *each: tuple[int, Any, Mapping[str, str]]) -> None:
        """Answer one after the other; the last stays."""
        left: Iterator[tuple[int, Any, Mapping[str, str]]] = iter(each)
        last = each[-1]

        def give(request: Request) -> tuple[int, Mapping[str, str], bytes]:
            status, document, headers = next(left, last)
            return status, JSON | dict(headers), json.dumps(document).encode()

        self.server.routes[f"/{api}{path}"] = give

    def asked(self, api: str) -> list[Request]:
        """The requests to one interface."""
        return [each for each in self.server.requests() if each.path.startswith(f"/{api}/")]

    def picture(self, name: str, content: bytes) -> str:
        return self.server.serve(f"/pictures/{name}", content)


def query_of(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


def form_of(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


@asynccontextmanager
async def access_to(
    sources: Sources, folder: Path, size: int = 500, also: tuple[str, ...] = (), faster: int = FASTER, **more: Any
) -> AsyncIterator[Access]:
    """What a source works with, over a real Fetcher that may contact the sources (and `also`); time passes quicker."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / faster)

    async with fetcher_for(sources.server.host, *also, **more) as fetcher:

        async def lent() -> Fetcher:
            return fetcher

        stand_ins = dict(each.split("=", 1) for each in sources.urls)
        client = JsonClient(lent, lambda: stand_ins, lambda: time.monotonic() * faster, sleep)
        yield Access(client, lambda kind: size, CredentialStore(folder / "credentials.json", None))


def deezer_artist(number: int, name: str, picture: str) -> dict[str, Any]:
    """As Deezer describes an artist whose pictures all lie at one address."""
    sizes = ("picture_small", "picture_medium", "picture_big", "picture_xl")
    return {"id": number, "name": name, "type": "artist", **dict.fromkeys(sizes, picture)}


def deezer_album(number: int, title: str, artist: str, cover: str, md5: str = "ab" * 16) -> dict[str, Any]:
    sizes = ("cover_small", "cover_medium", "cover_big", "cover_xl")
    return {
        "id": number, "title": title, "md5_image": md5, "artist": {"id": 1, "name": artist}, "type": "album",
        **dict.fromkeys(sizes, cover),
    }  # fmt: skip
