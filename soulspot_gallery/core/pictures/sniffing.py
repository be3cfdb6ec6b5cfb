"""What the first bytes of a file say it is. Pure; names formats, accepts none: `imaging` decides what is decoded."""

from __future__ import annotations

ACCEPTED = frozenset({"jpeg", "png", "webp", "gif", "bmp", "avif"})
"""The formats that may be decoded. Every other name that `sniff_image` gives is a known format that is refused."""

ENOUGH = 1024
"""Bytes after which `sniff_image` learns nothing more."""

# Magic numbers as registered by the formats' specifications; at the start of the file.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"%!", "eps"),
    (b"\x04%!", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"%PDF-", "pdf"),
    (b"8BPS", "psd"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"icns", "icns"),
    (b"qoif", "qoi"),
    (b"DDS ", "dds"),
    (b"gimp xcf", "xcf"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_BMP_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_BLANK = b" \t\r\n\x0c\x00"
_TEXT_STARTS = (b"<!", b"<html", b"<head", b"<body", b"<script", b"<?xml", b"<?php", b"{", b"[")


def _iso_media(first: bytes) -> str | None:
    """AVIF or HEIF by the brands of the leading `ftyp` box (ISO/IEC 14496-12, 4.3)."""
    if first[4:8] != b"ftyp":
        return None
    end = min(max(int.from_bytes(first[:4], "big"), 12), 256)
    brands = {first[8:12], *(first[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return "avif"
    return "heic" if brands & _HEIF_BRANDS else None


def _text(first: bytes) -> bytes:
    """The bytes without byte order mark and leading blanks, in lower case; UTF-16 is made readable."""
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        first = first.replace(b"\x00", b"")[2:]
    return first.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK).lower()


def sniff_image(first: bytes) -> str | None:
    """The format that these first bytes (up to ENOUGH are looked at) begin, or None where they begin no image.

    `jpeg png webp gif bmp avif` are accepted; `tiff eps svg pdf ico psd jp2 heic jxl icns qoi dds xcf wmf` refused.
    """
    first = first[:ENOUGH]
    for magic, name in _MAGIC:
        if first.startswith(magic):
            return name
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "webp"
    if first[:2] == b"BM" and int.from_bytes(first[14:18], "little") in _BMP_HEADER_SIZES:
        return "bmp"
    if first[:4] in (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00") and len(first) >= 22 and first[4] > 0 and first[5] == 0:
        return "ico"
    text = _text(first)
    if text.startswith(b"%!ps"):
        return "eps"
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text):
        return "svg"
    return _iso_media(first)


def looks_like_text(first: bytes) -> bool:
    """True for HTML, XML, JSON or plain text. An image never is; ask `sniff_image` first all the same (SVG is both)."""
    first = first[:ENOUGH]
    text = _text(first)
    if not text:
        return False
    if text.startswith(_TEXT_STARTS):
        return True
    try:
        words = first.decode("utf-8")
    except UnicodeDecodeError as problem:
        if problem.start < len(first) - 3:  # a character cut off at the end is no fault
            return False
        words = first[: problem.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\t\r\n\f" for letter in words)
