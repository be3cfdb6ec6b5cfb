"""Headers read without a decoder: sizes, scans, what is kept, and what can't be told."""

from __future__ import annotations

import io
import struct
import threading
import time

import pytest
from PIL import Image, features
from support import odd_pictures as odd

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.exif import orientation
from soulspot_gallery.core.pictures.image_headers import PIXEL_CAPS, read_header
from soulspot_gallery.core.pictures.imaging import convert

ALL_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", *(["AVIF"] if features.check("avif") else [])]


@pytest.mark.parametrize("file_format", ALL_FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (640, 480), (1025, 33)])
def test_size(file_format: str, size: tuple[int, int]) -> None:
    header = read_header(odd.saved(Image.new("RGB", size, "teal"), file_format))
    assert (header.format, header.width, header.height) == (file_format.lower(), *size)
    assert not header.doubtful


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"quality": 50, "exif": b"abc"}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_size_of_each_kind_of_webp(mode: str, options: dict[str, object]) -> None:
    header = read_header(odd.saved(Image.new(mode, (321, 123)), "WEBP", **options))
    assert (header.width, header.height) == (321, 123)


@pytest.mark.parametrize("frame", [0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCF])
def test_a_jpeg_of_a_kind_that_hardly_a_program_reads(frame: int) -> None:
    """Lossless or hierarchical: no decoder gets to see it."""
    data = odd.saved(odd.photo(40), "JPEG").replace(b"\xff\xc0", bytes((0xFF, frame)), 1)
    with pytest.raises(PictureError, match="Lossless and hierarchical JPEGs are not accepted") as raised:
        read_header(data)
    assert raised.value.code is ErrorCode.FORMAT


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_size_of_each_kind_of_bmp(mode: str) -> None:
    header = read_header(odd.saved(Image.new(mode, (321, 123)), "BMP"))
    assert (header.width, header.height) == (321, 123)


def test_bmp_from_top_down_and_of_the_oldest_kind() -> None:
    data = bytearray(odd.saved(Image.new("RGB", (8, 9)), "BMP"))
    struct.pack_into("<i", data, 22, -9)
    assert read_header(bytes(data)).height == 9
    old = b"BM" + bytes(8) + struct.pack("<IIHHHH", 26, 12, 8, 9, 1, 24) + bytes(24 * 9)
    assert (read_header(old).width, read_header(old).height) == (8, 9)


@pytest.mark.parametrize("scans", [10, 20, 30, 99, 100])
def test_scans_are_counted(scans: int) -> None:
    header = read_header(odd.jpeg_of_scans(scans))
    assert (header.scans, header.whole_frame) == (scans, True)


def test_scans_of_thumbnails_and_later_pictures_do_not_count() -> None:
    inner = odd.jpeg_of_scans(90)
    data = odd.jpeg_with(odd.saved(odd.photo(64), "JPEG", progressive=True), 0xE1, b"Exif\0\0" + inner)
    assert read_header(data + inner).scans == 10


def test_one_scan_of_all_components_needs_no_counting() -> None:
    header = read_header(odd.saved(odd.photo(64), "JPEG") + b"\xff\xda" * 5000)
    assert (header.scans, header.whole_frame) == (1, False)


def test_metadata_is_taken_out() -> None:
    exif = odd.exif_orientation(6)
    profile = odd.srgb_profile()
    for file_format in ("JPEG", "PNG"):
        plain = odd.saved(odd.photo(32), file_format)
        data = odd.saved(Image.open(io.BytesIO(plain)), "PNG", exif=b"Exif\0\0" + exif, icc_profile=profile)
        if file_format == "JPEG":
            data = odd.jpeg_with(odd.jpeg_with(plain, 0xE1, b"Exif\0\0" + exif), 0xFE, b"a comment")
        header = read_header(data)
        assert header.exif == exif
        assert len(header.body(data)) < len(data)
        for part in (b"Exif", b"comment", exif, b"iCCP"):
            assert part not in header.body(data)
    assert header.icc == profile


def test_profile_in_several_segments() -> None:
    profile = bytes(range(256)) * 500
    data = odd.saved(odd.photo(32), "JPEG", icc_profile=profile)
    assert data.count(b"ICC_PROFILE") > 1
    assert read_header(data).icc == profile
    lost = data.replace(b"ICC_PROFILE\0\x01", b"ICC_PROFILE\0\x07")
    assert read_header(lost).icc == b""


@pytest.mark.parametrize("name", sorted(PIXEL_CAPS))
def test_each_format_has_its_cap(name: str) -> None:
    assert 30_000_000 <= PIXEL_CAPS[name] <= 80_000_000


