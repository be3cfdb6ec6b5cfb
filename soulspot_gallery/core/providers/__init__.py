"""Sources of picture addresses: URLs and DTOs only, never a download. What others build on is named here."""

from soulspot_gallery.core.network.json_client import Api
from soulspot_gallery.core.providers.cover_art_archive import CoverArtArchive
from soulspot_gallery.core.providers.deezer import DeezerPlugin
from soulspot_gallery.core.providers.dto import (
    DTO,
    AlbumDTO,
    ArtistDTO,
    PlaylistDTO,
    Sought,
    id_of,
    large_enough,
    listed,
    picture_of,
    text_of,
)
from soulspot_gallery.core.providers.provider import Access, Provider
from soulspot_gallery.core.providers.spotify import SpotifyPlugin

__all__ = [
    "DTO", "Access", "AlbumDTO", "Api", "ArtistDTO", "CoverArtArchive", "DeezerPlugin", "PlaylistDTO", "Provider",
    "Sought", "SpotifyPlugin", "id_of", "large_enough", "listed", "picture_of", "text_of",
]  # fmt: skip
