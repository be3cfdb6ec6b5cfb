"""What a cleanup would remove, and why: pure functions from evidence to a frozen plan. Touches nothing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from soulspot_gallery.core.files.store import ScannedFile
from soulspot_gallery.core.journal.records import NO_MARK, FileCheck, LinkCheck, Mark
from soulspot_gallery.core.locate import safe_local_path, url_hash, web_url
from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    Entity,
    EntityType,
    PlanItem,
    Reason,
    Refetchable,
    Verdict,
)

BRAKE_PERCENT = 20
BRAKE_FILES = 20
"""More than so much of at least so many managed files: a plan that wants a second look."""

YOUNG = timedelta(hours=24)
"""A server writes a picture first and its row later; a long sync of it takes hours. A file that no row names and that
is younger than this is left alone: neither listed nor judged."""

MOST_DAYS = 99_999
"""Days that a picture can be old at most."""

_BRAKES = {
    Brake.SCAN_ERROR: "part of the image folder could not be read",
    Brake.EMPTY_LIBRARY: "the library is empty, so every picture looks unneeded",
    Brake.MISSING_ROOT: "the image folder is gone",
    Brake.TOO_MANY: f"more than {BRAKE_PERCENT} % of the pictures would go",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a plan is decided from, as it stood at `now`. `files` are those in question (see `in_question`) of all
    `managed`, `entities` those that name them of all `library_rows`. `checks` by path, `links` by URL hash,
    `provider_ids` what providers call the library's entities, `marks` what a person said of them."""

    now: datetime
    managed: int
    library_rows: int
    files: Sequence[ScannedFile]
    entities: Sequence[Entity]
    checks: Mapping[str, FileCheck]
    last_used: Mapping[str, datetime] = field(default_factory=dict)
    links: Mapping[str, LinkCheck] = field(default_factory=dict)
    provider_ids: frozenset[str] = frozenset()
    marks: Mapping[tuple[EntityType, str], Mark] = field(default_factory=dict)
    scan_errors: tuple[str, ...] = ()


def in_question(
    files: Iterable[ScannedFile], named: Container[str], not_whole: Container[str], unused: Container[str]
) -> list[ScannedFile]:
    """The files that a plan may list: it lists none but these, and perhaps not all of them.

    Nearly all files of a library are in order; that is found out by a few sets of paths, without an object for each.
    `unused`: what was not used for so long that it is old, by our own record or by the file's time.
    """
    return [
        file
        for file in files
        if file.temporary or file.path not in named or file.path in not_whole or file.path in unused
    ]


