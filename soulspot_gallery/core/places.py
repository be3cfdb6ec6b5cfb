"""Where libraries lie: one's own, and the one that a person means who points at a folder."""

from __future__ import annotations

from pathlib import Path

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.settings import default_data_dir

_IN_FOLDERS = (
    "soulspot.db",
    "config/soulspot.db",
    "mnt/soulspot/soulspot.db",
    "mnt/soulspot/config/soulspot.db",
    "library.db",
)
"""Where a library lies in the folder that people point at: SoulSpot's own or the volume of its container (mounted at
/config, by its compose file from mnt/soulspot), the project that has that volume in it, the gallery's."""


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
    # Whoever points at the pictures means the library beside them.
    folders = [folder, folder.absolute().parent] if folder.absolute().name == "images" else [folder]
    for each in folders:
        for name in _IN_FOLDERS:
            if (each / name).is_file():
                return str(each / name)
    raise LibraryError(
        f"There is no library in {folder} (looked for {', '.join(_IN_FOLDERS)}); name another folder, or the file."
    )
