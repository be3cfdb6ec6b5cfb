"""A picture's bytes in, a small WebP out: upright, in sRGB, with its transparency, without its metadata.

Plug-ins of Pillow are called one by one for the format that the bytes themselves show: `Image.open` would try others,
start programs for some, and warn through state that the whole process shares. Nothing here changes such state.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PIL import AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from soulspot_gallery.core.disk import trouble_of_all
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures import libwebp
from soulspot_gallery.core.pictures.colours import averageable, is_srgb, to_srgb
from soulspot_gallery.core.pictures.exif import orientation
from soulspot_gallery.core.pictures.image_headers import Header, damaged, read_header
from soulspot_gallery.core.pictures.jpeg_planes import REDUCING_GAP, has_planes, shrunk_planes, shrunk_rgb

T = TypeVar("T")

METHOD = 4
"""Effort of the WebP encoder, 0 to 6. 6 takes 2.4 times as long for 5 to 12 % fewer bytes."""

_BAND_PIXELS = 2_000_000
_OPENERS: dict[str, Callable[[io.BytesIO], ImageFile]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}
# Pillow's own copy, the decoder's, and the bytes between them.
_BYTES_A_PIXEL = {"png": 4, "bmp": 4, "gif": 4, "webp": 16, "avif": 12}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Converted:
    """A converted picture: the WebP, its size in pixels and sha256 (hex), and what it was made from (size as coded)."""

    webp: bytes
    width: int
    height: int
    sha256: str
    source_format: str
    source_width: int
    source_height: int


def convert(data: bytes, longest_side: int, quality: int) -> Converted:
    """Makes a WebP of at most `longest_side` pixels each way, never larger than the picture; `quality` 1 to 100.

    Blocks for some tens of milliseconds, more for large pictures: for a thread, and `conversion` for what is heavy.
    Raises PictureError: `empty`, `not-image`, `format`, `decode`, `too-many-pixels`.
    """
    return convert_headed(read_header(data), data, longest_side, quality)


def convert_headed(header: Header, data: bytes, longest_side: int, quality: int) -> Converted:
    """As `convert`, where the header of `data` was read already."""
    size, webp = _guarded(header, lambda: _encoded(header, data, longest_side, quality))
    digest = hashlib.sha256(webp).hexdigest()
    return Converted(webp, *size, digest, header.format, header.width, header.height)


def decode_fully(header: Header, data: bytes) -> tuple[int, int]:
    """Decodes the first frame and gives its size in pixels. Raises PictureError `decode`, `too-many-pixels`."""

    def decode() -> tuple[int, int]:
        picture = open_picture(header, data)
        picture.load()
        return picture.size

    return _guarded(header, decode)


def decode_small(data: bytes, longest_side: int) -> Image.Image:
    """The picture of at most so many pixels each way: upright, in sRGB, RGB or RGBA. Raises PictureError."""
    header = read_header(data)
    return _guarded(header, lambda: _small(open_picture(header, data), header, longest_side))


def _guarded(header: Header, work: Callable[[], T]) -> T:
    """What `work` gives; PictureError for whatever a decoder raises: ValueError, KeyError, struct.error, zlib.error …

    Raised outside of `except`, so that it does not hold on to the decoder's frames: in them are all its pixels.
    """
    try:
        return work()
    except PictureError:
        raise
    except MemoryError:
        reason = None
    except OSError as problem:
        # The decoders read from memory: an error of the system, such as too many open files, is not the picture's.
        if problem.errno is not None:
            now = "The picture can't be decoded now"
            own = PictureError(ErrorCode.DISK, f"{now}: {problem.strerror}; try again later.")
            raise (trouble_of_all(problem, now) or own) from None
        reason = _reason(problem)
    except Exception as problem:
        reason = _reason(problem)
    if reason is None:
        raise PictureError(ErrorCode.TOO_MANY_PIXELS, "The picture needs more memory than there is; use a smaller one.")
    raise damaged(header.format, reason)


def _reason(problem: Exception) -> str:
    words = " ".join(str(problem).split())[:120].rstrip(".")
    return f"the decoder says “{words}”" if words else "the decoder gave up"


def _encoded(header: Header, data: bytes, longest_side: int, quality: int) -> tuple[tuple[int, int], bytes]:
    """The size, and the WebP: straight from a JPEG's planes where it has some and nothing is to be done but shrink."""
    source = open_picture(header, data)
    if libwebp.can_encode() and has_planes(source) and _is_plain(header):
        size = _fitted(header, longest_side)
        return size, libwebp.encode(shrunk_planes(source, size), quality, METHOD)
    picture = _small(source, header, longest_side)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=METHOD)
    return picture.size, out.getvalue()


def _is_plain(header: Header) -> bool:
    """True for a picture that is upright and in sRGB as its pixels are stored."""
    return orientation(header.exif) not in _UPRIGHT and is_srgb(header.icc)


