"""The words for sources, imports and what they bring. Pure, no Qt; the window's other words stand in `wording`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from soulspot_gallery.core.importing.plans import ImportPlan, ImportReport
from soulspot_gallery.core.model import EntityType, Outcome
from soulspot_gallery.core.network.pacing import span
from soulspot_gallery.core.sources.sync_reports import (
    AddResult,
    Purge,
    SourceInfo,
    SourceTest,
    Synced,
    SyncReport,
    SyncResult,
)
from soulspot_gallery.gui.look.wording import age_words, count_words, number_words

NOT_OWN = (
    "Only your own library can be added to, and this one is a SoulSpot server's. "
    "Open yours first: File, Open my own library (Ctrl+Shift+H)."
)
LOOK_ONLY = "This library is opened to look only. Allow writing above the grid, then try again."

_SYNCED = {
    Synced.FETCHED: "found and stored",
    Synced.URL: "with a URL now",
    Synced.KEPT: "left as they are",
    Synced.NOTHING: "not known to any source",
    Synced.FAILED: "failed",
    Synced.SKIPPED: "locked",
}
_COMMAND = " (sources --connect spotify)"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+|(?:www\.)?[a-z0-9.-]+\.[a-z]{2,}/\S+", re.IGNORECASE)


def names_one(text: str) -> bool:
    """Whether this is a URI or URL, to be added as it stands, rather than words to search for."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def kinds_words(kinds: Iterable[EntityType]) -> str:
    """`artists, albums`."""
    return ", ".join(kind.plural for kind in kinds)


def _counts(plan: ImportPlan) -> str:
    parts = [count_words(number, kind.value) for kind, number in plan.new().items() if number]
    return ", ".join(parts) or "nothing new"


def plan_sentence(plan: ImportPlan) -> str:
    """What an import will add."""
    if plan.is_empty:
        known = f": {count_words(plan.rows.known, 'entry', 'entries')} there already" if plan.rows.known else ""
        return f"There is nothing to add{known}."
    parts = [f"{_counts(plan)}, {count_words(len(plan.pictures), 'picture')}, {count_words(plan.links, 'link')}"]
    if plan.rows.completed:
        parts.append(f"{count_words(len(plan.rows.completed), 'entry', 'entries')} completed")
    if plan.rows.known:
        parts.append(f"{number_words(plan.rows.known)} there already")
    return f"Will be added: {'; '.join(parts)}."


def import_sentence(report: ImportReport) -> str:
    """What an import did."""
    stored = report.pictures.count(Outcome.DOWNLOADED)
    failed = report.pictures.count(Outcome.FAILED)
    parts = [f"Added: {_counts(report.plan)}", f"{count_words(stored, 'picture')} stored"]
    if failed:
        parts.append(f"{number_words(failed)} failed")
    links = count_words(report.plan.links, "link")
    later = [f"{links} to pictures came with it: Recache all fetches those."] if report.plan.links else []
    return " ".join([f"{'; '.join(parts)}.", *later, *report.notices])


def added_sentence(added: AddResult) -> str:
    """What stands in the library now, and whether it has a picture."""
    by = f" by {added.artist}" if added.artist else ""
    what = "was added" if added.added else "is in the library already"
    return f"“{added.name}”{by} {what}: {_picture(added.synced)}."


def _picture(synced: SyncResult) -> str:
    words = {
        Synced.FETCHED: f"its picture is from {synced.source or 'its URL'}",
        Synced.URL: f"the URL of its picture is from {synced.source or 'the library'}",
        Synced.KEPT: "it has a picture",
        Synced.NOTHING: "no source has a picture of it",
        Synced.SKIPPED: "its picture is locked",
    }
    return words.get(synced.outcome) or (synced.message or "its picture could not be had").rstrip(".")


def sync_sentence(report: SyncReport, name: str) -> str:
    """What became of what was asked for; `name` is that of the first, said where it is the only one."""
    if not report.results:
        return "Nothing to ask for: everything has a picture or a URL."
    if len(report.results) == 1:
        return f"“{name}”: {_picture(report.results[0])}."
    parts = [f"{number_words(count)} {words}" for outcome, words in _SYNCED.items() if (count := report.count(outcome))]
    resting = [f"{each.name}: {each.problem}" for each in report.sources if each.problem]
    return " ".join([f"{count_words(len(report.results), 'entry', 'entries')}: {', '.join(parts)}.", *resting])


def limits_words(source: SourceInfo) -> str:
    """`50 requests in 5 s`, for each interface that the source asks."""
    return "; ".join(
        f"{each.api}: {count_words(each.requests, 'request')} in {each.seconds:g} s" for each in source.limits
    )


def hindrance_words(source: SourceInfo) -> str:
    """What stands in the way of asking a source now; empty where nothing does."""
    if source.problem is not None:
        return for_window(source.problem)
    if source.rests_for:
        return f"It asks to be left alone for {span(source.rests_for)}."
    return ""


def source_mark_words(source: SourceInfo, now: datetime) -> str:
    """How a source does, in a word or two."""
    if source.problem is not None:
        return "set up first"
    if source.rests_for:
        return "rests"
    return "not asked yet" if source.last_answer is None else age_words(source.last_answer, now)


def for_window(sentence: str) -> str:
    """A sentence of the engine without the command in it: here there is a form for that."""
    return sentence.replace(_COMMAND, "")


def answers_words(source: SourceInfo) -> str:
    """Entities by the source's last word on them."""
    return (
        f"{number_words(source.found)} found, {number_words(source.nothing)} not known, "
        f"{number_words(source.failed)} failed"
    )


def test_sentence(title: str, test: SourceTest) -> str:
    """What came back when a source was tried out."""
    took = f"in {test.seconds:.1f} s" if test.seconds >= 0.05 else "at once"
    if not test.works:
        return for_window(test.message)
    return test.message.replace(f"{test.name} answers", f"{title} answers, {took}", 1)


def purge_sentence(purge: Purge) -> str:
    """What disconnecting a source took away."""
    gone = f"Disconnected; {count_words(purge.removed, 'picture')} that came from there removed."
    return " ".join([gone, *(f"Left: {each}" for each in purge.left)])
