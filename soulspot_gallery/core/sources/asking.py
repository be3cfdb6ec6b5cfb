"""Asks the sources for one entity after the other, in the user's order; remembers what each said, and who is out."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from soulspot_gallery.core.errors import CannotOpen, PictureError
from soulspot_gallery.core.journal.records import Said, SourceAnswer
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.network.json_client import NotAvailable
from soulspot_gallery.core.network.pacing import LONGEST_WAIT
from soulspot_gallery.core.providers.dto import DTO, Sought, picture_of
from soulspot_gallery.core.providers.provider import Provider
from soulspot_gallery.core.sources.sync_reports import SourceShare

NOTHING_FOR = timedelta(days=7)
"""How long a source is not asked again for what it had no picture of."""

_REFUSALS = 3
"""Questions in a row, each tried several times, that a source answers by asking for fewer: then it is left alone."""

NoteAnswer = Callable[[SourceAnswer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Offer:
    """A picture that a source has."""

    source: str
    url: str
    answer: SourceAnswer


class Round:
    """One run over many entities. A source that can't be asked at all is left out for the rest of it, and said so."""

    def __init__(
        self,
        providers: Sequence[Provider],
        note: NoteAnswer,
        again: Callable[[SourceAnswer], bool],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`again`: whether to ask although the source had nothing not long ago."""
        self.providers = providers
        self._note = note
        self._again = again
        self._clock = clock
        self._out: dict[str, str] = {}
        self._refusals = Counter[str]()
        self._counts: dict[str, Counter[Said]] = {each.name: Counter() for each in providers}

    async def prepare(self) -> None:
        """Leave out at once what needs something of the user first."""
        for provider in self.providers:
            problem = await ready_to_ask(provider)
            if problem is not None:
                self._out[provider.name] = problem

    async def offers(
        self, sought: Sought, entity_id: str, last: Mapping[str, SourceAnswer], troubles: list[PictureError]
    ) -> AsyncIterator[Offer]:
        """The pictures that the sources have of this entity, each asked when the one before was not taken.
        `last`: what they said before; `troubles` grows by one for each that could not say."""
        for provider in self.providers:
            if sought.kind not in provider.kinds or provider.name in self._out:
                continue
            before = last.get(provider.name)
            if before is not None and self._still_nothing(before):
                continue
            asked = await self._ask(provider, sought, entity_id, before)
            if asked is None:
                continue
            answer, url, trouble = asked
            self._counts[provider.name][answer.outcome] += 1
            await self._note(answer)
            if url is not None:
                yield Offer(provider.name, url, answer)
            elif trouble is not None:
                troubles.append(trouble)

    async def turn_down(self, offer: Offer, message: str, *, for_good: bool) -> None:
        """The picture could not be had. `for_good`: there is none behind the URL, so nothing is what the source has."""
        outcome = Said.NONE if for_good else Said.FAILED
        counts = self._counts[offer.source]
        counts[Said.FOUND] -= 1
        counts[outcome] += 1
        await self._note(replace(offer.answer, outcome=outcome, message=message))

    def shares(self) -> tuple[SourceShare, ...]:
        """What each source contributed."""
        return tuple(
            SourceShare(name, counts[Said.FOUND], counts[Said.NONE], counts[Said.FAILED], self._out.get(name))
            for name, counts in self._counts.items()
        )

    def _still_nothing(self, before: SourceAnswer) -> bool:
        recent = self._clock() - before.at < NOTHING_FOR
        return before.outcome is Said.NONE and recent and not self._again(before)

    async def _ask(
        self, provider: Provider, sought: Sought, entity_id: str, before: SourceAnswer | None
    ) -> tuple[SourceAnswer, str | None, PictureError | None] | None:
        """What the source said, and the URL of its picture or what went wrong; None where the library knows too little
        to ask it."""
        # Others are found by what the library calls them now, which may have changed since.
        known = before.provider_id if before is not None and sought.kind is EntityType.PLAYLIST else None
        answer = SourceAnswer(sought.kind, entity_id, provider.name, self._clock(), Said.FAILED, provider_id=known)
        sought = replace(sought, known_id=known)
        try:
            if not provider.can_seek(sought):
                return None
            found = await provider.find(sought)
        except NotAvailable as problem:
            self._out[provider.name] = str(problem)
            return replace(answer, message=str(problem)), None, problem
        except PictureError as problem:
            if self._is_out(provider, problem.code):
                self._out[provider.name] = str(problem)
            return replace(answer, message=str(problem)), None, problem
        except CannotOpen:  # our own state can't be read or written
            raise
        except Exception as problem:  # a stranger's code may raise anything; the other sources go on
            broken = NotAvailable(broken_words(provider, problem))
            self._out[provider.name] = str(broken)
            return replace(answer, message=str(broken)), None, broken
        self._refusals[provider.name] = 0
        url = None if found is None else picture_of(found.picture)
        if found is None or url is None:
            return replace(answer, outcome=Said.NONE), None, None
        return _found(answer, found, url), url, None

    def _is_out(self, provider: Provider, trouble: ErrorCode) -> bool:
        """Whether it is of no use, or no manners, to ask on in this run."""
        if trouble is not ErrorCode.RATE_LIMITED:
            return trouble is ErrorCode.OFFLINE
        self._refusals[provider.name] += 1
        return resting(provider) > LONGEST_WAIT or self._refusals[provider.name] >= _REFUSALS


def _found(answer: SourceAnswer, found: DTO, url: str) -> SourceAnswer:
    return replace(
        answer, outcome=Said.FOUND, provider_id=found.provider_id, url_hash=url_hash(url), page=picture_of(found.uri)
    )


def resting(provider: Provider) -> float:
    """Seconds for which an interface of this source asked to be left alone."""
    return max((provider.access.json.delay(api) for api in provider.apis), default=0.0)


async def ready_to_ask(provider: Provider) -> str | None:
    try:
        return await provider.ready()
    except PictureError as problem:
        return str(problem)
    except Exception as problem:  # a stranger's code may raise anything; the other sources go on
        return broken_words(provider, problem)


def broken_words(provider: Provider, problem: Exception) -> str:
    """What is said of a source whose code raised what it should not."""
    return f"The source {provider.name} is broken ({type(problem).__name__}); switch it off or update it."
