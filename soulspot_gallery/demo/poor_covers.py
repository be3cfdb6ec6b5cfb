"""What becomes of good drawings on bad hosts: cut, blurred, framed, or replaced by a grey figure."""

from __future__ import annotations

from enum import StrEnum

from PIL import Image, ImageDraw, ImageFilter, ImageOps

_THUMBNAIL = 60
"""Side of what a blurred picture was enlarged from, px."""

_FRAME = 0.07


class Cut(StrEnum):
    """The outline of a picture, and what was done to it."""

    SQUARE = "square"
    WIDE = "wide"
    BLURRED = "blurred"
    FRAMED = "framed"
    SILHOUETTE = "silhouette"


def finished(picture: Image.Image, cut: Cut) -> Image.Image:
    """The square drawing as its host sends it."""
    side = picture.width
    match cut:
        case Cut.WIDE:
            return picture.crop((0, side // 6, side, side - side // 6))
        case Cut.BLURRED:
            small = picture.resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.LANCZOS)
            return small.resize((side, side), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(side / 200))
        case Cut.FRAMED:
            frame = round(side * _FRAME)
            inner = picture.resize((side - 2 * frame, side - 2 * frame), Image.Resampling.LANCZOS)
            return ImageOps.expand(inner, frame, "white")
        case Cut.SILHOUETTE:
            return _silhouette(side)
    return picture


def _silhouette(side: int) -> Image.Image:
    """Head and shoulders in grey: what sources show for those they have no picture of."""
    picture = Image.new("RGB", (2 * side, 2 * side), "#c9ccd1")
    pen = ImageDraw.Draw(picture)
    for x, y, across, along in ((1, 0.76, 0.3, 0.34), (1, 1.86, 0.66, 0.66)):
        box = ((x - across) * side, (y - along) * side, (x + across) * side, (y + along) * side)
        pen.ellipse(box, fill="#9aa0a8")
    return picture.resize((side, side), Image.Resampling.LANCZOS)
