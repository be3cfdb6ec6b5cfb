"""What needs a hand, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from soulspot_gallery.core.candidates.fix_queue import Known, Trouble, fix_queue, trouble_of
from soulspot_gallery.core.model import Display, Entity, EntityType, Entry, ImageInfo, Source, State, Verdict
from soulspot_gallery.core.pictures.appearance import Appearance
from soulspot_gallery.core.review.audit import Demands

ALBUM, ARTIST = EntityType.ALBUM, EntityType.ARTIST
URL = "https://pictures.example/1.jpg"
GREY = "https://cdn-images.dzcdn.net/images/artist//500x500-000000-80-0-0.jpg"
SHOWN = Display(Source.PLACEHOLDER, "placeholder-album.svg")
GREY_LOOK, OTHER_LOOK = Appearance(0, bytes(48), None, 0), Appearance(2**64 - 1, bytes([200] * 48), 80, 0)
KNOWN = Known(Demands(dict.fromkeys(EntityType, 200), 0, 5, 100, (GREY_LOOK,)), {"grey": GREY_LOOK, "abc": OTHER_LOOK})


def entry(name: str, state: State, kind: EntityType = ALBUM, artist: str | None = None, **more: object) -> Entry:
    facts = {"source_url": URL, "width": 500, "height": 500, "sha256": "abc"} | more
    entity = Entity(kind, name, name, artist)
    return Entry(entity, ImageInfo(kind, name, local_path=None, display=SHOWN, state=state, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        (entry("a", State.NONE, source_url=None), Trouble.MISSING),
        (entry("a", State.MISSING_FILE), Trouble.MISSING),
        (entry("a", State.MISSING_FILE, verdict=Verdict.BROKEN), Trouble.BROKEN),
        (entry("a", State.FAILED), Trouble.BROKEN),
        (entry("a", State.REMOTE, verdict=Verdict.BROKEN), Trouble.BROKEN),
        (entry("a", State.REMOTE, verdict=Verdict.DENIED), Trouble.BROKEN),
        (entry("a", State.REMOTE, verdict=Verdict.OK), None),
        (entry("a", State.REMOTE), None),
        (entry("a", State.REMOTE, source_url=GREY), Trouble.PLACEHOLDER),
        (entry("a", State.CORRUPT), Trouble.CORRUPT),
        (entry("a", State.CACHED), None),
        (entry("a", State.CACHED, source_url=GREY), Trouble.PLACEHOLDER),
        (entry("a", State.CACHED, sha256="grey"), Trouble.PLACEHOLDER),
        (entry("a", State.CACHED, width=199, height=199), Trouble.TOO_SMALL),
        (entry("a", State.CACHED, width=200, height=199), None),
        (entry("a", State.CACHED, width=500, height=300), Trouble.NOT_SQUARE),
        (entry("a", State.CACHED, width=None, height=None), None),
        (entry("a", State.CACHED, verdict=Verdict.BROKEN), None),
    ],
)  # fmt: skip
def test_what_is_wrong(given: Entry, trouble: Trouble | None) -> None:
    assert trouble_of(given.image, KNOWN) is trouble


def test_the_worst_goes_first_and_an_artist_s_albums_together() -> None:
    small, wide = entry("small", State.CACHED, width=64, height=64), entry("wide", State.CACHED, width=500, height=90)
    grey, torn = entry("grey", State.CACHED, sha256="grey"), entry("torn", State.CORRUPT)
    failed, nothing = entry("failed", State.FAILED), entry("nothing", State.NONE, source_url=None)
    zebra = entry("Aardvark", State.NONE, artist="Zebra")
    ant, ant_too = entry("One", State.NONE, artist="ant"), entry("Two", State.NONE, artist="Ant")
    artist = entry("Zebra", State.NONE, ARTIST)
    given = [small, wide, ant_too, grey, torn, failed, zebra, ant, artist, nothing, entry("good", State.CACHED)]
    assert [each.entry for each in fix_queue(given, KNOWN)] == [
        artist, nothing, ant, ant_too, zebra, failed, torn, grey, small, wide
    ]  # fmt: skip


def test_what_a_person_decided_on_is_left_out() -> None:
    locked, skipped = entry("locked", State.CORRUPT, locked=True), entry("skipped", State.NONE)
    refused = entry("refused", State.NONE, no_picture=True)
    assert fix_queue([locked, skipped, refused], replace(KNOWN, skipped={skipped.entity.key})) == []
