"""The words of the window: sizes, ages, counts, and what reasons, brakes, outcomes and verdicts mean. Pure, no Qt."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    EntityType,
    ErrorCode,
    Outcome,
    PlanItem,
    Reason,
    Refetchable,
    State,
    Verdict,
)
from soulspot_gallery.core.review.faults import Fault

_LONG_WORD = re.compile(r"\S{20,}")
_PIECE = re.compile(r"\S{8}(?=\w)")

_REASONS = {
    Reason.OLD: "Not used for long",
    Reason.ORPHAN: "Belongs to nothing",
    Reason.CORRUPT: "Damaged",
    Reason.LEFTOVER: "Unfinished write",
}
_REFETCHABLE = {Refetchable.YES: "Yes", Refetchable.NO: "No", Refetchable.UNKNOWN: "Not known"}
_VERDICTS = {
    Verdict.OK: "Link works",
    Verdict.MOVED: "Link has moved",
    Verdict.BROKEN: "Link is broken",
    Verdict.DENIED: "Link is refused",
    Verdict.NOT_IMAGE: "Link is no picture",
    Verdict.TEMPORARY: "Not reachable just now",
    Verdict.UNSAFE: "Link is not safe",
    Verdict.UNCHECKED: "Not checked yet",
}
_VERDICT_COUNTS = {
    Verdict.OK: "good",
    Verdict.MOVED: "moved",
    Verdict.BROKEN: "broken",
    Verdict.DENIED: "refused",
    Verdict.NOT_IMAGE: "no picture",
    Verdict.UNSAFE: "not safe",
    Verdict.TEMPORARY: "not reachable just now",
    Verdict.UNCHECKED: "not checked",
}
_STATES = {
    State.CACHED: "In the cache",
    State.MISSING_FILE: "File is missing",
    State.CORRUPT: "File is damaged",
    State.FAILED: "Download failed",
    State.REMOTE: "Only on the web",
    State.NONE: "No picture",
}
_OUTCOMES = {
    Outcome.DOWNLOADED: "Downloaded",
    Outcome.ALREADY_CACHED: "Already in the cache",
    Outcome.UNCHANGED: "Unchanged at the source",
    Outcome.FAILED: "Failed",
    Outcome.SKIPPED: "Skipped",
}
_ERRORS = {
    ErrorCode.NOT_IMAGE: "The answer is no picture",
    ErrorCode.FORMAT: "Picture format not supported",
    ErrorCode.DECODE: "Picture can't be read",
    ErrorCode.EMPTY: "Empty answer",
    ErrorCode.TOO_LARGE: "File too large",
    ErrorCode.TOO_MANY_PIXELS: "Too many pixels",
    ErrorCode.DECODE_TIMEOUT: "Reading the picture took too long",
    ErrorCode.NETWORK: "Network trouble",
    ErrorCode.PROTOCOL: "Server breaks the rules of HTTP",
    ErrorCode.TLS: "Secure connection failed",
    ErrorCode.TIMEOUT: "No answer in time",
    ErrorCode.SERVER: "Server error",
    ErrorCode.RATE_LIMITED: "Server asks us to slow down",
    ErrorCode.MISSING: "Picture is gone",
    ErrorCode.DENIED: "Access refused",
    ErrorCode.UNSAFE: "Address not safe",
    ErrorCode.REDIRECTS: "Too many redirects",
    ErrorCode.DISK: "Can't write to the disk",
    ErrorCode.DATABASE: "Library error",
    ErrorCode.DATABASE_BUSY: "Library was busy",
    ErrorCode.CONFLICT: "Changed meanwhile",
    ErrorCode.PICTURE_LOCKED: "Picture is locked",
    ErrorCode.CANCELLED: "Cancelled",
    ErrorCode.OFFLINE: "Working offline",
}
_FAULTS = {
    Fault.PLACEHOLDER: "Placeholder",
    Fault.TOO_SMALL: "Too small",
    Fault.BLURRY: "Blurry",
    Fault.NOT_SQUARE: "Not square",
    Fault.FRAMED: "Framed",
}
_CONFIRMATIONS = {
    Brake.SCAN_ERROR: "I have looked at it: what could not be read may stay out of this cleanup.",
    Brake.EMPTY_LIBRARY: "I have looked at it: this is the right library, and it is empty.",
    Brake.MISSING_ROOT: "I have looked at it: this is the right image folder.",
    Brake.TOO_MANY: "I have looked at it: that many pictures are to go.",
}
_AGES = ((365.2425, "year"), (30.44, "month"), (7.0, "week"), (1.0, "day"), (1 / 24, "hour"), (1 / 1440, "minute"))


def number_words(number: int) -> str:
    """A whole number with thin gaps between thousands: 12 345."""
    return f"{number:,}".replace(",", "\u202f")


def count_words(number: int, one: str, many: str = "") -> str:
    """`1 file`, `12 345 files`; `many` where adding an s isn't enough."""
    return f"{number_words(number)} {one if number == 1 else many or one + 's'}"


def size_words(size: int) -> str:
    """A size in bytes, for people; kB and MB are 10³ and 10⁶ bytes, as in the command line's `freed_mb`."""
    if size < 1000:
        return count_words(size, "byte")
    for power, unit in ((1, "kB"), (2, "MB"), (3, "GB")):
        amount = size / 1000**power
        if amount < 999.5 or unit == "GB":
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{number_words(round(amount))} {unit}"


