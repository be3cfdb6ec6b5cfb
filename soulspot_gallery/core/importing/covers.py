"""The picture of an album: in its folders, else inside its files. Decodes none; looks how they begin."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from soulspot_gallery.core.audio import embedded_picture, shown_path
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.importing.items import Problem, Stop, Stopped
from soulspot_gallery.core.importing.matching import plain_name
from soulspot_gallery.core.importing.tracks import Album, Memory, Track, folders_of, remember
from soulspot_gallery.core.importing.walking import Tree
from soulspot_gallery.core.pictures.sniffing import ACCEPTED, ENOUGH, sniff_image

_LOOK_INTO = 5
"""Music files of an album that are opened to find a picture in one."""


class Covers:
    """Finds the pictures of a folder's albums."""

    def __init__(self, root: Path, tree: Tree, tracks: list[Track], memory: Memory, stop: Stop) -> None:
        self._root = root
        self._tree = tree
        self._memory = memory
        self._stop = stop
        self._in_folder: dict[Path, set[str]] = {}
        for track in tracks:
            self._in_folder.setdefault(track.file.parent, set()).add(plain_name(track.tags.album or ""))

    def of(self, album: Album) -> str | None:
        """The origin of the album's picture. Raises Stopped."""
        inside = dict.fromkeys(track.file.parent for track in album.tracks)
        covers = list[Path]()
        for folder in dict.fromkeys((*folders_of(album, self._root), *inside)):
            # A picture beside the files of several albums says nothing about any of them.
            if folder in self._tree.covers and len(self._in_folder.get(folder, ())) <= 1:
                covers += self._tree.covers[folder]
        if (cover := next(filter(begins_as_picture, covers), None)) is not None:
            return self._instead(covers[: covers.index(cover)], origins.of_file(cover))
        for track in album.tracks[:_LOOK_INTO]:
            if self._stop():
                raise Stopped
            if self._has_picture(track):
                return self._instead(covers, origins.of_embedded(track.file))
        return origins.of_file(covers[0]) if covers else None  # what is wrong with it is said when it is stored

    def _instead(self, passed: Iterable[Path], taken: str) -> str:
        """The picture that is taken, with a line for those that would have come before it."""
        for each in passed:
            line = f"is no picture that can be read; taken was {origins.described(taken)}."
            self._tree.problems.append(Problem(shown_path(each), line, left_out=False))
        return taken

    def _has_picture(self, track: Track) -> bool:
        if track.tags.has_picture is not None:
            return track.tags.has_picture
        try:
            there = bool(embedded_picture(track.file))
        except PictureError:
            there = False
        address = origins.address_of(track.file)
        if address in self._memory:
            tags = dataclasses.replace(track.tags, has_picture=there)
            remember(self._memory, address, self._memory[address][0], tags)
        return there


def begins_as_picture(file: Path) -> bool:
    """True for a file whose first bytes are those of a picture that can be decoded."""
    try:
        with file.open("rb") as stream:
            return sniff_image(stream.read(ENOUGH)) in ACCEPTED
    except OSError:
        return False
