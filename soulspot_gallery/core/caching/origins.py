"""Where a picture is taken from before its URL is asked: a file, a music file with a picture in it, a music server.

An origin is a text for the journal, and no URL for the network: `file:` and `embedded:` with the file's address,
`subsonic:` with a server's address and the picture's name there. Passwords and tokens never stand in it.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit
from urllib.request import url2pathname

from soulspot_gallery.core.audio import LARGEST_PICTURE, embedded_picture, shown_path
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

_FILE, _EMBEDDED, _SUBSONIC = "file:", "embedded:", "subsonic:"
_LOCAL = (_FILE, _EMBEDDED)
PICTURES_OWN = frozenset(
    (
        ErrorCode.NOT_IMAGE,
        ErrorCode.FORMAT,
        ErrorCode.DECODE,
        ErrorCode.DECODE_TIMEOUT,
        ErrorCode.TOO_MANY_PIXELS,
    )
)
"""The errors that a picture itself is to blame for, and not its way here."""


def of_file(file: Path) -> str:
    """The origin of a picture in a file of its own."""
    return address_of(file)


def of_embedded(file: Path) -> str:
    """The origin of the picture in a music file."""
    return _EMBEDDED + address_of(file).removeprefix(_FILE)


def of_server(base: str, picture: str) -> str:
    """The origin of a picture that an OpenSubsonic server at `base` knows by this name."""
    return f"{_SUBSONIC}{base}#{quote(picture, safe='')}"


def address_of(file: Path) -> str:
    """`file:///…` in ASCII, whatever bytes are in the name."""
    return file.absolute().as_uri()


def is_local(origin: str) -> bool:
    return origin.startswith(_LOCAL)


def server_of(origin: str) -> tuple[str, str] | None:
    """Base and picture's name of an origin on a server; None for others."""
    if not origin.startswith(_SUBSONIC):
        return None
    base, _, picture = origin.removeprefix(_SUBSONIC).partition("#")
    return base, unquote(picture)


def local_file(origin: str) -> Path:
    """The file of a local origin."""
    path = re.sub("^(?:file|embedded):", "", origin, count=1)
    host = urlsplit(_FILE + path).netloc
    if os.name == "posix":
        return Path(os.fsdecode(unquote_to_bytes(path.removeprefix(f"//{host}"))))
    return Path(url2pathname(path if host else path.removeprefix("//")))


def stamp_of(origin: str) -> str | None:
    """What changes when the file of a local origin does; None where it is not there."""
    try:
        found = local_file(origin).stat()
    except (OSError, ValueError):
        return None
    return f"{found.st_size}-{found.st_mtime_ns}"


def read_local(origin: str) -> bytes:
    """The picture of a local origin, at most 32 MiB. Blocks. Raises PictureError (missing, disk, empty, too-large)."""
    file = local_file(origin)
    if origin.startswith(_EMBEDDED):
        return embedded_picture(file)
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # to open a pipe or a device may never end
            raise PictureError(ErrorCode.NOT_IMAGE, f"{shown_path(file)} is no plain file; use another picture.")
        with file.open("rb") as stream:
            content = stream.read(LARGEST_PICTURE + 1)
    except FileNotFoundError:
        raise PictureError(
            ErrorCode.MISSING, f"{shown_path(file)} is not there any more; import its folder again."
        ) from None
    except OSError as problem:
        raise PictureError(
            ErrorCode.DISK, f"{shown_path(file)} can't be read: {problem.strerror or problem}."
        ) from problem
    if len(content) > LARGEST_PICTURE:
        raise PictureError(ErrorCode.TOO_LARGE, f"{shown_path(file)} is larger than 32 MB; use a smaller picture.")
    if not content:
        raise PictureError(ErrorCode.EMPTY, f"{shown_path(file)} is empty; use another picture.")
    return content


def blame_file(problem: PictureError, origin: str) -> PictureError:
    """The problem of a picture from a local origin, with its file."""
    return PictureError(problem.code, f"{described(origin)}: {problem}")


def none_at_server(origin: str) -> PictureError:
    """That a music server gives no picture of this origin."""
    return PictureError(
        ErrorCode.MISSING,
        f"{described(origin)} gives no picture here: it has none, or the login has changed; import from it again then.",
    )


def described(origin: str) -> str:
    """The origin in words, for people."""
    server = server_of(origin)
    if server is not None:
        return urlsplit(server[0]).netloc.rpartition("@")[2]
    file = shown_path(local_file(origin))
    return f"the picture in {file}" if origin.startswith(_EMBEDDED) else file
