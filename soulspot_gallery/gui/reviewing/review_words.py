"""What the reviews say of groups of pictures, of changes at the sources and of what was done. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Sequence

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.review.clones import CloneGroup, Known
from soulspot_gallery.core.review.drift import Change, Drifted, DriftReport
from soulspot_gallery.gui.look.wording import count_words, number_words

_KNOWN = {
    Known.NOTHING: "",
    Known.PROVIDER: "A source gives this picture where it has none.",
    Known.MARKED: "You called this picture a placeholder.",
    Known.FINE: "You said that this is fine as it is.",
}
_CHANGES = {
    Change.LARGER: "The same picture, larger",
    Change.OTHER: "Another picture",
    Change.GONE: "Gone at the source",
}


def group_title(group: CloneGroup) -> str:
    """“Stands for 273 artists”."""
    kinds = {member.entity.kind for member in group.members}
    if len(group.members) == 1:
        return group.members[0].entity.name
    if len(kinds) == 1 and group.stands_for == len(group.members):
        return f"Stands for {number_words(group.stands_for)} {next(iter(kinds)).plural}"
    return f"Stands for {number_words(len(group.members))} entries"


def group_subtitle(group: CloneGroup) -> str:
    """What is known of it, else whose picture it is."""
    if group.known is not Known.NOTHING:
        return known_words(group.known)
    names = [member.entity.name for member in group.members[:3]]
    more = len(group.members) - len(names)
    return ", ".join(names) + (f" and {number_words(more)} more" if more else "")


def known_words(known: Known) -> str:
    return _KNOWN[known]


def group_note(group: CloneGroup) -> str:
    """A sentence on what the group is."""
    if group.known is not Known.NOTHING:
        return known_words(group.known)
    if group.stands_for == 1:
        return "All of this belongs to one artist or title, so it may well be in order."
    return "So many can hardly look alike: a placeholder, a wrong find, or a compilation."


def kinds_words(group: CloneGroup) -> str:
    """“270 artists, 3 albums”."""
    counts = {kind: sum(member.entity.kind is kind for member in group.members) for kind in EntityType}
    return ", ".join(count_words(count, kind.value) for kind, count in counts.items() if count)


def change_words(change: Change) -> str:
    return _CHANGES[change]


def old_facts(drifted: Drifted) -> str:
    return f"{drifted.old_width} × {drifted.old_height} px when it was fetched"


def new_facts(drifted: Drifted) -> str:
    if drifted.picture is None:
        return "The source has no picture any more"
    return f"{drifted.width} × {drifted.height} px at the source"


def drift_summary(report: DriftReport) -> str:
    """What came of asking."""
    asked = f"{count_words(report.asked, 'picture')} asked after at the sources"
    changed = f"{number_words(len(report.drifted))} changed" if report.drifted else "none has changed"
    parts = [f"{number_words(report.silent)} did not answer"] if report.silent else []
    parts += [f"{number_words(report.unknown)} can't be asked after"] if report.unknown else []
    return f"{asked}: {changed}{'; ' if parts else ''}{', '.join(parts)}."


def done_words(reports: Sequence[RepairReport], did: str) -> str:
    """“3 pictures set aside; 1 left, as it is locked.”"""
    done = sum(len(report.done) for report in reports)
    left = [each for report in reports for each in report.left]
    text = f"{count_words(done, 'picture')} {did}"
    return f"{text}; {number_words(len(left))} left: {left[0].reason}" if left else f"{text}."
