"""What asking the sources comes to, as frozen data: for commands, windows and other programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from soulspot_gallery.core.model import EntityType, ErrorCode


class Synced(StrEnum):
    """What became of one entity."""

    FETCHED = "fetched"
    """Its picture was stored: from a source, or from the URL that it had."""
    URL = "url"
    """Its URL was written; nothing is stored, by the settings."""
    KEPT = "kept"
    """It has a picture, which is left alone."""
    NOTHING = "nothing"
    """No source that was asked has a picture of it."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """The picture is locked."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """`source`: who gave the picture; None where the URL was there before, or nothing was found. `message`: what went
    wrong, or was told, as sentences."""

    kind: EntityType
    id: str
    outcome: Synced
    source: str | None = None
    url: str | None = None
    error: ErrorCode | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class SourceShare:
    """One source's part in a run. `problem`: why it was not asked (any more)."""

    name: str
    found: int
    nothing: int
    failed: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class SyncReport:
    results: tuple[SyncResult, ...]
    sources: tuple[SourceShare, ...]
    problems: tuple[str, ...]
    """Settings that name no source, sources that can't be loaded."""
    seconds: float

    def count(self, outcome: Synced) -> int:
        return sum(result.outcome is outcome for result in self.results)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a source found for a person's words; `uri` adds it (see `SyncService.add`)."""

    kind: EntityType
    source: str
    name: str
    artist: str | None
    picture: str | None
    uri: str


@dataclass(frozen=True, slots=True)
class SearchReport:
    candidates: tuple[Candidate, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddResult:
    """What stands in the library now. `added` is False where it stood there before; `synced` tells of its picture."""

    kind: EntityType
    id: str
    name: str
    artist: str | None
    added: bool
    source: str
    uri: str | None
    synced: SyncResult


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any `seconds`, to the interface of this name."""

    api: str
    url: str
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as it is set up. `position` is its place in the order, None where it is off; `problem` what has to be
    done before it can be asked; `found`, `nothing` and `failed` count entities by its last word on them."""

    name: str
    title: str
    kinds: tuple[EntityType, ...]
    position: int | None
    key: str
    sends: str
    terms: str
    max_age_days: int | None
    limits: tuple[Limit, ...]
    problem: str | None
    rests_for: float
    found: int
    nothing: int
    failed: int
    last_answer: datetime | None
    last_problem: str | None


@dataclass(frozen=True, slots=True)
class SourceTest:
    """One question, asked now. `message` is a sentence in either case."""

    name: str
    works: bool
    message: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Purge:
    """Pictures and URLs of a source that were removed because it does not allow to keep them; `renewed` were fetched
    anew instead, `left` could not be removed."""

    removed: int
    renewed: int
    left: tuple[str, ...]