def age_words(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit of which at least two have passed (or one day): `4 months ago`. Aware times."""
    days = (now - then).total_seconds() / 86_400
    for length, unit in _AGES:
        amount = int(days / length + 1e-9)
        if amount >= (1 if unit in ("day", "hour", "minute") else 2):
            return f"{count_words(amount, unit)} ago"
    return "just now" if days > -1 else "in the future"


def used_words(item: PlanItem, now: datetime) -> str:
    """When a file was last used and how that is known."""
    return f"{age_words(item.last_used, now)}, {'by our record' if item.own_record else 'by file date'}"


def kind_words(kind: EntityType) -> str:
    return kind.value.capitalize()


def fault_words(fault: Fault) -> str:
    return _FAULTS[fault]


def reason_words(reason: Reason) -> str:
    return _REASONS[reason]


def reasons_words(reasons: Sequence[Reason]) -> str:
    """All reasons of one file, the first with a capital letter."""
    words = [_REASONS[reason] for reason in reasons]
    return "; ".join(words[:1] + [word[0].lower() + word[1:] for word in words[1:]])


def refetchable_words(refetchable: Refetchable) -> str:
    """The answer to "can it be fetched again?"."""
    return _REFETCHABLE[refetchable]


def verdict_words(verdict: Verdict) -> str:
    return _VERDICTS[verdict]


def verdict_counts_words(count: Callable[[Verdict], int]) -> str:
    """`108 good, 4 broken`: how many links there are of each verdict; empty for none."""
    parts = [
        f"{number_words(number)} {word}" for verdict, word in _VERDICT_COUNTS.items() if (number := count(verdict))
    ]
    return ", ".join(parts)


def state_words(state: State) -> str:
    return _STATES[state]


def outcome_words(outcome: Outcome) -> str:
    return _OUTCOMES[outcome]


def error_words(error: ErrorCode | None) -> str:
    return "Failed" if error is None else _ERRORS[error]


def item_title(item: PlanItem) -> str:
    """What a person calls this file: the names of the rows that use it, else its file name."""
    names = [entity.name or entity.id for entity in item.entities]
    if not names:
        return item.path.rpartition("/")[2]
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {number_words(len(names) - 3)} more"


def item_subtitle(item: PlanItem) -> str:
    """The line beneath the title: which kind of entity, and for an album whose; for an orphan the folder it lies in."""
    if not item.entities:
        return item.path.rpartition("/")[0] or "image folder"
    if len(item.entities) > 1:
        return f"shared by {number_words(len(item.entities))} entries"
    entity = item.entities[0]
    return f"{kind_words(entity.kind)} by {entity.artist}" if entity.artist else kind_words(entity.kind)


def is_last_copy(item: PlanItem) -> bool:
    """True for a picture that a row still uses and that is not known to be available anywhere else.

    A damaged file is no picture any more, so nothing is lost with it.
    """
    return bool(item.entities) and item.refetchable is not Refetchable.YES and Reason.CORRUPT not in item.reasons


def last_copy_sentence(certain: int, unknown: int) -> str:
    """The warning about ticked pictures in use that can't, or perhaps can't, be had again; empty without any."""
    parts = []
    if certain:
        copies = "this is the last copy" if certain == 1 else "these are the last copies"
        parts.append(f"{count_words(certain, 'ticked picture')} can't be fetched again: {copies}.")
    if unknown:
        known = "is not known to be available" if unknown == 1 else "are not known to be available"
        parts.append(f"{count_words(unknown, 'ticked picture')} in use {known} elsewhere.")
    return " ".join(parts)


def brake_sentence(brake: Brake, plan: CleanupPlan, ticked: int) -> str:
    """Why the cleanup stops and asks. `ticked` is the number of files about to go."""
    if brake is Brake.TOO_MANY:
        share = 100 * ticked / max(plan.managed, 1)
        return (
            f"{number_words(ticked)} of {count_words(plan.managed, 'file')} ({share:.0f} %) would go. "
            "More than a fifth is unusual: is this the library that belongs to the image folder?"
        )
    if brake is Brake.EMPTY_LIBRARY:
        return (
            f"The library has no entries, but the image folder holds {count_words(plan.managed, 'file')}. "
            "Perhaps the wrong library is open."
        )
    if brake is Brake.MISSING_ROOT:
        return (
            "The image folder is not there, or holds nothing of what the library names. Perhaps a disk is not mounted."
        )
    first = f" First: {plan.scan_errors[0]}" if plan.scan_errors else ""
    return f"{count_words(len(plan.scan_errors), 'place')} under the image folder could not be read.{first}"


def brake_confirmation(brake: Brake) -> str:
    """The text of the check box that lets this brake go."""
    return _CONFIRMATIONS[brake]


def safe_url(url: str) -> str:
    """The URL as it may be shown, copied and exported: without user, password, query and fragment (secrets)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not a URL)"
    host = parts.netloc.rpartition("@")[2]
    start = f"{parts.scheme}://{host}" if host else f"{parts.scheme}:" if parts.scheme else ""
    return f"{start}{parts.path}{'?…' if parts.query else ''}"


def breakable(text: str) -> str:
    """The text with places to break in words that fit no line: zero-width spaces, before letters and digits only."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text)


def tooltip_html(text: str) -> str:
    """The text for a tool tip: wrapped, and never taken for markup, whatever names are in it."""
    return f"<p>{html.escape(text)}</p>" if text else ""
