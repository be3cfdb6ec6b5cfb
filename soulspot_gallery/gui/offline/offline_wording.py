"""The words of being offline: what is missing and why, what making ready costs, what becomes of a pack. Pure, no Qt."""

from __future__ import annotations

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.offline.pack_plan import Fate, PackPlan
from soulspot_gallery.core.offline.packing import PackMade
from soulspot_gallery.core.offline.readiness import Cost, Lack, Readiness, Share
from soulspot_gallery.core.offline.unpacking import PackImported
from soulspot_gallery.gui.look.wording import count_words, number_words, size_words

_LACKS = {
    Lack.REMOTE: "Only on the web",
    Lack.MISSING_FILE: "File is missing",
    Lack.CORRUPT: "File is damaged",
    Lack.FAILED: "Download failed before",
    Lack.BROKEN_LINK: "Link is broken",
    Lack.NO_LINK: "Lost, and no link to fetch it by",
    Lack.LOCKED: "Locked by hand",
}
_FATES = {
    Fate.TAKE: "Comes in",
    Fate.REPLACE: "Replaces",
    Fate.SAME: "Here already",
    Fate.KEEP: "Stays out",
    Fate.LOCKED: "Stays out",
    Fate.UNKNOWN: "Stays out",
    Fate.DAMAGED: "Damaged",
}
_KINDS = {EntityType.ARTIST: "Artists", EntityType.ALBUM: "Albums", EntityType.PLAYLIST: "Playlists"}

HOW_KNOWN = (
    "An estimate: the size is the median of the pictures that are here, times the count; the time goes by the pace of "
    "the last recache."
)


def lack_words(lack: Lack) -> str:
    return _LACKS[lack]


def fate_words(fate: Fate) -> str:
    return _FATES[fate]


def kinds_words(kind: EntityType) -> str:
    """`Artists`, `Albums`, `Playlists`."""
    return _KINDS[kind]


def percent_words(share: Share) -> str:
    """`97.4 %`."""
    return f"{share.percent:.1f}\u202f%"


def ready_sentence(found: Readiness) -> str:
    """How many are ready, and what is not counted."""
    whole = found.whole
    if not whole.possible:
        return "There is nothing here that could show a picture."
    parts = [f"{number_words(whole.ready)} of {count_words(whole.possible, 'entry', 'entries')} need no network."]
    if found.on_purpose:
        has = "has" if found.on_purpose == 1 else "have"
        parts.append(f"{number_words(found.on_purpose)} of them {has} no picture on purpose.")
    if found.without:
        is_known = "is one entry" if found.without == 1 else f"are {number_words(found.without)} entries"
        parts.append(f"Not counted {is_known} of which no picture is known.")
    return " ".join(parts)


def cost_sentence(cost: Cost, missing: int) -> str:
    """What making ready would take; `missing` in all, some of which may not be had."""
    if not missing:
        return "Nothing is missing."
    if not cost.pictures:
        return "None of what is missing can be had as things are."
    size = "of a size not known yet" if cost.bytes is None else f"about {size_words(cost.bytes)}"
    time = "for a time not known before a first recache" if cost.seconds is None else _span(cost.seconds)
    return f"Making it ready: {count_words(cost.pictures, 'picture')}, {size}, {time}."


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min"


def made_sentence(made: PackMade) -> str:
    """What is in the pack, and what is not."""
    name = made.file.replace("\\", "/").rpartition("/")[2]
    parts = [f"{name}: {count_words(made.pictures, 'picture')}, {size_words(made.bytes)}."]
    if made.without:
        parts.append(f"{count_words(made.without, 'entry', 'entries')} without a whole picture here.")
    if made.left_out:
        parts.append(f"{count_words(len(made.left_out), 'picture')} left out: {made.left_out[0].reason}")
    return " ".join(parts)


def plan_sentence(plan: PackPlan) -> str:
    """What importing would do."""
    if not plan.items:
        return "This pack is empty."
    coming, stays = len(plan.coming), len(plan.items) - len(plan.coming)
    if not coming:
        return f"Nothing of its {count_words(stays, 'picture')} would come in."
    come = "comes" if coming == 1 else "come"
    text = f"{count_words(coming, 'picture')} {come} in, {size_words(plan.bytes)}"
    if replaced := plan.count(Fate.REPLACE):
        text += f"; {number_words(replaced)} in place of another, which the history keeps"
    return text + (f". {number_words(stays)} stay out." if stays else ".")


def imported_sentence(done: PackImported) -> str:
    """What an import did."""
    is_stored = "is" if done.stored == 1 else "are"
    text = f"{count_words(done.stored, 'picture')} {is_stored} stored."
    if done.left:
        text += f" {count_words(len(done.left), 'picture')} left: {done.left[0].reason}"
    return text
