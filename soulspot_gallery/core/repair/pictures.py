"""Where a picture that a person sets comes from: bytes, a file or a URL; read with the limits of all pictures."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from soulspot_gallery.core.audio import LARGEST_PICTURE, shown_path
from soulspot_gallery.core.caching.origins import of_file
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.bounded import too_large


@dataclass(frozen=True, slots=True)
class FromBytes:
    """A picture in memory (pasted, dropped, read from a music file); `label` says to people where it is from."""

    content: bytes
    label: str


@dataclass(frozen=True, slots=True)
class FromFile:
    path: Path


@dataclass(frozen=True, slots=True)
class FromUrl:
    """A picture on the network: the row's URL becomes `url`. `source` names who offered it (default: the host),
    `page` is where people find it there."""

    url: str
    source: str | None = None
    page: str | None = None


Picture = FromBytes | FromFile | FromUrl


def label_of(picture: Picture) -> str:
    """Where a picture comes from, in words and without secrets."""
    match picture:
        case FromBytes():
            return picture.label
        case FromFile():
            return shown_path(picture.path)
        case FromUrl():
            return picture.source or host_of(picture.url) or "a URL"


def origin_of(picture: Picture) -> str:
    """What the journal knows the picture by, hashed: its URL, or its file, or that it came by hand."""
    match picture:
        case FromBytes():
            return f"hand:{picture.label}"
        case FromFile():
            return of_file(picture.path)
        case FromUrl():
            return picture.url


def host_of(url: str | None) -> str | None:
    """The host of a URL, for people; None where it has none."""
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def read_bytes(picture: FromBytes | FromFile) -> bytes:
    """The picture as it was given, 1 byte to 32 MiB. Blocks.

    Raises PictureError (missing, disk, empty, too-large, not-image) with a sentence.
    """
    if isinstance(picture, FromFile):
        return _read_file(picture.path)
    if not picture.content:
        raise PictureError(ErrorCode.EMPTY, f"{picture.label} is empty; use another picture.")
    if len(picture.content) > LARGEST_PICTURE:
        raise too_large(LARGEST_PICTURE)
    return picture.content


def _read_file(path: Path) -> bytes:
    shown = shown_path(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise PictureError(ErrorCode.NOT_IMAGE, f"{shown} is a folder; choose a picture in it.")
        if not stat.S_ISREG(found.st_mode):  # to open a pipe or a device may never end
            raise PictureError(ErrorCode.NOT_IMAGE, f"{shown} is no plain file; choose a picture.")
        if found.st_size > LARGEST_PICTURE:  # not one byte of 300 MB is read
            raise PictureError(ErrorCode.TOO_LARGE, f"{shown} is larger than 32 MB; use a smaller picture.")
        with path.open("rb") as stream:
            content = stream.read(LARGEST_PICTURE + 1)
    except FileNotFoundError:
        raise PictureError(ErrorCode.MISSING, f"There is no file {shown}; check the path.") from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise PictureError(ErrorCode.DISK, f"{shown} can't be read: {why}.") from problem
    if not content:
        raise PictureError(ErrorCode.EMPTY, f"{shown} is empty; use another picture.")
    if len(content) > LARGEST_PICTURE:
        raise PictureError(ErrorCode.TOO_LARGE, f"{shown} is larger than 32 MB; use a smaller picture.")
    return content