def _small(source: ImageFile, header: Header, longest_side: int) -> Image.Image:
    """Decoded, shrunk, in sRGB, upright; mode RGB or RGBA."""
    exif, icc = header.exif, header.icc
    if header.format in ("webp", "avif"):
        exif, icc = _bytes(source, "exif"), _bytes(source, "icc_profile")
    picture = _shrunk(source, header, longest_side)
    turn = _UPRIGHT.get(orientation(exif))
    if turn is not None:
        picture = picture.transpose(turn)
    return to_srgb(picture, icc)


def decoder_bytes(header: Header, longest_side: int) -> int:
    """What decoding and shrinking the picture holds at most, in bytes, near enough to share out memory by."""
    if header.format == "jpeg":
        coefficients = 2 * header.samples * header.pixels if header.whole_frame else 0
        # By `thumbnail`, which asks for the whole square; or three planes beside all of them, when libjpeg is done.
        square, fitted = (longest_side, longest_side), _fitted(header, longest_side)
        return max(5 * _drafted_pixels(header, square) + coefficients, 7 * _drafted_pixels(header, fitted))
    in_bands = max(header.width, header.height) >= 2 * REDUCING_GAP * longest_side
    copied = min(header.pixels, _BAND_PIXELS) if in_bands else header.pixels
    return header.pixels * _BYTES_A_PIXEL[header.format] + 8 * copied


def _drafted_pixels(header: Header, size: tuple[int, int]) -> int:
    """How many pixels libjpeg makes of a JPEG that is to be shrunk to this size."""
    scale = min(header.width // int(size[0] * REDUCING_GAP), header.height // int(size[1] * REDUCING_GAP))
    scale = next(step for step in (8, 4, 2, 1) if scale >= step or step == 1)
    return header.pixels // scale**2


def open_picture(header: Header, data: bytes) -> ImageFile:
    """The first frame, not decoded yet, no larger than the header says. Raises PictureError and what Pillow raises."""
    if header.format == "avif" and not AvifImagePlugin.SUPPORTED:
        raise PictureError(
            ErrorCode.FORMAT, "This installation can't read AVIF pictures; use a JPEG, PNG, WebP, GIF or BMP."
        )
    picture = _OPENERS[header.format](io.BytesIO(header.body(data)))
    if picture.width * picture.height > header.pixels:
        raise damaged(header.format, "its parts claim different sizes")
    return picture


def _bytes(picture: Image.Image, key: str) -> bytes:
    value = picture.info.get(key)
    return value if isinstance(value, bytes) else b""


def _shrunk(source: ImageFile, header: Header, longest_side: int) -> Image.Image:
    """Shrunk to fit the square, in a mode that can be averaged; large ones band by band, to be held only once."""
    box = (longest_side, longest_side)
    if header.format == "jpeg":
        size = _fitted(header, longest_side)
        if has_planes(source) and header.width >= 2 * size[0] and header.height >= 2 * size[1]:
            return shrunk_rgb(source, size)
        source.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
        source.load()
        return source
    source.load()
    factor = int(max(source.size) / longest_side / REDUCING_GAP)
    if factor > 1 and source.width * source.height > _BAND_PIXELS:
        return _shrunk_in_bands(source, header.bits, longest_side, factor)
    picture = averageable(source, header.bits)
    picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    return picture


def _fitted(header: Header, longest_side: int) -> tuple[int, int]:
    """The size in which the picture fits the square: its own, or nearest to its proportions, as `thumbnail` has it."""
    if header.width <= longest_side and header.height <= longest_side:
        return header.width, header.height
    aspect = header.width / header.height
    if aspect < 1:
        exact = longest_side * aspect
        width = min(math.floor(exact), math.ceil(exact), key=lambda side: abs(aspect - side / longest_side))
        return max(width, 1), longest_side
    exact = longest_side / aspect
    height = min(math.floor(exact), math.ceil(exact), key=lambda side: abs(aspect - longest_side / (side or 1)))
    return longest_side, max(height, 1)


def _shrunk_in_bands(source: ImageFile, bits: int, longest_side: int, factor: int) -> Image.Image:
    """What `thumbnail` gives, with no second copy of all pixels: averaged over `factor` pixels each way band by band,
    then filtered to size."""
    width, height = source.size
    rows = max(_BAND_PIXELS // width // factor, 1) * factor
    bands = []
    for top in range(0, height, rows):
        band = source.crop((0, top, width, min(top + rows, height)))
        bands.append(averageable(band, bits).reduce(factor))
    reduced = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for number, band in enumerate(bands):
        reduced.paste(band, (0, number * rows // factor))
    scale = longest_side / max(source.size)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return reduced.resize(size, Image.Resampling.LANCZOS, box=(0, 0, width / factor, height / factor))
