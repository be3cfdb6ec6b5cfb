"""Tests of opening a library: what opens, by which name, and what the embedded one is made of."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from support.soulspot import SoulspotDatabase

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.library.opening import add_entities, create_library, open_library
from soulspot_gallery.core.model import Entity, EntityType

URL, PATH = "https://cdn.example/a.jpg", "artists/ab/ab1.webp"


@pytest.mark.parametrize("name", ["sqlite.db", "sqlite3", "odd name%20é?.db"])
def test_any_file_name_will_do(
    library: SoulspotDatabase, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.path.rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for named in (name, tmp_path / name):
        found = open_library(named)
        assert found.entities() == []
        assert found.name == str(tmp_path / name)
        found.close()


def test_urls_that_open_nothing(tmp_path: Path) -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "nosuch://host/db", "oracle+nothing://a:secret@b/c"):
        with pytest.raises(LibraryError) as problem:
            open_library(url)
        assert "secret" not in str(problem.value)


def test_two_names_of_one_file_are_one_library(library: SoulspotDatabase, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(library.path)
    keys = set()
    for named in (
        library.path,
        tmp_path / "link.db",
        f"sqlite:///{library.path}",
        library.path.parent / "." / "soulspot.db",
    ):
        found = open_library(named)
        keys.add(found.key)
        found.close()
    assert len(keys) == 1


def test_a_torn_database_has_a_sentence(library: SoulspotDatabase) -> None:
    for number in range(300):
        library.add_artist("A" * 200 + str(number))
    content = bytearray(library.path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    library.path.write_bytes(content)
    with pytest.raises(LibraryError, match="can't be read"), closing(open_library(library.path)) as opened:
        opened.entities()


def test_the_embedded_library(tmp_path: Path) -> None:
    file = tmp_path / "new" / "library.db"
    create_library(file)
    artist = Entity(EntityType.ARTIST, "a1", "A", None, URL, None)
    album = Entity(EntityType.ALBUM, "b1", "B", None, None, None)
    add_entities(file, [artist], [(album, "a1")], [Entity(EntityType.PLAYLIST, "c1", "C")])
    create_library(file)
    opened = open_library(file)
    assert opened.entities() == [artist, album._replace(artist="A"), Entity(EntityType.PLAYLIST, "c1", "C")]
    opened.close()
    with pytest.raises(LibraryError):
        add_entities(file, [artist], [], [])
    with pytest.raises(LibraryError):
        add_entities(tmp_path / "none.db", [artist], [], [])
    assert not (tmp_path / "none.db").exists()
