"""Bytes of small plain pictures in the formats that servers send."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

Size = tuple[int, int]
Colour = str | tuple[int, int, int]


def encoded(size: Size, colour: Any, file_format: str, mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one colour; `options` go to Pillow's `save`."""
    buffer = BytesIO()
    Image.new(mode, size, colour).save(buffer, file_format, **options)
    return buffer.getvalue()


def jpeg(size: Size = (64, 64), colour: Colour = "teal") -> bytes:
    return encoded(size, colour, "JPEG", quality=90)


def png(size: Size = (64, 64), colour: Colour = "teal") -> bytes:
    return encoded(size, colour, "PNG")


def webp(size: Size = (64, 64), colour: Colour = "teal") -> bytes:
    return encoded(size, colour, "WEBP", quality=85)


def size_of(picture: bytes) -> Size:
    """Width and height in pixels, after decoding all of it."""
    with Image.open(BytesIO(picture)) as image:
        image.load()
        return image.size
