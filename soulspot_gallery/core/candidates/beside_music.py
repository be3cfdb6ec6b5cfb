"""Pictures on this computer that may be an entity's: where an import found one, and what lies beside its music.

Blocking functions; the names of files are the user's, their contents are looked at by whoever reads them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from soulspot_gallery.core.audio import ENDINGS
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.importing.disc_folders import (
    ALBUM_PICTURES,
    ARTIST_PICTURES,
    PICTURE_ENDINGS,
    is_disc,
    picture_rank,
)
from soulspot_gallery.core.model import Entity, EntityType
from soulspot_gallery.core.opened import Opened

MOST = 12
"""Pictures of this computer that are offered for one entity."""

_MUSIC_FILES = 3
"""Music files of a folder that are opened for the picture in them."""

_FOLDERS = 4
"""Folders of one entity that are looked through."""

_ENTRIES = 2000
"""Names of a folder that are looked at: nobody's album has more files."""


def local_origins(opened: Opened, entity: Entity) -> list[str]:
    """Origins of pictures for an entity, best first: the import's own, then those named as pictures of its kind are,
    then other pictures in its folders, then those inside music files."""
    own = opened.journal.origins().get(entity.key)
    local = own if own is not None and origins.is_local(own) else None
    if entity.kind is EntityType.PLAYLIST:
        return [local] if local else []
    music = [origins.local_file(each) for each in opened.journal.music_of(entity)]
    music += [file for each in opened.library.music_files(*entity.key) if (file := Path(each)).is_absolute()]
    near = [origins.local_file(local)] if local else []
    found = list(_in_folders(entity.kind, music, near))
    return list(dict.fromkeys([*([local] if local else []), *found]))[:MOST]


def _in_folders(kind: EntityType, music: Iterable[Path], near: Iterable[Path]) -> Iterator[str]:
    own = list(dict.fromkeys(file.parent for file in (*near, *music)))
    above = [folder.parent for folder in own if is_disc(folder) or kind is EntityType.ARTIST]
    folders = list(dict.fromkeys((*above, *own) if kind is EntityType.ARTIST else (*own, *above)))[:_FOLDERS]
    wanted = ARTIST_PICTURES if kind is EntityType.ARTIST else ALBUM_PICTURES
    ranked, tracks = list[tuple[tuple[int, int, int], Path]](), list[Path]()
    for place, folder in enumerate(folders):
        for name in _names(folder):
            ending = Path(name).suffix.casefold()
            if ending in PICTURE_ENDINGS:
                rank = picture_rank(name, wanted) or (len(wanted), 0)
                # An artist's folder holds albums; what is called otherwise there is one of those.
                if kind is EntityType.ALBUM or rank[0] < len(wanted):
                    ranked.append(((rank[0], place, rank[1]), folder / name))
            elif ending in ENDINGS and folder in own and kind is EntityType.ALBUM:
                tracks.append(folder / name)
    yield from (origins.of_file(path) for _, path in sorted(ranked))
    yield from (origins.of_embedded(path) for path in tracks[:_MUSIC_FILES])


def _names(folder: Path) -> list[str]:
    """The plain names in a folder, in order; none where it can't be read: then there is nothing to offer from it."""
    found = list[str]()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if len(found) >= _ENTRIES:
                    break
                if not entry.name.startswith("."):
                    found.append(entry.name)
    except OSError:
        return []
    return sorted(found)
