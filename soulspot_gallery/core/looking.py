"""Reading an open library: blocking functions over rows, files and journal; only looks are written down."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from soulspot_gallery.core import viewing
from soulspot_gallery.core.caching.pipeline import Want
from soulspot_gallery.core.cleanup import planning
from soulspot_gallery.core.cleanup.applying import INTENDED, REMOVED, RETURNING
from soulspot_gallery.core.cleanup.gathering import gather
from soulspot_gallery.core.collector import collector_held_back
from soulspot_gallery.core.errors import GalleryError, UsageError
from soulspot_gallery.core.journal.records import Attempt, FileCheck
from soulspot_gallery.core.letting_go import let_go
from soulspot_gallery.core.locate import failed_marker, safe_local_path, url_hash
from soulspot_gallery.core.model import (
    By,
    CleanupPlan,
    Entity,
    EntityType,
    Entry,
    Event,
    FetchPolicy,
    Progress,
    ReceiptSummary,
    Report,
    Selection,
    State,
    Status,
    Verdict,
    ignore_progress,
)
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.viewed import Viewed

LINK_GOOD_FOR = timedelta(days=7)
"""A verdict younger than this is not asked for again in the background."""

DOUBT_GOOD_FOR = timedelta(hours=1)
"""The same for `temporary`, which is no verdict yet."""

RETRY_AFTER = timedelta(hours=24)
"""How long a picture that failed is left alone by what runs by itself. A command or a click tries at once."""

_PAGE = 1000
"""So many rows of a library are read at a time, where all are dealt with one after the other."""

_FEW = 1000
"""Up to so many entities the journal is asked for them alone."""


def new_id(letter: str) -> str:
    """A name for a plan (p) or a receipt (c): its time, and enough chance to be the only one."""
    return f"{letter}{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


@collector_held_back()
def select(opened: Opened, selection: Selection) -> list[Entity]:
    """The entities of a selection. Raises UsageError for an id that is not in the library."""
    entities = opened.library.entities(selection.kinds)
    if selection.ids:
        entities = [entity for entity in entities if entity.id in selection.ids]
        unknown = selection.ids - {entity.id for entity in entities}
        if unknown:
            kinds = " or ".join(sorted(selection.kinds)) or "artist, album or playlist"
            raise UsageError(f"There is no {kinds} with the id {min(unknown)} in the library.")
    if selection.state:
        return [entry.entity for entry in view(opened, entities) if entry.image.state is selection.state]
    return entities


def wanted(opened: Opened, selection: Selection, policy: FetchPolicy, by: By) -> Iterator[list[Want]]:
    """What a recache of this selection deals with, read as it is asked for, a page after the other: named entities
    always, of others those with a URL or an origin (see `origins`), and without a selection those that have no whole
    picture. Raises UsageError for an id that is not in the library."""
    if selection.ids:
        yield wants(opened, select(opened, selection), policy, by)
        return
    total = opened.library.count(selection.kinds)
    for page in opened.library.pages(selection.kinds, _PAGE):
        with collector_held_back():
            entities, share = page, len(page) / max(total, len(page))
            if selection.state:
                viewed = view(opened, page, share=share)
                entities = [entry.entity for entry in viewed if entry.image.state is selection.state]
            elif selection.everything and policy is FetchPolicy.IF_NEEDED:
                entities = _without_whole_picture(opened, page, share)
            found = wants(opened, entities, policy, by)
        yield [want for want in found if want.url or want.origin is not None]


def wants(opened: Opened, entities: Sequence[Entity], policy: FetchPolicy, by: By = By.ITSELF) -> list[Want]:
    """What a recache of these deals with."""
    origins = opened.journal.origins_of(entity.id for entity in entities)
    return [Want(entity, entity.url or "", policy, origins.get(entity.key), by) for entity in entities]


def _without_whole_picture(opened: Opened, entities: Sequence[Entity], share: float) -> list[Entity]:
    places = [safe_local_path(entity.path) or "" for entity in entities]
    files = list(zip(places, opened.store.stamps(places), strict=True))
    checks = opened.checks.survey(files, opened.journal.looks_at(path for path in places if path), share)
    found = [entity for entity, check in zip(entities, checks, strict=True) if check is None or not check.whole]
    keep_checks(opened)
    return found


def half_done(opened: Opened) -> int:
    """How many pictures a crash left half written, half removed or half restored."""
    journal = opened.journal
    removals = sum(len(journal.removed_files(step=step)) for step in (INTENDED, RETURNING))
    return len(journal.write_intents()) + len(journal.changes_in_transit()) + removals


def named(
    opened: Opened, keys: Sequence[tuple[EntityType, str]], policy: FetchPolicy, by: By = By.ITSELF
) -> list[Want]:
    """What a recache of these entities deals with, as their rows are now; those that are gone are left out."""
    there = {
        entity.key: entity
        for kind in EntityType
        for entity in opened.library.find(kind, (entity_id for each, entity_id in keys if each is kind))
    }
    return wants(opened, [there[key] for key in keys if key in there], policy, by)


def failed_at(entity: Entity, attempt: Attempt | None, now: datetime) -> datetime | None:
    """When this picture failed last, by SoulSpot's marker or our own attempt; None where nobody noted it, or a clock
    was wrong that put it days ahead."""
    marked = [each.at for each in (failed_marker(entity.path), attempt) if each is not None]
    return max((at for at in marked if at is not None and at < now + RETRY_AFTER), default=None)


def to_retry(opened: Opened, now: datetime, limit: int) -> list[Want]:
    """Failed pictures whose last failure, SoulSpot's marker or our own attempt, is older than 24 hours or without a
    time; those that failed longest ago first."""
    due = list[tuple[datetime, Entity]]()
    failures, origins = opened.journal.knowledge().failures, opened.journal.origins()
    failed = [each for each in opened.library.entities() if failed_marker(each.path) or each.key in failures]
    for entry in view(opened, failed):
        entity = entry.entity
        if entry.image.state is State.FAILED and (entity.url or entity.key in origins):
            at = failed_at(entity, failures.get(entity.key), now) or datetime.fromtimestamp(0, UTC)
            if now - at > RETRY_AFTER:
                due.append((at, entity))
    due.sort(key=lambda each: (each[0], each[1].key))
    return [Want(entity, entity.url or "", FetchPolicy.IF_NEEDED, origins.get(entity.key)) for _, entity in due[:limit]]


def links_to_check(opened: Opened, selection: Selection, good_for: timedelta) -> Iterator[tuple[list[Entity], int]]:
    """The entities of a selection that have a URL, read as it is asked for, a page after the other, but those whose
    verdict is younger than this; and how many of the page those are. `temporary` is no verdict. Raises UsageError for
    an unknown id."""
    since = datetime.now(UTC) - good_for
    few = selection.ids or selection.state
    for page in iter([select(opened, selection)]) if few else opened.library.pages(selection.kinds, 2 * _PAGE):
        entities = [entity for entity in page if entity.url]
        links = opened.journal.links(url_hash(entity.url or "") for entity in entities) if good_for else {}
        known = {key for key, link in links.items() if link.at > since and link.check.verdict is not Verdict.TEMPORARY}
        unknown = [entity for entity in entities if url_hash(entity.url or "") not in known] if known else entities
        yield unknown, len(entities) - len(unknown)


@collector_held_back()
def stale_links(opened: Opened, limit: int) -> list[Entity]:
    """The entities whose link was not checked in the last days, the oldest first."""
    links, never = opened.journal.knowledge().links, datetime.fromtimestamp(0, UTC)
    now, stale = datetime.now(UTC), list[tuple[datetime, Entity]]()
    for entity in opened.library.entities():
        if entity.url:
            link = links.get(url_hash(entity.url))
            good_for = DOUBT_GOOD_FOR if link and link.check.verdict is Verdict.TEMPORARY else LINK_GOOD_FOR
            if link is None or now - link.at > good_for:
                stale.append((link.at if link else never, entity))
    stale.sort(key=lambda each: (each[0], each[1].id))
    return [entity for _, entity in stale[:limit]]


@collector_held_back()
def view(opened: Opened, entities: Sequence[Entity], report: Report = ignore_progress, share: float = 1.0) -> Viewed:
    """These entities with all that is known of their pictures, in the same order. `share`: see `FileChecks.survey`."""
    report(Progress("Looking at pictures", 0, len(entities)))
    places = [safe_local_path(entity.path) or "" for entity in entities]
    files = list(zip(places, opened.store.stamps(places), strict=True))
    if len(entities) <= _FEW:
        looks, facts = opened.journal.looks_at(path for path in places if path), opened.journal.facts_of(entities)
    else:
        # Not recalled: 50 MB for as long as the library is open.
        looks, facts = opened.journal.file_checks(), opened.journal.facts()
    viewed = Viewed(entities, _told(opened.checks.survey(files, looks, share), len(entities), report), facts)
    let_go(files, looks, facts.fetched, facts.shown, facts.verdicts)
    keep_checks(opened)
    return viewed


def _told(checks: Iterable[FileCheck | None], total: int, report: Report) -> Iterator[FileCheck | None]:
    """The same, with progress."""
    for number, check in enumerate(checks):
        if number % 1000 == 0:
            report(Progress("Looking at pictures", number, total))
        yield check


def these(opened: Opened, keys: Sequence[tuple[EntityType, str]]) -> list[Entry]:
    """The entities with these keys; unknown ones are left out."""
    found = [
        entity
        for kind in EntityType
        for entity in opened.library.find(kind, (entity_id for each, entity_id in keys if each is kind))
    ]
    return list(view(opened, found))


@collector_held_back()
def entries(opened: Opened, report: Report) -> Viewed:
    return view(opened, viewing.by_name(opened.library.entities()), report)


def keep_checks(opened: Opened) -> None:
    # A second gallery, or a full disk, must not keep anyone from looking; the look is only repeated next time.
    with contextlib.suppress(GalleryError):
        opened.note_looks()


def events(opened: Opened, kind: EntityType, entity_id: str) -> list[Event]:
    """What happened to an entity's picture, newest first."""
    entities, found = opened.library.find(kind, [entity_id]), list[Event]()
    known = opened.journal.knowledge_of(entities)
    for entity in entities:
        path = safe_local_path(entity.path) or ""
        facts = opened.journal.pictures((path,)).get(path)
        link = known.links.get(url_hash(entity.url)) if entity.url else None
        attempt = known.failures.get(entity.key)
        found += viewing.events_of(entity, facts, link, attempt, known.shown.get(path))
    return found


@collector_held_back()
def status(opened: Opened) -> Status:
    """The numbers of the `status` command."""
    shown = view(opened, opened.library.entities())
    return viewing.count(opened.library.name, str(opened.store.root), shown, opened.store.scan())


@collector_held_back()
def plan(opened: Opened, max_age_days: int, report: Report) -> CleanupPlan:
    """Look at every managed file and decide; see `planning.make_plan`."""
    evidence = gather(opened, max_age_days, report)
    keep_checks(opened)
    return planning.make_plan(new_id("p"), evidence, max_age_days)


def receipts(opened: Opened) -> list[ReceiptSummary]:
    """The cleanups whose files are still in the trash, newest first."""
    files, sizes = dict[str, int](), dict[str, int]()
    for removed in opened.journal.removed_files(step=REMOVED):
        files[removed.receipt] = files.get(removed.receipt, 0) + 1
        sizes[removed.receipt] = sizes.get(removed.receipt, 0) + removed.bytes
    return [
        ReceiptSummary(receipt.id, receipt.made_at, files[receipt.id], sizes[receipt.id])
        for receipt in opened.journal.receipts()
        if receipt.id in files
    ]
