"""Draws the sample's pictures: one for each kind and seed, always the same, nobody's artwork and no lettering."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo import album_motifs, mosaics, pattern_motifs, portraits
from soulspot_gallery.demo.canvas import Canvas
from soulspot_gallery.demo.palettes import PALETTES, Palette

Motif = Callable[[Canvas, random.Random, Palette], None]

ALBUM_MOTIFS: tuple[Motif, ...] = (
    album_motifs.ridges,
    pattern_motifs.bauhaus,
    album_motifs.aura,
    pattern_motifs.bloom,
    album_motifs.tide,
    pattern_motifs.facets,
    album_motifs.planets,
    pattern_motifs.paper,
    album_motifs.liquid,
    pattern_motifs.blocks,
    album_motifs.rays,
    pattern_motifs.op_art,
    album_motifs.pillars,
    pattern_motifs.contours,
    album_motifs.eclipse,
    pattern_motifs.ribbons,
)
ARTIST_MOTIFS: tuple[Motif, ...] = (
    portraits.portrait,
    portraits.group,
    portraits.portrait,
    portraits.mask,
    portraits.portrait,
    portraits.emblem,
    portraits.portrait,
    portraits.portrait,
    portraits.turntable,
)
DEFAULT_SIZE = 640
"""Side of a picture in px: about what real providers serve."""


def _drawn(motif: Motif, seed: int, size: int, palette: int) -> Canvas:
    canvas = Canvas(size)
    motif(canvas, random.Random(seed), PALETTES[palette % len(PALETTES)])
    return canvas


def _album(seed: int, size: int) -> Canvas:
    # 7 and 16 have no common factor: neighbours differ in motif and in colours.
    count = len(ALBUM_MOTIFS)
    return _drawn(ALBUM_MOTIFS[seed % count], seed, size, seed * 7 + seed // count * 3)


def _artist(seed: int, size: int) -> Canvas:
    return _drawn(ARTIST_MOTIFS[seed % len(ARTIST_MOTIFS)], seed, size, seed * 5 + 2)


def _playlist(seed: int, size: int) -> Canvas:
    def tiles(count: int, side: int) -> list[Image.Image]:
        # Canvases draw at twice their size: half of it, unreduced, is the size wanted.
        return [_album(seed * 5 + index * 3, (side + 1) // 2).image.crop((0, 0, side, side)) for index in range(count)]

    canvas = Canvas(size)
    mosaics.MOSAICS[seed % len(mosaics.MOSAICS)](canvas, random.Random(seed), PALETTES[seed * 3 % len(PALETTES)], tiles)
    return canvas


_DRAWERS = {EntityType.ARTIST: _artist, EntityType.ALBUM: _album, EntityType.PLAYLIST: _playlist}


def draw(kind: EntityType, seed: int, size: int = DEFAULT_SIZE) -> Image.Image:
    """The picture of this kind and seed (0 or more), RGB, `size` x `size` px (32 or more)."""
    return _DRAWERS[kind](seed, size).finished()


def encode(picture: Image.Image, file_format: str) -> bytes:
    """The picture as `JPEG` (quality 88), `PNG` or `WEBP`."""
    target = io.BytesIO()
    if file_format == "JPEG":
        picture.save(target, "JPEG", quality=88)
    else:
        picture.save(target, file_format)
    return target.getvalue()
