"""How far a person has come through the fix queue: kept in the journal, so that it survives a restart. Pure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from soulspot_gallery.core.candidates.fix_queue import Key
from soulspot_gallery.core.model import EntityType

JOURNAL_KEY = "fix_queue"
"""Under this name the journal keeps it."""

_ROUND = timedelta(hours=12)
"""A pause after which what was done is no longer counted, nor taken back here."""

_MOST_STEPS = 5000
"""Steps that are remembered; who has skipped more is shown the oldest again."""


class StepKind(StrEnum):
    """What was done with one entity of the queue."""

    SET = "set"
    LOCK = "lock"
    NO_PICTURE = "no-picture"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class FixStep:
    """One entity dealt with, and when. `batch`: the number of the change, for undo; None for a skip."""

    kind: StepKind
    key: Key
    at: datetime
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class FixProgress:
    """What was done so far, the last at the end."""

    steps: tuple[FixStep, ...] = ()

    @property
    def skipped(self) -> frozenset[Key]:
        return frozenset(each.key for each in self.steps if each.kind is StepKind.SKIP)

    @property
    def last(self) -> FixStep | None:
        return self.steps[-1] if self.steps else None

    def count(self) -> Counter[StepKind]:
        return Counter(each.kind for each in self.steps)

    def of_this_round(self, now: datetime) -> FixProgress:
        """What still counts: after a long pause another round begins; what was skipped stays skipped."""
        if self.last is None or now - self.last.at < _ROUND:
            return self
        return FixProgress(tuple(each for each in self.steps if each.kind is StepKind.SKIP))

    def with_step(self, step: FixStep) -> FixProgress:
        return FixProgress((*self.steps, step)[-_MOST_STEPS:])

    def without(self, step: FixStep) -> FixProgress:
        """This step was taken back."""
        return FixProgress(tuple(each for each in self.steps if each != step))

    def without_skips(self) -> FixProgress:
        """What was skipped is to be shown again."""
        return replace(self, steps=tuple(each for each in self.steps if each.kind is not StepKind.SKIP))


def to_text(progress: FixProgress) -> str:
    rows = [
        [each.kind.value, each.key[0].value, each.key[1], each.at.timestamp(), each.batch] for each in progress.steps
    ]
    return json.dumps(rows, separators=(",", ":"))


def from_text(text: str | None) -> FixProgress:
    """What was kept; nothing for what can't be read, such as another version's."""
    try:
        rows = json.loads(text or "[]")
        steps = [
            FixStep(
                StepKind(kind),
                (EntityType(entity_kind), str(entity_id)),
                datetime.fromtimestamp(at, UTC),
                batch if batch is None else int(batch),
            )
            for kind, entity_kind, entity_id, at, batch in rows
        ]
    except (ValueError, TypeError, OverflowError, OSError):
        return FixProgress()
    return FixProgress(tuple(steps))
