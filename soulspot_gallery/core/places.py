"""Where libraries lie: one's own, and the one that a person means who points at a folder."""

from __future__ import annotations

from pathlib import Path

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.settings import default_data_dir

_VOLUME = ("soulspot.db", "config/soulspot.db", "data/soulspot.db")
"""Where SoulSpot's database lies in its own folder, or in the volume that its container has at /config."""

_MOUNTED = "mnt"
_IN_FOLDERS = (*_VOLUME, *(f"{_MOUNTED}/soulspot/{file}" for file in _VOLUME), "library.db")
"""Where a library lies in the folder that people point at: the volume (by SoulSpot's compose file mnt/soulspot), the
project that has that volume in it, the gallery's own."""

_IN_MOUNTED = tuple(f"soulspot/{file}" for file in _VOLUME)
"""And where in the folder of that project's volumes."""

_PICTURES = "images"
_PARTS_OF_A_VOLUME = (_PICTURES, "config", "data")
"""Folders that are pointed at in place of the one that they lie in."""


def embedded_library() -> Path:
    """The library of one's own, in the user's data folder."""
    return default_data_dir() / "library.db"


def folders_of(file: Path) -> list[Path]:
    """The folder of a library's file as it was named, and the one where the file really lies."""
    return list(dict.fromkeys([file.absolute().parent, file.resolve().parent]))


def find_library(chosen: str) -> str:
    """The library that a person means who points at a file, a URL or a folder such as `mnt/soulspot`.

    Raises LibraryError for a folder without a library in it.
    """
    if "://" in chosen:
        return chosen
    try:
        folder = Path(chosen).expanduser()
    except RuntimeError:  # a home folder that is not there: whoever opens it says so
        return chosen
    if not folder.is_dir():
        return chosen
    names = (*_IN_FOLDERS, *_IN_MOUNTED) if folder.absolute().name == _MOUNTED else _IN_FOLDERS
    for each in _meant(folder):
        for name in names:
            if (each / name).is_file():
                return str(each / name)
    raise LibraryError(
        f"There is no library in {folder} (looked for {', '.join(names)}); name another folder, or the file."
    )


def _meant(folder: Path) -> list[Path]:
    """The folder, and those that it may be a part of: whoever points at the pictures, or at a folder among them, means
    the library beside them."""
    way = [folder.absolute(), *folder.absolute().parents]
    pictures = next((each for each in way if each.name == _PICTURES), None)
    inner = way[0] if pictures is None else pictures
    outer = [inner.parent] if inner.name in _PARTS_OF_A_VOLUME else []
    return [folder, *outer, *(each.parent for each in outer if each.name in _PARTS_OF_A_VOLUME)]