@pytest.mark.skipif("AVIF" not in ALL_FORMATS, reason="this Pillow has no AVIF")
def test_avif_is_as_large_as_its_coded_picture_says() -> None:
    """The box says 64 × 64, the coded sequence 1024 × 768: a decoder would allocate for the latter."""
    data = odd.saved(Image.new("RGB", (1024, 768)), "AVIF")
    lying = data.replace(struct.pack(">II", 1024, 768), struct.pack(">II", 64, 64))
    assert lying != data
    assert (read_header(lying).width, read_header(lying).height) == (1024, 768)


@pytest.mark.skipif("AVIF" not in ALL_FORMATS, reason="this Pillow has no AVIF")
def test_avif_that_is_laid_out_otherwise_is_doubtful() -> None:
    frames = [odd.quartered(), Image.new("RGB", (240, 160))]
    assert read_header(odd.saved(frames[0], "AVIF", save_all=True, append_images=frames[1:])).doubtful
    data = odd.saved(frames[0], "AVIF")
    assert read_header(data.replace(b"iloc", b"skip")).doubtful


def test_run_lengths_of_a_large_bmp_are_doubtful() -> None:
    data = bytearray(odd.saved(Image.new("P", (1000, 1000)), "BMP"))
    struct.pack_into("<I", data, 30, 1)
    assert read_header(bytes(data)).doubtful


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation(value: int, order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    exif = mark + struct.pack(order + "IHHHIHHHHIHH", 8, 2, 0x0100, 3, 1, 99, 0, 0x0112, 3, 1, value, 0)
    assert orientation(exif) == value
    assert orientation(b"Exif\0\0" + exif) == value
    assert all(1 <= orientation(exif[:end]) <= 8 for end in range(len(exif)))


HOSTILE = {
    "JPEG of empty segments": b"\xff\xd8" + b"\xff\xfe\x00\x02" * 2_000_000,
    "JPEG of fill bytes": b"\xff\xd8" + b"\xff" * 8_000_000,
    "JPEG of stuffing": b"\xff\xd8\xff" + b"\x00\xff" * 4_000_000,
    "PNG of empty chunks": odd.png((4, 4), 8, 2, bytes(12))[:33] + odd.png_chunk(b"tEXt", b"") * 700_000,
    "GIF of extensions": b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\1a\0" * 1_600_000,
    "AVIF of empty boxes": b"\0\0\0\x14ftypavif\0\0\0\0avif" + b"\0\0\0\x08skip" * 1_000_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_headers_take_no_time(data: bytes) -> None:
    """Eight megabytes of nothing; a generous second each, where an unbounded reader takes many."""
    start = time.process_time()
    with pytest.raises(PictureError) as caught:
        read_header(data)
    assert caught.value.code is ErrorCode.DECODE
    assert time.process_time() - start < 1


def test_comments_of_a_gif_are_left_out() -> None:
    """In a million parts they would take a hundred times their size in memory."""
    plain = odd.saved(odd.quartered(60, 40).quantize(4), "GIF", transparency=2)
    frame = plain.index(b"\x21\xf9")
    noisy = plain[:frame] + b"\x21\xfe" + b"\x01x" * 1_000_000 + b"\0" + plain[frame:]
    header = read_header(noisy)
    assert len(header.body(noisy)) <= len(plain)
    assert convert(noisy, 300, 85).webp == convert(plain, 300, 85).webp


def test_a_webp_of_very_many_parts_is_not_decoded_in_this_process() -> None:
    """Its decoder walks them all without letting any other thread run."""
    plain = odd.saved(odd.photo(64).convert("RGBA"), "WEBP", lossless=True, exif=b"abc")
    parts = plain[12:] + b"JUNK\0\0\0\0" * 3000
    many = b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts
    assert (read_header(plain).doubtful, read_header(many).doubtful) == (False, True)


@pytest.mark.parametrize("shift", range(-3, 4))
def test_scans_far_into_the_file_are_counted(shift: int) -> None:
    """The search goes on step by step of 1 MiB; a marker may lie across a border."""
    data = odd.jpeg_of_scans(20)
    at = data.index(b"\xff\xda")
    start = 2**20 + at + shift
    assert read_header(data[:at] + b"\xff" * start + data[at:]).scans == 20


def test_searching_a_header_lets_other_threads_run() -> None:
    data = b"\xff\xd8" + b"\xff" * (32 * 2**20)
    ended = threading.Event()

    def search() -> None:
        with pytest.raises(PictureError, match="ends before its pixels"):
            read_header(data)
        ended.set()

    thread = threading.Thread(target=search)
    longest, began = 0.0, time.perf_counter()
    before = began
    thread.start()
    while not ended.is_set():
        time.sleep(0.001)
        longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
    thread.join()
    assert longest < (before - began) / 2
