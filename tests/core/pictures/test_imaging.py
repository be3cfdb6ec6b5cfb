"""Conversion: the right pixels for every kind of picture, nothing but pixels, and an error for everything else."""

from __future__ import annotations

import errno
import hashlib
import io
import random
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter, ImageStat, features
from support import odd_pictures as odd
from support.pixels import TOLERANCE, assert_close, pixel

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.imaging import convert, decode_small

ALL_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", *(["AVIF"] if features.check("avif") else [])]


def made_from(data: bytes, longest_side: int = 500) -> Image.Image:
    picture = Image.open(io.BytesIO(convert(data, longest_side, 95).webp))
    picture.load()
    return picture


def quarters(picture: Image.Image) -> list[odd.Colour]:
    return [pixel(picture, x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]


def assert_quarters(picture: Image.Image, tolerance: int = TOLERANCE) -> None:
    for got, wanted in zip(quarters(picture), odd.CORNERS, strict=True):
        assert_close(got, wanted, tolerance)


@pytest.mark.parametrize("file_format", ALL_FORMATS)
def test_every_format_is_converted(file_format: str) -> None:
    data = odd.saved(odd.quartered(), file_format)
    made = convert(data, 120, 85)
    assert (made.width, made.height) == (120, 80)
    assert (made.source_format, made.source_width, made.source_height) == (file_format.lower(), 240, 160)
    assert made.sha256 == hashlib.sha256(made.webp).hexdigest()
    assert made.webp[8:12] == b"WEBP"
    assert_quarters(made_from(data), 16)


@pytest.mark.parametrize(("width", "height"), [(40, 30), (1, 1), (1, 700), (499, 500)])
def test_nothing_is_enlarged(width: int, height: int) -> None:
    made = convert(odd.saved(Image.new("RGB", (width, height)), "PNG"), 700, 85)
    assert (made.width, made.height) == (width, height)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1000, 500), (500, 250)), ((500, 1000), (250, 500)), ((9000, 3), (500, 1)), ((3001, 2000), (500, 333))],
)
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_the_longest_side_fits(size: tuple[int, int], expected: tuple[int, int], file_format: str) -> None:
    made = convert(odd.saved(Image.new("RGB", size), file_format), 500, 85)
    assert (made.width, made.height) == expected


@pytest.mark.parametrize("file_format", [each for each in ALL_FORMATS if each not in ("GIF", "BMP")])
@pytest.mark.parametrize("way", range(1, 9))
def test_orientation_is_applied(file_format: str, way: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = odd.quartered()
    turned = upright if way == 1 else upright.transpose(Image.Transpose(undo[way]))
    picture = made_from(odd.saved(turned, file_format, exif=b"Exif\0\0" + odd.exif_orientation(way)))
    assert picture.size == (240, 160)
    assert_quarters(picture, 12)


BAD_EXIF = [
    b"",
    b"II",
    b"II*\0",
    b"II*\0\xff\xff\xff\xff",
    b"MM\0*\0\0\0\x08\xff\xff\x01\x12",
    b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x99\0\0\xff\xff",
    odd.exif_orientation(9),
    odd.exif_orientation(0),
    b"II*\0" + b"\x08\0\0\0" + b"\x01\x00" + b"\x12\x01\x05\x00\x01\x00\x00\x00\xff\xff\xff\x7f" + b"\0\0\0\0",
    random.Random(1).randbytes(300),
]


@pytest.mark.parametrize("exif", BAD_EXIF, ids=range(len(BAD_EXIF)))
def test_bad_exif_costs_nothing(exif: bytes) -> None:
    """Pillow raises on some of these, and warns on others."""
    jpeg = odd.jpeg_with(odd.saved(odd.quartered(), "JPEG", quality=95), 0xE1, b"Exif\0\0" + exif)
    png = odd.png_with(odd.saved(odd.quartered(), "PNG"), b"eXIf", exif)
    for data in (jpeg, png):
        assert_quarters(made_from(data))


PNG_TROUBLE = {
    "text bomb": (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000))),
    "text without end": (b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + b"\xff" * 20),
    "raw EXIF that is none": (b"tEXt", b"Raw profile type exif\0\nexif\n 4\nzz"),
    "profile that is none": (b"iCCP", b"name\0\0" + zlib.compress(b"no profile at all" * 20)),
    "profile that does not unpack": (b"iCCP", b"name\0\0\xff\xff\xff"),
    "profile bomb": (b"iCCP", b"name\0\0" + zlib.compress(bytes(80_000_000))),
    "density of no bytes": (b"pHYs", b""),
    "unknown critical": (b"ABCD", b"what?"),
    "animation without frames": (b"acTL", b"\0\0"),
}


