"""Sources of other packages are loaded safely, and names are compared as people compare them."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from support.image_server import ImageServer
from support.sources import Sources, access_to

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.providers import AlbumDTO, Provider, Sought
from soulspot_gallery.core.providers.dto import id_of, is_placeholder, large_enough, picture_of, text_of
from soulspot_gallery.core.providers.matching import best_match, matches_words, plain, same_artist, without_edition
from soulspot_gallery.core.providers.registry import BUILT_IN, GROUP, chosen, load


class Good(Provider):
    name = "good"
    kinds = frozenset({EntityType.ALBUM})


class Double(Provider):
    name = "deezer"


class Nameless(Provider):
    name = "Not A Word"


class Explodes(Provider):
    name = "explodes"

    def __init__(self, access: object) -> None:
        raise RuntimeError("boom")


def leave() -> None:
    sys.exit(3)


class _Leaves:
    def __getattr__(self, name: str) -> object:
        raise SystemExit(3)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> str:
    """An installed package with all these."""
    module = ModuleType("strange_sources")
    for each in (Good, Double, Nameless, Explodes):
        setattr(module, each.__name__, each)
    module.__dict__["NoClass"] = "x"
    module.__dict__["leaves"] = _Leaves()
    monkeypatch.setitem(sys.modules, "strange_sources", module)
    return "strange_sources"


async def test_a_broken_source_is_a_message(package: str, image_server: ImageServer, tmp_path: Path) -> None:
    names = ("Good", "Double", "Nameless", "Explodes", "NoClass", "Missing", "leaves.x")
    points = [EntryPoint(name, f"{package}:{name}", GROUP) for name in names]
    points.append(EntryPoint("gone", "no_such_package:X", GROUP))
    async with access_to(Sources(image_server), tmp_path) as access:
        registry = load(access, points)
    assert [*registry.providers] == [*(each.name for each in BUILT_IN), "good"]
    assert type(registry.providers["deezer"]).__name__ == "DeezerPlugin"
    assert len(registry.problems) == 7
    assert all(each.startswith("The source ") and each.endswith(".") for each in registry.problems)
    found, problems = chosen(registry, ("good", "deezer", "good", "explodes"))
    assert [each.name for each in found] == ["good", "deezer"]
    assert "There is no source called 'explodes'" in problems[0]


def test_every_source_says_what_it_is() -> None:
    for each in BUILT_IN:
        assert each.title
        assert each.kinds
        assert each.apis
        assert each.sends
        assert each.terms


@pytest.mark.parametrize(
    ("one", "other"),
    [("Björk", "BJORK"), ("The Beatles", "beatles"), ("Simon & Garfunkel", "Simon and Garfunkel"), ("AC/DC", "ac dc"),
     ("Don’t Stop", "dont  stop"), ("!!!", "!!!")],
)  # fmt: skip
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert plain(one.replace("’", "'")) == plain(other)


def test_names_that_are_not() -> None:
    assert plain("!!!") != plain("???")
    assert plain("The The") == "the"
    assert not same_artist("A", None)
    assert same_artist("A feat. B", "A")
    assert without_edition("Nevermind (Remastered) [Deluxe]") == "Nevermind"
    assert without_edition("(What's the Story)") == "(What's the Story)"


def album(title: str, artist: str) -> AlbumDTO:
    return AlbumDTO(title, artist, None, "x", title)


def test_the_exact_title_goes_before_an_edition() -> None:
    sought = Sought(EntityType.ALBUM, "Discovery", "Daft Punk")
    live, exact, other = (
        album("Discovery (Live)", "Daft Punk"),
        album("DISCOVERY", "Daft Punk"),
        album("Discovery", "X"),
    )
    assert best_match(sought, [other, live, exact]) is exact
    assert best_match(sought, [other, live]) is live
    assert best_match(sought, [other]) is None
    assert matches_words("punk discovery", exact)
    assert not matches_words("punk homework", exact)


def test_what_sources_send_is_cleaned() -> None:
    assert text_of(" a\x00b\r\nc ") == "a b c"
    assert text_of("\ud800x") == "?x"
    assert len(text_of("x" * 999) or "") == 255
    assert [text_of(each) for each in (None, 7, "", "\x00")] == [None] * 4
    assert [id_of(each) for each in (7, "7", True, -1, "", "ä", "x" * 65, None)] == ["7", "7"] + [None] * 6
    assert picture_of("https://a.example/x.jpg") == "https://a.example/x.jpg"
    assert [picture_of(each) for each in ("https://u:p@a.example/x", "file:///x", 7, "https://a.example/\n")] == [
        None
    ] * 4
    assert is_placeholder("https://x.example/2a96cbd8b46e442fc41c2b86b821562f.png")
    assert large_enough([(100, None), (50, "https://a.example/s")], 300) == "https://a.example/s"
    assert large_enough([], 300) is None
