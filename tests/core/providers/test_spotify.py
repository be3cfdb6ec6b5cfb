"""Spotify as its interfaces answer: tokens, PKCE on the loopback, what is left of the Web API, and oEmbed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from support.image_server import ImageServer, Request
from support.sources import JSON, NO_DATA, PREMIUM, Sources, access_to, form_of, query_of

from soulspot_gallery.core.credentials import Credentials
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.network.json_client import NotAvailable
from soulspot_gallery.core.providers import Access, PlaylistDTO, Sought, SpotifyPlugin
from soulspot_gallery.core.providers.redirect import RedirectReceiver
from soulspot_gallery.core.providers.spotify import SpotifyOembed, read_address

ID = "4tZwfgrHOc3mvqYlEYSvVi"
CDN = "https://i.scdn.co/image"
IMAGES = [
    {"url": f"{CDN}/ab6761610000e5eb{'0' * 24}", "width": 640, "height": 640},
    {"url": f"{CDN}/ab67616100005174{'0' * 24}", "width": 320, "height": 320},
    {"url": f"{CDN}/ab6761610000f178{'0' * 24}", "width": 160, "height": 160},
]
TOKEN = {"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture
def sources(image_server: ImageServer) -> Sources:
    sources = Sources(image_server)
    sources.answer("spotify-accounts", "/api/token", TOKEN)
    sources.answer("spotify", f"/artists/{ID}", {"id": ID, "name": "Daft Punk", "images": IMAGES})
    return sources


async def connected(access: Access) -> SpotifyPlugin:
    await access.credentials.keep("spotify", Credentials("c11ent", "s3cret"))
    return SpotifyPlugin(access)


async def test_one_token_is_asked_for_and_used(sources: Sources, tmp_path: Path) -> None:
    async with access_to(sources, tmp_path, 300) as access:
        spotify = await connected(access)
        found = await asyncio.gather(*(spotify.get_artist_details(ID) for _ in range(5)))
    assert {each.image_url for each in found if each is not None} == {IMAGES[1]["url"]}
    (login,) = sources.asked("spotify-accounts")
    assert login.method == "POST"
    assert login.headers["authorization"] == "Basic " + base64.b64encode(b"c11ent:s3cret").decode()
    assert form_of(login) == {"grant_type": "client_credentials"}
    assert {each.headers["authorization"] for each in sources.asked("spotify")} == {"Bearer t0ken"}


async def test_a_token_that_is_not_taken_any_more_is_renewed_once(sources: Sources, tmp_path: Path) -> None:
    error = {"error": {"status": 401, "message": "The access token expired"}}
    artist = {"id": ID, "name": "Daft Punk", "images": IMAGES}
    sources.answers("spotify", f"/artists/{ID}", (401, error, {}), (200, artist, {}), (401, error, {}))
    async with access_to(sources, tmp_path) as access:
        spotify = await connected(access)
        assert await spotify.get_artist_details(ID) is not None
        with pytest.raises(NotAvailable, match="connect again"):
            await spotify.get_artist_details(ID)
    assert len(sources.asked("spotify")) == 4


async def test_a_late_refusal_of_the_old_token_leaves_the_new_one(sources: Sources, tmp_path: Path) -> None:
    tokens, refusals = iter(range(100)), iter((0.0, 0.5))

    def login(request: Request) -> tuple[int, dict[str, str], bytes]:
        return 200, JSON, json.dumps(TOKEN | {"access_token": f"t0ken{next(tokens)}"}).encode()

    def artist(request: Request) -> tuple[int, dict[str, str], bytes]:
        if request.headers["authorization"] == "Bearer t0ken0":
            time.sleep(next(refusals))
            return 401, JSON, json.dumps({"error": {"status": 401, "message": "Invalid access token"}}).encode()
        return 200, JSON, json.dumps({"id": ID, "name": "Daft Punk", "images": IMAGES}).encode()

    sources.server.routes["/spotify-accounts/api/token"] = login
    sources.server.routes[f"/spotify/artists/{ID}"] = artist
    async with access_to(sources, tmp_path) as access:
        spotify = await connected(access)
        assert all(await asyncio.gather(spotify.get_artist_details(ID), spotify.get_artist_details(ID)))
    assert len(sources.asked("spotify-accounts")) == 2


@pytest.mark.parametrize("seconds", [10**400, -1, 0, None, "3600"])
async def test_a_token_with_an_odd_end_is_used_all_the_same(sources: Sources, tmp_path: Path, seconds: object) -> None:
    sources.answer("spotify-accounts", "/api/token", TOKEN | {"expires_in": seconds})
    async with access_to(sources, tmp_path) as access:
        spotify = await connected(access)
        assert await spotify.get_artist_details(ID) is not None
        assert await spotify.get_artist_details(ID) is not None
    assert len(sources.asked("spotify-accounts")) == 1


@pytest.mark.parametrize(
    ("status", "document", "told"),
    [
        (403, PREMIUM, "has Premium"),
        (403, {"error": {"status": 403, "message": "Forbidden s3cret"}}, "refuses to answer"),
        (403, b"<html>", "refuses to answer"),
    ],
)
async def test_a_refusal_is_one_of_the_whole_source(
    sources: Sources, tmp_path: Path, status: int, document: object, told: str
) -> None:
    sources.answer("spotify", f"/artists/{ID}", document, status=status)
    async with access_to(sources, tmp_path) as access:
        with pytest.raises(NotAvailable, match=told) as caught:
            await (await connected(access)).get_artist_details(ID)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"error": "invalid_client", "error_description": "s3cret"}, "does not know this client id"),
        ({"error": "invalid_grant"}, "login at Spotify has ended"),
        ({"error": 7}, "gave no access"),
        (b"<html>", "gave no access"),
    ],
)
async def test_errors_of_the_token_endpoint(
    sources: Sources, tmp_path: Path, answer: object, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sources.answer("spotify-accounts", "/api/token", answer, status=400)
    async with access_to(sources, tmp_path) as access:
        with pytest.raises(NotAvailable, match=told) as caught:
            await (await connected(access)).get_artist_details(ID)
    assert "s3cret" not in str(caught.value) + caplog.text + repr(await access.credentials.get("spotify"))
    assert not sources.asked("spotify")


async def test_without_an_application_nobody_is_asked(sources: Sources, tmp_path: Path) -> None:
    async with access_to(sources, tmp_path) as access:
        spotify = SpotifyPlugin(access)
        assert "connect it first" in (await spotify.ready() or "")
        with pytest.raises(NotAvailable):
            await spotify.get_artist_details(ID)
    assert not sources.server.log


async def test_playlists_of_people_are_given_out_and_spotifys_own_are_not(sources: Sources, tmp_path: Path) -> None:
    mosaic = {"url": "https://mosaic.scdn.co/640/abc", "width": None, "height": None}
    sources.answer("spotify", f"/playlists/{ID}", {"id": ID, "name": "Mix", "images": [mosaic]})
    async with access_to(sources, tmp_path) as access:
        spotify = await connected(access)
        found = await spotify.get_playlist_details(ID)
        assert await spotify.get_playlist_details("37i9dQZF1DXcBWIGoYBM5M") is None
        assert await spotify.get_playlist_details("../me") is None
    page = f"https://open.spotify.com/playlist/{ID}"
    assert found == PlaylistDTO("Mix", "https://mosaic.scdn.co/640/abc", "spotify", ID, page)


async def test_a_search_asks_for_ten_at_most(sources: Sources, tmp_path: Path) -> None:
    def search(request: Request) -> tuple[int, dict[str, str], bytes]:
        if int(query_of(request)["limit"]) > 10:
            return 400, {}, b'{"error": {"status": 400, "message": "Invalid limit"}}'
        item = f'{{"id": "{ID}", "name": "Discovery", "artists": [{{"name": "Daft Punk"}}], "images": []}}'
        return 200, {"Content-Type": "application/json"}, f'{{"albums": {{"items": [null, {item}]}}}}'.encode()

    sources.server.routes["/spotify/search"] = search
    async with access_to(sources, tmp_path) as access:
        found = await (await connected(access)).find(Sought(EntityType.ALBUM, "Discovery", "Daft Punk"))
    assert found is not None
    assert (found.provider_id, found.picture) == (ID, None)


def visit(url: str) -> int:
    """What a browser does with the page it is sent back to."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code


