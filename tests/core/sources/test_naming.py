"""What a person means by an address or by words: found in the rows, and in what sources answered before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.sources import Sources, access_to

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.journal.records import Said, SourceAnswer
from soulspot_gallery.core.model import EntityType, Selection
from soulspot_gallery.core.providers.registry import load
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.sources.naming import named

SPOTIFY_ID = "4tZwfgrHOc3mvqYlEYSvVi"


def these(*keys: tuple[EntityType, str]) -> Selection:
    return Selection(frozenset(kind for kind, _ in keys), frozenset(entity_id for _, entity_id in keys))


async def test_addresses_and_words(library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path) -> None:
    artist = library.add_artist("Sigur Rós")
    album = library.add_album("( )", artist_id=artist)
    mix, other = library.add_playlist("Quiet mix"), library.add_playlist("Loud mix")
    library.execute("UPDATE soulspot_artists SET deezer_id = '2553' WHERE id = ?", artist)
    library.execute("UPDATE playlists SET spotify_uri = ? WHERE id = ?", f"spotify:playlist:{SPOTIFY_ID}", other)
    images = library.path.parent / "images"
    answer = SourceAnswer(EntityType.PLAYLIST, mix, "deezer", datetime.now(UTC), Said.FOUND, provider_id="908622995")
    async with (
        ImageService.open(library.path, images, tmp_path / "data") as service,
        access_to(Sources(image_server), tmp_path) as access,
    ):
        service._opened.journal.note_answers([answer])
        providers = list(load(access, []).providers.values())

        def meant(target: str, kind: EntityType | None = None) -> Selection:
            return named(service._opened, providers, target, kind)

        assert meant("https://www.deezer.com/fr/artist/2553") == these((EntityType.ARTIST, artist))
        assert meant("deezer:playlist:908622995") == these((EntityType.PLAYLIST, mix))
        assert meant(f"spotify:user:me:playlist:{SPOTIFY_ID}") == these((EntityType.PLAYLIST, other))
        assert meant("sigur ros") == these((EntityType.ARTIST, artist), (EntityType.ALBUM, album))
        assert meant("ROS sigur", EntityType.ALBUM) == these((EntityType.ALBUM, album))
        assert meant(" mix ") == these((EntityType.PLAYLIST, mix), (EntityType.PLAYLIST, other))
        for nothing in ("deezer:album:2553", f"spotify:artist:{SPOTIFY_ID}", "rammstein"):
            with pytest.raises(UsageError, match="Nothing in this library"):
                meant(nothing)
    assert image_server.log == []
