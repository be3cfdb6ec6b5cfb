"""Which way up a picture is: the one fact of EXIF that counts here. Pure, never fails, warns of nothing."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112


def orientation(exif: bytes) -> int:
    """1 to 8 as in the tag Orientation of the first directory (Exif 3.0, 4.6.4); 1 where it is missing or damaged."""
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, values = struct.unpack_from(order + "HHI", exif, entry)
            if tag == _ORIENTATION:
                (value,) = struct.unpack_from(order + {3: "H", 4: "I"}.get(kind, "H"), exif, entry + 8)
                return value if values == 1 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
