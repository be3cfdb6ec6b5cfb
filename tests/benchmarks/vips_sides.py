"""The side of the comparisons that libvips takes."""

from __future__ import annotations

import pyvips
from measuring import Given
from pipeline_sides import LONGEST, QUALITY, conversions


def convert_vips(given: Given) -> dict[str, float]:
    def one(content: bytes) -> bytes:
        picture = pyvips.Image.thumbnail_buffer(content, LONGEST, size="down")
        made: bytes = picture.webpsave_buffer(Q=QUALITY, effort=4)
        return made

    return conversions(given, one)
