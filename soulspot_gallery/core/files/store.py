"""Files under the image root: staging, putting in place, trash, scanning; the path rule as it holds on disk."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from filelock import FileLock, Timeout

from soulspot_gallery.core.disk import disk_trouble, no_permission, trouble_of_all
from soulspot_gallery.core.errors import AnotherGallery, ImageRootError, PictureError, UnsafePath
from soulspot_gallery.core.files.durable import make_folders, move, second_name, share, sync_folder
from soulspot_gallery.core.locate import (
    OWN_FOLDER,
    TEMPORARY_PREFIX,
    TEMPORARY_SUFFIX,
    is_picture_path,
    is_temporary_path,
)
from soulspot_gallery.core.model import ErrorCode, FileStamp

MOST_DENIED = 5
"""Folders, one after the other, that may not be written: from so many on it is none odd among them, but who we are."""

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Staged:
    """A picture that lies finished in a temporary file beside its place. Both paths are relative to the root."""

    path: str
    temporary: str
    stamp: FileStamp


class ScannedFile(NamedTuple):
    """A managed file: a picture in one of the layouts, or a temporary file of ours."""

    path: str
    stamp: FileStamp
    temporary: bool


@dataclass(frozen=True, slots=True)
class Scan:
    files: tuple[ScannedFile, ...]
    errors: tuple[str, ...]


class Store:
    """The image root. Methods block; paths are relative to the root with forward slashes.

    No link is followed below the root: a symlinked folder or file, a device, a hard link of another name and
    another program's file are foreign, neither read nor touched.
    """

    def __init__(self, root: Path) -> None:
        """Raises ImageRootError unless `root` is a folder that can be read."""
        try:
            self.root = root.expanduser().resolve(strict=True)
            found_at = self.root.stat()
            self._device, self._inode = found_at.st_dev, found_at.st_ino
            with os.scandir(self.root) as found:
                next(found, None)
        except FileNotFoundError:
            raise ImageRootError(f"There is no image folder at {root}; name it with --image-root.") from None
        except NotADirectoryError:
            raise ImageRootError(f"The image root {root} is a file; name the folder that holds the pictures.") from None
        except RuntimeError as problem:  # a link to itself; a home folder that is not there
            raise ImageRootError(f"The image root {root} can't be found: {problem}.") from problem
        except OSError as problem:
            raise ImageRootError(f"The image root {root} can't be read: {problem.strerror}.") from problem
        self._own = self.root / OWN_FOLDER
        self._under_way: set[str] = set()  # temporary files that are being written or wait for their place
        self._denied: set[str] = set()  # folders that could not be written since one could
        self._give_back: Callable[[], object] | None = None

    # -- the right to write

    def begin_writing(self) -> None:
        """Take the root for writing until `end_writing`; the lock ends with the process, however it ends.

        Raises AnotherGallery while another process writes, ImageRootError where nothing can be written.
        """
        if self._give_back is not None:
            return
        try:
            self._prepare()
            lock = FileLock(self._own / "lock", thread_local=False)  # given back by whoever closes
            lock.acquire(timeout=0)
        except Timeout:
            raise AnotherGallery(
                f"Another gallery is writing to {self.root}; close it or wait until it is done."
            ) from None
        except OSError as problem:
            raise self._not_writable(problem) from problem
        self._give_back = lock.release

    def begin_sharing(self) -> None:
        """Write to a root to which other galleries write as well; they take turns. Raises ImageRootError."""
        try:
            self._prepare()
            with tempfile.TemporaryFile(dir=self._own):
                pass
        except OSError as problem:
            raise self._not_writable(problem) from problem
        self._give_back = lambda: None

    def _not_writable(self, problem: OSError) -> ImageRootError:
        what = f"The image root {self.root} can't be written"
        plain = f"{what}: {problem.strerror}. Let this user write there, then try again."
        return ImageRootError(str(trouble_of_all(problem, what) or plain))

    def _prepare(self) -> None:
        self._own.mkdir(exist_ok=True)
        if stat.S_ISLNK(self._own.lstat().st_mode):
            raise ImageRootError(f"{self._own} is a link; remove it, the gallery keeps its trash there.")

    @property
    def writing(self) -> bool:
        return self._give_back is not None

    def end_writing(self) -> None:
        if self._give_back is not None:
            self._give_back()
            self._give_back = None

    # -- looking

    def file(self, path: str) -> Path:
        """The file at a path, which need not be there. Raises UnsafePath where a link or a mount stands on the way."""
        return Path(self._checked(path))

    def _checked(self, path: str) -> str:
        """As `file`; strings, because a hundred thousand are asked for at a time."""
        found = str(self.root)
        *folders, name = path.split("/")
        for part in folders:
            found = os.path.join(found, part)  # noqa: PTH118 (a string is quicker)
            try:
                folder = os.lstat(found)
            except FileNotFoundError:
                continue
            if not stat.S_ISDIR(folder.st_mode) or folder.st_dev != self._device:
                raise UnsafePath(f"{found} is no folder of the image root, so {path} is not used.")
        return os.path.join(found, name)  # noqa: PTH118 (as above)

    def stamp(self, path: str) -> FileStamp | None:
        """What tells the file at `path` from another; None where no plain file of the root lies there."""
        try:
            return _stamp(os.lstat(self._checked(path)), self._device)
        except (OSError, UnsafePath, ValueError):
            return None

    def stamps(self, paths: Iterable[str]) -> Iterator[FileStamp | None]:
        """As `stamp` for each of these; a folder is looked at once for them all."""
        for found in self._files(paths):
            try:
                yield None if found is None else _stamp(os.lstat(found), self._device)
            except (OSError, ValueError):
                yield None

    def heads(self, paths: Iterable[str], size: int) -> Iterator[bytes]:
        """The first bytes of each of these files, none where it can't be read; a folder is looked at once for them
        all, and no link is followed."""
        for found in self._files(paths):
            try:
                yield b"" if found is None else _head(found, size)
            except (OSError, ValueError):
                yield b""

    def _files(self, paths: Iterable[str]) -> Iterator[str | None]:
        """As `_checked` for each of these, None where that raises; a folder is looked at once for them all."""
        folders: dict[str, str | None] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            if folder not in folders:
                try:
                    folders[folder] = self._checked(f"{folder}/" if folder else "")
                except (OSError, UnsafePath, ValueError):
                    folders[folder] = None
            found = folders[folder]
            yield None if found is None or not name else found + name

    def read(self, path: str, limit: int = 1 << 26) -> bytes:
        """The file's bytes, at most `limit` (64 MiB). Raises OSError or UnsafePath; follows no link."""
        descriptor = os.open(self._checked(path), os.O_RDONLY | _NO_FOLLOW | _BINARY)
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(limit)

    def scan(self) -> Scan:
        """Every managed file under the root, and a sentence for each folder that can't be read. What is staged just
        now by this store is work and no file yet."""
        files, errors = list[ScannedFile](), list[str]()
        pending = [""]
        while pending:
            folder = pending.pop()
            try:
                with os.scandir(self.root / folder if folder else self.root) as found:
                    for each in found:
                        path = f"{folder}/{each.name}" if folder else each.name
                        if each.is_dir(follow_symlinks=False):
                            # The layouts are at most two folders deep; a mount or our own folder is not entered.
                            if path != OWN_FOLDER and path.count("/") < 2 and not os.path.ismount(each.path):
                                pending.append(path)
                        elif is_picture_path(path):
                            self._take(path, each.path, files, temporary=False)
                        elif is_temporary_path(path) and path not in self._under_way:
                            self._take(path, each.path, files, temporary=True)
            except OSError as problem:
                errors.append(f"{folder or self.root}: {problem.strerror}")
        return Scan(tuple(files), tuple(errors))

    def _take(self, path: str, file: str, files: list[ScannedFile], *, temporary: bool) -> None:
        try:
            # DirEntry.stat has neither inode nor device on Windows; lstat has both everywhere.
            stamp = _stamp(os.lstat(file), self._device)
        except FileNotFoundError:  # gone since the folder was read
            return
        if stamp is not None:
            files.append(ScannedFile(path, stamp, temporary))

    # -- writing a picture

    def _must_be_there(self) -> None:
        with contextlib.suppress(OSError):
            now = self.root.stat()
            if (now.st_dev, now.st_ino) == (self._device, self._inode):
                return
        raise ImageRootError(
            f"The image root {self.root} is not there any more, or another folder is in its place; connect it again, "
            "and take the work up again."
        )

    def stage(self, path: str, content: bytes) -> Staged:
        """Write `content` to a temporary file beside `path`, through to the disk. Raises PictureError, and
        ImageRootError where the root is gone: what is written under a lost mount is lost when it comes back."""
        self._must_be_there()
        name = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
        folder = path.rpartition("/")[0]
        temporary = f"{folder}/{name}"
        self._under_way.add(temporary)
        try:
            staged = self._stage(path, temporary, content)
        except BaseException as problem:
            self._under_way.discard(temporary)
            if isinstance(problem.__cause__, PermissionError):
                self._denied.add(folder)
                if len(self._denied) >= MOST_DENIED:
                    raise no_permission(self.root) from problem
            raise
        self._denied.clear()
        return staged

    def _stage(self, path: str, temporary: str, content: bytes) -> Staged:
        with disk_trouble(path):
            target = self.file(temporary)
            make_folders(self.root, target.parent)
            self.file(temporary)  # The folders may have been made just now: look again before writing.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
            descriptor = os.open(target, flags, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    share(stream.fileno(), target.parent, self._plain_file(path))
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                stamp = _stamp(target.lstat(), self._device)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        if stamp is None:
            raise PictureError(ErrorCode.DISK, f"{temporary} was replaced while it was written.")
        return Staged(path, temporary, stamp)

    def unstage(self, temporary: str) -> None:
        """Remove a temporary file that is not needed any more."""
        with contextlib.suppress(OSError, UnsafePath):
            self.file(temporary).unlink(missing_ok=True)
        self._under_way.discard(temporary)

    def put(self, staged: Staged, keep_as: str) -> None:
        """Put a staged picture in its place; what lay there is kept aside under the name `keep_as`.

        Raises PictureError (disk, unsafe); then what lay there still lies there, or at least aside.
        """
        with disk_trouble(staged.path):
            target = self.file(staged.path)
            if os.path.lexists(target):
                if not stat.S_ISREG(target.lstat().st_mode):
                    raise UnsafePath(f"{staged.path} is no plain file, so it is not replaced.")
                aside = self._aside(staged.path, keep_as)
                self._make_own_folder(aside.parent)
                second_name(target, aside)
            self.file(staged.temporary).replace(target)
            self._under_way.discard(staged.temporary)
            try:
                sync_folder(target.parent)
            except OSError:
                self.put_back(staged.path, keep_as)
                raise

    def put_back(self, path: str, kept_as: str) -> None:
        """Undo `put`: what was kept aside lies in its place again, or nothing does. Raises OSError, UnsafePath."""
        target, aside = self.file(path), self._aside(path, kept_as)
        if aside.exists():
            aside.replace(target)
        else:
            target.unlink(missing_ok=True)
        sync_folder(target.parent)

    def is_aside(self, path: str, kept_as: str) -> bool:
        """Whether a former picture of this place is kept aside."""
        return self._aside(path, kept_as).is_file()

    def drop_aside(self, path: str, kept_as: str) -> None:
        """Forget what was kept aside."""
        with contextlib.suppress(OSError):
            self._aside(path, kept_as).unlink(missing_ok=True)

    def aside(self) -> list[tuple[str, str]]:
        """The path and name of everything that is kept aside."""
        with contextlib.suppress(OSError):
            names = [file.name.removesuffix(".old") for file in (self._own / "aside").iterdir()]
            return [(unquote(path), name) for path, dot, name in (each.rpartition(".") for each in names) if dot]
        return []

    def _aside(self, path: str, name: str) -> Path:
        # The path is in the name, so that even without the journal it is known where the file belongs.
        return self._own / "aside" / f"{quote(path, safe='')}.{name}.old"

    def _plain_file(self, path: str) -> os.stat_result | None:
        try:
            found = os.lstat(self.file(path))
        except OSError:
            return None
        return found if stat.S_ISREG(found.st_mode) else None

    def _make_own_folder(self, folder: Path) -> None:
        """Make a folder within our own. Raises OSError, and UnsafePath where a link stands on the way."""
        folder.mkdir(parents=True, exist_ok=True)
        for within in [folder, *folder.parents][: len(folder.relative_to(self.root).parts)]:
            if not stat.S_ISDIR(within.lstat().st_mode):
                raise UnsafePath(f"{within} is a link; remove it, the gallery keeps pictures there.")

    def own_folder(self, *names: str) -> Path:
        """A folder within our own, made where it is missing. Raises OSError, UnsafePath."""
        folder = self._own.joinpath(*names)
        self._make_own_folder(folder)
        return folder

    # -- trash

    def trash_file(self, receipt: str, number: int) -> Path:
        """Where file `number` of a receipt lies in the trash."""
        return self._own / "trash" / receipt / f"{number:06}.picture"

    def append_to_manifest(self, receipt: str, text: str) -> None:
        """Write down what comes into a receipt's folder, for `manifest.adopt`. Raises OSError."""
        file = self._manifest(receipt)
        self._make_own_folder(file.parent)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_FOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())

    def manifest(self, receipt: str) -> str:
        """What `append_to_manifest` wrote; empty where it wrote nothing. Raises OSError."""
        try:
            return self._manifest(receipt).read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def trash_receipts(self) -> list[str]:
        """The receipts that have a folder in the trash. Raises OSError."""
        try:
            return [folder.name for folder in sorted((self._own / "trash").iterdir())]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _manifest(self, receipt: str) -> Path:
        return self._own / "trash" / receipt / "manifest.jsonl"

    def to_trash(self, path: str, receipt: str, number: int) -> None:
        """Move a file to the trash. Raises OSError, UnsafePath; then it lies where it lay."""
        source, target = self.file(path), self.trash_file(receipt, number)
        self._make_own_folder(target.parent)
        move(source, target)

    def from_trash(self, path: str, receipt: str, number: int) -> None:
        """Move a file back. Raises FileExistsError where something lies there already, OSError, UnsafePath."""
        source, target = self.trash_file(receipt, number), self.file(path)
        make_folders(self.root, target.parent)
        if os.path.lexists(self.file(path)):
            raise FileExistsError(path)
        move(source, target)

    def delete(self, path: str) -> None:
        """Remove a file for good. Raises OSError, UnsafePath."""
        file = self.file(path)
        file.unlink()
        with contextlib.suppress(OSError):  # it is gone; only a power cut could bring it back
            sync_folder(file.parent)

    def empty_trash(self, receipt: str) -> None:
        """Remove a receipt's folder from the trash. Raises ImageRootError."""
        try:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(self._own / "trash" / receipt)
        except OSError as problem:
            raise ImageRootError(f"The trash of {self.root} can't be emptied: {problem.strerror}.") from problem


def _head(file: str, size: int) -> bytes:
    descriptor = os.open(file, os.O_RDONLY | _NO_FOLLOW | _BINARY)
    try:
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def _stamp(found: os.stat_result, root: int) -> FileStamp | None:
    """The stamp of a plain file with one name; None for all else. `root`: the device of the image root, which machines
    that share it call differently: it counts as 0, so that what one has looked at or planned holds for all."""
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        return None
    return FileStamp(0 if found.st_dev == root else found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
