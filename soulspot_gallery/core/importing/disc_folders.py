"""How music lies in folders: discs inside an album's folder, and which names pictures have. Pure rules."""

from __future__ import annotations

import re
from pathlib import Path

from soulspot_gallery.core.importing.matching import plain_name

ALBUM_PICTURES = ("cover", "folder", "front")
"""Names of an album's picture, best first; then comes the picture inside the music files."""

ARTIST_PICTURES = ("artist",)

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp")
"""Best first, where a folder has the same name twice."""

VARIOUS = "Various Artists"

_DISC = re.compile(
    r"(?:cd|dvd|dis[ck]|disque|lp|vinyl|side|seite)[\s._#-]*(?:\d{1,2}|[a-d])(?:\s*[-–:(\[].*)?", re.IGNORECASE
)
_HIDDEN = re.compile(r"\.(?![.\d])")
_FEATURING = re.compile(r"\s*[(\[]?\b(?:feat|featuring|ft)\b\.?.*$", re.IGNORECASE)


def is_disc(folder: Path) -> bool:
    """True for `CD1`, `Disc 2`, `Disk 03 - Live`: a folder in an album's folder."""
    return _DISC.fullmatch(folder.name.strip()) is not None


def album_folder(folder: Path, root: Path) -> Path:
    """The folder of the album whose files lie in `folder`: one level up for a disc, but never above `root`."""
    return folder.parent if folder != root and is_disc(folder) else folder


def is_side_file(name: str) -> bool:
    """True for what macOS lays beside a file on other systems' disks: no music, whatever its ending says."""
    return name.startswith("._")


def is_hidden_folder(name: str) -> bool:
    """True for `.git`, `.Trash-1000`, `.stversions`; not for `...And Justice for All` or `.38 Special`."""
    return _HIDDEN.match(name) is not None


def picture_rank(name: str, wanted: tuple[str, ...]) -> tuple[int, int] | None:
    """How well a file name is one of the wanted pictures, smaller is better; None where it is none. Any case."""
    stem, dot, ending = name.casefold().rpartition(".")
    if stem not in wanted or dot + ending not in PICTURE_ENDINGS:
        return None
    return wanted.index(stem), PICTURE_ENDINGS.index(dot + ending)


def common_artist(artists: list[str]) -> str:
    """The artist of an album whose files name these, and no album artist: guests do not make it a compilation."""
    leading = {plain_name(_FEATURING.sub("", each) or each): _FEATURING.sub("", each) or each for each in artists}
    return next(iter(leading.values())) if len(leading) == 1 else VARIOUS
