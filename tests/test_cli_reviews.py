"""The commands that review pictures, from outside: their documents, sentences and exit statuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.gallery import Gallery
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.covers import draw, encode


@pytest.fixture
def gallery(library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path) -> Gallery:
    return Gallery(
        tmp_path / "home",
        ("--library", str(library.path)),
        environment={"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host, "SOULSPOT_GALLERY_PROVIDERS": "deezer"},
    )


def cover(seed: int, side: int) -> bytes:
    return encode(draw(EntityType.ALBUM, seed, side), "JPEG")


def serve(server: ImageServer, name: str, body: bytes, etag: str) -> str:
    server.routes[name] = (200, {"Content-Type": "image/jpeg", "ETag": etag}, body)
    return server.url(name)


@pytest.fixture
def artists(gallery: Gallery, library: SoulspotDatabase, image_server: ImageServer) -> list[str]:
    """Three that show one picture, and one whose is small; all fetched."""
    ids = [library.add_artist(f"Artist {n}", serve(image_server, f"/{n}.jpg", cover(3, 400), '"1"')) for n in range(3)]
    ids.append(library.add_artist("Small", serve(image_server, "/small.jpg", cover(6, 100), '"1"')))
    gallery.run_here("recache")
    return ids


def test_audit(gallery: Gallery, artists: list[str]) -> None:
    found = gallery.json("audit")
    assert found["checked"] == 4
    assert found["faults"] == {"placeholder": 0, "too-small": 1, "blurry": 0, "not-square": 0, "framed": 0}
    (item,) = found["items"]
    assert (item["id"], item["width"], item["faults"]) == (artists[3], 100, ["too-small"])
    assert gallery.json("audit", "--kind", "album")["checked"] == 0
    assert "too-small: Small" in gallery.run_here("audit").out


def test_clones_are_listed_and_dealt_with(gallery: Gallery, artists: list[str], library: SoulspotDatabase) -> None:
    (group,) = gallery.json("clones")["groups"]
    assert (group["stands_for"], group["known"]) == (3, "nothing")
    assert {member["id"] for member in group["members"]} == set(artists[:3])
    assert gallery.json("clones", "--fine", group["id"])["groups"] == []
    (fine,) = gallery.json("clones", "--all")["groups"]
    assert fine["known"] == "fine"
    assert len(gallery.json("clones", "--forget", group["id"])["groups"]) == 1
    done = gallery.json("clones", "--placeholder", group["id"])
    assert (done["action"], len(done["done"])) == ("set-aside", 3)
    assert library.row("artist", artists[0]).path is None
    assert gallery.json("clones")["groups"] == []
    gallery.json("undo")
    assert library.row("artist", artists[0]).path is not None
    assert "There is no group zzz" in gallery.refused(2, "clones", "--fine", "zzz")


def test_drift_is_listed_declined_and_taken(gallery: Gallery, artists: list[str], image_server: ImageServer) -> None:
    serve(image_server, "/small.jpg", cover(6, 400), '"2"')
    serve(image_server, "/0.jpg", cover(8, 400), '"2"')
    found = gallery.json("drift")
    assert [(item["change"], item["id"]) for item in found["items"]] == [("larger", artists[3]), ("other", artists[0])]
    assert found["items"][0]["new"] == {"width": 400, "height": 400}
    gallery.json("lock", "artist", artists[0])
    done = gallery.json("drift", "--take")
    assert [each["id"] for each in done["done"]] == [artists[3]]
    gallery.json("drift", "--keep")
    assert gallery.json("drift")["items"] == []
    serve(image_server, "/0.jpg", cover(9, 400), '"3"')
    done = gallery.json("drift", "--take", "--id", artists[0])
    assert [each["id"] for each in done["done"]] == [artists[0]]


def test_looking_again_asks_the_sources_and_not_the_old_url(
    gallery: Gallery, artists: list[str], library: SoulspotDatabase, image_server: ImageServer
) -> None:
    image_server.routes["/deezer/search/artist"] = (200, {"Content-Type": "application/json"}, _found(image_server))
    stands_in = {"SOULSPOT_GALLERY_PROVIDER_URLS": f"deezer={image_server.url('/deezer')}"}
    gallery = replace(gallery, environment={**gallery.environment, **stands_in})
    (group,) = gallery.json("clones")["groups"]
    answer = gallery.run_here("clones", "--look-again", group["id"], "--json")
    done = json.loads(answer.out)
    assert (done["requested"], done["fetched"], done["nothing"]) == (3, 1, 2)
    assert library.row("artist", artists[0]).url == image_server.url("/new.jpg")
    assert library.row("artist", artists[1]).url is None


def _found(server: ImageServer) -> bytes:
    """Of the three only one."""
    picture = serve(server, "/new.jpg", cover(8, 400), '"1"')
    return json.dumps({"data": [{"id": 1, "name": "Artist 0", "picture_xl": picture}], "total": 1}).encode()
