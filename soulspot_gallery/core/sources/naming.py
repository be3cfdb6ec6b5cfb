"""Which entities of the library a person means by an address or by words. No network."""

from __future__ import annotations

from collections.abc import Sequence

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import EntityType, Selection
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.providers.dto import DTO, AlbumDTO, ArtistDTO, PlaylistDTO
from soulspot_gallery.core.providers.matching import has_words
from soulspot_gallery.core.providers.provider import Provider


def named(opened: Opened, providers: Sequence[Provider], target: str, kind: EntityType | None) -> Selection:
    """The entities (of this kind) that the library knows by this URI or URL of a source, else those that have all
    these words in their name and artist. Blocks. Raises UsageError where there are none."""
    target = target.strip()
    meant = [(each, of) for each in providers if (of := each.reads(target)) is not None]
    if meant:
        ids = {each for provider, (of, provider_id) in meant for each in _known_as(opened, provider, of, provider_id)}
        kinds = {of for _, (of, _) in meant}
        if not ids:
            raise UsageError(f"Nothing in this library is known as {target!r}; name it by words or --id, or add it.")
        return Selection(frozenset(kinds), frozenset(ids))
    entities = opened.library.entities(frozenset([kind] if kind else []))
    found = [entity for entity in entities if has_words(target, entity.artist, entity.name)]
    if not found:
        raise UsageError(f"Nothing in this library has the words {target!r}; check the spelling, or add it.")
    return Selection(frozenset(entity.kind for entity in found), frozenset(entity.id for entity in found))


def _known_as(opened: Opened, provider: Provider, kind: EntityType, provider_id: str) -> set[str]:
    """The ids of the entities that this source calls so, by their columns or by what it answered before."""
    columns = provider.identifiers(_nameless(kind, provider.name, provider_id)).items()
    ids = [each.id for each in opened.library.entities(frozenset([kind]))] if columns else []
    there = opened.library.identifiers(kind, ids).items()
    by_column = {entity_id for entity_id, known in there if columns & known.items()}
    return by_column | opened.journal.named_by_source(kind, provider.name, provider_id)


def _nameless(kind: EntityType, source: str, provider_id: str) -> DTO:
    """What has only an id."""
    if kind is EntityType.ALBUM:
        return AlbumDTO("", None, None, source, provider_id)
    return (ArtistDTO if kind is EntityType.ARTIST else PlaylistDTO)("", None, source, provider_id)
