"""Which sources have another picture by now than the one that was fetched: asked conditionally, and compared."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.records import PictureFacts
from soulspot_gallery.core.journal.review_records import Declined
from soulspot_gallery.core.locate import is_web_url, url_hash
from soulspot_gallery.core.model import Entry, ErrorCode, Progress, Report, State
from soulspot_gallery.core.network.fetch import Fetcher, NotModified, Validators
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.appearance import measure, near
from soulspot_gallery.core.pictures.conversion import Converter
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.review.measuring import Key
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.threads import Threads, first_of

_LARGER = 1.1
"""By so much the longer side must have grown for a picture to count as larger."""

_GONE = frozenset({ErrorCode.MISSING, ErrorCode.NOT_IMAGE, ErrorCode.EMPTY})


class Change(StrEnum):
    """What a source has by now."""

    LARGER = "larger"
    OTHER = "other"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Drifted:
    """A source's picture that has changed. `width` and `height` in px as the source has it (0 where it is gone),
    `picture` the WebP that would be kept; `old_width` and `old_height` as it was when it was fetched."""

    entry: Entry
    change: Change
    old_width: int
    old_height: int
    width: int
    height: int
    picture: bytes | None = field(repr=False)
    version: Declined = field(repr=False)

    @property
    def key(self) -> Key:
        return self.entry.entity.key


@dataclass(frozen=True, slots=True)
class DriftReport:
    """`asked` sources answered; `same` have what they had; `unknown` never said how to ask again; `silent` could not
    be asked now."""

    drifted: tuple[Drifted, ...]
    asked: int
    same: int
    unknown: int
    silent: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Question:
    """A picture to be asked after. `declined`: the version that was not wanted last time, if there is one."""

    entry: Entry
    facts: PictureFacts
    declined: Declined | None

    @property
    def validators(self) -> Validators:
        known = self.declined or self.facts
        return Validators(known.etag, known.last_modified)


@dataclass(slots=True)
class Found:
    """What has been found so far."""

    drifted: list[Drifted] = field(default_factory=list)
    refreshed: list[PictureFacts] = field(default_factory=list)
    same: int = 0
    silent: int = 0


def questions(
    entries: Iterable[Entry], facts: Mapping[str, PictureFacts], declined: Mapping[Key, Declined]
) -> tuple[list[Question], int]:
    """Whole pictures that came from the URL of their row, and how many of them can't be asked after. Pure."""
    asked, unknown = list[Question](), 0
    for entry in entries:
        url, known = entry.entity.url, facts.get(entry.image.local_path or "")
        if entry.image.state is not State.CACHED or known is None or url is None or not is_web_url(url):
            continue
        if known.url_hash != url_hash(url):
            continue
        last = declined.get(entry.entity.key)
        if last is not None and last.url_hash != known.url_hash:
            last = None
        question = Question(entry, known, last)
        if question.validators == Validators():
            unknown += 1
        else:
            asked.append(question)
    return asked, unknown


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks as many at a time as there are connections; the hosts' own limits set the pace."""

    opened: Opened
    threads: Threads
    fetcher: Fetcher
    converter: Converter
    settings: Settings

    async def ask(self, asked: Sequence[Question], report: Report) -> Found:
        """What has changed is converted as it would be kept; nothing is stored."""
        found, left, done = Found(), iter(asked), 0

        async def work() -> None:
            nonlocal done
            for question in left:
                await self._one(question, found)
                done += 1
                report(Progress("Asking the sources", done, len(asked), found.silent))

        async with _tasks() as group:
            for _ in range(min(self.settings.max_connections, len(asked))):
                group.create_task(work())
        return found

    async def _one(self, question: Question, found: Found) -> None:
        url = question.entry.entity.url or ""
        try:
            answer = await self.fetcher.fetch(url, question.validators)
            if isinstance(answer, NotModified):
                found.same += 1
                return
            version = _version(question, hashlib.sha256(answer.content).hexdigest(), answer.validators)
            if question.declined is not None and question.declined.version == version.version:
                found.same += 1
                return
            size, quality = self.settings.image_size(question.entry.entity.kind), self.settings.webp_quality
            made = await self.converter.convert(answer.content, size, quality)
        except PictureError as problem:
            self._failed(question, problem, found)
            return
        await self._compare(question, made, version, found)

    def _failed(self, question: Question, problem: PictureError, found: Found) -> None:
        gone = _version(question, "", question.validators)
        if problem.code not in _GONE:
            found.silent += 1
        elif question.declined is not None and question.declined.version == "":
            found.same += 1
        else:
            facts = question.facts
            found.drifted.append(
                Drifted(question.entry, Change.GONE, facts.source_width, facts.source_height, 0, 0, None, gone)
            )

    async def _compare(self, question: Question, made: Converted, version: Declined, found: Found) -> None:
        facts = question.facts
        longer = max(made.source_width, made.source_height)
        larger = longer >= _LARGER * max(facts.source_width, facts.source_height)
        alike = made.sha256 == facts.sha256 or await self.threads.read(self._looks_alike, question, made)
        if alike and not larger:
            # The same picture, sent or compressed in another way: from now on it is asked after by its new name.
            found.same += 1
            found.refreshed.append(replace(facts, etag=version.etag, last_modified=version.last_modified))
            return
        change = Change.LARGER if alike else Change.OTHER
        sizes = facts.source_width, facts.source_height, made.source_width, made.source_height
        found.drifted.append(Drifted(question.entry, change, *sizes, made.webp, version))

    def _looks_alike(self, question: Question, made: Converted) -> bool:
        try:
            there = measure(self.opened.store.read(question.facts.path))
            return near(there, measure(made.webp))
        except (OSError, PictureError):
            return False


@asynccontextmanager
async def _tasks() -> AsyncIterator[asyncio.TaskGroup]:
    """A group whose one failure is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as problems:
        raise first_of(problems) from None


def _version(question: Question, version: str, validators: Validators) -> Declined:
    entity = question.entry.entity
    return Declined(
        entity.kind, entity.id, question.facts.url_hash, version, validators.etag, validators.last_modified,
        datetime.now(UTC),
    )  # fmt: skip
