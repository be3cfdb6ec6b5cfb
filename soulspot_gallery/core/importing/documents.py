"""The documents of an export: a file, a folder or a zip of them, read into memory and never unpacked to the disk.

Whatever is wrong with a zip as a whole (a bomb, a path that climbs out) refuses all of it.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from soulspot_gallery.core.audio import shown_path
from soulspot_gallery.core.importing.items import Problem, Stop, Stopped

LARGEST = 64 * 1024 * 1024
"""Bytes of one document; the largest real ones have a few million."""

_LARGEST_IN_ALL = 256 * 1024 * 1024
_MOST = 10_000
"""Documents, and entries of a zip."""

_WORST_RATIO = 200
_UNSUSPICIOUS = 4 * 1024 * 1024
"""JSON packs 10 to 40 times; up to so many bytes any ratio is taken."""

_DEEPEST = 4
_DRIVE = re.compile(r"[A-Za-z]:")


class Refused(Exception):
    """The source as a whole is not read; the text continues “source: …”."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its name (without folders), its place for messages, and its bytes."""

    name: str
    where: str
    content: bytes


Wanted = Callable[[str], bool]
"""Whether a document of this name is wanted."""


def read_documents(source: Path, wanted: Wanted, problems: list[Problem], stop: Stop) -> Iterator[Document]:
    """The wanted documents of a file, folder or zip, by name. What can't be read becomes a problem.

    Raises Refused, OSError (the source itself), Stopped.
    """
    if source.is_dir():
        yield from _of_folder(source, wanted, problems, stop)
    elif zipfile.is_zipfile(source):
        yield from _of_zip(source, wanted, problems, stop)
    elif source.suffix.casefold() == ".zip":
        raise Refused("is no whole zip file; download it again.")
    else:
        yield Document(source.name, shown_path(source), _bounded(source))


def _of_folder(source: Path, wanted: Wanted, problems: list[Problem], stop: Stop) -> Iterator[Document]:
    for file in files_in(source, wanted, stop):
        try:
            yield Document(file.name, shown_path(file.relative_to(source)), _bounded(file))
        except (OSError, Refused) as problem:
            why = f"can't be read: {problem.strerror}." if isinstance(problem, OSError) else str(problem)
            problems.append(Problem(shown_path(file.relative_to(source)), why))


def files_in(folder: Path, wanted: Wanted, stop: Stop, deepest: int = _DEEPEST) -> list[Path]:
    """The wanted plain files in a folder and those below it, no links followed. Raises Stopped; unreadable folders
    below are passed over."""
    found, pending = list[Path](), [(folder, 0)]
    while pending and len(found) < _MOST:
        if stop():
            raise Stopped
        here, depth = pending.pop()
        try:
            entries = sorted(here.iterdir())
        except OSError:
            continue
        for each in entries:
            if each.is_symlink() or each.name.startswith("."):
                continue
            if each.is_dir():
                pending += [(each, depth + 1)] if depth < deepest else []
            elif each.is_file() and wanted(each.name):
                found.append(each)
    return sorted(found)


def _bounded(file: Path) -> bytes:
    if not file.is_file():  # to open a pipe or a device may never end
        raise Refused("is no plain file.")
    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused(f"is larger than {LARGEST // 2**20} MB, which no export is.")
    return content


def _of_zip(source: Path, wanted: Wanted, problems: list[Problem], stop: Stop) -> Iterator[Document]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _inspect(entries)
            chosen = [each for each in entries if not each.is_dir() and wanted(PurePosixPath(each.filename).name)]
            if sum(each.file_size for each in chosen) > _LARGEST_IN_ALL:
                raise Refused(f"would unpack to more than {_LARGEST_IN_ALL // 2**20} MB; nothing was read.")
            for entry in sorted(chosen, key=lambda each: each.filename):
                if stop():
                    raise Stopped
                content = _unpacked(archive, entry, problems)
                if content is not None:
                    yield Document(PurePosixPath(entry.filename).name, shown_path(Path(entry.filename)), content)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, EOFError) as problem:
        raise Refused("is a damaged zip file; download it again.") from problem


def _inspect(entries: list[zipfile.ZipInfo]) -> None:
    """Refuses what no export looks like, before anything is unpacked."""
    if len(entries) > _MOST:
        raise Refused(f"holds more than {_MOST:,} files; nothing was read.")
    for entry in entries:
        # What stands in the file, not what zipfile made of it.
        name = (entry.orig_filename or entry.filename).replace("\\", "/")
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or _DRIVE.match(name) or "\0" in name:
            raise Refused(f"holds the path {name!r}, which leads out of it; nothing was read.")
        too_dense = entry.file_size > max(_UNSUSPICIOUS, _WORST_RATIO * entry.compress_size)
        if entry.file_size > LARGEST * 16 or too_dense:
            raise Refused(f"is a zip bomb: {name} would unpack to {entry.file_size / 1e6:,.0f} MB; nothing was read.")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, problems: list[Problem]) -> bytes | None:
    where = shown_path(Path(entry.filename))
    if stat.S_ISLNK(entry.external_attr >> 16):
        problems.append(Problem(where, "is a link, which no export holds; it was not followed."))
        return None
    try:
        with archive.open(entry) as stream:
            content = stream.read(LARGEST + 1)
    except RuntimeError:
        problems.append(Problem(where, "is encrypted; unpack the zip and import the folder."))
        return None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        problems.append(Problem(where, "is damaged in the zip; download it again."))
        return None
    if len(content) > LARGEST:
        problems.append(Problem(where, f"is larger than {LARGEST // 2**20} MB, which no export is."))
        return None
    return content
