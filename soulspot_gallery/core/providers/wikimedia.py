"""Wikimedia Commons: free pictures of artists, found through MusicBrainz' links and Wikidata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.network.json_client import Api
from soulspot_gallery.core.providers import musicbrainz
from soulspot_gallery.core.providers.dto import DTO, ArtistDTO, Sought, listed, picture_of, text_of
from soulspot_gallery.core.providers.matching import best_match
from soulspot_gallery.core.providers.musicbrainz import MUSICBRAINZ, mbid_of
from soulspot_gallery.core.providers.provider import Provider

WIKIDATA = Api("wikidata", "https://www.wikidata.org", requests=5, seconds=1.0)
COMMONS = Api("commons", "https://commons.wikimedia.org", requests=5, seconds=1.0)
"""Never asked for JSON: pictures come from there, by the rules for pictures."""

_ITEM = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q\d{1,12})")
_FILE = re.compile(r"https?://commons\.wikimedia\.org/wiki/File:([^?#]+)")
_WIDTHS = (250, 330, 500, 960, 1280)
"""Widths in px that Wikimedia keeps ready; others are drawn anew or refused."""
_NAME = re.compile(r"[^/:#<>\[\]|{}]{1,240}")
"""Names of files as MediaWiki takes them."""
_NO_PHOTOGRAPH = (".svg", ".tif", ".tiff", ".pdf", ".djvu", ".ogg", ".ogv", ".webm")


class Wikimedia(Provider):
    """Pictures of artists under free licences; `uri` is the page with author and licence."""

    name = "wikimedia"
    title = "Wikimedia Commons"
    kinds = frozenset({EntityType.ARTIST})
    apis = (MUSICBRAINZ, WIKIDATA)
    sends = "names and MusicBrainz ids of artists"
    terms = "free licences; most ask for the author's name, which the linked page has"
    sample = (EntityType.ARTIST, "5b11f4ce-a62d-471e-81fc-a69a8278c7da")

    def id_for(self, sought: Sought) -> str | None:
        return mbid_of(sought.musicbrainz_id) or sought.known_id

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        found = musicbrainz.read_address(uri)
        return (EntityType.ARTIST, found[1]) if found and found[0] == "artist" else None

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        return {"musicbrainz_id": dto.provider_id}

    async def get_artist_details(self, artist_id: str) -> ArtistDTO | None:
        """An artist by MBID."""
        mbid = mbid_of(artist_id)
        document = None if mbid is None else await musicbrainz.look_up(self.access.json, "artist", mbid, "url-rels")
        if mbid is None or document is None or (name := text_of(document.get("name"))) is None:
            return None
        file = await self._file(document)
        if file is None:
            return ArtistDTO(name, None, self.name, mbid, musicbrainz.page_of("artist", mbid))
        page = f"https://commons.wikimedia.org/wiki/File:{quote(file)}"
        return ArtistDTO(name, self._picture(file), self.name, mbid, page)

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        """Without pictures: asking for each would take seconds. `get_artist_details` has the picture."""
        if kind is not EntityType.ARTIST:
            return ()
        return await musicbrainz.search_artists(self.access.json, self.name, words)

    async def find(self, sought: Sought) -> DTO | None:
        mbid = self.id_for(sought)
        if mbid is None:
            found = best_match(sought, await musicbrainz.search_artists(self.access.json, self.name, sought.name))
            mbid = None if found is None else found.provider_id
        return None if mbid is None else await self.get_artist_details(mbid)

    async def _file(self, artist: dict[str, Any]) -> str | None:
        """The name on Commons of the artist's picture."""
        links = [
            (each.get("type"), str(each["url"].get("resource", "")))
            for each in listed(artist, "relations")
            if isinstance(each.get("url"), dict)
        ]
        for kind, address in links:
            if kind == "image" and (found := _FILE.match(address)) and (file := _file_name(unquote(found[1]))):
                return file
        item = next((found[1] for kind, url in links if kind == "wikidata" and (found := _ITEM.match(url))), None)
        return None if item is None else await self._file_of_item(item)

    async def _file_of_item(self, item: str) -> str | None:
        document = await self.access.json.get(WIKIDATA, f"/wiki/Special:EntityData/{item}.json")
        entities = document.get("entities") if isinstance(document, dict) else None
        # A merged item answers under its new name.
        entity = next(iter(entities.values()), None) if isinstance(entities, dict) else None
        claims = listed(entity, "claims", "P18")
        claims.sort(key=lambda claim: claim.get("rank") != "preferred")
        for claim in claims:
            value: Any = claim
            for key in ("mainsnak", "datavalue", "value"):
                value = value.get(key) if isinstance(value, dict) else None
            if claim.get("rank") != "deprecated" and isinstance(value, str) and (file := _file_name(value)):
                return file
        return None

    def _picture(self, file: str) -> str | None:
        wanted = self.access.image_size(EntityType.ARTIST)
        width = next((each for each in _WIDTHS if each >= wanted), _WIDTHS[-1])
        base = self.access.json.base(COMMONS)
        return picture_of(f"{base}/wiki/Special:FilePath/{quote(file)}?width={width}")


def _file_name(name: str) -> str | None:
    """A file on Commons that can be a photograph, its spaces as underscores."""
    name = name.strip().replace(" ", "_")
    return name if _NAME.fullmatch(name) and name.isprintable() and not name.lower().endswith(_NO_PHOTOGRAPH) else None