def referenced(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """The entities that name each path, however they spell it."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        path = safe_local_path(entity.path)
        if path is not None:
            found.setdefault(path, []).append(entity)
    return found


def in_providers_folder(path: str) -> bool:
    """Whether a picture lies where files are called as a provider calls their entities, and not by the row's id."""
    return len(path.rpartition("/")[0].rpartition("/")[2]) > 2


def named_by_provider(path: str, provider_ids: frozenset[str]) -> bool:
    """Whether a picture in a provider's folder is called as a provider calls an entity of the library."""
    return in_providers_folder(path) and path.rpartition("/")[2].removesuffix(".webp") in provider_ids


def make_plan(plan_id: str, evidence: Evidence, max_age_days: int) -> CleanupPlan:
    """Decide on every file in question: old, orphan, corrupt or leftover, or none of these and so not in the plan.

    `max_age_days`: days without use after which a picture is old. Ticked are orphans, leftovers, corrupt files, and
    files that are old by our own record and whose source is known to answer; but never a referenced picture that
    can't be had again, or that a person locked or set by hand.
    """
    names = referenced(evidence.entities)
    oldest = evidence.now - timedelta(days=max_age_days)
    items = [
        item
        for file in evidence.files
        if (item := _judge(file, names.get(file.path, ()), evidence, oldest)) is not None
    ]
    items.sort(key=lambda item: item.path)
    plan = CleanupPlan(
        id=plan_id,
        made_at=evidence.now,
        max_age_days=max_age_days,
        managed=evidence.managed,
        items=tuple(items),
        brakes=(),
        scan_errors=evidence.scan_errors,
        library_rows=evidence.library_rows,
    )
    return replace(plan, brakes=brakes_for(plan, plan.ticked))


def brakes_for(plan: CleanupPlan, ticked: frozenset[str]) -> tuple[Brake, ...]:
    """The brakes that hold when just these files of the plan are removed; none where nothing is."""
    if not ticked:
        return ()
    brakes = []
    if plan.scan_errors:
        brakes.append(Brake.SCAN_ERROR)
    if plan.library_rows == 0:
        brakes.append(Brake.EMPTY_LIBRARY)
    if plan.managed >= BRAKE_FILES and 100 * len(ticked) > BRAKE_PERCENT * plan.managed:
        brakes.append(Brake.TOO_MANY)
    return tuple(brakes)


def brakes_text(brakes: Iterable[Brake]) -> str:
    """Why a cleanup was refused and how to go on, in one line."""
    names = list(brakes)
    why = "; ".join(_BRAKES[brake] for brake in names)
    how = " ".join(f"--confirm {brake.value}" for brake in names)
    return f"The cleanup was not done: {why}. Look at the plan; if it is right, confirm with {how}."


def preview_numbers(plan: CleanupPlan) -> dict[str, float]:
    """What would happen to the ticked files: files removed and kept, MB freed (10⁶ bytes)."""
    ticked = [item for item in plan.items if item.selected]
    freed = sum(item.stamp.size for item in ticked)
    return {"removed": len(ticked), "kept": plan.managed - len(ticked), "freed_mb": freed / 1e6}


def _judge(file: ScannedFile, entities: Sequence[Entity], evidence: Evidence, oldest: datetime) -> PlanItem | None:
    record = evidence.last_used.get(file.path)
    last_used = record or datetime.fromtimestamp(file.stamp.mtime_ns / 1e9, UTC)
    reasons, told = list[Reason](), list[str]()
    check = evidence.checks.get(file.path)
    if file.temporary:
        reasons.append(Reason.LEFTOVER)
        told.append("A temporary file of an interrupted write.")
    else:
        if not entities and not named_by_provider(file.path, evidence.provider_ids):
            if evidence.now - datetime.fromtimestamp(file.stamp.mtime_ns / 1e9, UTC) < YOUNG:
                return None
            reasons.append(Reason.ORPHAN)
            told.append("No row of the library names it.")
        if check is not None and check.problem is not None:
            reasons.append(Reason.CORRUPT)
            told.append(f"Not a whole WebP: {check.problem}")
        if last_used <= oldest:
            reasons.append(Reason.OLD)
            by = "the gallery's own record" if record else "the file's date, as there is no record of its use"
            told.append(f"Last used {last_used:%Y-%m-%d}, by {by}.")
    if not reasons:
        return None
    refetchable = _refetchable(entities, evidence.links)
    held = held_by_hand(entities, evidence.marks, check.sha256 if check else "")
    told += [held] if held else []
    return PlanItem(
        path=file.path,
        stamp=file.stamp,
        reasons=tuple(reasons),
        evidence=" ".join(told),
        entities=tuple(Entity(e.kind, e.id, e.name, e.artist, None, e.path) for e in entities),
        last_used=last_used,
        own_record=record is not None,
        refetchable=refetchable,
        selected=held is None and _ticked(reasons, entities, record, refetchable),
        url_hashes=tuple(hash_of(entity) for entity in entities),
    )


def held_by_hand(entities: Iterable[Entity], marks: Mapping[tuple[EntityType, str], Mark], sha256: str) -> str | None:
    """Why a picture of these is never ticked: a person locked it, or set it. None where nobody did."""
    for entity in entities:
        mark = marks.get(entity.key, NO_MARK)
        if mark.locked:
            return f"Not ticked: the picture of “{entity.name}” is locked."
        if sha256 and mark.hand_sha256 == sha256:
            return f"Not ticked: the picture of “{entity.name}” was set by hand."
    return None


def hash_of(entity: Entity) -> str:
    """The hash of an entity's URL as plans hold it; empty where there is none."""
    return url_hash(entity.url) if entity.url else ""


def _ticked(
    reasons: Sequence[Reason], entities: Sequence[Entity], record: datetime | None, refetchable: Refetchable
) -> bool:
    if entities and refetchable is Refetchable.NO:
        return False
    if any(reason is not Reason.OLD for reason in reasons):
        return True
    return record is not None and refetchable is Refetchable.YES


def _refetchable(entities: Sequence[Entity], links: Mapping[str, LinkCheck]) -> Refetchable:
    """Whether any of the rows could fetch the picture again, by the last verdict on its URL."""
    verdicts = [_verdict(entity.url, links) for entity in entities]
    if any(verdict.answers for verdict in verdicts):
        return Refetchable.YES
    if any(verdict in (Verdict.UNCHECKED, Verdict.TEMPORARY) for verdict in verdicts):
        return Refetchable.UNKNOWN
    return Refetchable.NO


def _verdict(url: str | None, links: Mapping[str, LinkCheck]) -> Verdict:
    if web_url(url) is None:
        return Verdict.UNSAFE
    known = links.get(url_hash(url or ""))
    return known.check.verdict if known else Verdict.UNCHECKED
