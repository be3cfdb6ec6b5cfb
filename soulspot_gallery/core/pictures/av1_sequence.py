"""The size that AV1 data itself claims, from its sequence headers; nothing is decoded. Pure."""

from __future__ import annotations

_SEQUENCE_HEADER = 1
_UNIT_LIMIT = 10_000


class Unusual(Exception):
    """Laid out in a way that is allowed, and not followed here."""


class _Bits:
    """Reads bits, most significant first. Raises IndexError at the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self._data[self._at >> 3] >> (7 - self._at % 8) & 1
            self._at += 1
        return value


def sequence_sizes(data: bytes) -> list[tuple[int, int]]:
    """Largest width and height, in pixels, by each sequence header among the units (AV1 specification, 5.3 and 5.5).

    Raises Unusual, IndexError.
    """
    sizes: list[tuple[int, int]] = []
    at = 0
    for _ in range(_UNIT_LIMIT):
        if at >= len(data):
            return sizes
        head = data[at]
        if not head & 0x02:
            raise Unusual
        at += 2 if head & 0x04 else 1
        length, at = _leb128(data, at)
        if head >> 3 & 0x0F == _SEQUENCE_HEADER:
            sizes.append(_largest_frame(data[at : at + length]))
        at += length
    raise Unusual


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = data[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise Unusual


def _largest_frame(unit: bytes) -> tuple[int, int]:
    bits = _Bits(unit)
    bits.read(4)  # profile, still picture
    if bits.read(1):
        bits.read(5)  # a reduced still picture header has a level alone before the size
    else:
        if bits.read(1):
            raise Unusual  # timing is for films
        delays = bits.read(1)
        for _ in range(bits.read(5) + 1):
            bits.read(12)
            if bits.read(5) > 7:
                bits.read(1)
            if delays and bits.read(1):
                bits.read(4)
    wide, high = bits.read(4) + 1, bits.read(4) + 1
    return bits.read(wide) + 1, bits.read(high) + 1
