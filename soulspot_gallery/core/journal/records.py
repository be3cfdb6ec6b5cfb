"""What the journal tells: frozen records of pictures, looks, links, attempts, removals and answers of sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from soulspot_gallery.core.model import (
    Entity,
    EntityType,
    ErrorCode,
    FileStamp,
    Outcome,
    Removal,
    UrlCheck,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture that the gallery wrote: where it came from and what was written. Sizes in px and bytes."""

    path: str
    url_hash: str
    etag: str | None
    last_modified: str | None
    bytes: int
    width: int
    height: int
    sha256: str
    source_width: int
    source_height: int
    source_format: str
    fetched_at: datetime


class PictureSource(NamedTuple):
    """Where a picture that the gallery wrote came from, and what its server called that version of it."""

    url_hash: str
    etag: str | None
    last_modified: str | None


class FileCheck(NamedTuple):
    """A look at a file, good for as long as its stamp stays. `problem` None: a whole WebP. `sha256` is empty where
    not all of the file was read: with a problem nothing is known of it, without one it begins as a whole WebP does."""

    path: str
    stamp: FileStamp
    sha256: str
    width: int | None
    height: int | None
    problem: str | None

    @property
    def whole(self) -> bool:
        return self.problem is None

    @property
    def read(self) -> bool:
        return bool(self.sha256)


class LinkCheck(NamedTuple):
    check: UrlCheck
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    kind: EntityType
    id: str
    at: datetime
    outcome: Outcome
    error: ErrorCode | None
    message: str | None


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """One file of a receipt. `rows` are the entities before their path was cleared, without URLs."""

    receipt: str
    number: int
    path: str
    bytes: int
    mtime_ns: int
    rows: tuple[Entity, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Receipt:
    id: str
    plan: str
    made_at: datetime
    removal: Removal


@dataclass(frozen=True, slots=True)
class WriteIntent:
    """A picture about to be put in place of what lies at `path`, made from the URL with this hash."""

    id: str
    path: str
    temporary: str
    sha256: str
    kind: EntityType
    entity: str
    url_hash: str


class Said(StrEnum):
    """What a source's answer was: a picture, no picture, or none of both."""

    FOUND = "found"
    NONE = "none"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What a source last said of an entity, and when. `provider_id`: what the source calls it; `url_hash`: of the
    picture that it gave; `page`: where people find it there; `message`: what went wrong."""

    kind: EntityType
    id: str
    source: str
    at: datetime
    outcome: Said
    provider_id: str | None = None
    url_hash: str | None = None
    page: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class SourceTally:
    """How often a source's last word on an entity was this, and when it was said last."""

    source: str
    outcome: Said
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person said of an entity's picture: locked (and how that came), refused on purpose, made by hand.

    `hand_sha256` is the picture that was set by hand, `source` where it came from, for people, and `page` where they
    find it there.
    """

    locked_at: datetime | None = None
    locked_by: str | None = None
    refused_at: datetime | None = None
    hand_sha256: str | None = None
    source: str | None = None
    page: str | None = None

    @property
    def locked(self) -> bool:
        return self.locked_at is not None

    @property
    def refused(self) -> bool:
        return self.refused_at is not None

    @property
    def held(self) -> bool:
        """Whether nothing that runs by itself may give this entity a picture."""
        return self.locked or self.refused


NO_MARK = Mark()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the journal knows for looking at a library: when pictures were fetched and shown, by path; links by URL
    hash; and by entity the last attempts that failed, and what a person said of them."""

    fetched: Mapping[str, datetime]
    shown: Mapping[str, datetime]
    links: Mapping[str, LinkCheck]
    failures: Mapping[tuple[EntityType, str], Attempt]
    marks: Mapping[tuple[EntityType, str], Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """As `Knowledge`, for looking at pictures by the hundred thousand: times in seconds since 1970, of links the
    verdict alone."""

    fetched: dict[str, float]
    shown: dict[str, float]
    verdicts: dict[str, Verdict]
    failures: Mapping[tuple[EntityType, str], Attempt]
    marks: Mapping[tuple[EntityType, str], Mark] = field(default_factory=dict)


def entity_to_json(entity: Entity) -> list[str | None]:
    """A row for plans and receipts: without its URL, which may hold a token."""
    return [entity.kind.value, entity.id, entity.name, entity.artist, entity.path]


def entity_from_json(values: Sequence[Any]) -> Entity:
    kind, entity_id, name, artist, path = values
    return Entity(EntityType(kind), entity_id, name, artist, None, path)
