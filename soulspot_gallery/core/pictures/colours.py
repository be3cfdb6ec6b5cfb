"""Pixels of any mode that a decoder gives, made to what WebP can hold: sRGB colours, and alpha where there was any."""

from __future__ import annotations

import functools
import io

from PIL import Image, ImageChops, ImageCms

_CACHED_PROFILE = 16 * 1024
_MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_DEVICES = frozenset({"mntr", "scnr", "prtr", "spac"})
_SAME = 2


def averageable(picture: Image.Image, bits: int) -> Image.Image:
    """The same pixels as L, LA, RGB, RGBA or CMYK, so that they can be averaged: palettes, keyed transparency and
    16-bit gray resolved. `bits` a sample as coded in the file: colour keys are given in that depth."""
    mode = picture.mode
    if mode.startswith("I;16") or mode == "I":
        return _from_16_bit(picture)
    key = picture.info.get("transparency")
    if mode in ("P", "PA"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if mode == "1":
        picture, bits = picture.convert("L"), 8
        mode = "L"
    if mode == "L" and isinstance(key, int):
        return _with_gray_key(picture, key * 255 // ((1 << bits) - 1) if bits < 8 else key)
    if mode == "RGB" and isinstance(key, tuple):
        picture.info["transparency"] = tuple(value >> 8 for value in key) if bits == 16 else key
        return picture.convert("RGBA")
    if mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return picture
    return picture.convert({"La": "LA", "RGBa": "RGBA"}.get(mode, "RGB"))


def _with_gray_key(picture: Image.Image, key: int) -> Image.Image:
    alpha = picture.point([0 if value == key else 255 for value in range(256)])
    return Image.merge("LA", (picture, alpha))


def _from_16_bit(picture: Image.Image) -> Image.Image:
    """16-bit gray scaled to 8 bits; converting as Pillow does would clip everything above 255 in some versions."""
    key = picture.info.get("transparency")
    wide = picture.convert("I")
    gray = wide.point(_eight_bits(), "L")
    if not isinstance(key, int):
        return gray
    return Image.merge("LA", (gray, wide.point([0 if value == key else 255 for value in range(65536)], "L")))


@functools.cache
def _eight_bits() -> tuple[int, ...]:
    return tuple((value + 128) // 257 for value in range(65536))


def to_srgb(picture: Image.Image, icc: bytes) -> Image.Image:
    """RGB, or RGBA where there is alpha, in sRGB: the picture itself where it is that already. Takes L, LA, RGB, RGBA
    or CMYK. A profile that is damaged, or is not one for such pixels, is left out of account."""
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    if not icc:
        wanted = "RGB" if alpha is None else "RGBA"
        return picture if picture.mode == wanted else picture.convert(wanted)
    colour = picture.convert(picture.mode.removesuffix("A"))
    converted = _through_profile(colour, icc)
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def is_srgb(icc: bytes) -> bool:
    """True where it is known that `to_srgb` leaves RGB pixels alone: they have no profile, or sRGB's, or one that does
    not fit. A large one is not looked into for that, as it would be read twice."""
    return not icc or (len(icc) <= _CACHED_PROFILE and _find(icc, "RGB") is None)


def _through_profile(colour: Image.Image, icc: bytes) -> Image.Image:
    mode = colour.mode
    transform = _find(icc, mode)
    if transform is None and mode == "L":
        colour = colour.convert("RGB")
        transform = _find(icc, "RGB")
    if transform is None:
        return colour.convert("RGB")
    return transform.apply(colour)


def _find(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    return (_cached_transform if len(icc) <= _CACHED_PROFILE else _transform)(icc, mode)


def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From the profile to sRGB for pixels of `mode`; None where it does not fit, is damaged, or changes nothing."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        space = profile.profile.xcolor_space.strip()
        if _MODE_OF_SPACE.get(space) != mode or profile.profile.device_class not in _DEVICES:
            return None
        transform = ImageCms.ImageCmsTransform(
            profile, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")), mode, "RGB", ImageCms.Intent.PERCEPTUAL
        )
        return None if mode == "RGB" and _changes_nothing(transform) else transform
    except Exception:  # lcms fails in any way on a damaged profile, and a profile never costs a picture
        return None


_cached_transform = functools.lru_cache(maxsize=16)(_transform)


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """True for sRGB under any name: what a grid of 1,000 colours becomes is as good as the same."""
    steps = [0, 28, 57, 85, 113, 142, 170, 198, 227, 255]
    colours = Image.new("RGB", (len(steps) ** 3, 1))
    colours.putdata([(red, green, blue) for red in steps for green in steps for blue in steps])
    difference = ImageChops.difference(colours, transform.apply(colours)).getextrema()
    return all(isinstance(most, tuple) and most[1] <= _SAME for most in difference)
