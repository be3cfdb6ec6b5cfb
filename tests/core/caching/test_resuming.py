"""A long recache that is killed is taken up where it was, as it was begun; in real processes."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest
from support import pictures
from support.gallery import Gallery
from support.image_server import Answer, ImageServer, Request
from support.soulspot import SoulspotDatabase

from soulspot_gallery.core.caching.resuming import LONG

MANY = LONG + 160


def _library_of_many(library: SoulspotDatabase, server: ImageServer) -> None:
    def answer(request: Request) -> Answer:
        time.sleep(0.03)  # so that results keep up with requests
        return 200, {"Content-Type": "image/jpeg"}, pictures.jpeg((8, 8))

    for number in range(MANY):
        server.routes[f"/{number}.jpg"] = answer
        library.add_playlist(f"Playlist {number}", server.url(f"/{number}.jpg"))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_what_a_killed_recache_left_is_taken_up(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path
) -> None:
    _library_of_many(library, image_server)
    (tmp_path / "home").mkdir()
    environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host}
    gallery = Gallery(tmp_path / "home", ("--library", str(library.path)), environment)
    assert "--resume" in gallery.refused(2, "recache", "--resume")
    assert gallery.json("recache")["downloaded"] == MANY
    image_server.log.clear()
    with gallery.start("recache", "--force") as process:
        while len(image_server.requests()) < MANY - 10:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    asked = {request.path for request in image_server.requests()}
    image_server.log.clear()

    said = gallery.run("status").err
    assert "recache --resume" in said
    assert "another gallery is at it" in said, "from outside, one that runs looks the same"
    assert gallery.json("recache", "--id", _any_id(library))["already_cached"] == 1, "a small one leaves it alone"
    done = gallery.json("recache", "--resume")
    again = {request.path for request in image_server.requests()}
    assert done["downloaded"] == done["requested"] < MANY, "what was done is not done again"
    assert len(asked | again) == MANY
    assert "--resume" in gallery.refused(2, "recache", "--resume"), "all is done"
    assert "usage" not in gallery.refused(2, "recache", "--resume", "--kind", "artist")


def _any_id(library: SoulspotDatabase) -> str:
    return str(library.execute("SELECT id FROM playlists")[0][0])
