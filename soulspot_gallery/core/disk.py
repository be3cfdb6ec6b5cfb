"""What an error of the system says when a file is read or written: trouble of that file, or of the whole disk."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from soulspot_gallery.core.errors import DiskTrouble, PictureError, UnsafePath
from soulspot_gallery.core.model import ErrorCode

_FULL = "the disk is full. Free some space, then take the work up again"
_TOO_MANY = "too many files are open. Close other programs or raise the limit, then take the work up again"
_OF_ALL = {
    errno.ENOSPC: _FULL,
    errno.EROFS: "the disk is read-only. Make it writable, then take the work up again",
    errno.EMFILE: _TOO_MANY,
    errno.ENFILE: _TOO_MANY,
}
if hasattr(errno, "EDQUOT"):  # Windows has none
    _OF_ALL[errno.EDQUOT] = _FULL
_SQLITE = {"SQLITE_FULL": errno.ENOSPC, "SQLITE_READONLY": errno.EROFS}


def trouble_of_all(problem: BaseException | None, what: str) -> DiskTrouble | None:
    """The trouble that every other file would meet as well; None where it is this file's own. `what` begins the
    sentence, as in "artists/ab.webp can't be written"."""
    reason = _OF_ALL.get(problem.errno) if isinstance(problem, OSError) and problem.errno is not None else None
    return None if reason is None else DiskTrouble(ErrorCode.DISK, f"{what}: {reason}.")


def no_permission(root: Path) -> DiskTrouble:
    """The trouble of a user who may write to none of the folders of the image root."""
    told = (
        f"{root} can't be written: no permission. Let this user write the folders in it, then take the work up again."
    )
    return DiskTrouble(ErrorCode.DISK, told)


def database_trouble(problem: BaseException | None, what: str) -> DiskTrouble | None:
    """As `trouble_of_all`, for what SQLite says."""
    reason = _OF_ALL.get(_SQLITE.get(str(getattr(problem, "sqlite_errorname", "")), 0))
    return None if reason is None else DiskTrouble(ErrorCode.DATABASE, f"{what}: {reason}.")


@contextlib.contextmanager
def disk_trouble(path: str) -> Iterator[None]:
    """Turns trouble while writing `path` into a PictureError: DiskTrouble where it is not about this one."""
    try:
        yield
    except UnsafePath as problem:
        raise PictureError(ErrorCode.UNSAFE, str(problem)) from problem
    except OSError as problem:
        written = f"{path} can't be written"
        own = PictureError(ErrorCode.DISK, f"{written}: {problem.strerror or problem}.")
        raise (trouble_of_all(problem, written) or own) from problem
