"""What repairs tell front ends: what was done and what was left, former pictures, changes that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from soulspot_gallery.core.journal.repair_records import Action, Kept, Key
from soulspot_gallery.core.model import EntityType, ErrorCode


@dataclass(frozen=True, slots=True)
class Left:
    """An entity that was left as it was, and why, as a sentence. `error` None: there was nothing to change."""

    kind: EntityType
    id: str
    reason: str
    error: ErrorCode | None = None


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What became of a change of one or many. `batch` is its number for undo; None where nothing was changed."""

    action: Action
    batch: int | None
    done: tuple[Key, ...]
    left: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A picture that an entity had, or (`sha256` None) that it had none. `number` 1 is the last one; `at` is until
    when it stood; sizes in px and bytes."""

    number: int
    at: datetime
    sha256: str | None
    source: str | None = None
    width: int | None = None
    height: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes that are undone as one: `count` entities, `name` is one of them. `undone`: it can be done again."""

    batch: int
    at: datetime
    action: Action
    count: int
    name: str
    undone: bool


_WORDS = {
    Action.SET: "Set picture",
    Action.UNSET: "Unset",
    Action.NO_PICTURE: "No picture on purpose",
    Action.DELETE: "Delete picture",
    Action.LOCK: "Lock",
    Action.UNLOCK: "Unlock",
    Action.GO_BACK: "Go back to a former picture",
    Action.SET_ASIDE: "Set aside",
    Action.TAKE_NEW: "Take the new picture",
}


def action_words(action: Action) -> str:
    """The action as menus and texts name it."""
    return _WORDS[action]


def group_words(group: ChangeGroup) -> str:
    """What a group of changes was: “Lock of 24 pictures”, “Set picture of Loveless”."""
    return f"{action_words(group.action)}: {group.name if group.count == 1 else f'{group.count} pictures'}"


def entry_of(number: int, at: datetime, picture: Kept | None) -> HistoryEntry:
    if picture is None:
        return HistoryEntry(number, at, None)
    return HistoryEntry(number, at, picture.sha256, picture.source, picture.width, picture.height, picture.bytes)
