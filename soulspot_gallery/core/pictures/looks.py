"""What a picture looks like, as `appearance` measures it: the numbers alone, for those who only show or keep them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Appearance:
    """`bits`: the hash, a number of 128 bits. `tones`: 16 colours, 3 bytes each, row by row. `sharpness`: 0 to 100;
    None for a flat picture, which is neither. `border`: the thickness of a uniform frame, or of bars on two sides,
    in per cent of the side."""

    bits: int
    tones: bytes
    sharpness: int | None
    border: int
