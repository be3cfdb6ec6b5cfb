"""A source of another package may be wrong in every way: that is its own trouble, and nobody else's."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.image_server import ImageServer
from support.sources import Sources, access_to

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.network.json_client import Api, NotAvailable
from soulspot_gallery.core.providers import AlbumDTO, ArtistDTO, PlaylistDTO, Provider, Sought, guarding
from soulspot_gallery.core.providers.registry import GROUP, load

SHOP = Api("shop", "https://shop.example", requests=5, seconds=1.0)
ARTIST = Sought(EntityType.ARTIST, "Air")


def source(**attributes: Any) -> type[Provider]:
    """A class as a package might bring it."""
    return type(
        "Strange", (Provider,), {"name": "strange", "kinds": frozenset(EntityType), "apis": (SHOP,)} | attributes
    )


def gives(value: Any) -> Callable[..., Any]:
    """A method that answers so."""

    async def method(*args: Any) -> Any:
        return value

    return method


def raises(problem: BaseException) -> Callable[..., Any]:
    def method(*args: Any) -> Any:
        raise problem

    return method


@asynccontextmanager
async def loaded(
    kind: type[Provider], server: ImageServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Provider | None, tuple[str, ...]]]:
    """The source as the registry has it, and what the registry says of it."""
    module = ModuleType("strange_package")
    module.__dict__["Strange"] = kind
    monkeypatch.setitem(sys.modules, "strange_package", module)
    async with access_to(Sources(server), folder) as access:
        registry = load(access, [EntryPoint("strange", "strange_package:Strange", GROUP)])
        yield registry.providers.get("strange"), registry.problems


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"title": None}, "must be texts"),
        ({"terms": 7}, "must be texts"),
        ({"kinds": None}, "kinds must be"),
        ({"kinds": frozenset()}, "kinds must be"),
        ({"kinds": {"albums"}}, "kinds must be"),
        ({"apis": None}, "apis must be"),
        ({"apis": ("https://shop.example",)}, "apis must be"),
        ({"apis": (Api("shop", "https://shop.example", 0, 1.0),)}, "at least one request"),
        ({"apis": (Api("musicbrainz", "https://musicbrainz.org", 99, 1.0),)}, "another source's"),
        ({"max_age_days": "30"}, "max_age_days"),
    ],
)
async def test_a_class_that_is_no_source_is_a_message(
    image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attributes: dict[str, Any], told: str
) -> None:
    async with loaded(source(**attributes), image_server, tmp_path, monkeypatch) as (strange, problems):
        assert strange is None
    assert told in problems[0]


async def test_what_it_answers_is_cleaned(
    image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = ArtistDTO("Air", "https://shop.example/a.jpg", "somebody else", "1", "shop:artist:1")
    unsafe = ArtistDTO("Air\x1b[31m", "file:///etc/passwd", "x", "2", "a\nb")
    nameless: Any = ArtistDTO(None, 5, None, None)  # type: ignore[arg-type]
    other = PlaylistDTO("Air", None, "x", "3")
    answers: dict[str, Any] = {
        "search": gives([good, unsafe, nameless, other, {"name": "Air"}, None]),
        "get_artist_details": gives(good),
        "get_album_details": gives(other),
        "get_playlist_details": gives(AlbumDTO("x", None, None, "x", "1")),
        "reads": lambda self, uri: ("artist", 7),
        "id_for": lambda self, sought: 7,
        "identifiers": lambda self, dto: {"deezer_id": "7", "id": "1", "spotify_uri": 5},
    }
    async with loaded(source(**answers), image_server, tmp_path, monkeypatch) as (strange, problems):
        assert strange is not None
        found = await strange.search(EntityType.ARTIST, "air")
        clean = ArtistDTO("Air", "https://shop.example/a.jpg", "strange", "1", "shop:artist:1")
        assert found == [clean, ArtistDTO("Air [31m", None, "strange", "2", None)]
        assert await strange.details(EntityType.ARTIST, "1") == clean
        assert await strange.details(EntityType.ALBUM, "1") is None
        assert await strange.details(EntityType.PLAYLIST, "1") is None
        assert (strange.reads("x:artist:1"), strange.id_for(ARTIST)) == (None, None)
        assert strange.identifiers(clean) == {"deezer_id": "7"}
    assert problems == ()


@pytest.mark.parametrize("answer", [gives({"name": "Air"}), gives(7), raises(KeyError("x")), raises(SystemExit(3))])
async def test_what_it_gets_wrong_is_said(
    image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]
) -> None:
    kind = source(find=answer, search=answer, get_artist_details=answer, ready=raises(ValueError("x")))
    async with loaded(kind, image_server, tmp_path, monkeypatch) as (strange, _):
        assert strange is not None
        for asking in (strange.find(ARTIST), strange.search(EntityType.ARTIST, "x"), strange.ready(),
                       strange.get_artist_details("1")):  # fmt: skip
            with pytest.raises(NotAvailable, match="The source strange is broken"):
                await asking


async def test_what_it_raises_where_nothing_may_be_raised_is_no_answer(
    image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = raises(ValueError("x"))
    kind = source(reads=wrong, id_for=wrong, can_seek=wrong, identifiers=wrong)
    async with loaded(kind, image_server, tmp_path, monkeypatch) as (strange, _):
        assert strange is not None
        assert (strange.reads("x"), strange.id_for(ARTIST), strange.can_seek(ARTIST)) == (None, None, False)
        assert strange.identifiers(ArtistDTO("a", None, "strange", "1")) == {}


async def test_its_trouble_stays_what_it_is_and_has_an_end(
    image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*args: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(guarding, "PATIENCE", 0.05)
    refused = PictureError(ErrorCode.SERVER, "it has trouble.")
    kind = source(find=raises(refused), get_artist_details=never)
    async with loaded(kind, image_server, tmp_path, monkeypatch) as (strange, _):
        assert strange is not None
        with pytest.raises(PictureError, match="it has trouble") as caught:
            await strange.find(ARTIST)
        assert caught.value.code is ErrorCode.SERVER
        with pytest.raises(PictureError, match="took too long"):
            await strange.get_artist_details("1")