async def test_a_login_with_pkce(sources: Sources, tmp_path: Path) -> None:
    sources.answer("spotify-accounts", "/api/token", TOKEN | {"refresh_token": "r3fresh"})
    shown: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with access_to(sources, tmp_path) as access:
        spotify = SpotifyPlugin(access)
        login = asyncio.create_task(spotify.login.connect_with_login("c11ent", shown.set_result, seconds=20))
        page = await shown
        asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        back = asked["redirect_uri"]
        assert urlsplit(back).hostname == "127.0.0.1"
        # Others may knock: a wrong state, no state, another path. None of them ends the login.
        for knock in (
            f"{back}?code=evil&state=x",
            f"{back}?code=evil",
            back.replace("callback", "x"),
            f"{back}?error=x",
        ):
            assert await asyncio.to_thread(visit, knock) == 404
        assert not login.done()
        assert await asyncio.to_thread(visit, f"{back}?code=c0de&state={asked['state']}") == 200
        await login
        assert await spotify.get_artist_details(ID) is not None
        spotify.login.drop_token("another")  # of before: the one in use stays
        assert await spotify.get_artist_details(ID) is not None
        assert len(sources.asked("spotify-accounts")) == 1
        spotify.login.drop_token("t0ken")
        sources.answer("spotify-accounts", "/api/token", TOKEN | {"refresh_token": "r3fresh2"})
        assert await spotify.get_artist_details(ID) is not None
        kept = await access.credentials.get("spotify")
        await spotify.login.disconnect()
        assert await access.credentials.get("spotify") is None
    assert page.startswith(sources.base("spotify-accounts") + "/authorize?")
    exchange, renewal = (form_of(each) for each in sources.asked("spotify-accounts"))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(exchange["code_verifier"].encode()).digest()).rstrip(b"=")
    assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge.decode())
    assert (exchange["code"], exchange["redirect_uri"], exchange["client_id"]) == ("c0de", back, "c11ent")
    assert renewal == {"grant_type": "refresh_token", "refresh_token": "r3fresh", "client_id": "c11ent"}
    assert kept == Credentials("c11ent", None, "r3fresh2")
    assert "authorization" not in sources.asked("spotify-accounts")[0].headers


