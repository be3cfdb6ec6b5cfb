"""Where pictures of an entity might be: addresses with the names that go with them, asked of one source at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from soulspot_gallery.core.candidates.candidate import Asked
from soulspot_gallery.core.candidates.fitting import name_fit, words_fit
from soulspot_gallery.core.journal.records import Said, SourceAnswer
from soulspot_gallery.core.locate import is_web_url, url_hash
from soulspot_gallery.core.model import Entity, EntityType
from soulspot_gallery.core.providers.dto import DTO, Sought, picture_of
from soulspot_gallery.core.providers.provider import Provider

MOST_OF_A_SOURCE = 6
"""Pictures of one source that are fetched for one entity."""

_LOOKED_INTO = 3
"""Entries of a search that brings no pictures, each asked for its own."""

_TOO_FAR = 40
"""Per cent of the name below which an entry is something else."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A picture to be fetched: from a URL, or from an origin on this computer or a music server."""

    source: str
    name: str
    artist: str | None
    url: str | None = None
    origin: str | None = None
    page: str | None = None
    fit: int = 100
    answer: SourceAnswer | None = None


async def leads_of(provider: Provider, entity: Entity, sought: Sought, asked: Asked) -> list[Lead]:
    """What a source has, best name first. Raises PictureError, and whatever a stranger's source raises."""
    found = list[DTO]()
    if asked.words is not None:
        found += await provider.search(entity.kind, asked.words)
    else:
        if provider.id_for(sought) is not None and (exact := await provider.find(sought)) is not None:
            found.append(exact)
        if entity.kind is not EntityType.ALBUM or entity.artist:
            found += await provider.search(entity.kind, entity.name, entity.artist)
    ranked = sorted(((_fit(entity, asked, each), each) for each in found), key=lambda pair: -pair[0])
    near = [(fit, each) for fit, each in ranked if fit >= _TOO_FAR]
    leads = [_lead(entity, provider, each, fit) for fit, each in await _with_pictures(provider, near)]
    return list({each.url: each for each in reversed(leads)}.values())[::-1][:MOST_OF_A_SOURCE]


async def _with_pictures(provider: Provider, near: Sequence[tuple[int, DTO]]) -> list[tuple[int, DTO]]:
    """Those that have a picture; of a search that brings none the nearest are looked into."""
    there = [(fit, each) for fit, each in near if picture_of(each.picture)]
    if there:
        return there
    for fit, each in near[:_LOOKED_INTO]:
        whole = await provider.details(each.kind, each.provider_id)
        if whole is not None and picture_of(whole.picture):
            there.append((fit, whole))
    return there


def _fit(entity: Entity, asked: Asked, found: DTO) -> int:
    if asked.words is not None:
        return words_fit(asked.words, found.title, found.artist)
    return name_fit(entity.name, entity.artist, found.title, found.artist)


def _lead(entity: Entity, provider: Provider, found: DTO, fit: int) -> Lead:
    url = picture_of(found.picture) or ""
    page = found.uri if is_web_url(found.uri) else None
    answer = SourceAnswer(
        entity.kind, entity.id, provider.name, datetime.now(UTC), Said.FOUND, found.provider_id, url_hash(url), page
    )
    return Lead(provider.name, found.title, found.artist, url, page=page, fit=fit, answer=answer)
