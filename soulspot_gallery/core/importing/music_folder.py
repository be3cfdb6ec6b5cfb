"""A folder of music files: tags and pictures to artists and albums. Blocks; decodes no audio and no picture."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from soulspot_gallery.core.audio import Tags, Unreadable, read_tags, shown_path
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.importing.covers import Covers
from soulspot_gallery.core.importing.disc_folders import VARIOUS, album_folder, common_artist
from soulspot_gallery.core.importing.items import Found, Item, Problem, Stop, Stopped
from soulspot_gallery.core.importing.matching import plain_name
from soulspot_gallery.core.importing.tracks import Album, Memory, Track, folders_of, remember
from soulspot_gallery.core.importing.walking import Tree, walk
from soulspot_gallery.core.model import EntityType, Progress, Report

_EVERY = 50
"""Files between two reports."""

_VARIOUS_MBID = "89ad4ac3-39f7-470e-963a-56509c546377"


def read_music_folder(root: Path, known: Mapping[str, tuple[str, str]], report: Report, stop: Stop) -> Found:
    """What the music files under `root` name. `known`: stamp and facts by address, of an earlier reading.

    Raises OSError where the root can't be read, Stopped.
    """
    report(Progress("Looking through the folder"))
    tree, memory = walk(root, stop), Memory()
    tracks = list(_read_tracks(tree, known, memory, report, stop))
    albums = _albums(root, tracks)
    covers = Covers(root, tree, tracks, memory, stop)
    artists = _artists(root, albums.values(), tree)
    items = [_item(album, artists[plain_name(album.artist)], covers) for album in albums.values()]
    loose = _loose_artists(tracks, artists)
    fresh = {address: each for address, each in memory.items() if known.get(address) != each}
    return Found(shown_path(root), (*items, *loose), tuple(tree.problems), fresh)


def _read_tracks(
    tree: Tree, known: Mapping[str, tuple[str, str]], memory: Memory, report: Report, stop: Stop
) -> Iterable[Track]:
    for number, file in enumerate(tree.music):
        if stop():
            raise Stopped
        if number % _EVERY == 0:
            report(Progress("Reading music files", number, len(tree.music)))
        try:
            tags = _tags(file, known, memory)
        except Unreadable as problem:
            tree.problems.append(Problem(shown_path(file), str(problem)))
            continue
        if tags.mended:
            tree.problems.append(Problem(shown_path(file), tags.mended, left_out=False))
        if tags.artist or tags.album_artist:
            yield Track(file, tags)
        else:
            what = f"the album {tags.album!r} but no artist" if tags.album else "neither artist nor album"
            tree.problems.append(Problem(shown_path(file), f"names {what} in its tags; nothing was added from it."))


def _tags(file: Path, known: Mapping[str, tuple[str, str]], memory: Memory) -> Tags:
    """The tags, from the journal where the file has not changed since they were read. Raises Unreadable."""
    address = origins.address_of(file)
    stamp = origins.stamp_of(address)
    if stamp is not None and address in known and known[address][0] == stamp:
        with contextlib.suppress(ValueError, TypeError):  # written by another version: read again
            tags = Tags(**json.loads(known[address][1]))
            memory[address] = known[address]
            return tags
    tags = read_tags(file)
    if stamp is not None:
        remember(memory, address, stamp, tags)
    return tags


def _albums(root: Path, tracks: list[Track]) -> dict[tuple[str, str], Album]:
    """The albums by artist and title. Files without an album artist belong together by folder and title."""
    gathered: dict[tuple[str, str], list[Track]] = {}
    for track in tracks:
        tags = track.tags
        if tags.album:
            by = plain_name(tags.album_artist) if tags.album_artist else f"\n{album_folder(track.file.parent, root)}"
            gathered.setdefault((by, plain_name(tags.album)), []).append(track)
    albums: dict[tuple[str, str], Album] = {}
    for of_one in gathered.values():
        first = of_one[0].tags
        artist = first.album_artist or common_artist([each.tags.artist or "" for each in of_one])
        key = plain_name(artist), plain_name(first.album or "")
        albums.setdefault(key, Album(artist, first.album or "", [])).tracks.extend(of_one)
    return albums


def _artists(root: Path, albums: Iterable[Album], tree: Tree) -> dict[str, Item]:
    """The artists of these albums by their plain names, with the pictures that the folders have of them."""
    own: dict[str, list[Album]] = {}
    above: dict[Path, set[str]] = {}
    for album in albums:
        name = plain_name(album.artist)
        own.setdefault(name, []).append(album)
        for folder in folders_of(album, root):
            if folder != root:
                above.setdefault(folder.parent, set()).add(name)
    found = {}
    for name, of_one in own.items():
        various = name == plain_name(VARIOUS)
        mbids = Counter(track.tags.artist_mbid for each in of_one for track in each.tracks if track.tags.artist_mbid)
        folders = dict.fromkeys(folder for album in of_one for folder in folders_of(album, root))
        portrait = None if various else _portrait(folders, root, above, tree)
        found[name] = Item(
            EntityType.ARTIST,
            of_one[0].artist,
            musicbrainz_id=_VARIOUS_MBID if various else next((mbid for mbid, _ in mbids.most_common(1)), None),
            origin=None if portrait is None else origins.of_file(portrait),
        )
    return found


def _portrait(folders: Iterable[Path], root: Path, above: Mapping[Path, set[str]], tree: Tree) -> Path | None:
    """`artist.*` in the folder that holds this artist's albums and no other's, else in one of the albums' folders."""
    folders = list(folders)
    parents = [each.parent for each in folders if each != root and len(above[each.parent]) == 1]
    for folder in (*parents, *folders):
        if folder in tree.portraits:
            return tree.portraits[folder][0]
    return None


def _item(album: Album, artist: Item, covers: Covers) -> Item:
    tags = [track.tags for track in album.tracks]
    mbids = Counter(each.album_mbid for each in tags if each.album_mbid)
    return Item(
        EntityType.ALBUM,
        album.title,
        artist,
        musicbrainz_id=next((mbid for mbid, _ in mbids.most_common(1)), None),
        year=min((each.year for each in tags if each.year), default=None),
        origin=covers.of(album),
    )


def _loose_artists(tracks: list[Track], known: Mapping[str, Item]) -> Iterable[Item]:
    """The artists of files that belong to no album."""
    names = {plain_name(name): name for track in tracks if not track.tags.album and (name := track.tags.artist)}
    return [Item(EntityType.ARTIST, name) for key, name in names.items() if key not in known]
