"""Paths and the display rule: nothing that a row says leads out of the image root, and something is always shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.core.errors import UnsafePath
from soulspot_gallery.core.locate import (
    OWN_FOLDER,
    TEMPORARY_PREFIX,
    TEMPORARY_SUFFIX,
    cache_path,
    choose_display,
    failed_marker,
    is_picture_path,
    is_temporary_path,
    is_web_url,
    local_path,
    placeholder,
    safe_local_path,
)
from soulspot_gallery.core.model import Display, EntityType, Source, Verdict
from soulspot_gallery.core.resources import resource

ID = "0b9e3f6a-5d0c-4c3e-9d53-0a4b1c2d3e4f"
HEX = "ab" + "0123456789" * 3


def test_the_path_that_the_gallery_writes() -> None:
    assert cache_path(EntityType.ARTIST, ID) == f"artists/0b/{ID}.webp"
    assert cache_path(EntityType.PLAYLIST, "37i9dQZF1DX") == "playlists/37/37i9dQZF1DX.webp"


@pytest.mark.parametrize(
    "entity_id",
    ["", "a", "..", "../../etc/passwd", "a/b", "a\\b", "a" * 65, "ab.webp", "-ab", "ab\n", "ab\0", "ünï", "c:x"],
)
def test_an_id_that_is_no_plain_word_gets_no_path(entity_id: str) -> None:
    with pytest.raises(UnsafePath, match="can't be used as a file name"):
        cache_path(EntityType.ALBUM, entity_id)


@pytest.mark.parametrize(
    "path",
    [
        f"artists/0b/{ID}.webp",
        f"albums/0b/{ID}.webp",
        "playlists/spotify/37i9dQZF1DX.webp",
        "artists/deezer/ünïcode name.webp",
        "spotify/artists/0OdUWJ0sBjDrqHygGUXeCF.webp",
        f"artist/ab/{HEX}.webp",
    ],
)
def test_pictures_in_the_four_layouts_are_managed(path: str) -> None:
    assert is_picture_path(path)
    assert not is_temporary_path(path)


@pytest.mark.parametrize(
    "path",
    [
        f"artists/zz/{ID}.webp",
        f"artists/0b/{ID}.jpg",
        f"tracks/0b/{ID}.webp",
        f"artists/{ID}.webp",
        f"artists/0b/more/{ID}.webp",
        f"x/artists/0b/{ID}.webp",
        f"artist/ab/{HEX.upper()}.webp",
        "deezer/artists/1.webp",
        "artists/spotify/.hidden.webp",
        "artists/.git/1.webp",
        f"artists/0b/{ID}.webp\n",
        "",
    ],
)
def test_everything_else_is_foreign(path: str) -> None:
    assert not is_picture_path(path)


def test_own_temporary_files_are_known_where_we_write() -> None:
    name = f"{TEMPORARY_PREFIX}0123{TEMPORARY_SUFFIX}"
    assert is_temporary_path(f"artists/0b/{name}")
    assert is_temporary_path(f"spotify/albums/{name}")
    assert not is_temporary_path(name)
    assert not is_temporary_path(f"elsewhere/0b/{name}")
    assert not is_temporary_path("artists/0b/other.part")
    assert not is_picture_path(f"artists/0b/{name}")


@pytest.mark.parametrize(
    ("column", "reason", "at"),
    [
        ("FAILED|timeout|2026-01-05T10:00:00", "timeout", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("FAILED|http_error|2026-01-05T12:00:00+02:00", "http_error", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("FAILED|http_error|yesterday", "http_error", None),
        ("FAILED|http_error|0001-01-01T00:00:00+14:00", "http_error", None),
        ("FAILED|timeout", "timeout", None),
        ("FAILED", "unknown", None),
        ("FAILED||", "unknown", None),
    ],
)
def test_failed_markers_are_read(column: str, reason: str, at: datetime | None) -> None:
    assert failed_marker(column) == (reason, at)
    assert local_path(column) is None


def test_paths_are_no_markers() -> None:
    assert failed_marker(None) is None
    assert failed_marker("") is None
    assert failed_marker("artists/0b/FAILED.webp") is None


def test_a_path_is_read_with_either_slash() -> None:
    assert local_path(None) is None
    assert local_path("") is None
    assert local_path("artists/0b/x.webp") == "artists/0b/x.webp"
    assert local_path("artists\\0b\\x.webp") == "artists/0b/x.webp"
    assert local_path("./artists//0b/x.webp") == "artists/0b/x.webp"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "\\\\server\\share\\x.webp",
        "../x.webp",
        "artists/../../x.webp",
        "artists\\..\\..\\x.webp",
        "C:/x.webp",
        "c:x.webp",
        f"{OWN_FOLDER}/trash/x.webp",
        f"./{OWN_FOLDER.upper()}/x.webp",
        f"{OWN_FOLDER}./x.webp",
        "artists/0b/x\0.webp",
        "artists/0b/x\n.webp",
        "artists/\ud800.webp",
        ".",
    ],
)
def test_a_path_that_leaves_the_image_root_is_refused(path: str) -> None:
    with pytest.raises(UnsafePath, match="does not stay in the image root"):
        local_path(path)
    assert safe_local_path(path) is None


@given(st.text() | st.lists(st.sampled_from(["..", ".", "", "a", "C:", OWN_FOLDER, "~"])).map("/".join))
def test_whatever_a_row_says_the_path_stays_inside(column: str) -> None:
    path = safe_local_path(column)
    if path is None:
        return
    for root in (PurePosixPath("/root"), PureWindowsPath("D:/root")):
        whole = root / path
        assert root in whole.parents
        assert ".." not in whole.parts
        assert whole.parts[2] != OWN_FOLDER


@pytest.mark.parametrize("url", ["http://a/b", "https://a.example:8443/ü?q=1", "HTTPS://A/b", "http://[::1]:80/x"])
def test_web_urls(url: str) -> None:
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        None, "", " http://a/b", "http://a/b\n", "file:///etc/passwd", "spotify:image:ab67", "ftp://a/b", "//a/b",
        "a/b", "http://", "http:///b", "http://u:p@a/b", "http://u@a/b", "http://a:99999/b", "http://[::1/b", "http://a:b/c",
    ],
)  # fmt: skip
def test_what_is_no_web_url(url: str | None) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize("kind", EntityType)
def test_display_is_local_then_cdn_then_placeholder(kind: EntityType) -> None:
    url, path = "https://cdn.example/1.jpg", "artists/ab/abc.webp"
    blank = Display(Source.PLACEHOLDER, placeholder(kind))
    assert choose_display(kind, path, url, Verdict.BROKEN) == Display(Source.LOCAL, path)
    assert choose_display(kind, None, url, Verdict.UNCHECKED) == Display(Source.CDN, url)
    assert choose_display(kind, None, f" {url}\n", Verdict.OK) == Display(Source.CDN, url), "blanks around it"
    assert choose_display(kind, None, None, Verdict.OK) == blank
    assert choose_display(kind, None, "spotify:image:1", Verdict.OK) == blank
    shown = {verdict for verdict in Verdict if choose_display(kind, None, url, verdict) != blank}
    assert shown == set(Verdict) - {Verdict.BROKEN, Verdict.NOT_IMAGE, Verdict.UNSAFE}
    assert resource(blank.location).is_file()
