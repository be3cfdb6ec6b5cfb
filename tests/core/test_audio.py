"""Tags and pictures of real music files of four formats, and of files that are none."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest
from support import pictures
from support.music_files import FORMATS, mp3, music

from soulspot_gallery.core.audio import Tags, Unreadable, clean, embedded_picture, read_tags, shown_path
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

MBID = "12345678-1234-4234-8234-123456789abc"
each_format = pytest.mark.parametrize("ending", FORMATS)


@each_format
def test_tags_are_read(ending: str, tmp_path: Path) -> None:
    file = music(
        tmp_path / f"a{ending}", artist="Künstler", albumartist="Gruppe", album="Platte", title="Lied",
        date="1999-05-01", musicbrainz_albumid=MBID.upper(), musicbrainz_albumartistid=MBID,
    )  # fmt: skip
    tags = read_tags(file)
    assert (tags.artist, tags.album_artist, tags.album, tags.year) == ("Künstler", "Gruppe", "Platte", 1999)
    assert (tags.album_mbid, tags.artist_mbid, tags.mended) == (MBID, MBID, "")


@each_format
def test_the_picture_inside_is_read(ending: str, tmp_path: Path) -> None:
    picture = pictures.jpeg((90, 60))
    assert embedded_picture(music(tmp_path / f"a{ending}", picture, artist="A", album="B")) == picture
    with pytest.raises(PictureError) as caught:
        embedded_picture(music(tmp_path / f"b{ending}", artist="A", album="B"))
    assert caught.value.code is ErrorCode.MISSING


def test_nuls_in_tags_are_put_right_and_said(tmp_path: Path) -> None:
    tags = read_tags(music(tmp_path / "a.mp3", artist="One\0Two", album="\0Plat\0te\0", albumartist="Gruppe\0"))
    assert (tags.artist, tags.album, tags.album_artist) == ("One", "Plat", "Gruppe")
    assert "NUL" in tags.mended


def test_flac_with_nuls(tmp_path: Path) -> None:
    tags = read_tags(music(tmp_path / "a.flac", artist="One\0Two", album="A\x01B"))
    assert (tags.artist, tags.album) == ("One", "A B")
    assert "artist" in tags.mended


@pytest.mark.parametrize("content", [b"", b"no music at all", b"fLaC" + b"\xff" * 40, b"\0" * 5000, mp3({})[:30]])
def test_what_is_no_music_is_said_or_says_nothing(content: bytes, tmp_path: Path) -> None:
    for ending in (".mp3", ".flac", ".ogg", ".m4a"):
        file = tmp_path / f"a{ending}"
        file.write_bytes(content)
        with contextlib.suppress(Unreadable):
            assert read_tags(file) == Tags()


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.mp3").mkdir()
    with pytest.raises(Unreadable, match="plain file"):
        read_tags(tmp_path / "folder.mp3")
    with pytest.raises(Unreadable, match="No such file"):
        read_tags(tmp_path / "gone.mp3")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")  # type: ignore[attr-defined, unused-ignore]
    with pytest.raises(Unreadable, match="plain file"):
        read_tags(tmp_path / "pipe.mp3")


def test_texts_are_made_fit_to_be_kept() -> None:
    assert clean("  a\n b\x07 ") == "a b"
    assert clean("\0") is None
    assert clean(5) is None
    assert clean("x" * 400) == "x" * 255
    assert clean("lone \ud800 surrogate") == "lone ? surrogate"
    assert shown_path(Path(os.fsdecode(b"/m/\xff\n.mp3"))).isprintable()
