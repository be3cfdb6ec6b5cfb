"""Formats by their first bytes: what is a picture, what is text."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from soulspot_gallery.core.pictures.sniffing import ACCEPTED, looks_like_text, sniff_image


@pytest.mark.parametrize("kind", sorted(ACCEPTED))
def test_real_pictures(kind: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, kind)
    assert sniff_image(buffer.getvalue()) == kind
    assert not looks_like_text(buffer.getvalue())


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"II*\x00\x08\x00", "tiff"),
        (b"MM\x00*", "tiff"),
        (b"%!PS-Adobe-3.0 EPSF", "eps"),
        (b"  %!PS", "eps"),
        (b"\xc5\xd0\xd3\xc6\x20", "eps"),
        (b"%PDF-1.7", "pdf"),
        (b"<svg xmlns=''>", "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><svg>", "svg"),
        ("<svg>".encode("utf-16"), "svg"),
        (b"8BPS\x00\x01", "psd"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "avif"),
        (b"\x00\x00\x01\x00\x01\x00" + bytes(20), "ico"),
        (b"\xff\x0a\xfa", "jxl"),
        (b"", None),
        (b"BMW is a car maker from Munich", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mp42", None),
        (b"<html><body><svg>", None),
        (b"\x00" * 64, None),
    ],
)
def test_names(first: bytes, kind: str | None) -> None:
    assert sniff_image(first) == kind


@pytest.mark.parametrize(
    ("first", "text"),
    [
        (b"<!DOCTYPE html>", True),
        (b"\n\n <HTML>", True),
        (b'{"error": 1}', True),
        (b"not found", True),
        ("héé".encode()[:-1], True),
        (b"", False),
        (b"\x01\x02\x03", False),
        (b"abc\xff\xfe\x00\x01", False),
    ],
)
def test_text(first: bytes, text: bool) -> None:  # noqa: FBT001
    assert looks_like_text(first) is text


@given(st.binary(max_size=64))
def test_any_bytes_get_an_answer(first: bytes) -> None:
    assert sniff_image(first) is None or isinstance(sniff_image(first), str)
    assert looks_like_text(first) in (True, False)
