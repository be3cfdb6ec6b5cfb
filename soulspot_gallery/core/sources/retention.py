"""Pictures that their source does not allow to be kept for longer: which they are, and how they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from soulspot_gallery.core import looking
from soulspot_gallery.core.cleanup.applying import Cleaner, Tally, Watch
from soulspot_gallery.core.cleanup.planning import hash_of
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.records import Receipt, Said, SourceAnswer
from soulspot_gallery.core.library.catalog import RowChange, no_wait
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import CleanupPlan, Entity, PlanItem, Reason, Refetchable, Removal, Report
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.sources.sync_reports import Purge

RENEW_BEFORE = timedelta(days=7)
"""How long before its end a picture is fetched anew, where the source can be asked."""

_REMOVED = "Its picture was removed: the source does not allow to keep it for longer."


class Age(StrEnum):
    DUE = "due"
    """Time to ask again, so that it need not go."""
    OVER = "over"


def due(max_age_days: int, now: datetime) -> datetime:
    """Answers until then are to be renewed, where their source allows pictures to be kept for so many days."""
    return now - timedelta(days=max_age_days) + RENEW_BEFORE


def age(answer: SourceAnswer, max_age_days: int, now: datetime) -> Age:
    """Where the picture of an answer stands that is due."""
    return Age.OVER if now >= answer.at + timedelta(days=max_age_days) else Age.DUE


def row_of(opened: Opened, answer: SourceAnswer) -> Entity | None:
    """The row that has its picture by this answer still; None where it has another by now, or is gone."""
    rows = opened.library.find(answer.kind, [answer.id])
    return rows[0] if rows and rows[0].url and url_hash(rows[0].url) == answer.url_hash else None


def purge(opened: Opened, answers: Sequence[SourceAnswer], report: Report, stop: Callable[[], bool]) -> Purge:
    """Remove for good the pictures and URLs that came by these answers, and nothing else: a row or a file that is
    another by now stays. Blocks."""
    pairs = [(answer, row) for answer in answers if (row := row_of(opened, answer)) is not None]
    tally = Tally()
    items = {item.path: item for answer, row in pairs if (item := _item(opened, answer, row)) is not None}
    if items:
        now = datetime.now(UTC)
        plan = CleanupPlan(looking.new_id("p"), now, 0, 0, tuple(items.values()), ())
        receipt = Receipt(looking.new_id("c"), plan.id, now, Removal.PERMANENT)
        Cleaner(opened).apply(plan, frozenset(items), receipt, tally, Watch(report, stop))
    left = [f"{each.path}: {each.reason}" for each in (*tally.skipped, *tally.failed)]
    stuck = {each.path for each in (*tally.skipped, *tally.failed)}
    removed = 0
    for answer, _ in pairs:
        row = row_of(opened, answer)
        if row is None or safe_local_path(row.path) in stuck:
            continue
        try:
            (done,) = opened.library.change([RowChange(row, None, row.path)], no_wait)
        except PictureError as problem:
            left.append(f"{row.name}: {problem}")
            continue
        if done:
            removed += 1
            opened.journal.note_answers([replace(answer, outcome=Said.FAILED, url_hash=None, message=_REMOVED)])
        else:
            left.append(f"{row.name}: another program changed it meanwhile.")
    return Purge(removed, 0, tuple(left))


def _item(opened: Opened, answer: SourceAnswer, row: Entity) -> PlanItem | None:
    """The file of the row, where it is the one that was made from this answer's picture."""
    path = safe_local_path(row.path)
    facts = opened.journal.pictures([path]).get(path) if path else None
    stamp = opened.store.stamp(path) if path else None
    if path is None or facts is None or stamp is None or facts.url_hash != answer.url_hash:
        return None
    rows = tuple(opened.library.naming([row.path or path]))
    return PlanItem(
        path=path,
        stamp=stamp,
        reasons=(Reason.OLD,),
        evidence=_REMOVED,
        entities=rows,
        last_used=datetime.now(UTC),
        own_record=True,
        refetchable=Refetchable.YES,
        selected=True,
        url_hashes=tuple(hash_of(each) for each in rows),
    )
