"""Names and files that last: moved, linked and made so that a power cut leaves the old state or the new one."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from pathlib import Path

_READ_AS_FOLDER = 0o044
_WRITE_AS_GROUP = 0o020


def sync_folder(folder: Path) -> None:
    """Make the names in this folder last. Only POSIX can open a folder; elsewhere the file system does it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Rename, and make that last. Raises OSError; then the file is at `source` again.

    Where it can't be taken back, it has moved: that counts as done.
    """
    source.rename(target)
    try:
        sync_folder(target.parent)
        sync_folder(source.parent)
    except OSError as problem:
        try:
            target.rename(source)
        except OSError:
            return
        raise problem


def second_name(target: Path, other: Path) -> None:
    """Keep what lies at `target` under a second name too: a hard link, or a copy where there are none."""
    other.unlink(missing_ok=True)
    try:
        os.link(target, other, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(target, other, follow_symlinks=False)
        with other.open("rb+") as stream:
            os.fsync(stream.fileno())
    sync_folder(other.parent)


def make_folders(root: Path, folder: Path) -> None:
    """Make the folders from `root` down to `folder`, each with the group and the rights of the one it is in.

    Whoever may read the image root may read what is made in it, whatever our umask is. Raises OSError.
    """
    if folder.is_dir():
        return
    below = folder.relative_to(root)
    for each in [*reversed(below.parents), below]:
        made = root / each
        if made == root:  # a root that is gone is not made anew
            continue
        try:
            made.mkdir()
        except FileExistsError:
            continue
        above = made.parent.stat()
        with contextlib.suppress(OSError, NotImplementedError, AttributeError):  # what can't be had is done without
            os.chown(made, -1, above.st_gid)
            made.chmod(stat.S_IMODE(above.st_mode) | 0o700)


def share(descriptor: int, folder: Path, former: os.stat_result | None) -> None:
    """Give a new file the group and the rights of the file that it replaces, else those that its folder suggests.

    Where the group can't be had (it takes being a member of it) the file stays readable as far as the folder is.
    """
    if os.name != "posix":
        return
    above = folder.stat()
    like = above if former is None else former
    mode = 0o600 | like.st_mode & (_READ_AS_FOLDER | _WRITE_AS_GROUP)
    with contextlib.suppress(OSError):
        if os.fstat(descriptor).st_gid != like.st_gid:
            os.fchown(descriptor, -1, like.st_gid)
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, mode)
