"""Finds out what a person means by an address or by words: which source knows it, and what it is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from soulspot_gallery.core.errors import PictureError, UsageError
from soulspot_gallery.core.model import EntityType, ErrorCode, Progress, Report
from soulspot_gallery.core.network.json_client import NotAvailable
from soulspot_gallery.core.providers.dto import DTO
from soulspot_gallery.core.providers.matching import matches_words, plain
from soulspot_gallery.core.providers.provider import Provider
from soulspot_gallery.core.sources.asking import broken_words, ready_to_ask
from soulspot_gallery.core.sources.sync_reports import Candidate, SearchReport

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|[a-z][a-z0-9-]*:[a-z-]+:)\S+|(?:www\.)?[a-z0-9-]+\.(?:com|org)/\S+", re.IGNORECASE
)
_LONGEST = 300
"""Characters of words that are passed on."""


@dataclass(frozen=True, slots=True)
class Searcher:
    """`active` are the sources that are on, in their order; `every` also those that are off."""

    active: Sequence[Provider]
    every: Sequence[Provider]

    async def resolve(self, target: str, kind: EntityType | None) -> tuple[Provider, DTO]:
        """What an address or words mean, and the source that knows it.

        Raises UsageError where nobody knows it, PictureError where those who might could not be asked.
        """
        target = target.strip()
        if not target or len(target) > _LONGEST:
            raise UsageError("Give a URI, a URL, or a few words to search for.")
        readers = [each for each in self.every if each.reads(target)]
        if readers:
            return await self._by_address(target, readers)
        if _ADDRESS.fullmatch(target):
            raise UsageError(f"No source knows the address {target!r}; give a URI or URL of one, or search words.")
        return await self._by_words(target, kind)

    async def candidates(self, words: str, kind: EntityType | None, report: Report) -> SearchReport:
        """What all sources that are on find for these words, in their order."""
        found, problems = list[Candidate](), list[str]()
        for number, provider in enumerate(self.active):
            report(Progress("Searching", number, len(self.active)))
            here, problem = await self._search(provider, words.strip()[:_LONGEST], kind)
            found += [candidate for each in here if (candidate := _candidate(each)) is not None]
            problems += [problem] if problem else []
        return SearchReport(tuple(found), tuple(problems))

    async def _by_address(self, target: str, readers: Sequence[Provider]) -> tuple[Provider, DTO]:
        asked = [each for each in self.active if each in readers]
        if not asked:
            names = " or ".join(each.name for each in readers)
            raise UsageError(f"{readers[0].title} is switched off; add {names} to the setting providers.")
        trouble: PictureError | None = None
        for provider in asked:
            kind, provider_id = provider.reads(target) or (EntityType.ARTIST, "")
            try:
                if (problem := await ready_to_ask(provider)) is not None:
                    raise NotAvailable(problem)
                found = await provider.details(kind, provider_id)
            except PictureError as refused:
                trouble = refused
                continue
            except Exception as broken:  # a stranger's code may raise anything
                trouble = NotAvailable(broken_words(provider, broken))
                continue
            if found is not None:
                return provider, found
        if trouble is not None:
            raise trouble
        raise UsageError(f"{asked[0].title} has nothing at {target!r}; check the address.")

    async def _by_words(self, words: str, kind: EntityType | None) -> tuple[Provider, DTO]:
        """The first source in order that has what all the words name; names that are just these words go first."""
        near, troubles = list[DTO](), list[str]()
        for provider in self.active:
            found, problem = await self._search(provider, words, kind)
            troubles += [problem] if problem else []
            near += found
            fitting = sorted(
                (each for each in found if matches_words(words, each)), key=lambda each: _rank(each, words)
            )
            if fitting:
                return provider, await _whole(provider, fitting[0])
        if not near and troubles:
            raise PictureError(ErrorCode.NETWORK, " ".join(troubles))
        nearest = "; ".join(f"{each.title} ({each.uri})" for each in near[:3] if each.uri)
        hint = f" The nearest: {nearest}." if nearest else ""
        raise UsageError(f"No source knows {words!r}; check the spelling, or give a URI or URL.{hint}")

    async def _search(self, provider: Provider, words: str, kind: EntityType | None) -> tuple[list[DTO], str | None]:
        """What a source finds, kind after kind, and what went wrong. Playlists only where they were asked for."""
        if (problem := await ready_to_ask(provider)) is not None:
            return [], problem
        kinds = (kind,) if kind is not None else (EntityType.ARTIST, EntityType.ALBUM)
        found = list[DTO]()
        try:
            for each in kinds:
                if each in provider.kinds:
                    found += await provider.search(each, words)
        except PictureError as trouble:
            return found, str(trouble)
        except Exception as trouble:  # a stranger's code may raise anything; the other sources go on
            return [], broken_words(provider, trouble)
        return found, None


def _rank(found: DTO, words: str) -> tuple[bool, bool]:
    """Best first: the name is just the words, then artist and name together are."""
    together = {plain(f"{found.artist or ''} {found.title}"), plain(f"{found.title} {found.artist or ''}")}
    return plain(found.title) != plain(words), plain(words) not in together


async def _whole(provider: Provider, found: DTO) -> DTO:
    """With its picture, where a search does not bring it."""
    if found.picture is not None:
        return found
    try:
        return await provider.details(found.kind, found.provider_id) or found
    except PictureError:  # what is known is enough to add it; its picture is sought again afterwards
        return found


def _candidate(found: DTO) -> Candidate | None:
    if not found.uri:
        return None
    return Candidate(found.kind, found.provider, found.title, found.artist, found.picture, found.uri)
