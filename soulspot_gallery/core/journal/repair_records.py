"""What a person did by hand, as the journal tells it: former pictures, and changes that can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from soulspot_gallery.core.journal.records import NO_MARK, Mark, PictureFacts
from soulspot_gallery.core.model import EntityType

Key = tuple[EntityType, str]


class Action(StrEnum):
    """What was done to a picture by hand. The value is the word of the command line."""

    SET = "set"
    UNSET = "unset"
    NO_PICTURE = "no-picture"
    DELETE = "delete"
    LOCK = "lock"
    UNLOCK = "unlock"
    GO_BACK = "history"
    SET_ASIDE = "set-aside"
    TAKE_NEW = "take-new"


class Step(StrEnum):
    """Where a change stands: under way, done, being taken back, taken back, being done again."""

    BEGUN = "begun"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    REDOING = "redoing"


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes that lie where a row says, by their hash; px and `facts` where they are known. `whole`: a picture."""

    sha256: str
    bytes: int
    whole: bool
    width: int | None = None
    height: int | None = None
    source: str | None = None
    facts: PictureFacts | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entity's picture stands: the row's columns, what lies where they say, and the marks on it."""

    url: str | None
    path: str | None
    picture: Kept | None
    mark: Mark = NO_MARK

    @property
    def sha256(self) -> str:
        """Of the bytes that lie there; empty where none do."""
        return self.picture.sha256 if self.picture else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One entity in a group of changes that is undone as one (`batch`)."""

    batch: int
    number: int
    at: datetime
    action: Action
    kind: EntityType
    id: str
    name: str
    before: Standing
    after: Standing
    step: Step = Step.BEGUN

    @property
    def key(self) -> Key:
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class Former:
    """A picture that an entity had until `at`, or that it had none (`picture` None), and the row's URL then."""

    kind: EntityType
    id: str
    at: datetime
    url: str | None
    picture: Kept | None

    @property
    def sha256(self) -> str:
        return self.picture.sha256 if self.picture else ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What is written down together once a change has reached its step."""

    changes: Sequence[Change]
    formers: Sequence[Former] = ()
    marks: dict[Key, Mark] = field(default_factory=dict)


def at_step(change: Change, step: Step) -> Change:
    return replace(change, step=step)


def standing_to_text(standing: Standing) -> str:
    return json.dumps(asdict(standing), default=datetime.timestamp, separators=(",", ":"))


def standing_from_text(text: str) -> Standing:
    values = json.loads(text)
    mark = values["mark"]
    for name in ("locked_at", "refused_at"):
        mark[name] = _time(mark[name])
    return Standing(values["url"], values["path"], kept_from(values["picture"]), Mark(**mark))


def kept_to_text(kept: Kept | None) -> str | None:
    return None if kept is None else json.dumps(asdict(kept), default=datetime.timestamp, separators=(",", ":"))


def kept_from(values: dict[str, Any] | None) -> Kept | None:
    if values is None:
        return None
    facts = values.pop("facts")
    if facts is not None:
        facts = PictureFacts(**{**facts, "fetched_at": _time(facts["fetched_at"])})
    return Kept(**values, facts=facts)


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
