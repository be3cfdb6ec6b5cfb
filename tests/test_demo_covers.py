"""The sample's pictures: repeatable, different from each other, in the size and format asked for."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image, ImageStat

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.covers import ALBUM_MOTIFS, ARTIST_MOTIFS, draw, encode
from soulspot_gallery.demo.mosaics import MOSAICS
from soulspot_gallery.demo.palettes import PALETTES, mix, ramp

_ROUND = {
    EntityType.ARTIST: len(ARTIST_MOTIFS),
    EntityType.ALBUM: len(ALBUM_MOTIFS),
    EntityType.PLAYLIST: len(MOSAICS),
}


def _digest(kind: EntityType, seed: int) -> str:
    return hashlib.sha256(draw(kind, seed, 96).tobytes()).hexdigest()


@pytest.mark.parametrize("kind", EntityType)
def test_a_seed_gives_the_same_picture_every_time(kind: EntityType) -> None:
    seeds = range(_ROUND[kind])
    assert [_digest(kind, seed) for seed in seeds] == [_digest(kind, seed) for seed in seeds]


@pytest.mark.parametrize("kind", EntityType)
def test_seeds_give_different_pictures(kind: EntityType) -> None:
    count = 2 * _ROUND[kind]
    assert len({_digest(kind, seed) for seed in range(count)}) == count


@pytest.mark.parametrize("kind", EntityType)
def test_no_picture_is_flat(kind: EntityType) -> None:
    for seed in range(2 * _ROUND[kind]):
        deviation = max(ImageStat.Stat(draw(kind, seed, 96)).stddev)
        assert deviation > 12, f"{kind} {seed} shows next to nothing"


def test_the_size_is_the_one_asked_for() -> None:
    for size in (32, 37, 300):
        picture = draw(EntityType.PLAYLIST, 1, size)
        assert (picture.size, picture.mode) == ((size, size), "RGB")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_an_encoded_picture_can_be_read(file_format: str) -> None:
    with Image.open(io.BytesIO(encode(draw(EntityType.ALBUM, 3, 80), file_format))) as picture:
        picture.load()
        assert (picture.format, picture.size) == (file_format, (80, 80))


def test_palettes_go_from_dark_to_light() -> None:
    for palette in PALETTES:
        assert len(palette) == 5
        assert sum(palette[0]) < sum(palette[1]) < sum(palette[4])


def test_colours_are_mixed_in_between() -> None:
    black, white = (0, 0, 0), (255, 255, 255)
    assert mix(black, white, 0.2) == (51, 51, 51)
    assert ramp((black, white, black), 0.5) == white
    assert (ramp((black, white), -1), ramp((black, white), 7)) == (black, white)
