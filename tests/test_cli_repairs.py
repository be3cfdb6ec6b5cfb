"""The commands that repair by hand, from outside: their documents, sentences and exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import cache_path


@pytest.fixture
def gallery(library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path) -> Gallery:
    return Gallery(
        tmp_path / "home",
        ("--library", str(library.path)),
        environment={"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host},
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "cover.png"
    file.write_bytes(pictures.png((400, 400), "red"))
    return file


def test_set_from_a_file_locks_and_undo_and_redo_take_it_back_and_forth(
    gallery: Gallery, library: SoulspotDatabase, picture: Path
) -> None:
    artist = library.add_artist("A", None)
    done = gallery.json("set", "artist", artist, str(picture))
    assert done == {
        "action": "set",
        "batch": 1,
        "done": [{"kind": "artist", "id": artist}],
        "left": [],
        "notes": [],
    }
    (line,) = gallery.run_here("list", "--json").lines
    assert (line["state"], line["locked"]) == ("cached", True)
    assert (library.path.parent / "images" / cache_path("artist", artist)).is_file()
    (change,) = gallery.json("undo", "--list")["changes"]
    assert (change["action"], change["count"], change["name"], change["undone"]) == ("set", 1, "A", False)
    assert gallery.json("undo")["done"] == [{"kind": "artist", "id": artist}]
    assert library.row("artist", artist).path is None
    assert gallery.refused(2, "undo") == "soulspot-gallery: There is nothing to undo."
    gallery.json("redo")
    assert library.row("artist", artist).path == cache_path("artist", artist)


def test_history_goes_back_by_number(
    gallery: Gallery, library: SoulspotDatabase, image_server: ImageServer, picture: Path
) -> None:
    artist = library.add_artist("A", image_server.serve("/a.jpg", pictures.jpeg()))
    gallery.json("recache")
    gallery.json("set", "artist", artist, str(picture))
    (former,) = gallery.json("history", "artist", artist)["history"]
    assert (former["number"], former["width"], former["source"]) == (1, 64, "127.0.0.1")
    assert gallery.json("history", "artist", artist, "--back", "1")["action"] == "history"
    (mine,) = gallery.json("history", "artist", artist)["history"]
    assert (mine["width"], mine["source"]) == (300, str(picture))
    assert "there are 1" in gallery.refused(2, "history", "artist", artist, "--back", "7")


def test_many_are_one_change_and_what_is_so_already_is_no_failure(
    gallery: Gallery, library: SoulspotDatabase, image_server: ImageServer
) -> None:
    artists = [library.add_artist(name, image_server.serve(f"/{name}.jpg", pictures.jpeg())) for name in "abc"]
    gallery.json("recache")
    assert len(gallery.json("lock", "artist", *artists)["done"]) == 3
    again = gallery.json("lock", "artist", *artists)
    assert [(each["error"], each["message"]) for each in again["left"]] == [(None, "It is locked already.")] * 3
    assert gallery.json("recache", "--kind", "artist", "--force")["skipped"] == 3
    named = gallery.run_here("recache", "--id", artists[0], "--force")
    assert "It was locked, and replaced because it was named by hand" in named.out
    gallery.json("unlock", "artist", artists[0])
    gallery.json("no-picture", "artist", artists[1])
    gallery.json("delete", "artist", artists[2])
    seen = {line["id"]: line for line in gallery.run_here("list", "--json").lines}
    assert [seen[each]["locked"] for each in artists] == [False, False, False]
    refused = [gallery.json("why", "artist", each)["no_picture"] is not None for each in artists]
    assert refused == [False, True, False]
    assert [seen[each]["display"]["source"] for each in artists] == ["local", "placeholder", "cdn"]
    gallery.json("unset", "artist", artists[1])
    assert gallery.json("recache")["downloaded"] == 2


def test_why_is_text_and_a_document_without_the_query(
    gallery: Gallery, library: SoulspotDatabase, image_server: ImageServer
) -> None:
    artist = library.add_artist("A", image_server.serve("/a.jpg?token=hush", pictures.jpeg()))
    gallery.json("recache")
    found = gallery.json("why", "artist", artist)
    assert found["original"] == {"format": "jpeg", "width": 64, "height": 64}
    text = gallery.run_here("why", "artist", artist)
    assert "hush" not in text.out + str(found)
    assert "Original: JPEG of 64 × 64 px" in text.out


def test_what_is_no_picture_ends_with_1_and_a_sentence(
    gallery: Gallery, library: SoulspotDatabase, tmp_path: Path, image_server: ImageServer
) -> None:
    artist = library.add_artist("A", None)
    (tmp_path / "words.jpg").write_text("no picture " * 50)
    page = image_server.serve("/page", b"<!doctype html><html></html>", "text/html")
    for wrong in (str(tmp_path / "words.jpg"), str(tmp_path), str(tmp_path / "gone.jpg"), page):
        assert gallery.refused(1, "set", "artist", artist, wrong).endswith(".")
    assert "There is no artist" in gallery.refused(2, "set", "artist", "nobody", str(tmp_path))
    assert "no-picture" in gallery.run_here("--help").out
