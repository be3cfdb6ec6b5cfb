"""What is poor about a picture, by the demands of the settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.entries import make_entry

from soulspot_gallery.core.model import EntityType, Entry
from soulspot_gallery.core.pictures.appearance import Appearance
from soulspot_gallery.core.review.audit import audit, demands_of, faults_of
from soulspot_gallery.core.review.faults import Fault
from soulspot_gallery.core.review.measuring import Seen
from soulspot_gallery.core.settings import Settings

GOOD = Appearance(0b1, bytes(48), 75, 0)
DEMANDS = demands_of(Settings())


def entry(width: int = 300, height: int = 300, url: str | None = None) -> Entry:
    made = make_entry("1", kind=EntityType.ARTIST)
    return Entry(made.entity, made.image._replace(width=width, height=height, source_url=url))


@pytest.mark.parametrize(
    ("width", "height", "look", "faults"),
    [
        (300, 300, GOOD, ()),
        (180, 180, GOOD, ()),
        (179, 179, GOOD, (Fault.TOO_SMALL,)),
        (300, 286, GOOD, ()),
        (300, 285, GOOD, (Fault.NOT_SQUARE,)),
        (300, 300, replace(GOOD, sharpness=45), ()),
        (300, 300, replace(GOOD, sharpness=44), (Fault.BLURRY,)),
        (300, 300, replace(GOOD, sharpness=None), ()),
        (300, 300, replace(GOOD, border=3), (Fault.FRAMED,)),
        (100, 50, replace(GOOD, sharpness=1, border=9),
         (Fault.TOO_SMALL, Fault.BLURRY, Fault.NOT_SQUARE, Fault.FRAMED)),
    ],
)  # fmt: skip
def test_each_fault_has_its_threshold(width: int, height: int, look: Appearance, faults: tuple[Fault, ...]) -> None:
    assert faults_of(entry(width, height), look, DEMANDS) == faults


def test_the_size_that_is_demanded_goes_by_kind_and_setting() -> None:
    demands = demands_of(Settings(album_image_size=1000, quality_small_percent=50))
    assert demands.smallest == {EntityType.ARTIST: 150, EntityType.ALBUM: 500, EntityType.PLAYLIST: 200}


@pytest.mark.parametrize("url", [
    "https://cdn-images.dzcdn.net/images/artist//1000x1000-000000-80-0-0.jpg",
    "https://lastfm.freetls.fastly.net/i/u/300x300/2a96cbd8b46e442fc41c2b86b821562f.png",
])  # fmt: skip
def test_what_providers_give_for_none_is_known_by_its_address(url: str) -> None:
    assert faults_of(entry(10, 10, url), GOOD, DEMANDS) == (Fault.PLACEHOLDER,)


def test_what_was_called_a_placeholder_is_known_by_its_look() -> None:
    demands = demands_of(Settings(), [replace(GOOD, bits=0b11)])
    assert faults_of(entry(), GOOD, demands) == (Fault.PLACEHOLDER,)


def test_the_worst_come_first_and_unread_ones_are_left_out() -> None:
    entries = [make_entry(each) for each in ("fine", "framed", "blurred", "unread")]
    seen = {
        entries[0].entity.key: Seen("a", GOOD),
        entries[1].entity.key: Seen("b", replace(GOOD, border=9)),
        entries[2].entity.key: Seen("c", replace(GOOD, sharpness=9)),
    }
    assert [each.entry.entity.id for each in audit(entries, seen, DEMANDS)] == ["blurred", "framed", "fine"]