@pytest.mark.parametrize("trouble", PNG_TROUBLE.values(), ids=PNG_TROUBLE.keys())
def test_trouble_in_a_pngs_metadata_costs_nothing(trouble: tuple[bytes, bytes]) -> None:
    assert_quarters(made_from(odd.png_with(odd.saved(odd.quartered(), "PNG"), *trouble)))


def test_wrong_checksum_of_metadata_costs_nothing() -> None:
    data = odd.png_with(odd.saved(odd.quartered(), "PNG"), b"tEXt", b"Title\0cover")
    assert_quarters(made_from(data.replace(b"cover", b"COVER")))


@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE])
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"Photoshop 3.0\x008BIM\x04\x04\xff\xff", b"MPF\0MM\0*\0\0\0\x08", b"Exif\0\0II"]
)
def test_trouble_in_a_jpegs_metadata_costs_nothing(marker: int, content: bytes) -> None:
    assert_quarters(made_from(odd.jpeg_with(odd.saved(odd.quartered(), "JPEG", quality=95), marker, content)))


@pytest.mark.parametrize("file_format", [each for each in ALL_FORMATS if each not in ("GIF", "BMP")])
def test_profile_is_converted_to_srgb(file_format: str) -> None:
    """A profile with red and blue exchanged, and named sRGB all the same."""
    picture = made_from(odd.saved(odd.quartered(), file_format, icc_profile=odd.swapped_profile(), quality=95))
    for got, (red, green, blue) in zip(quarters(picture), odd.CORNERS, strict=True):
        assert_close(got, (blue, green, red), 14)


def test_profile_gives_what_the_reference_gives() -> None:
    """Against ImageCms on the full picture, for a profile of a wide gamut."""
    source = odd.quartered()
    profile = ImageCms.ImageCmsProfile(io.BytesIO(odd.wide_profile()))
    wanted = ImageCms.profileToProfile(source, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert wanted is not None
    assert pixel(wanted, 0.3, 0.3) != pixel(source, 0.3, 0.3)
    picture = made_from(odd.saved(source, "PNG", icc_profile=odd.wide_profile()))
    for got, expected, before in zip(quarters(picture), quarters(wanted), odd.CORNERS, strict=True):
        assert_close(got, expected, 5)
        assert sum(abs(a - b) for a, b in zip(expected, before, strict=False)) > 12


def test_srgb_profile_changes_nothing() -> None:
    profile = odd.srgb_profile()
    plain = odd.quartered()
    assert (
        convert(odd.saved(plain, "PNG", icc_profile=profile), 500, 85).webp
        == convert(odd.saved(plain, "PNG"), 500, 85).webp
    )


def test_profile_leaves_alpha_alone() -> None:
    source = odd.quartered()
    source.putalpha(100)
    picture = made_from(odd.saved(source, "PNG", icc_profile=odd.swapped_profile()))
    assert_close(pixel(picture, 0.25, 0.25), (30, 30, 220, 100))


def test_profile_of_gray() -> None:
    picture = made_from(odd.saved(Image.new("L", (64, 64), 128), "PNG", icc_profile=odd.gray_profile(1.0)))
    assert_close(pixel(picture, 0.5, 0.5), (188, 188, 188))


def test_profile_of_colours_on_gray_pixels() -> None:
    profile = odd.srgb_profile()
    picture = made_from(odd.saved(Image.new("L", (64, 64), 128), "JPEG", icc_profile=profile))
    assert_close(pixel(picture, 0.5, 0.5), (128, 128, 128))


def test_profile_of_inks() -> None:
    """Cyan is red by this profile, magenta and yellow are white."""
    for ink, wanted in (((255, 0, 0, 0), (230, 29, 36)), ((0, 255, 255, 0), (255, 255, 255))):
        data = odd.saved(Image.new("CMYK", (64, 64), ink), "JPEG", icc_profile=odd.cmyk_profile(), quality=95)
        assert_close(pixel(made_from(data), 0.5, 0.5), wanted, 12)


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"x",
        b"\0" * 200,
        odd.swapped_profile()[:100],
        odd.swapped_profile()[:300],
        odd.gray_profile(2.2),
        odd.cmyk_profile(),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes(),
    ],
    ids=["empty", "a letter", "zeros", "head alone", "half", "gray", "inks", "Lab", "XYZ"],
)
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_profile_that_does_not_fit_costs_nothing(profile: bytes, file_format: str) -> None:
    assert_quarters(made_from(odd.saved(odd.quartered(), file_format, icc_profile=profile, quality=95)))


