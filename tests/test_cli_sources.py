"""The commands that ask sources, from outside: add, sync, sources; their documents, sentences and exit statuses."""

from __future__ import annotations

import itertools
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.sources import Sources, deezer_album, deezer_artist

SPOTIFY_ID = "4tZwfgrHOc3mvqYlEYSvVi"


@pytest.fixture
def sources(image_server: ImageServer) -> Sources:
    """Deezer knows Daft Punk."""
    sources = Sources(image_server)
    face = sources.picture("face.jpg", pictures.jpeg())
    cover = sources.picture("cover.jpg", pictures.jpeg())
    sources.answer("deezer", "/search/artist", {"data": [deezer_artist(27, "Daft Punk", face)]})
    sources.answer("deezer", "/search/album", {"data": [deezer_album(302127, "Discovery", "Daft Punk", cover)]})
    sources.answer("deezer", "/artist/27", deezer_artist(27, "Daft Punk", face))
    sources.answer("deezer", "/album/302127", deezer_album(302127, "Discovery", "Daft Punk", cover))
    return sources


@pytest.fixture
def gallery(sources: Sources, tmp_path: Path) -> Gallery:
    """The user's own library, Deezer alone switched on."""
    return Gallery(
        tmp_path / "home",
        environment={
            "SOULSPOT_GALLERY_ALLOWED_HOSTS": sources.server.host,
            "SOULSPOT_GALLERY_PROVIDERS": "deezer",
            "SOULSPOT_GALLERY_PROVIDER_URLS": ",".join(sources.urls),
        },
    )


def test_add_by_url_and_words(gallery: Gallery, sources: Sources) -> None:
    album = gallery.json("add", "https://www.deezer.com/album/302127")
    assert {name: album[name] for name in ("kind", "name", "artist", "added", "source", "uri")} == {
        "kind": "album",
        "name": "Discovery",
        "artist": "Daft Punk",
        "added": True,
        "source": "deezer",
        "uri": "https://www.deezer.com/album/302127",
    }
    assert album["picture"]["outcome"] == "fetched"
    again = gallery.json("add", "daft", "punk", "discovery")
    assert (again["id"], again["added"], again["picture"]["outcome"]) == (album["id"], False, "kept")
    assert "artist Daft Punk" in gallery.run("add", "daft punk", "--kind", "artist").out
    listed = gallery.run("list", "--json").lines
    assert [(each["kind"], each["name"], each["state"]) for each in listed] == [
        ("artist", "Daft Punk", "cached"),
        ("album", "Discovery", "cached"),
    ]


def test_what_can_not_be_added_is_one_line(gallery: Gallery, library: SoulspotDatabase) -> None:
    assert "No source knows 'homework'" in gallery.refused(2, "add", "homework")
    assert "switched off" in gallery.refused(2, "add", f"spotify:album:{SPOTIFY_ID}")
    foreign = replace(gallery, options=("--library", str(library.path)))
    assert "the gallery adds nothing" in foreign.refused(3, "add", "daft punk")


def test_sync_reports_every_entity(gallery: Gallery, library: SoulspotDatabase, sources: Sources) -> None:
    found, nothing = library.add_artist("Daft Punk"), library.add_artist("Nobody")
    foreign = replace(gallery, options=("--library", str(library.path)))
    done = foreign.json("sync", "--kind", "artist")
    assert (done["requested"], done["fetched"], done["nothing"], done["failed"]) == (2, 1, 1, 0)
    assert done["sources"] == [{"name": "deezer", "found": 1, "nothing": 1, "failed": 0, "problem": None}]
    results = {each["id"]: each for each in done["results"]}
    assert (results[found]["outcome"], results[found]["source"]) == ("fetched", "deezer")
    assert library.row("artist", found).url == sources.server.url("/pictures/face.jpg")
    before = len(sources.asked("deezer"))
    assert foreign.json("sync", "--id", nothing)["nothing"] == 1
    assert len(sources.asked("deezer")) == before
    assert foreign.json("sync", "--id", nothing, "--again")["nothing"] == 1
    assert len(sources.asked("deezer")) == before + 1
    assert "with the id x in the library" in foreign.refused(2, "sync", "--id", "x")


def test_sync_of_what_is_named(gallery: Gallery, library: SoulspotDatabase, sources: Sources) -> None:
    """By what the library knows it as, with the source on or off, or by words; nobody is asked for what is meant."""
    foreign = replace(gallery, options=("--library", str(library.path)))
    daft, nobody = library.add_artist("Daft Punk"), library.add_artist("Nobody")
    discovery = library.add_album("Discovery", artist_id=daft)
    uri = f"spotify:artist:{SPOTIFY_ID}"
    library.execute("UPDATE soulspot_artists SET spotify_uri = ? WHERE id = ?", uri, daft)

    def synced(*arguments: str) -> set[str]:
        return {each["id"] for each in foreign.json("sync", *arguments)["results"]}

    assert synced("discovery", "PUNK") == {discovery}
    assert synced("daft punk") == {daft, discovery}
    assert synced("--kind", "artist", "daft punk") == {daft}
    assert synced(uri) == synced(f"https://open.spotify.com/intl-de/artist/{SPOTIFY_ID}?si=x") == {daft}
    assert synced("nobody") == {nobody}
    assert not [each for each in sources.asked("deezer") if "/search/" not in each.path]
    assert "has the words 'homework'" in foreign.refused(2, "sync", "homework")
    assert "known as 'deezer:artist:5'" in foreign.refused(2, "sync", "deezer:artist:5")
    assert "not by both" in foreign.refused(2, "sync", "daft", "--id", daft)
    added = gallery.json("add", "https://www.deezer.com/album/302127")
    assert {each["id"] for each in gallery.json("sync", "deezer:album:302127")["results"]} == {added["id"]}


