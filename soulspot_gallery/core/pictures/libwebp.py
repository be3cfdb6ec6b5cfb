"""Planes of luma and colours to WebP, which stores just those: libwebp called directly, in the copy that Pillow has.

Pillow takes red, green and blue only; from the planes that a JPEG has, a cover costs some 5 % less. The structures are
those of libwebp's public `webp/encode.h`.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from PIL import Image, WebPImagePlugin

_ABI = 0x0200
"""Of the structures below. libwebp refuses another major version; minor ones add behind what is used here."""

_REST = ctypes.c_char * 512
"""What follows in each structure: libwebp's own, and twice as large as it was ever."""

_OUT_OF_MEMORY = (1, 2)


class _Config(ctypes.Structure):
    """The beginning of WebPConfig."""

    _fields_ = (
        ("lossless", ctypes.c_int),
        ("quality", ctypes.c_float),
        ("method", ctypes.c_int),
        ("rest", _REST),
    )


class _Picture(ctypes.Structure):
    """The beginning of WebPPicture."""

    _fields_ = (
        ("use_argb", ctypes.c_int),
        ("colorspace", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("y", ctypes.c_char_p),
        ("u", ctypes.c_char_p),
        ("v", ctypes.c_char_p),
        ("y_stride", ctypes.c_int),
        ("uv_stride", ctypes.c_int),
        ("a", ctypes.c_void_p),
        ("a_stride", ctypes.c_int),
        ("pad1", ctypes.c_uint32 * 2),
        ("argb", ctypes.c_void_p),
        ("argb_stride", ctypes.c_int),
        ("pad2", ctypes.c_uint32 * 3),
        ("writer", ctypes.c_void_p),
        ("custom_ptr", ctypes.c_void_p),
        ("extra_info_type", ctypes.c_int),
        ("extra_info", ctypes.c_void_p),
        ("stats", ctypes.c_void_p),
        ("error_code", ctypes.c_int),
        ("rest", _REST),
    )


class _Written(ctypes.Structure):
    """The beginning of WebPMemoryWriter: the encoded bytes, libwebp's until it is told to clear them."""

    _fields_ = (
        ("mem", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("rest", _REST),
    )


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture as JPEG and WebP store it, in Pillow's mode L each: its luma, and two planes of colour (Cb and Cr, half
    as wide and high, rounded up). All of 0 to 255, as JFIF has them."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    @property
    def fit(self) -> bool:
        """Whether sizes and modes are what they should be: the encoder reads as much as that, whatever is there."""
        half = (self.luma.width + 1) // 2, (self.luma.height + 1) // 2
        return self.blue.size == self.red.size == half and {self.luma.mode, self.blue.mode, self.red.mode} == {"L"}


def can_encode() -> bool:
    """False where Pillow has its libwebp inside (on Windows), or one that does not know these structures."""
    return _LIBRARY is not None


def encode(planes: Planes, quality: int, method: int) -> bytes:
    """The lossy WebP; blocks for some tens of milliseconds, as Pillow's encoder does. `quality` 1 to 100, `method` 0 to
    6. Raises MemoryError, and ValueError for what libwebp refuses, such as more than 16,383 pixels a side."""
    library = _LIBRARY
    if library is None:
        raise ValueError("libwebp can't be called here")
    if not planes.fit:
        raise ValueError("the planes do not fit each other")
    config, picture, written = _Config(), _Picture(), _Written()
    if not library.WebPConfigInitInternal(ctypes.byref(config), 0, float(quality), _ABI):
        raise ValueError("libwebp refuses the quality")
    library.WebPPictureInitInternal(ctypes.byref(picture), _ABI)
    library.WebPMemoryWriterInit(ctypes.byref(written))
    config.method = method
    picture.width, picture.height = planes.luma.size
    picture.y = planes.luma.point(_LUMA).tobytes()
    picture.u = planes.blue.point(_COLOUR).tobytes()
    picture.v = planes.red.point(_COLOUR).tobytes()
    picture.y_stride, picture.uv_stride = planes.luma.width, planes.blue.width
    picture.writer = ctypes.cast(library.WebPMemoryWrite, ctypes.c_void_p)
    picture.custom_ptr = ctypes.addressof(written)
    try:
        if not library.WebPEncode(ctypes.byref(config), ctypes.byref(picture)):
            if picture.error_code in _OUT_OF_MEMORY:
                raise MemoryError
            raise ValueError(f"WebP can't hold it (libwebp's error {picture.error_code})")
        return ctypes.string_at(written.mem, written.size)
    finally:
        library.WebPMemoryWriterClear(ctypes.byref(written))


def _studio(span: int, middle: int, at: int) -> list[int]:
    """From JFIF's 0 to 255 to the narrower range that WebP stores, of which ITU-R BT.601 has the numbers."""
    return [round(at + (value - middle) * span / 255) for value in range(256)]


_LUMA = _studio(219, 0, 16)
_COLOUR = _studio(224, 128, 128)


def _load() -> ctypes.CDLL | None:
    """libwebp, as Pillow's module is linked to it: what that depends on is searched for names, too."""
    try:
        library = ctypes.CDLL(vars(WebPImagePlugin)["_webp"].__file__)
        library.WebPConfigInitInternal.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_float, ctypes.c_int)
        names = ("WebPEncode", "WebPMemoryWriterInit", "WebPMemoryWrite", "WebPMemoryWriterClear")
        known = all(hasattr(library, name) for name in names)
        fits = library.WebPPictureInitInternal(ctypes.byref(_Picture()), _ABI)
    except (AttributeError, KeyError, OSError):
        return None
    return library if known and fits else None


_LIBRARY = _load()
