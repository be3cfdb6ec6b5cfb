"""Which column of an Exportify CSV is what: by its name, else by where URIs stand, as headers are translated. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

Columns = dict[str, int]
"""The place of each column that was found: track, album, album_uri, artists, artist_uris, album_artists,
album_artist_uris, picture, released."""

# Names in either dialect and in files that went through a spreadsheet; folded by `_fold`.
_NAMES = {
    "track": ("trackname",),
    "album": ("albumname",),
    "album_uri": ("albumuri", "albumid"),
    "artists": ("artistnames", "artistname"),
    "artist_uris": ("artisturis", "artisturi", "artistids", "artistid"),
    "album_artists": ("albumartistnames", "albumartistname"),
    "album_artist_uris": ("albumartisturis", "albumartisturi", "albumartistids"),
    "picture": ("albumimageurl",),
    "released": ("albumreleasedate", "releasedate"),
}

# The order that the translated dialect has, from the track's URI on; of its list of saved albums, from the album's.
_TRACKS = (
    None, "track", "artist_uris", "artists", "album_uri", "album", "album_artist_uris", "album_artists", "released",
    "picture",
)  # fmt: skip
_ALBUMS = ("album_uri", "album", None, "album_artist_uris", "album_artists", "released")
_SIGNS = {
    _TRACKS: {0: "spotify:track:", 2: "spotify:artist:", 4: "spotify:album:", 6: "spotify:artist:"},
    _ALBUMS: {0: "spotify:album:", 3: "spotify:artist:"},
}


def columns_of(header: Sequence[str], sample: Sequence[Sequence[str]]) -> Columns | None:
    """Where each column is, from the header and some rows below it; None for what is no CSV of Exportify."""
    folded = [_fold(each) for each in header]
    named = {key: folded.index(name) for key, names in _NAMES.items() for name in reversed(names) if name in folded}
    if ("track" in named and {"album", "artists"} & named.keys()) or {"album", "album_artists"} <= named.keys():
        return named
    return next((found for row in sample if (found := _by_uris(row)) is not None), None)


def _fold(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _by_uris(row: Sequence[str]) -> Columns | None:
    for order, signs in _SIGNS.items():
        for start in range(len(row) - len(order) + 1):
            if all(row[start + place].startswith(sign) for place, sign in signs.items()):
                return {key: start + place for place, key in enumerate(order) if key is not None}
    return None
