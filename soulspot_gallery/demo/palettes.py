"""Harmonious colours for the sample covers, five steps from dark to light each, and how to mix them."""

from __future__ import annotations

Colour = tuple[int, int, int]
Palette = tuple[Colour, ...]
"""Five colours, darkest first."""


def _hex(text: str) -> Palette:
    return tuple((int(word[:2], 16), int(word[2:4], 16), int(word[4:], 16)) for word in text.split())


PALETTES: tuple[Palette, ...] = (
    _hex("1b1026 5c1a3c c2343f f5853f ffe3b0"),  # ember
    _hex("06202b 0b5563 1c9a94 7fd8b4 f4f1d0"),  # lagoon
    _hex("120a33 3a1772 8f35b8 f469a9 ffd9d0"),  # ultraviolet
    _hex("10201a 23513c 5a8f4f cfc65b fbf3d4"),  # forest
    _hex("0c1b33 22497d 5a93c7 aed6e8 f7fbfa"),  # glacier
    _hex("2a1613 7a3525 cc6b49 edb07a f9ead5"),  # terracotta
    _hex("17301f 3f7d3a b4c23d ffd24a fff6d8"),  # citrus
    _hex("2b1224 7b2d50 d9667b f7b2a7 fdeee4"),  # rose
    _hex("0d1321 1d2d44 3e5c76 d9a441 f5ead0"),  # brass
    _hex("0b2545 13617d 3aaea6 ff8a5c ffe9cf"),  # coral sea
    _hex("1f1147 5b2a86 e44d8f ffb84d fff1d6"),  # candy
    _hex("1e1426 4f2b55 7d8f4e c9b86a f3ecd6"),  # moss and plum
    _hex("140f1c 46236b b13a6b ff7a45 ffe08a"),  # sodium light
    _hex("07142b 0f3d56 1f9e83 8be36f eafcd2"),  # aurora
    _hex("1c2541 3a506b e07a5f f2cc8f f8f1e0"),  # desert sky
    _hex("111317 343a46 c8443c e8b04a f6f2e9"),  # ink and vermilion
)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour `share` (0 to 1) of the way from the first to the second."""
    return (
        round(first[0] + (second[0] - first[0]) * share),
        round(first[1] + (second[1] - first[1]) * share),
        round(first[2] + (second[2] - first[2]) * share),
    )


def ramp(colours: Palette, share: float) -> Colour:
    """The colour `share` (0 to 1, clamped) of the way along a row of evenly spaced colours."""
    place = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    index = min(int(place), len(colours) - 2)
    return mix(colours[index], colours[index + 1], place - index)
