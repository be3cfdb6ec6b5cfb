"""Cleanup plans for the tests of the window: made up, without files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    Entity,
    EntityType,
    FileStamp,
    PlanItem,
    Reason,
    Refetchable,
)

NOW = datetime.now(UTC)


def plan_item(
    path: str,
    *reasons: Reason,
    names: tuple[str, ...] = (),
    size: int = 1000,
    age_days: float = 100,
    refetchable: Refetchable = Refetchable.UNKNOWN,
    selected: bool = False,
    own_record: bool = True,
) -> PlanItem:
    """A file of a plan, used by artists of these names."""
    entities = tuple(Entity(EntityType.ARTIST, f"id{n}", name, path=path) for n, name in enumerate(names))
    used = NOW - timedelta(days=age_days)
    evidence = f"Evidence of {path}."
    return PlanItem(
        path, FileStamp(1, 1, size, 1), reasons, evidence, entities, used, own_record, refetchable, selected
    )


def five_files() -> CleanupPlan:
    """Two old pictures in use, one the last copy; two orphans, one damaged too; a leftover. 30 managed files."""
    items = (
        plan_item("artists/aa/aa1.webp", Reason.OLD, names=("Ночь",), size=3000, age_days=400,
                  refetchable=Refetchable.YES, selected=True),
        plan_item("artists/bb/bb2.webp", Reason.OLD, names=("Aurora",), size=1000, refetchable=Refetchable.NO,
                  own_record=False),
        plan_item("artists/cc/cc3.webp", Reason.ORPHAN, size=2000, selected=True),
        plan_item("artists/dd/dd4.webp", Reason.ORPHAN, Reason.CORRUPT, size=4000, age_days=3, selected=True),
        plan_item("artists/ee/.soulspot-gallery-5.part", Reason.LEFTOVER, size=500, selected=True),
    )  # fmt: skip
    return CleanupPlan("plan-1", NOW, 90, 30, items, (), (), 12)


def many_files(number: int) -> CleanupPlan:
    """So many old and orphaned files."""
    items = tuple(
        plan_item(f"artists/{n % 97:02}/{n:06}.webp", Reason.OLD, names=(f"Name {n * 7919 % number}",), size=n)
        if n % 2
        else plan_item(f"artists/{n % 97:02}/{n:06}.webp", Reason.ORPHAN, size=n, selected=True)
        for n in range(number)
    )
    return CleanupPlan("plan-many", NOW, 90, number, items, (Brake.TOO_MANY,))


def no_brakes(plan: CleanupPlan, ticked: frozenset[str]) -> tuple[Brake, ...]:
    return ()


def brake_above_four(plan: CleanupPlan, ticked: frozenset[str]) -> tuple[Brake, ...]:
    """TOO_MANY for more than four files."""
    return (Brake.TOO_MANY,) if len(ticked) > 4 else ()