async def test_a_login_that_is_refused_or_never_comes(sources: Sources, tmp_path: Path) -> None:
    async with RedirectReceiver("st4te") as receiver:
        assert await asyncio.to_thread(visit, f"{receiver.address}?error=access_denied&state=st4te") == 200
        with pytest.raises(PictureError, match="refused") as caught:
            await receiver.code(5)
        assert caught.value.code is ErrorCode.DENIED
        taken = urlsplit(receiver.address).port
        assert taken is not None
        with pytest.raises(PictureError, match="can't be used"):
            await RedirectReceiver("x", taken).__aenter__()
    async with RedirectReceiver("st4te") as receiver:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(receiver.address).port)
        writer.write(b"\xff" * 20000 + b"\n")
        assert not await reader.read()
        writer.close()
        with pytest.raises(PictureError, match="time limit"):
            await receiver.code(0.05)
    with pytest.raises(PictureError, match="can't be used"):
        await RedirectReceiver("x", 99999).__aenter__()


async def test_oembed_needs_no_key_and_an_id(sources: Sources, tmp_path: Path) -> None:
    thumbnail = "https://image-cdn-ak.spotifycdn.com/image/ab67616d00001e02"
    sources.answer("spotify-oembed", "/oembed", {"title": "Discovery", "thumbnail_url": thumbnail})
    async with access_to(sources, tmp_path) as access:
        oembed = SpotifyOembed(access)
        found = await oembed.find(Sought(EntityType.ALBUM, "Discovery", "Daft Punk", f"spotify:album:{ID}"))
        assert await oembed.find(Sought(EntityType.ALBUM, "Discovery", "Daft Punk")) is None
        assert await oembed.find(Sought(EntityType.ARTIST, "D", spotify_uri=f"spotify:album:{ID}")) is None
        assert await oembed.search(EntityType.ALBUM, "Discovery") == ()
        sources.answer("spotify-oembed", "/oembed", NO_DATA)
        assert await oembed.get_album_details(ID) is None
    assert found is not None
    assert found.picture == thumbnail
    assert query_of(sources.asked("spotify-oembed")[0])["url"] == f"https://open.spotify.com/album/{ID}"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f"spotify:artist:{ID}", (EntityType.ARTIST, ID)),
        (f"spotify:user:somebody:playlist:{ID}", (EntityType.PLAYLIST, ID)),
        (f"https://open.spotify.com/album/{ID}?si=abc", (EntityType.ALBUM, ID)),
        (f"https://open.spotify.com/intl-de/artist/{ID}", (EntityType.ARTIST, ID)),
        (f"open.spotify.com/playlist/{ID}#x", (EntityType.PLAYLIST, ID)),
        (f"spotify:track:{ID}", None),
        ("spotify:artist:short", None),
        (f"https://open.spotify.com.evil.example/album/{ID}", None),
        (None, None),
    ],
)
def test_addresses(text: str | None, read: object) -> None:
    assert read_address(text) == read
