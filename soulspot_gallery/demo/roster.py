"""Who is in the sample library and what becomes of each: a plan on paper. `library` carries it out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from enum import StrEnum

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.answers import Route
from soulspot_gallery.demo.names import ALBUMS, ARTISTS, PLAYLISTS

_NAMESPACE = uuid.UUID("6d0a5a0e-2f8e-4b5c-9a53-5f5d1b6c2a10")


class Fate(StrEnum):
    """How a row stands when the sample opens."""

    CACHED = "cached"  # fetched by the gallery and used lately
    OLD = "old"  # fetched by the gallery, not used for long
    WITHDRAWN = "withdrawn"  # fetched and unused for long, and the host has thrown its picture away
    SHUT = "shut"  # fetched, and the host refuses the picture now
    ELSEWHERE = "elsewhere"  # another program put the file there, lately
    ELSEWHERE_OLD = "elsewhere-old"  # another program did, long ago: only the file's time is known
    SHARED = "shared"  # names the file of another row
    ZEROED = "zeroed"  # the end of the file was lost
    TRUNCATED = "truncated"  # the file ends too early
    LOST = "lost"  # the row names a file that is not there
    MARKED = "marked"  # SoulSpot left a FAILED marker
    TRIED = "tried"  # the gallery tried in vain
    REMOTE = "remote"  # nobody fetched it yet
    OUTSIDE = "outside"  # the path leads out of the image folder
    EMPTY = "empty"  # no URL, no path


@dataclass(frozen=True, slots=True)
class Role:
    """A row of the sample. `seed` chooses the drawing, `url` replaces the URL of the CDN (with `{host}` in it filled
    in); `checked`: its link is validated before the sample opens. `partner` is the index of the row shared with,
    `later` the seed of the drawing that the host has by now."""

    kind: EntityType
    index: int
    name: str
    fate: Fate
    route: Route = Route.COVERS
    extension: str = "jpg"
    url: str | None = None
    checked: bool = True
    artist: int | None = None
    partner: int = 0
    later: int | None = None

    @property
    def id(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.kind}/{self.index}"))

    @property
    def seed(self) -> int:
        return self.index

    @property
    def fetched(self) -> bool:
        """The gallery fetches this one before the sample opens, or tries to."""
        return self.fate in _FETCHED


_FETCHED = frozenset({Fate.CACHED, Fate.OLD, Fate.WITHDRAWN, Fate.SHUT, Fate.ZEROED, Fate.TRUNCATED, Fate.TRIED})


@dataclass(frozen=True, slots=True)
class _Special:
    """What is out of the ordinary about a row."""

    fate: Fate
    route: Route = Route.COVERS
    extension: str = "jpg"
    url: str | None = None
    checked: bool = True
    partner: int = 0
    later: int | None = None


_LONG = "http://{host}/covers/album/33.jpg?signature="
_COVERS = "http://{host}/covers/"
_UNCHECKED_REMOTE = _Special(Fate.REMOTE, checked=False)
_SILHOUETTE = _Special(Fate.CACHED, url="http://{host}/silhouette/artist/0.jpg")
"""Nobody's picture, given for many."""