def test_alpha_is_kept() -> None:
    source = Image.new("RGBA", (100, 100), (200, 40, 40, 255))
    source.paste((0, 0, 0, 0), (50, 0, 100, 100))
    source.paste((20, 40, 200, 128), (0, 50, 50, 100))
    for file_format in ("PNG", "WEBP"):
        picture = made_from(odd.saved(source, file_format))
        assert_close(pixel(picture, 0.25, 0.25), (200, 40, 40, 255))
        assert pixel(picture, 0.75, 0.25)[3] == 0
        assert_close(pixel(picture, 0.25, 0.75), (20, 40, 200, 128))


def test_transparent_pixels_do_not_bleed() -> None:
    """White that is transparent must not brighten the edge of the black when shrunk."""
    source = Image.new("RGBA", (1000, 1000), (255, 255, 255, 0))
    source.paste((0, 0, 0, 255), (0, 0, 501, 1000))
    picture = made_from(odd.saved(source, "PNG"), 100)
    visible = [pixel(picture, x / 100, 0.5) for x in range(100) if pixel(picture, x / 100, 0.5)[3] > 200]
    assert max(max(colour[:3]) for colour in visible) < 24


def test_large_pictures_are_shrunk_as_small_ones_are() -> None:
    """Above some size it goes band by band; that shows nowhere, neither in colour, alpha nor place."""
    source = odd.quartered(2400, 1603)
    source.putalpha(Image.linear_gradient("L").resize(source.size))
    picture = made_from(odd.saved(source, "PNG", compress_level=1), 200)
    source.thumbnail((200, 200), Image.Resampling.LANCZOS)
    assert picture.size == source.size
    for y in range(5, 100, 10):
        assert_close(pixel(picture, 0.25, y / 100), pixel(source, 0.25, y / 100), 24)
    deep = Image.new("I;16", (1500, 1500), 40000)
    assert_close(pixel(made_from(odd.saved(deep, "PNG"), 100), 0.5, 0.5), (156, 156, 156))
    keyed = odd.quartered(1600, 1600).quantize(4)
    assert_quarters(made_from(odd.saved(keyed, "PNG"), 100), 12)


@pytest.mark.parametrize("size", [(240, 160), (241, 161), (160, 240), (333, 100), (100, 999), (640, 8), (500, 500)])
@pytest.mark.parametrize("longest_side", [16, 33, 50, 100])
def test_a_jpeg_gets_the_size_that_thumbnail_gives_it(size: tuple[int, int], longest_side: int) -> None:
    plain = odd.quartered(*size)
    made = convert(odd.saved(plain, "JPEG"), longest_side, 85)
    plain.thumbnail((longest_side, longest_side))
    assert (made.width, made.height) == plain.size


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("size", [(201, 201), (301, 301), (501, 501), (901, 901), (801, 211), (230, 950)])
def test_a_jpeg_much_larger_than_wanted_looks_as_thumbnail_makes_it(size: tuple[int, int], sampling: str) -> None:
    data = odd.saved(_calm_photo(*size), "JPEG", quality=95, subsampling=sampling)
    plain = Image.open(io.BytesIO(data))
    plain.draft = lambda mode, size: None  # type: ignore[method-assign]
    plain.thumbnail((100, 100), Image.Resampling.LANCZOS, reducing_gap=None)
    made = decode_small(data, 100)
    assert max(ImageStat.Stat(ImageChops.difference(made, plain)).rms) < 4.5
    luma = ImageChops.difference(made.convert("L"), plain.convert("L"))
    assert ImageStat.Stat(luma).rms[0] < 1.0


