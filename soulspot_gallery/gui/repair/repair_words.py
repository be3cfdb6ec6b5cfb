"""What repairs by hand are called and what they say: questions before, lines after. No Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from soulspot_gallery.core.journal.repair_records import Action, Key
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.repair.reports import HistoryEntry, RepairReport
from soulspot_gallery.gui.jobs.failures_dialog import NameOf
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.look.wording import age_words, count_words, number_words, size_words

MANY = 20
"""What touches more than so many is shown before it is done."""

_DOING = {
    Action.SET: "Set the picture of",
    Action.UNSET: "Unset",
    Action.NO_PICTURE: "No picture on purpose for",
    Action.DELETE: "Delete",
    Action.LOCK: "Lock",
    Action.UNLOCK: "Unlock",
    Action.GO_BACK: "Go back to a former picture of",
    Action.SET_ASIDE: "Set aside",
    Action.TAKE_NEW: "Take the new picture of",
}
_DONE = {
    Action.SET: "set and locked",
    Action.UNSET: "unset",
    Action.NO_PICTURE: "no picture, on purpose",
    Action.DELETE: "deleted",
    Action.LOCK: "locked",
    Action.UNLOCK: "unlocked",
    Action.GO_BACK: "back to a former picture, and locked",
    Action.SET_ASIDE: "set aside",
    Action.TAKE_NEW: "replaced by the source's new picture",
}
_MEANING = {
    Action.SET: "They all get this one picture and are locked. The pictures that they have go to their histories.",
    Action.UNSET: "Their pictures and locks are forgotten; they may be fetched again. Files stay until a cleanup.",
    Action.NO_PICTURE: "They are shown without a picture, and nothing that runs by itself fetches one.",
    Action.DELETE: "Their pictures are forgotten and the files removed; histories keep them.",
    Action.LOCK: "Nothing that runs by itself changes these pictures until they are unlocked.",
    Action.UNLOCK: "Recaching, finding pictures and cleaning up may change these pictures again.",
}


def job_title(action: Action, count: int) -> str:
    """`Lock 34 pictures`."""
    return f"{_DOING[action]} {count_words(count, 'picture')}"


def question(action: Action, keys: Sequence[Key], names: Sequence[str]) -> str:
    """What an action on many will do, with what and how it can be taken back."""
    kinds = Counter(kind for kind, _ in keys)
    counts = ", ".join(count_words(kinds[kind], kind.value) for kind in EntityType if kinds[kind])
    more = f" and {number_words(len(keys) - len(names))} more" if len(keys) > len(names) else ""
    return f"{counts}: {', '.join(names)}{more}.\n\n{_MEANING[action]}\n\nUndo (Ctrl+Z) takes all of it back at once."


def repair_summary(report: RepairReport, name_of: NameOf, head: str = "") -> Summary:
    """The line that stays: what became of one, or of how many; and why some were left."""
    failures = sum(left.error is not None for left in report.left)
    if len(report.done) + len(report.left) == 1:
        key = report.done[0] if report.done else (report.left[0].kind, report.left[0].id)
        said = _DONE[report.action] + "." if report.done else report.left[0].reason
        return Summary(" ".join([f"{head}“{name_of(*key)}”: {said}", *report.notes]))
    parts = [f"{count_words(len(report.done), 'picture')}: {_DONE[report.action]}"]
    if failures:
        parts.append(f"{number_words(failures)} left as they were")
    if same := len(report.left) - failures:
        parts.append(f"{number_words(same)} were so already")
    return Summary(" ".join([f"{head}{', '.join(parts)}.", *report.notes]), failures)


def entry_words(entry: HistoryEntry, now: datetime) -> str:
    """`From i.scdn.co, 300 × 300 px, 12 kB, until 3 days ago`; times aware."""
    until = f"until {age_words(entry.at, now)}"
    if entry.sha256 is None:
        return f"No picture, {until}"
    source = f"From {entry.source}" if entry.source else "From elsewhere"
    return f"{source}, {entry.width} × {entry.height} px, {size_words(entry.bytes or 0)}, {until}"