def test_sync_ends_with_1_where_something_failed(gallery: Gallery, library: SoulspotDatabase, sources: Sources) -> None:
    library.add_artist("Daft Punk")
    sources.answer("deezer", "/search/artist", b"<html>Log in</html>")
    ran = replace(gallery, options=("--library", str(library.path))).run("sync")
    assert ran.status == 1
    assert "deezer: it answered with a web page" in ran.out
    (result,) = replace(gallery, options=("--library", str(library.path))).run("sync", "--json").json["results"]
    assert (result["outcome"], result["error"]) == ("failed", "protocol")


def test_sources_say_what_they_are_and_whether_they_work(gallery: Gallery, sources: Sources) -> None:
    document = gallery.json("sources")
    by_name = {each["name"]: each for each in document["sources"]}
    assert document["sources"][0]["name"] == "deezer"
    assert set(by_name) == {
        "deezer", "cover-art-archive", "musicbrainz", "wikimedia", "itunes", "spotify", "spotify-oembed",
    }  # fmt: skip
    deezer = by_name["deezer"]
    assert (deezer["on"], deezer["position"], deezer["key"]) == (True, 0, "none")
    assert deezer["limits"] == [{"api": "deezer", "url": sources.base("deezer"), "requests": 50, "seconds": 5.0}]
    assert by_name["spotify"]["max_age_days"] == 30
    assert not by_name["spotify"]["on"]
    assert gallery.json("sources", "--test") == {
        "tests": [{"name": "deezer", "works": True, "message": "deezer answers.", "seconds": pytest.approx(0, abs=5)}]
    }
    ran = gallery.run("sources", "--test", "deezer", "spotify")
    assert ran.status == 1
    assert "connect it first" in ran.out
    assert "no source called 'x'" in gallery.refused(2, "sources", "--test", "x")
    assert "1.  deezer" in gallery.run("sources").out


def test_a_source_that_there_is_not_is_told(gallery: Gallery) -> None:
    wrong = replace(gallery, environment=gallery.environment | {"SOULSPOT_GALLERY_PROVIDERS": "deezr"})
    ran = wrong.run("sources")
    assert ran.status == 0
    assert "There is no source called 'deezr'" in ran.err


def test_spotify_is_connected_and_disconnected(gallery: Gallery, sources: Sources) -> None:
    sources.answer("spotify-accounts", "/api/token", {"access_token": "t0ken", "expires_in": 3600})
    face = sources.picture("spotify.jpg", pictures.jpeg())
    artist = {"id": SPOTIFY_ID, "name": "Daft Punk", "images": [{"url": face, "width": 640}]}
    sources.answer("spotify", f"/artists/{SPOTIFY_ID}", artist)
    spotify = replace(gallery, environment=gallery.environment | {"SOULSPOT_GALLERY_PROVIDERS": "spotify"})

    def connect(secret: str) -> subprocess.CompletedProcess[str]:
        process = spotify.start(
            "sources", "--connect", "spotify", "--client-id", "c11ent", "--secret", stdin=subprocess.PIPE
        )
        out, err = process.communicate(secret + "\n", timeout=60)
        return subprocess.CompletedProcess([], process.returncode, out, err)

    assert "--client-id" in spotify.refused(2, "sources", "--connect", "spotify")
    done = connect("s3cret")
    assert done.returncode == 0, done.stderr
    added = spotify.json("add", f"spotify:artist:{SPOTIFY_ID}")
    assert (added["source"], added["picture"]["outcome"]) == ("spotify", "fetched")
    assert spotify.json("sources", "--disconnect", "spotify") == {"removed": 1, "left": []}
    (left,) = spotify.run("list", "--json").lines
    assert (left["state"], left["url"], left["path"]) == ("none", None, None)
    for file in gallery.home.rglob("*"):
        if file.is_file():
            assert b"s3cret" not in file.read_bytes(), file
    sources.answer("spotify-accounts", "/api/token", {"error": "invalid_client"}, status=400)
    refused = connect("wr0ng")
    assert refused.returncode == 1
    assert "does not know this client id" in refused.stderr
    assert "wr0ng" not in refused.stdout + refused.stderr


def test_one_command_after_the_other_keeps_the_limits(gallery: Gallery, sources: Sources) -> None:
    mbid = "1b022e01-4da6-387b-8658-8678046e4cef"
    credit = [{"name": "Nirvana"}]
    sources.answer("musicbrainz", f"/ws/2/release-group/{mbid}", {"title": "Nevermind", "artist-credit": credit})
    archive = replace(gallery, environment=gallery.environment | {"SOULSPOT_GALLERY_PROVIDERS": "cover-art-archive"})
    for _ in range(3):
        archive.json("add", f"https://musicbrainz.org/release-group/{mbid}")
    times = [each.at for each in sources.asked("musicbrainz")]
    assert len(times) == 3
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))
    sources.answer("itunes", "/lookup", {}, status=403)
    itunes = replace(gallery, environment=gallery.environment | {"SOULSPOT_GALLERY_PROVIDERS": "itunes"})
    assert "half an hour" in itunes.refused(1, "add", "https://music.apple.com/us/album/x/1440783617")
    assert "left alone for 30 min" in itunes.refused(1, "add", "https://music.apple.com/us/album/x/1440783617")
    assert len(sources.asked("itunes")) == 1