def _calm_photo(width: int, height: int) -> Image.Image:
    """Colours and shapes without noise: what encoders change of it is little."""
    picture = odd.photo(width, height).filter(ImageFilter.GaussianBlur(max(width, height) / 60))
    ImageDraw.Draw(picture).ellipse((width // 4, height // 4, width // 2, height // 2), (220, 30, 40))
    return picture


_ADOBE = b"Adobe" + bytes.fromhex("0064 0000 0000 01")
"""The segment that says: luma and colours."""


@pytest.mark.parametrize("says", [b"", _ADOBE, b"JFIF\x00\x01\x01\x00"], ids=["nothing", "Adobe", "too little"])
def test_a_large_jpeg_that_says_otherwise_than_most_what_it_is(says: bytes) -> None:
    """Without the usual header, or with one that libjpeg does not know."""
    picture = Image.new("RGB", (300, 300), (200, 80, 40))
    data = odd.saved(picture, "JPEG", quality=95)
    assert data[2:4] == b"\xff\xe0"
    bare = data[:2] + data[4 + int.from_bytes(data[4:6]) :]
    if says:
        bare = odd.jpeg_with(bare, 0xE0 if says.startswith(b"JFIF") else 0xEE, says)
    assert_close(pixel(made_from(bare, 100), 0.5, 0.5), (200, 80, 40))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_large_jpeg_of_any_colours(mode: str) -> None:
    """`keep_rgb` stores red, green and blue as they are: such a file has no luma."""
    picture = Image.new("RGB", (300, 300), (200, 80, 40)).convert(mode)
    made = made_from(odd.saved(picture, "JPEG", quality=95, keep_rgb=True), 100)
    assert_close(pixel(made, 0.5, 0.5), pixel(picture, 0.5, 0.5))


def test_a_jpeg_that_ends_early_is_damaged_at_any_size() -> None:
    data = odd.saved(odd.photo(300), "JPEG")
    for longest_side in (60, 149, 200):
        with pytest.raises(PictureError) as raised:
            convert(data[: len(data) // 2], longest_side, 85)
        assert raised.value.code is ErrorCode.DECODE


def test_transparency_of_palettes() -> None:
    source = Image.new("P", (64, 64), 0)
    source.putpalette([10, 200, 30, 200, 20, 30, 0, 0, 250])
    source.paste(1, (32, 0, 64, 64))
    for data in (odd.saved(source, "PNG", transparency=b"\xff\x00\x80"), odd.saved(source, "GIF", transparency=1)):
        picture = made_from(data)
        assert_close(pixel(picture, 0.25, 0.5), (10, 200, 30))
        assert pixel(picture, 0.75, 0.5)[3] == 0


KEYED = {
    "1 bit, black": (odd.png((16, 16), 1, 0, b"\x00\xff", [(b"tRNS", b"\0\0")]), None, (255, 255, 255)),
    "1 bit, white": (odd.png((16, 16), 1, 0, b"\x00\xff", [(b"tRNS", b"\0\x01")]), (0, 0, 0), None),
    "2 bits": (odd.png((16, 16), 2, 0, b"\x55\x55\xaa\xaa", [(b"tRNS", b"\0\x02")]), (85, 85, 85), None),
    "4 bits": (odd.png((16, 16), 4, 0, b"\x55" * 4 + b"\xaa" * 4, [(b"tRNS", b"\0\x0a")]), (85, 85, 85), None),
    "8 bits": (odd.png((16, 16), 8, 0, b"\x40" * 8 + b"\xc0" * 8, [(b"tRNS", b"\0\xc0")]), (64, 64, 64), None),
    "16 bits": (
        odd.png((16, 16), 16, 0, b"\x9c\x40" * 8 + b"\x9c\x41" * 8, [(b"tRNS", b"\x9c\x41")]),
        (156, 156, 156),
        None,
    ),
    "colour": (
        odd.png((16, 16), 8, 2, b"\x10\x20\x30" * 8 + b"\xa0\xb0\xc0" * 8, [(b"tRNS", b"\0\x10\0\x20\0\x30")]),
        None,
        (160, 176, 192),
    ),
    "deep colour": (
        odd.png(
            (16, 16), 16, 2, b"\x10\0\x20\0\x30\0" * 8 + b"\xa0\0\xb0\0\xc0\0" * 8, [(b"tRNS", b"\x10\0\x20\0\x30\0")]
        ),
        None,
        (160, 176, 192),
    ),
}


@pytest.mark.parametrize("keyed", KEYED.values(), ids=KEYED.keys())
def test_transparency_of_one_colour(keyed: tuple[bytes, odd.Colour | None, odd.Colour | None]) -> None:
    data, *wanted = keyed
    picture = made_from(data)
    for x, colour in zip((0.2, 0.8), wanted, strict=True):
        if colour is None:
            assert pixel(picture, x, 0.5)[3] < 12
        else:
            assert_close(pixel(picture, x, 0.5), colour)


DEEP = {
    "gray": (odd.png((16, 16), 16, 0, b"\x9c\x40" * 16), (156, 156, 156)),
    "dark gray": (odd.png((16, 16), 16, 0, b"\x10\x00" * 16), (16, 16, 16)),
    "gray with alpha": (odd.png((16, 16), 16, 4, b"\x9c\x40\x80\x00" * 16), (156, 156, 156, 128)),
    "colour": (odd.png((16, 16), 16, 2, b"\x9c\x40\x40\x00\xff\xff" * 16), (156, 64, 255)),
    "colour with alpha": (odd.png((16, 16), 16, 6, b"\x9c\x40\x40\x00\xff\xff\x80\x00" * 16), (156, 64, 255, 128)),
}


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP.keys())
def test_16_bits_are_scaled(deep: tuple[bytes, odd.Colour]) -> None:
    assert_close(pixel(made_from(deep[0]), 0.5, 0.5), deep[1])


@pytest.mark.parametrize(
    ("ink", "wanted"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 128, 255, 0), (255, 127, 0)),
    ],
)
def test_cmyk(ink: odd.Colour, wanted: odd.Colour) -> None:
    """Stored inverted, with Adobe's mark, as all CMYK JPEGs are."""
    data = odd.saved(Image.new("CMYK", (64, 64), ink), "JPEG", quality=95)
    assert b"Adobe" in data
    assert_close(pixel(made_from(data), 0.5, 0.5), wanted)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_all_modes_of_png(mode: str) -> None:
    made = convert(odd.saved(Image.new(mode, (30, 20)), "PNG"), 500, 85)
    assert (made.width, made.height) == (30, 20)


def test_multi_picture_jpeg_gives_the_first() -> None:
    data = odd.saved(odd.quartered(), "MPO", save_all=True, append_images=[Image.new("RGB", (240, 160))], quality=95)
    assert data.count(b"\xff\xd8\xff") >= 2
    assert_quarters(made_from(data))


@pytest.mark.parametrize("file_format", [each for each in ALL_FORMATS if each in ("GIF", "WEBP", "PNG", "AVIF")])
def test_animation_gives_the_first_frame(file_format: str) -> None:
    other = Image.new("RGB", (240, 160), "black")
    data = odd.saved(odd.quartered(), file_format, save_all=True, append_images=[other, other], duration=50)
    picture = made_from(data)
    assert not getattr(picture, "is_animated", False)
    assert_quarters(picture, 16)


SECRET = b"this must not survive"


def loaded_pictures() -> Iterator[tuple[str, bytes]]:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    profile = odd.swapped_profile().replace(b"sRGB", b"SECR")
    options = {"exif": exif.tobytes(), "icc_profile": profile, "xmp": SECRET}
    for file_format in ALL_FORMATS:
        yield file_format, odd.saved(odd.quartered(), file_format, **options) + SECRET
    yield "comment", odd.saved(odd.quartered(), "JPEG", comment=SECRET) + b"PK\x03\x04" + SECRET
    yield "gif comment", odd.saved(odd.quartered(), "GIF", comment=SECRET) + b"<script>" + SECRET
    yield "text", odd.png_with(odd.saved(odd.quartered(), "PNG"), b"tEXt", b"Title\0" + SECRET) + SECRET


@pytest.mark.parametrize("loaded", list(loaded_pictures()), ids=lambda pair: pair[0])
def test_nothing_but_pixels_survives(loaded: tuple[str, bytes]) -> None:
    made = convert(loaded[1], 500, 85)
    assert SECRET not in made.webp
    assert b"SECR" not in made.webp
    for chunk in (b"EXIF", b"ICCP", b"XMP ", b"VP8X"):
        assert chunk not in made.webp[:64]
    assert int.from_bytes(made.webp[4:8], "little") + 8 == len(made.webp)


def test_too_many_open_files_are_not_the_picture_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow loads some of its parts late."""
    cover = odd.saved(odd.photo(40), "PNG")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files", "/somewhere/Plugin.py")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(PictureError, match="can't be decoded now: too many files are open") as caught:
        convert(cover, 300, 85)
    assert caught.value.code is ErrorCode.DISK
