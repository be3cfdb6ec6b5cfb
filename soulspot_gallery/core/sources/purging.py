"""Lets go the pictures that a source does not allow to be kept: files, URLs, and what an entity had before. Blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from soulspot_gallery.core import looking
from soulspot_gallery.core.cleanup.applying import Cleaner, Tally, Watch
from soulspot_gallery.core.cleanup.planning import hash_of
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.records import PictureFacts, Receipt, Said, SourceAnswer
from soulspot_gallery.core.journal.repair_records import Former
from soulspot_gallery.core.library.catalog import RowChange, no_wait
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import CleanupPlan, Entity, PlanItem, Reason, Refetchable, Removal, Report
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.sources.retention import row_of
from soulspot_gallery.core.sources.sync_reports import Purge

_REMOVED = "Its picture was removed: the source does not allow to keep it for longer."

_Pair = tuple[SourceAnswer, Entity]
"""An answer, and the row that has its picture by it."""


@dataclass(slots=True)
class _Gone:
    """What was removed so far, and what could not be: as paths, and as sentences."""

    removed: int = 0
    stuck: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)


def purge(opened: Opened, answers: Sequence[SourceAnswer], report: Report, stop: Callable[[], bool]) -> Purge:
    """Remove for good the pictures and URLs that came by these answers, and nothing else: a row or a file that is
    another by now stays. The pictures that an entity had before go as well."""
    gone = _Gone()
    pairs = [(answer, row) for answer in answers if (row := row_of(opened, answer)) is not None]
    _remove_files(opened, [*_of_rows(opened, pairs), *_of_nobody(opened, answers)], Watch(report, stop), gone)
    by_now = {(answer.kind, answer.id): replace(answer, url_hash=None) for answer in answers}
    for answer, _ in pairs:
        by_now[answer.kind, answer.id] = _clear_row(opened, answer, gone)
    _remove_formers(opened, answers, gone)
    opened.journal.note_answers(by_now.values())
    return Purge(gone.removed, 0, tuple(gone.left))


def _remove_files(opened: Opened, items: Sequence[PlanItem], watch: Watch, gone: _Gone) -> None:
    if not items:
        return
    now, tally = datetime.now(UTC), Tally()
    plan = CleanupPlan(looking.new_id("p"), now, 0, 0, tuple(items), ())
    receipt = Receipt(looking.new_id("c"), plan.id, now, Removal.PERMANENT)
    Cleaner(opened).apply(plan, frozenset(item.path for item in items), receipt, tally, watch)
    not_done = (*tally.skipped, *tally.failed)
    gone.stuck |= {each.path for each in not_done}
    gone.left += [f"{each.path}: {each.reason}" for each in not_done]
    gone.removed += sum(not item.entities and item.path not in gone.stuck for item in items)


def _clear_row(opened: Opened, answer: SourceAnswer, gone: _Gone) -> SourceAnswer:
    """Take the URL out of the answer's row; what is known of the answer then."""
    row = row_of(opened, answer)
    if row is None or safe_local_path(row.path) in gone.stuck:
        return answer
    try:
        (done,) = opened.library.change([RowChange(row, None, row.path)], no_wait)
    except PictureError as problem:
        gone.left.append(f"{row.name}: {problem}")
        return answer
    if not done:
        gone.left.append(f"{row.name}: another program changed it meanwhile.")
        return answer
    gone.removed += 1
    return replace(answer, outcome=Said.FAILED, url_hash=None, message=_REMOVED)


def _remove_formers(opened: Opened, answers: Sequence[SourceAnswer], gone: _Gone) -> None:
    """The pictures of these answers that another has taken the place of: they were kept to go back to."""
    given = {(answer.kind, answer.id, answer.url_hash) for answer in answers}
    formers = opened.journal.formers_of(answer.id for answer in answers)
    kept, removed = KeptFiles(opened.store), list[Former]()
    for former in formers:
        if former.picture is None or (former.kind, former.id, _hash_of_former(former)) not in given:
            continue
        try:
            kept.drop((former.kind, former.id), former.sha256)
            removed.append(former)
        except PictureError as problem:
            gone.left.append(str(problem))
    opened.journal.forget_formers(removed)
    gone.removed += len(removed)


def _hash_of_former(former: Former) -> str | None:
    facts = None if former.picture is None else former.picture.facts
    return facts.url_hash if facts else url_hash(former.url) if former.url else None


def _of_rows(opened: Opened, pairs: Sequence[_Pair]) -> list[PlanItem]:
    """The files of the rows, where they are the ones that were made from the answers' pictures."""
    files = dict[str, tuple[PictureFacts, tuple[Entity, ...]]]()
    for answer, row in pairs:
        path = safe_local_path(row.path)
        facts = opened.journal.pictures([path]).get(path) if path else None
        if facts is not None and facts.url_hash == answer.url_hash:
            files[facts.path] = facts, tuple(opened.library.naming([row.path or facts.path]))
    return _items(opened, list(files.values()))


def _of_nobody(opened: Opened, answers: Sequence[SourceAnswer]) -> list[PlanItem]:
    """Files made from the answers' pictures that no row names any more, as after unsetting them."""
    made = opened.journal.pictures_of_urls(answer.url_hash for answer in answers if answer.url_hash)
    named = {safe_local_path(row.path) for row in opened.library.naming(facts.path for facts in made)}
    return _items(opened, [(facts, ()) for facts in made if facts.path not in named])


def _items(opened: Opened, files: Sequence[tuple[PictureFacts, tuple[Entity, ...]]]) -> list[PlanItem]:
    """The files that are there, each with the rows that name it."""
    return [
        PlanItem(
            path=facts.path,
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
        for facts, rows in files
        if (stamp := opened.store.stamp(facts.path)) is not None
    ]
