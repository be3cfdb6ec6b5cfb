"""What must not be converted: other formats, bombs, cut-off and damaged pictures; and that nothing else happens."""

from __future__ import annotations

import random
import warnings

import pytest
from PIL import Image, features
from support import odd_pictures as odd

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.imaging import convert

ALL_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", *(["AVIF"] if features.check("avif") else [])]


def failure(data: bytes) -> PictureError:
    with pytest.raises(PictureError) as caught:
        convert(data, 500, 85)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return caught.value


REFUSED = {
    "nothing": (b"", ErrorCode.EMPTY),
    "web page": (b"<!DOCTYPE html><html><body>404</body></html>", ErrorCode.NOT_IMAGE),
    "noise": (b"\x01\x02\x03" * 200, ErrorCode.NOT_IMAGE),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n", ErrorCode.FORMAT),
    "EPS with preview": (b"\xc5\xd0\xd3\xc6" + bytes(40), ErrorCode.FORMAT),
    "TIFF": (odd.saved(Image.new("RGB", (8, 8)), "TIFF"), ErrorCode.FORMAT),
    "PDF": (odd.saved(Image.new("RGB", (8, 8)), "PDF"), ErrorCode.FORMAT),
    "ICO": (odd.saved(Image.new("RGB", (16, 16)), "ICO"), ErrorCode.FORMAT),
    "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', ErrorCode.FORMAT),
    "34 bytes of WebP": (odd.webp_bomb(), ErrorCode.TOO_MANY_PIXELS),
    "PNG of 100 MP": (odd.png_claiming(10000, 10000), ErrorCode.TOO_MANY_PIXELS),
    "PNG of all there is": (odd.png_claiming(2**31 - 1, 2**31 - 1), ErrorCode.TOO_MANY_PIXELS),
    "JPEG of 4,000 MP": (odd.jpeg_claiming(65500, 65500), ErrorCode.TOO_MANY_PIXELS),
    "JPEG of no height": (odd.jpeg_claiming(100, 0), ErrorCode.DECODE),
    "4,000 scans": (odd.jpeg_of_scans(4000), ErrorCode.TOO_MANY_PIXELS),
    "101 scans": (odd.jpeg_of_scans(101), ErrorCode.TOO_MANY_PIXELS),
    "GIF of 65535": (b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;", ErrorCode.TOO_MANY_PIXELS),
    "GIF frame of 65535": (
        b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
        ErrorCode.TOO_MANY_PIXELS,
    ),
    "PNG without pixels": (odd.png((4, 4), 8, 2, bytes(12))[:33], ErrorCode.DECODE),
    "JPEG without pixels": (b"\xff\xd8\xff\xd9" + bytes(20), ErrorCode.DECODE),
    "JPEG magic": (b"\xff\xd8\xff", ErrorCode.DECODE),
    "PNG magic": (b"\x89PNG\r\n\x1a\n", ErrorCode.DECODE),
    "GIF magic": (b"GIF89a", ErrorCode.DECODE),
    "WebP magic": (b"RIFF\x04\0\0\0WEBP", ErrorCode.DECODE),
    "AVIF magic": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", ErrorCode.DECODE),
    "BMP magic": (b"BM" + bytes(12) + b"\x28\0\0\0", ErrorCode.DECODE),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_refused(refused: tuple[bytes, ErrorCode]) -> None:
    data, code = refused
    assert failure(data).code is code


def test_20_scans_are_legal() -> None:
    assert convert(odd.jpeg_of_scans(20), 500, 85).width == 64


@pytest.mark.parametrize("file_format", ALL_FORMATS)
def test_cut_off_pictures_are_refused(file_format: str) -> None:
    data = odd.saved(odd.photo(64), file_format)
    ends = {0, 1, 2, 8, 11, 12, 20, 33, *range(40, len(data), max(len(data) // 40, 1)), len(data) - 20}
    for end in sorted(ends):
        expected = {ErrorCode.DECODE, ErrorCode.EMPTY} if end == 0 or end > 30 else set(ErrorCode)
        assert failure(data[:end]).code in expected, end


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_the_last_byte_counts(file_format: str) -> None:
    data = odd.saved(odd.photo(64), file_format)
    assert failure(data[:-1]).code is ErrorCode.DECODE
    assert failure(data[:-2]).code is ErrorCode.DECODE


@pytest.mark.parametrize("file_format", ALL_FORMATS)
def test_mutated_pictures_are_converted_or_refused(file_format: str) -> None:
    """Bits flipped, bytes replaced, taken out, doubled: a result or a PictureError, never anything else, no warning."""
    chance = random.Random(file_format)
    whole = odd.saved(
        odd.photo(48), file_format, exif=b"Exif\0\0" + odd.exif_orientation(6), icc_profile=odd.swapped_profile()
    )
    converted = 0
    codes: set[ErrorCode] = set()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            at = int(len(data) * chance.random() ** chance.choice((1, 3)))
            kind = chance.randrange(4)
            if kind == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                data[at : at + 4] = chance.randbytes(4)
            elif kind == 2:
                del data[at : at + chance.randrange(1, 40)]
            else:
                data[at:at] = data[at : at + chance.randrange(1, 40)]
        try:
            converted += convert(bytes(data), 32, 85).width > 0
        except PictureError as problem:
            codes.add(problem.code)
    assert 0 < converted < 60
    assert codes <= {ErrorCode.DECODE, ErrorCode.NOT_IMAGE, ErrorCode.TOO_MANY_PIXELS, ErrorCode.FORMAT}


def test_no_state_of_the_process_is_touched() -> None:
    before = (Image.MAX_IMAGE_PIXELS, warnings.filters[:], list(warnings.filters))
    convert(odd.saved(odd.photo(64), "JPEG"), 32, 85)
    assert (Image.MAX_IMAGE_PIXELS, warnings.filters[:], list(warnings.filters)) == before


def test_other_formats_are_not_even_registered_by_converting(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Image.init` loads every plug-in, among them those that start programs."""
    monkeypatch.setattr(Image, "init", lambda: pytest.fail("all plug-ins were loaded"))
    for file_format in ALL_FORMATS:
        data = odd.saved(odd.quartered(), file_format)
        convert(data, 32, 85)
