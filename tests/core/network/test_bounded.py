"""Bodies: one layer undone, in steps, whatever way it is cut up."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.bounded import Bounds, Unpacker, read_all, read_first

PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate, identity": lambda data: zlib.compress(data, wbits=-15),
}


def unpacked(header: str, data: bytes, size: int) -> bytes:
    unpacker = Unpacker(header)
    result = b"".join(piece for at in range(0, len(data), size) for piece in unpacker.steps(data[at : at + size]))
    unpacker.finish()
    return result


@given(st.binary(max_size=3000), st.integers(1, 50), st.sampled_from(sorted(PACKERS)))
def test_a_layer_is_undone_however_it_arrives(data: bytes, size: int, header: str) -> None:
    assert unpacked(header, PACKERS[header](data), size) == data


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_no_bytes_break_it(data: bytes, header: str) -> None:
    try:
        unpacked(header, data, 7)
    except PictureError as problem:
        code: ErrorCode | None = problem.code
    else:
        code = None
    assert code in (None, ErrorCode.PROTOCOL)


def test_steps_are_small() -> None:
    packed = gzip.compress(bytes(10_000_000))
    sizes = [len(piece) for piece in Unpacker("gzip").steps(packed)]
    assert max(sizes) <= 2**20
    assert sum(sizes) == 10_000_000


@pytest.mark.parametrize("header", ["br", "gzip, gzip", "deflate, gzip", "zstd", "identity, br", "compress"])
def test_what_was_not_asked_for(header: str) -> None:
    with pytest.raises(PictureError) as caught:
        Unpacker(header)
    assert caught.value.code is ErrorCode.PROTOCOL


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def no_wait() -> None:
    pass


async def test_reading_is_bounded_and_judged_once() -> None:
    judged: list[bytes] = []
    waited: list[int] = []

    async def wait() -> None:
        waited.append(1)

    bounds = Bounds(judged.append, wait, enough=4, limit=20, small=10)
    assert await read_all(chunks(b"abc", b"def", b"ghijk", b"l"), Unpacker(""), bounds) == b"abcdefghijkl"
    assert (judged, waited) == ([b"abcdef"], [1])
    assert await read_all(chunks(b"ab"), Unpacker(""), bounds) == b"ab"
    assert (judged[1:], waited) == ([b"ab"], [1])
    with pytest.raises(PictureError) as caught:
        await read_all(chunks(*[b"12345678"] * 3), Unpacker(""), bounds)
    assert caught.value.code is ErrorCode.TOO_LARGE


async def test_a_bomb_is_stopped() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 60_000
    with pytest.raises(PictureError) as caught:
        await read_all(chunks(bomb), Unpacker("gzip"), Bounds(lambda first: None, no_wait, enough=4))
    assert caught.value.code is ErrorCode.TOO_LARGE


async def test_the_first_bytes_are_enough() -> None:
    assert await read_first(chunks(b"ab", b"cd", b"ef"), Unpacker(""), 3) == b"abcd"
    assert await read_first(chunks(gzip.compress(b"abcdef")), Unpacker("gzip"), 3) == b"abcdef"
    assert await read_first(chunks(), Unpacker(""), 3) == b""
