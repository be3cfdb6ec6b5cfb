"""Music files with their tags, the albums they make, and what is remembered of them. Opens no file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from soulspot_gallery.core.audio import Tags
from soulspot_gallery.core.importing.disc_folders import album_folder


@dataclass(frozen=True, slots=True)
class Track:
    """A music file that says what it is."""

    file: Path
    tags: Tags


@dataclass(slots=True)
class Album:
    """The files of one album, wherever they lie."""

    artist: str
    title: str
    tracks: list[Track]


Memory = dict[str, tuple[str, str]]
"""Stamp and facts of music files by their addresses, as the journal keeps them."""


def remember(memory: Memory, address: str, stamp: str, tags: Tags) -> None:
    """Note what was found in a file, for as long as it has this stamp."""
    memory[address] = stamp, json.dumps(dataclasses.asdict(tags))


def folders_of(album: Album, root: Path) -> dict[Path, None]:
    """The folders of an album, discs counted as their album's; in order."""
    inside = dict.fromkeys(track.file.parent for track in album.tracks)
    return dict.fromkeys(album_folder(folder, root) for folder in inside)
