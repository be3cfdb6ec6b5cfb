"""Exports as files, folders and zips: what they name, and what of them is refused or told, line by line."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.music_files import music

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.importing.items import Found
from soulspot_gallery.core.importing.reading import read_path, source_path
from soulspot_gallery.core.model import EntityType, ignore_progress

LIBRARY = {
    "tracks": [
        {"artist": "Liked", "album": "Songs", "track": "One", "uri": "spotify:track:4uLU6hMCjMI75M1A2tKUQC"},
        {"artist": "Saved", "album": "Whole", "track": "Two", "uri": "spotify:track:4uLU6hMCjMI75M1A2tKUQD"},
    ],
    "albums": [{"artist": "Saved", "album": "Whole", "uri": "spotify:album:6QaVfG1pHYl1z15ZxkvVDW"}],
    "artists": [{"name": "Followed", "uri": "spotify:artist:0OdUWJ0sBjDrqHygGUXeCF"}],
    "shows": [{"name": "Talk", "publisher": "Somebody", "uri": "spotify:show:1"}],
    "bannedTracks": [],
}
PLAYLISTS = {
    "playlists": [
        {
            "name": "Löve",
            "description": "Mine",
            "items": [
                {
                    "track": {
                        "trackName": "T", "artistName": "Inside", "albumName": "Mix", "trackUri": "spotify:track:1",
                    },
                    "episode": None,
                    "localTrack": None,
                },
                {"track": None, "episode": {"episodeName": "E"}, "localTrack": None},
            ],
        },
        {"name": "Löve", "items": []},
    ]
}  # fmt: skip

WATSONBOX = (
    "Track URI", "Track Name", "Artist URI(s)", "Artist Name(s)", "Album URI", "Album Name", "Album Artist URI(s)",
    "Album Artist Name(s)", "Album Release Date", "Album Image URL", "Disc Number", "Track Number", "ISRC",
)  # fmt: skip
PAVELKOMAROV = (
    "Spotify ID", "Artist IDs", "Track Name", "Album Name", "Artist Name(s)", "Release Date", "Duration (ms)",
    "Popularity", "Added By", "Added At", "Genres",
)  # fmt: skip
ID = "0OdUWJ0sBjDrqHygGUXeCF"
OTHER = "1OdUWJ0sBjDrqHygGUXeCF"
IMAGE = "https://i.scdn.co/image/ab67616d0000b273aaaaaaaaaaaaaaaaaaaaaaaa"


async def _read(source: Path) -> Found:
    return await read_path(source_path(str(source)), lambda address: {}, ignore_progress)


def _names(found: Found) -> set[tuple[str, str, str | None]]:
    return {(item.kind.value, item.name, item.artist.name if item.artist else None) for item in found.items}


def _written(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "YourLibrary.json").write_text(json.dumps(LIBRARY, ensure_ascii=False), "utf-8")
    (folder / "Playlist1.json").write_text(json.dumps(PLAYLISTS), "utf-8")
    (folder / "Userdata.json").write_text("{}", "utf-8")
    return folder


def _zipped(file: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def _csv(header: tuple[str, ...], *rows: dict[str, Any], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


EXPECTED = {
    ("artist", "Followed", None), ("album", "Whole", "Saved"), ("album", "Songs", "Liked"),
    ("playlist", "Löve", None), ("album", "Mix", "Inside"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["folder", "zip", "folder above"])
async def test_the_account_export(form: str, tmp_path: Path) -> None:
    folder = _written(tmp_path / "download" / "Spotify Account Data")
    source = {"folder": folder, "folder above": folder.parent}.get(form)
    if source is None:
        content = {f"Spotify Account Data/{each.name}": each.read_bytes() for each in folder.iterdir()}
        source = _zipped(tmp_path / "my_spotify_data.zip", content)
    found = await _read(source)
    assert (_names(found), found.problems) == (EXPECTED, ())
    followed = next(item for item in found.items if item.name == "Followed")
    whole = next(item for item in found.items if item.name == "Whole")
    assert (followed.spotify_uri, whole.spotify_uri) == (f"spotify:artist:{ID}", "spotify:album:6QaVfG1pHYl1z15ZxkvVDW")
    playlist = next(item for item in found.items if item.kind is EntityType.PLAYLIST)
    assert (playlist.description, playlist.source) == ("Mine", "SPOTIFY")


async def test_files_of_2019_have_no_uris(tmp_path: Path) -> None:
    (tmp_path / "YourLibrary.json").write_text(
        json.dumps({"tracks": [], "albums": [{"artist": "A", "album": "B"}], "artists": [{"name": "C"}]}), "utf-8"
    )
    found = await _read(tmp_path / "YourLibrary.json")
    assert _names(found) == {("album", "B", "A"), ("artist", "C", None)}
    assert {item.spotify_uri for item in found.items} == {None}


async def test_a_bad_document_is_a_line_and_the_others_are_read(tmp_path: Path) -> None:
    folder = _written(tmp_path / "export")
    (folder / "Playlist2.json").write_bytes(b'{"playlists": [{"name": ')
    (folder / "Playlist3.json").write_bytes(b"<html>")
    (folder / "Playlist4.json").write_text("[" * 100_000)
    (folder / "Playlist5.json").write_text('{"other": 1}')
    (folder / "Playlist6.json").write_text('{"playlists": [7, {"name": ""}, {"name": "\\u0000\\ud800Fine"}]}')
    found = await _read(folder)
    assert _names(found) == EXPECTED | {("playlist", "?Fine", None)}
    lines = [problem.where for problem in found.problems]
    assert lines == [f"Playlist{n}.json" for n in (2, 3, 4, 5)] + [
        "Playlist6.json, playlists 1",
        "Playlist6.json, playlists 2",
    ]


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ({"../YourLibrary.json": b"{}"}, "leads out"),
        ({"a/../../b.csv": b"x"}, "leads out"),
        ({"/etc/YourLibrary.json": b"{}"}, "leads out"),
        ({"C:\\YourLibrary.json": b"{}"}, "leads out"),
        ({"a\\..\\..\\b.json": b"{}"}, "leads out"),
        ({"YourLibrary.json": b"0" * 50_000_000}, "bomb"),
        ({"bomb.bin": b"\0" * 50_000_000, "Playlist1.json": b"{}"}, "bomb"),
        ({"readme.txt": b"x"}, "no document"),
    ],
)
async def test_a_zip_that_is_no_export_is_refused_as_a_whole(
    entries: dict[str, bytes], word: str, tmp_path: Path
) -> None:
    good = {"YourLibrary.json" if "YourLibrary.json" not in entries else "Playlist9.json": json.dumps(LIBRARY).encode()}
    zipped = _zipped(tmp_path / "a.zip", entries if word == "no document" else good | entries)
    found = await _read(zipped)
    assert found.items == ()
    assert len(found.problems) == 1
    assert word in found.problems[0].message


async def test_a_damaged_zip_is_a_line(tmp_path: Path) -> None:
    folder = _written(tmp_path / "export")
    zipped = _zipped(tmp_path / "a.zip", {each.name: each.read_bytes() for each in folder.iterdir()})
    whole = zipped.read_bytes()
    zipped.write_bytes(whole[: len(whole) // 2])
    found = await _read(zipped)
    assert (found.items, len(found.problems)) == ((), 1)
    broken = bytearray(whole)
    broken[60:90] = b"\xff" * 30
    zipped.write_bytes(broken)
    assert len((await _read(zipped)).problems) >= 1


async def test_a_link_in_a_zip_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("Playlist1.json")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("YourLibrary.json", json.dumps(LIBRARY))
    found = await _read(tmp_path / "a.zip")
    assert ("artist", "Followed", None) in _names(found)
    assert [(problem.where, "link" in problem.message) for problem in found.problems] == [("Playlist1.json", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
async def test_the_dialect_of_watsonbox(encoding: str, delimiter: str, tmp_path: Path) -> None:
    row = {
        "Track URI": f"spotify:track:{ID}", "Track Name": "Für Élise", "Artist URI(s)": f"spotify:artist:{ID}",
        "Artist Name(s)": "Tyler, Der Künstler", "Album URI": f"spotify:album:{ID}", "Album Name": "Größe",
        "Album Artist URI(s)": f"spotify:artist:{ID}", "Album Artist Name(s)": "Tyler, Der Künstler",
        "Album Release Date": "1999-01-02", "Album Image URL": IMAGE,
    }  # fmt: skip
    file = tmp_path / "Mein Süßes.csv"
    file.write_bytes(_csv(WATSONBOX, row, delimiter=delimiter).encode(encoding))
    found = await _read(file)
    assert _names(found) == {("playlist", "Mein Süßes", None), ("album", "Größe", "Tyler, Der Künstler")}
    album = found.items[1]
    assert (album.spotify_uri, album.url, album.year) == (f"spotify:album:{ID}", IMAGE, 1999)
    assert album.artist is not None
    assert album.artist.spotify_uri == f"spotify:artist:{ID}"
    assert not any(problem.left_out for problem in found.problems)
    named = encoding in ("utf-8", "utf-8-sig", "utf-16")
    assert bool(found.problems) is not named


async def test_the_dialect_of_pavelkomarov(tmp_path: Path) -> None:
    rows = [
        {"Spotify ID": ID, "Artist IDs": f"{ID},{OTHER}", "Track Name": "T", "Album Name": "B",
         "Artist Name(s)": "Earth, Wind & Fire,Guest", "Release Date": "1978"},
        {"Spotify ID": ID, "Artist IDs": OTHER, "Track Name": "T", "Album Name": "C", "Artist Name(s)": "Guest"},
        {"Spotify ID": ID, "Artist IDs": f"{OTHER},{ID}", "Track Name": "T", "Album Name": "D",
         "Artist Name(s)": "Guest,Earth, Wind & Fire"},
    ]  # fmt: skip
    (tmp_path / "list.csv").write_text("\ufeff" + _csv(PAVELKOMAROV, *rows), "utf-8")
    found = await _read(tmp_path / "list.csv")
    assert _names(found) == {
        ("playlist", "list", None), ("album", "B", "Earth, Wind & Fire"), ("album", "C", "Guest"),
        ("album", "D", "Guest"),
    }  # fmt: skip
    artist = found.items[1].artist
    assert artist is not None
    assert artist.spotify_uri == f"spotify:artist:{ID}"
    assert [problem.left_out for problem in found.problems] == [False]


async def test_a_file_without_ids_divides_artists_by_semicolons(tmp_path: Path) -> None:
    header = ("Track URI", "Track Name", "Album Name", "Artist Name(s)", "Release Date", "Genres", "Record Label")
    rows = [
        {"Track URI": f"spotify:track:{ID}", "Track Name": "T", "Album Name": "B",
         "Artist Name(s)": "Tyler, The Creator;Guest", "Release Date": "2019-05-17"},
        {"Track URI": f"spotify:track:{ID}", "Track Name": "T", "Album Name": "C",
         "Artist Name(s)": "Tyler, The Creator"},
    ]  # fmt: skip
    (tmp_path / "list.csv").write_text("\ufeff" + _csv(header, *rows), "utf-8")
    found = await _read(tmp_path / "list.csv")
    assert _names(found) == {
        ("playlist", "list", None), ("album", "B", "Tyler, The Creator"), ("album", "C", "Tyler, The Creator"),
    }  # fmt: skip
    assert (found.items[1].year, found.problems) == (2019, ())


async def test_headers_in_another_language_are_known_by_the_uris_below_them(tmp_path: Path) -> None:
    header = tuple(f"Überschrift {n}" for n in range(len(WATSONBOX) + 1))
    row = ("me", f"spotify:track:{ID}", "T", f"spotify:artist:{ID}", "A", f"spotify:album:{ID}", "B",
           f"spotify:artist:{ID}", "A", "1999-01-02", IMAGE, "1", "2", "US1")  # fmt: skip
    local = ("me", "spotify:local:x", "T", "", "", "", "", "", "", "", "", "1", "2", "")
    rows = [dict(zip(header, each, strict=True)) for each in (local, row)]
    (tmp_path / "lista.csv").write_text(_csv(header, *rows), "utf-8")
    found = await _read(tmp_path / "lista.csv")
    assert _names(found) == {("playlist", "lista", None), ("album", "B", "A")}
    album = found.items[1]
    assert (album.url, album.year, album.spotify_uri) == (IMAGE, 1999, f"spotify:album:{ID}")
    assert [problem.where.rpartition(", ")[2] for problem in found.problems] == ["line 2"]


@pytest.mark.parametrize("translated", [False, True])
async def test_the_list_of_saved_albums_is_no_playlist(
    translated: bool,  # noqa: FBT001 (a column of the table)
    tmp_path: Path,
) -> None:
    header: tuple[str, ...] = (
        "Album URI", "Album Name", "Album Type", "Album Artist URI(s)", "Album Artist Name(s)", "Album Release Date",
        "Release Date Precision", "Track Count", "Saved At",
    )  # fmt: skip
    row = (f"spotify:album:{ID}", "B", "album", f"spotify:artist:{ID}", "A", "1999", "year", "9", "2020")
    header = tuple(f"Título {n}" for n in range(len(header))) if translated else header
    (tmp_path / "saved_albums.csv").write_text(_csv(header, dict(zip(header, row, strict=True))), "utf-8")
    found = await _read(tmp_path / "saved_albums.csv")
    assert _names(found) == {("album", "B", "A")}
    assert (found.items[0].spotify_uri, found.items[0].year) == (f"spotify:album:{ID}", 1999)


async def test_a_spreadsheet_s_line_on_its_delimiter_is_understood(tmp_path: Path) -> None:
    text = _csv(WATSONBOX, {"Track Name": "T", "Album Name": "B, C", "Artist Name(s)": "A"}, delimiter=";")
    (tmp_path / "a.csv").write_text(f"sep=;\r\n{text}", "utf-8", newline="")
    assert _names(await _read(tmp_path / "a.csv")) == {("playlist", "a", None), ("album", "B, C", "A")}


async def test_rows_that_can_not_be_read_are_lines(tmp_path: Path) -> None:
    good = {"Track Name": "T", "Album Name": "B", "Artist Name(s)": "A", "Album Image URL": "javascript:alert(1)"}
    text = _csv(WATSONBOX, good, {"Track Name": "nobody", "Album Name": "X"})
    (tmp_path / "a.csv").write_text(text + "too,few\r\n\r\n,,\r\n" + "\0", "utf-8")
    found = await _read(tmp_path / "a.csv")
    assert _names(found) == {("playlist", "a", None), ("album", "B", "A")}
    assert found.items[1].url is None
    assert [(problem.where.rpartition(", ")[2], problem.left_out) for problem in found.problems] == [
        ("line 7", False), ("line 4", True), ("line 2", False), ("line 3", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>Log in</body></html>", b"a,b,c\n1,2,3\n", b'"unclosed' + b"x" * 200_000]
)
async def test_what_is_no_exportify_csv_is_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    found = await _read(tmp_path / "a.csv")
    assert (found.items, len(found.problems)) == ((), 1)


async def test_a_folder_or_zip_of_csv_files(tmp_path: Path) -> None:
    text = _csv(WATSONBOX, {"Track Name": "T", "Album Name": "B", "Artist Name(s)": "A"}).encode()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "one.csv").write_bytes(text)
    (tmp_path / "lists" / "two.csv").write_bytes(text)
    zipped = _zipped(tmp_path / "spotify_playlists.zip", {"one.csv": text, "sub/two.csv": text})
    for source in (tmp_path / "lists", zipped):
        assert {name for kind, name, _ in _names(await _read(source)) if kind == "playlist"} == {"one", "two"}


async def test_a_music_folder_with_a_csv_in_it_stays_one_however_deep_its_music_lies(tmp_path: Path) -> None:
    text = _csv(WATSONBOX, {"Track Name": "T", "Album Name": "B", "Artist Name(s)": "A"}).encode()
    (tmp_path / "list.csv").write_bytes(text)
    music(tmp_path / "Rock" / "Someone" / "Their album" / "CD1" / "1.mp3", artist="Someone", album="Their album")
    assert _names(await _read(tmp_path)) == {("album", "Their album", "Someone")}


def test_what_is_no_source_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ")
    for source in (str(tmp_path / "gone"), str(tmp_path / "a.exe"), "", "\0"):
        with pytest.raises(UsageError):
            source_path(source if source else str(tmp_path / "nothing"))
