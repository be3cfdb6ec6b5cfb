"""The ways that changes by hand go, step by step, and what is carried along."""

from __future__ import annotations

from dataclasses import dataclass, field

from soulspot_gallery.core.files.store import Staged
from soulspot_gallery.core.journal.repair_records import Change, Standing, Step
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.repair.reports import Left


@dataclass(frozen=True, slots=True)
class Way:
    """Through which steps a change goes, and where it is again when that fails (None: it never was)."""

    during: Step
    ended: Step
    otherwise: Step | None
    doing: str

    def ends(self, change: Change) -> tuple[Standing, Standing]:
        """From which standing to which."""
        if self.during is Step.UNDOING:
            return change.after, change.before
        return change.before, change.after


DOING = Way(Step.BEGUN, Step.DONE, None, "Changing pictures")
UNDOING = Way(Step.UNDOING, Step.UNDONE, Step.DONE, "Undoing")
REDOING = Way(Step.REDOING, Step.DONE, Step.UNDONE, "Redoing")
WAYS = {way.during: way for way in (DOING, UNDOING, REDOING)}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A picture that was just converted and staged in its place; `origin` is what the journal knows it by."""

    staged: Staged
    picture: Converted
    origin: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class Done:
    """What became of the changes so far; grows with each batch, so a cancelled run can still tell."""

    changes: list[Change] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Going:
    """A change on its way: the row as it was just read, how it stands, and how it is to stand."""

    change: Change
    row: Entity
    now: Standing
    then: Standing