_ARTISTS: dict[int, _Special] = {
    2: _Special(Fate.ELSEWHERE_OLD),
    4: _Special(Fate.REMOTE, Route.MOVED),
    5: _Special(Fate.CACHED, extension="png"),
    7: _Special(Fate.LOST),
    9: _Special(Fate.OLD),
    11: _Special(Fate.REMOTE, Route.UNTYPED),
    13: _Special(Fate.MARKED, checked=False),
    14: _Special(Fate.CACHED, Route.MOVED),
    16: _Special(Fate.REMOTE),
    17: _Special(Fate.TRIED, Route.DAMAGED),
    18: replace(_SILHOUETTE, checked=False),
    19: _UNCHECKED_REMOTE,
    20: _Special(Fate.ELSEWHERE_OLD, checked=False),
    22: _Special(Fate.CACHED, extension="webp"),
    24: _Special(Fate.REMOTE, Route.NO_HEAD),
    25: _Special(Fate.CACHED, later=48),
    26: _Special(Fate.REMOTE, Route.DENIED),
    28: _UNCHECKED_REMOTE,
    29: _SILHOUETTE,
    30: _Special(Fate.ZEROED),
    31: _SILHOUETTE,
    32: _UNCHECKED_REMOTE,
    33: _Special(Fate.LOST, checked=False),
    34: _SILHOUETTE,
    35: _Special(Fate.CACHED, Route.FOUND),
    36: _Special(Fate.EMPTY),
    38: _UNCHECKED_REMOTE,
    39: replace(_SILHOUETTE, checked=False),
    40: _Special(Fate.REMOTE, Route.MISSING),
    42: _Special(Fate.EMPTY),
    43: _UNCHECKED_REMOTE,
}
_ALBUMS: dict[int, _Special] = {
    3: _UNCHECKED_REMOTE,
    5: _Special(Fate.LOST),
    7: _Special(Fate.SHARED, checked=False, partner=6),
    9: _Special(Fate.WITHDRAWN),
    11: _UNCHECKED_REMOTE,
    12: _Special(Fate.REMOTE, Route.PAGE),
    14: _Special(Fate.ELSEWHERE),
    16: _UNCHECKED_REMOTE,
    19: _Special(Fate.REMOTE, Route.BUSY),
    21: _Special(Fate.MARKED, Route.GONE),
    23: _Special(Fate.CACHED, Route.MOVED),
    25: _UNCHECKED_REMOTE,
    26: _Special(Fate.SHUT),
    27: _Special(Fate.REMOTE, url="file:///home/listener/Music/cover.jpg"),
    28: _Special(Fate.REMOTE, Route.SLOW, checked=False),
    30: _UNCHECKED_REMOTE,
    31: _Special(Fate.LOST),
    33: _Special(Fate.REMOTE, url=_LONG + "0123456789abcdef" * 32),
    34: _Special(Fate.OLD),
    35: _Special(Fate.CACHED, url=_COVERS + "album/35.jpg?side=240", later=35),
    36: _UNCHECKED_REMOTE,
    37: _Special(Fate.CACHED, extension="png"),
    39: _Special(Fate.TRUNCATED),
    41: _UNCHECKED_REMOTE,
    42: _Special(Fate.ELSEWHERE_OLD),
    44: _Special(Fate.REMOTE, url="http://192.168.178.31/artwork/amber.jpg"),
    45: _Special(Fate.CACHED, url=_COVERS + "album/45.jpg?side=640&shape=framed", checked=False),
    46: _Special(Fate.LOST, checked=False),
    48: _Special(Fate.OUTSIDE),
    49: _Special(Fate.OLD),
    50: _Special(Fate.TRIED, Route.GONE),
    52: _UNCHECKED_REMOTE,
    54: _Special(Fate.REMOTE, Route.THROTTLED, checked=False),
    56: _Special(Fate.EMPTY),
    57: _Special(Fate.ELSEWHERE_OLD, checked=False),
    59: _Special(Fate.REMOTE, url="spotify:image:ab67616d0000b2730123456789abcdef01234567"),
    61: _Special(Fate.LOST),
    62: _Special(Fate.TRIED, Route.TORN, checked=False),
    63: _Special(Fate.CACHED, url=_COVERS + "album/43.jpg", checked=False),
    64: _UNCHECKED_REMOTE,
    65: _Special(Fate.CACHED, url=_COVERS + "album/65.jpg?side=640&shape=blurred"),
}
_PLAYLISTS: dict[int, _Special] = {
    2: _Special(Fate.REMOTE, Route.DENIED),
    5: _Special(Fate.CACHED, later=21),
    6: _UNCHECKED_REMOTE,
    8: _Special(Fate.LOST),
    10: _Special(Fate.ELSEWHERE_OLD),
    12: _UNCHECKED_REMOTE,
    13: _Special(Fate.CACHED, url=_COVERS + "playlist/13.jpg?side=120"),
    14: _Special(Fate.EMPTY),
    15: _Special(Fate.MARKED, checked=False),
}
_USUAL = _Special(Fate.CACHED)


def _role(kind: EntityType, index: int, name: str, special: _Special, artist: int | None = None) -> Role:
    if special is _USUAL:
        # A part was never fetched and a part never checked: there is something left to do.
        special = _UNCHECKED_REMOTE if index % 4 == 0 else replace(_USUAL, checked=index % 3 != 0)
    checked = special.checked and special.fate is not Fate.EMPTY
    return Role(
        kind,
        index,
        name,
        special.fate,
        special.route,
        special.extension,
        special.url,
        checked,
        artist,
        special.partner,
        special.later,
    )


def roster() -> tuple[Role, ...]:
    """All rows of the sample: artists, albums, playlists."""
    artists = [_role(EntityType.ARTIST, index, name, _ARTISTS.get(index, _USUAL)) for index, name in enumerate(ARTISTS)]
    albums = [
        _role(EntityType.ALBUM, index, title, _ALBUMS.get(index, _USUAL), artist)
        for index, (title, artist) in enumerate(ALBUMS)
    ]
    playlists = [
        _role(EntityType.PLAYLIST, index, name, _PLAYLISTS.get(index, _USUAL)) for index, name in enumerate(PLAYLISTS)
    ]
    return (*artists, *albums, *playlists)
