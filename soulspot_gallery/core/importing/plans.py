"""An import as it is planned and as it was carried out: frozen data for front ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from soulspot_gallery.core.importing.items import Found, Problem
from soulspot_gallery.core.importing.matching import RowPlan
from soulspot_gallery.core.importing.subsonic import Login
from soulspot_gallery.core.model import EntityType, Outcome, RecacheReport


@dataclass(frozen=True, slots=True)
class PlannedPicture:
    """A picture that the import brings: for this entity, from this origin (see `core.origins`)."""

    kind: EntityType
    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import adds. `rows.added` are new entities; `pictures` those that are stored with them; what could not
    be read stands in `problems`. Nothing has been written yet."""

    source: str
    rows: RowPlan
    pictures: tuple[PlannedPicture, ...]
    found: Found = field(repr=False)
    login: Login | None = field(default=None, repr=False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.found.problems

    @property
    def left_out(self) -> bool:
        """Whether something of the source is not imported."""
        return any(problem.left_out for problem in self.problems)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.rows.added or self.rows.completed or self.pictures)

    def new(self) -> dict[EntityType, int]:
        """How many entities of each kind are new."""
        counts = Counter(row.kind for row in self.rows.added)
        return {kind: counts[kind] for kind in EntityType}

    @property
    def links(self) -> int:
        """How many new or completed rows have a link to a picture, for a recache to fetch."""
        return sum(row.url is not None for row in (*self.rows.added, *self.rows.completed))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: the plan as it was carried out, and what became of the pictures."""

    plan: ImportPlan
    pictures: RecacheReport
    seconds: float
    notices: tuple[str, ...] = ()

    @property
    def some_failed(self) -> bool:
        return self.plan.left_out or self.pictures.count(Outcome.FAILED) > 0
