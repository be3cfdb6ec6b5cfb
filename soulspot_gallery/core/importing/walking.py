"""Walks a folder of music: which files are there, with a line for what can't be entered.

Opens no file but those without an ending, for their first bytes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from soulspot_gallery.core.audio import ENDINGS, is_music, shown_path
from soulspot_gallery.core.importing.disc_folders import (
    ALBUM_PICTURES,
    ARTIST_PICTURES,
    is_hidden_folder,
    is_side_file,
    picture_rank,
)
from soulspot_gallery.core.importing.items import Problem, Stop, Stopped

_DEEPEST = 64
"""Folders below the root; nobody's music lies deeper."""


@dataclass(slots=True)
class Tree:
    """What a folder holds: music files in order, and pictures by folder and purpose, best first."""

    music: list[Path] = field(default_factory=list)
    covers: dict[Path, list[Path]] = field(default_factory=dict)
    portraits: dict[Path, list[Path]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def walk(root: Path, stop: Stop) -> Tree:
    """Every music file and picture under `root`. Links to folders are followed, each folder is read once.

    Raises OSError where the root itself can't be read, Stopped.
    """
    tree, seen = Tree(), {_identity(root.stat())}
    above = {_identity(each.stat()) for each in root.resolve().parents}
    pending = [root]
    while pending:
        if stop():
            raise Stopped
        folder = pending.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda each: each.name)
        except OSError as problem:
            if folder == root:
                raise
            tree.problems.append(Problem(shown_path(folder), f"can't be read: {problem.strerror or problem}."))
            continue
        inner = list(_take(folder, entries, root, tree, seen, above))
        pending += reversed(inner)
    return tree


def _take(
    folder: Path,
    entries: list[os.DirEntry[str]],
    root: Path,
    tree: Tree,
    seen: set[tuple[int, int]],
    above: set[tuple[int, int]],
) -> Iterator[Path]:
    """Note the files of one folder; gives the folders in it that are to be read."""
    covers, portraits = list[tuple[tuple[int, int], Path]](), list[tuple[tuple[int, int], Path]]()
    for entry in entries:
        if is_side_file(entry.name):
            continue
        path = folder / entry.name
        try:
            found = path.stat()  # not the entry's: that has no inode on Windows
        except OSError as problem:
            if entry.is_symlink() or Path(entry.name).suffix.casefold() in ENDINGS:
                tree.problems.append(Problem(shown_path(path), f"can't be read: {problem.strerror or problem}."))
            continue
        if stat.S_ISDIR(found.st_mode):
            if is_hidden_folder(entry.name):
                continue
            if (trouble := _why_not(path, entry, found, root, seen, above)) is None:
                seen.add(_identity(found))
                yield path
            elif trouble:
                tree.problems.append(Problem(shown_path(path), trouble, left_out=False))
        elif is_music(path):
            tree.music.append(path)
        elif stat.S_ISREG(found.st_mode):
            covers += [(rank, path)] if (rank := picture_rank(entry.name, ALBUM_PICTURES)) is not None else []
            portraits += [(rank, path)] if (rank := picture_rank(entry.name, ARTIST_PICTURES)) is not None else []
    for kept, ranked in ((tree.covers, covers), (tree.portraits, portraits)):
        if ranked:
            kept[folder] = [path for _, path in sorted(ranked)]


def _why_not(
    path: Path,
    entry: os.DirEntry[str],
    found: os.stat_result,
    root: Path,
    seen: set[tuple[int, int]],
    above: set[tuple[int, int]],
) -> str | None:
    """Why a folder is not entered; None where it is."""
    if _identity(found) in seen:
        return "is a link to a folder that is read anyway; it was not entered again." if entry.is_symlink() else ""
    if _identity(found) in above:
        return "is a link to a folder above the music; it was not entered."
    if len(path.parts) - len(root.parts) > _DEEPEST:
        return f"lies more than {_DEEPEST} folders deep; it was not entered."
    return None


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
