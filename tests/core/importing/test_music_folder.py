"""Folders of music: what they name, which pictures count, odd files, rescans, five thousand files."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from support import pictures
from support.music_files import music

from soulspot_gallery.core.caching.origins import local_file
from soulspot_gallery.core.importing.items import Found, Item, Stopped
from soulspot_gallery.core.importing.music_folder import read_music_folder
from soulspot_gallery.core.model import EntityType, Progress, ignore_progress

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


def _read(root: Path, known: dict[str, tuple[str, str]] | None = None) -> Found:
    return read_music_folder(root, known or {}, ignore_progress, lambda: False)


def _albums(found: Found) -> dict[str, Item]:
    return {item.name: item for item in found.items if item.kind is EntityType.ALBUM}


def _picture(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pictures.jpeg((40, 40)))
    return file


def _from(item: Item | None) -> str:
    """Where an item's picture is: the file's name, `in` before that of a music file."""
    assert item is not None
    if item.origin is None:
        return "none"
    return ("in " if item.origin.startswith("embedded:") else "") + local_file(item.origin).name


@pytest.mark.parametrize(
    ("there", "inside", "expected"),
    [
        (["cover.jpg", "folder.jpg", "front.jpg"], True, "cover.jpg"),
        (["Folder.JPG", "front.png"], True, "Folder.JPG"),
        (["FRONT.webp", "back.jpg"], True, "FRONT.webp"),
        (["cover.png", "cover.jpg", "cover.jpeg"], False, "cover.jpg"),
        (["back.jpg", "cover.txt", ".cover.jpg", "._cover.jpg"], True, "in 1.mp3"),
        (["back.jpg"], False, "none"),
    ],
)
def test_the_picture_of_an_album(
    there: list[str],
    inside: bool,  # noqa: FBT001 (a column of the table)
    expected: str,
    tmp_path: Path,
) -> None:
    for name in there:
        _picture(tmp_path / "A" / "B" / name)
    music(tmp_path / "A" / "B" / "1.mp3", pictures.jpeg() if inside else None, artist="A", album="B")
    assert _from(_albums(_read(tmp_path))["B"]) == expected


def test_a_picture_that_is_none_gives_way_to_the_next(tmp_path: Path) -> None:
    music(tmp_path / "A" / "1.mp3", pictures.jpeg(), artist="A", album="Empty")
    (tmp_path / "A" / "cover.jpg").write_bytes(b"")
    music(tmp_path / "B" / "1.mp3", pictures.jpeg(), artist="A", album="Page")
    (tmp_path / "B" / "cover.jpg").write_text("<html>not found</html>")
    _picture(tmp_path / "B" / "folder.jpg")
    music(tmp_path / "C" / "1.mp3", artist="A", album="Nothing else")
    (tmp_path / "C" / "cover.jpg").write_bytes(b"")
    found = _read(tmp_path)
    taken = {name: _from(item) for name, item in _albums(found).items()}
    assert taken == {"Empty": "in 1.mp3", "Page": "folder.jpg", "Nothing else": "cover.jpg"}
    assert [(Path(each.where).parts[-2:], each.left_out) for each in found.problems] == [
        (("A", "cover.jpg"), False),
        (("B", "cover.jpg"), False),
    ]
    assert "1.mp3" in found.problems[0].message


def test_a_link_inside_a_file_is_no_picture(tmp_path: Path) -> None:
    music(tmp_path / "1.mp3", b"http://cdn.example/cover.jpg", artist="A", album="B")
    assert _from(_albums(_read(tmp_path))["B"]) == "none"
    music(tmp_path / "2.mp3", pictures.jpeg(), artist="A", album="B")
    assert _from(_albums(_read(tmp_path))["B"]) == "in 2.mp3"


def test_names_that_begin_with_dots(tmp_path: Path) -> None:
    _picture(tmp_path / "...And Justice for All" / "cover.jpg")
    music(tmp_path / "...And Justice for All" / "1.mp3", artist="Metallica", album="...And Justice for All")
    music(tmp_path / ".38 Special" / "1.flac", artist=".38 Special", album="Tour de Force")
    music(tmp_path / "...Baby One More Time.mp3", artist="Britney", album="Singles")
    for hidden in (".Trash-1000/gone.mp3", ".stversions/old.mp3", "._1.mp3"):
        music(tmp_path / hidden, artist="Nobody", album="Hidden")
    found = _read(tmp_path)
    assert sorted(_albums(found)) == ["...And Justice for All", "Singles", "Tour de Force"]
    assert _from(_albums(found)["...And Justice for All"]) == "cover.jpg"


def test_music_without_an_ending_is_known_by_how_it_begins(tmp_path: Path) -> None:
    for name, like in (("track", ".mp3"), ("01. Intro", ".flac"), ("Mr. Somebody", ".ogg"), ("two", ".m4a")):
        music(tmp_path / name / ("x" + like), artist="A", album=name).rename(tmp_path / name / name)
    music(tmp_path / "half" / "x.mp3", artist="A", album="half").rename(tmp_path / "half" / "x.mp3.part")
    (tmp_path / "README").write_text("no music")
    (tmp_path / "empty").write_bytes(b"")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    found = _read(tmp_path)
    assert sorted(_albums(found)) == ["01. Intro", "Mr. Somebody", "track", "two"]
    assert found.problems == ()


def test_a_disc_looks_one_level_up(tmp_path: Path) -> None:
    _picture(tmp_path / "A" / "B" / "folder.jpg")
    _picture(tmp_path / "A" / "B" / "CD2" / "cover.jpg")
    for disc in ("CD1", "CD2", "Disc 3", "disk-04 (Live)"):
        music(tmp_path / "A" / "B" / disc / "1.flac", artist="A", album="B")
    found = _read(tmp_path)
    assert list(_albums(found)) == ["B"]
    assert _from(_albums(found)["B"]) == "folder.jpg"
    (tmp_path / "A" / "B" / "folder.jpg").unlink()
    assert _from(_albums(_read(tmp_path))["B"]) == "cover.jpg"


def test_a_folder_of_several_albums_lends_none_its_picture(tmp_path: Path) -> None:
    _picture(tmp_path / "cover.jpg")
    music(tmp_path / "1.ogg", pictures.jpeg(), artist="A", album="One")
    music(tmp_path / "2.ogg", artist="A", album="Two")
    albums = _albums(_read(tmp_path))
    assert (_from(albums["One"]), _from(albums["Two"])) == ("in 1.ogg", "none")


def test_the_picture_of_an_artist(tmp_path: Path) -> None:
    _picture(tmp_path / "A" / "Artist.PNG")
    _picture(tmp_path / "B" / "Second" / "artist.jpg")
    _picture(tmp_path / "Mixed" / "artist.jpg")
    music(tmp_path / "A" / "First" / "CD 1" / "1.mp3", artist="A", album="First")
    music(tmp_path / "B" / "Second" / "1.m4a", artist="B", album="Second")
    music(tmp_path / "Mixed" / "C" / "1.mp3", artist="C", album="C")
    music(tmp_path / "Mixed" / "D" / "1.mp3", artist="D", album="D")
    artists = {item.artist.name: item.artist for item in _read(tmp_path).items if item.artist}
    assert {name: _from(item) for name, item in artists.items()} == {
        "A": "Artist.PNG", "B": "artist.jpg", "C": "none", "D": "none",
    }  # fmt: skip


def test_whose_an_album_is(tmp_path: Path) -> None:
    music(tmp_path / "1" / "a.mp3", artist="A feat. Guest", album="Guests")
    music(tmp_path / "1" / "b.mp3", artist="A", album="Guests")
    music(tmp_path / "2" / "a.mp3", artist="A", album="Mix")
    music(tmp_path / "2" / "b.mp3", artist="B", album="MIX")
    music(tmp_path / "3" / "a.mp3", artist="Track Artist", albumartist="Whole", album="By", date="2001")
    music(tmp_path / "4" / "b.mp3", artist="Other", albumartist="WHOLE", album="by", date="1999")
    music(tmp_path / "5" / "a.mp3", artist="Alone")
    found = _read(tmp_path)
    by = {name: item.artist.name for name, item in _albums(found).items() if item.artist}
    assert by == {"Guests": "A", "Mix": "Various Artists", "By": "Whole"}
    assert _albums(found)["By"].year == 1999
    assert [item.name for item in found.items if item.kind is EntityType.ARTIST] == ["Alone"]
    assert found.problems == ()


def test_what_can_not_be_read_is_a_line_each(tmp_path: Path) -> None:
    music(tmp_path / "good.mp3", artist="A", album="B")
    music(tmp_path / "nul.mp3", artist="A\0Z", album="B")
    music(tmp_path / "untagged.flac", title="?")
    music(tmp_path / "album only.flac", album="Lost")
    (tmp_path / "broken.m4a").write_bytes(b"\0\0\0\x08ftyp" + b"\xff" * 64)
    (tmp_path / "folder.mp3").mkdir()
    (tmp_path / "text.ogg").write_text("<html>")
    (tmp_path / "readme.txt").write_text("no music")
    (tmp_path / "nothing.flac").write_bytes(b"")
    found = _read(tmp_path)
    assert list(_albums(found)) == ["B"]
    lines = {Path(problem.where).name: problem.left_out for problem in found.problems}
    assert lines == {
        "nul.mp3": False, "untagged.flac": True, "album only.flac": True, "broken.m4a": True, "text.ogg": True,
        "nothing.flac": True,
    }  # fmt: skip
    assert "is empty." in [problem.message for problem in found.problems]
    assert all(problem.message.endswith(".") for problem in found.problems)


@links
def test_a_tree_with_loops_ends(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "music", tmp_path / "elsewhere"
    music(root / "A" / "1.mp3", artist="A", album="B")
    music(elsewhere / "2.mp3", artist="C", album="D")
    (root / "A" / "loop").symlink_to(root)
    (root / "A" / "self").symlink_to("self")
    (root / "up").symlink_to(tmp_path.parent)
    (root / "other").symlink_to(elsewhere)
    (root / "gone.mp3").symlink_to(tmp_path / "nothing")
    found = _read(root)
    assert sorted(_albums(found)) == ["B", "D"]
    assert sorted(Path(problem.where).name for problem in found.problems) == ["gone.mp3", "loop", "self", "up"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes there alone")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff\xfe odd\n")
    music(folder / os.fsdecode(b"\xe9.mp3"), artist="A", album="B")
    (folder / os.fsdecode(b"\xe8.mp3")).write_bytes(b"")
    _picture(folder / "cover.jpg")
    found = _read(tmp_path)
    origin = _albums(found)["B"].origin
    assert origin is not None
    assert origin.isascii()
    assert local_file(origin) == folder / "cover.jpg"
    for problem in found.problems:
        problem.where.encode("utf-8")
        assert problem.where.isprintable()


def test_a_rescan_opens_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [music(tmp_path / str(n) / "1.mp3", pictures.jpeg(), artist="A", album=f"B{n}") for n in range(5)]
    first = _read(tmp_path)
    memory = dict(first.music_files)
    assert len(memory) == 5
    opened = list[str]()
    real = Path.open

    def spy(self: Path, *args: object, **kwargs: object) -> object:
        opened.append(self.parent.name)
        return real(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", spy)
    again = _read(tmp_path, memory)
    assert (opened, again.items, dict(again.music_files)) == ([], first.items, {})
    music(files[3], pictures.jpeg(), artist="A", album="Changed album")
    changed = _read(tmp_path, memory)
    assert set(opened) == {"3"}
    assert "Changed album" in _albums(changed)
    assert len(changed.music_files) == 1


def test_five_thousand_files_take_seconds(tmp_path: Path) -> None:
    endings = (".mp3", ".flac", ".ogg", ".m4a")
    for number in range(5000):
        artist, album, track = number // 100, number // 10 % 10, number % 10
        file = tmp_path / f"Artist {artist}" / f"Album {album}" / f"{track}{endings[number % 4]}"
        music(file, artist=f"Artist {artist}", album=f"Album {album}")
        if track == 0:
            _picture(file.parent / "cover.jpg")
    told = list[Progress]()
    start = time.monotonic()
    found = read_music_folder(tmp_path, {}, told.append, lambda: False)
    seconds = time.monotonic() - start
    assert len(found.items) == 500
    assert found.problems == ()
    assert all(item.origin for item in found.items)
    assert told[-1].total == 5000
    assert seconds < 30, f"{seconds:.1f} s"


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    music(tmp_path / "1.mp3", artist="A", album="B")
    with pytest.raises(Stopped):
        read_music_folder(tmp_path, {}, ignore_progress, lambda: True)
