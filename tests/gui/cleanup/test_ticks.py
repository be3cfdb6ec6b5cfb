"""Tests of the ticks of a plan: what is suggested, what they come to."""

from __future__ import annotations

from support.plans import five_files, many_files

from soulspot_gallery.core.model import CleanupPlan, Reason
from soulspot_gallery.gui.cleanup.ticks import Ticks, Totals


def test_at_first_the_suggested_are_ticked() -> None:
    ticks = Ticks(five_files())
    assert [ticks[number] for number in range(5)] == [True, False, True, True, True]
    assert ticks.paths() == five_files().ticked
    assert ticks.totals() == Totals(4, 9500)


def test_a_tick_counts_at_once() -> None:
    ticks = Ticks(five_files())
    ticks.set([1], ticked=True)
    assert ticks.totals() == Totals(5, 10_500, last_copies=1)
    ticks.set(range(5), ticked=False)
    assert (ticks.totals(), ticks.paths()) == (Totals(), frozenset())
    ticks.suggest()
    assert ticks.paths() == five_files().ticked


def test_files_by_reason() -> None:
    ticks = Ticks(five_files())
    assert ticks.having(Reason.OLD) == [0, 1]
    assert ticks.having(Reason.CORRUPT) == [3]
    assert ticks.having(None) == [0, 1, 2, 3, 4]
    assert ticks.reasons == {Reason.OLD: 2, Reason.ORPHAN: 2, Reason.CORRUPT: 1, Reason.LEFTOVER: 1}


def test_of_an_empty_plan_nothing_is_ticked() -> None:
    ticks = Ticks(CleanupPlan("p", five_files().made_at, 90, 30, (), ()))
    assert (ticks.totals(), ticks.paths(), ticks.having(None)) == (Totals(), frozenset(), [])


def test_many_files_come_to_what_one_by_one_would() -> None:
    plan = many_files(1000)
    ticks = Ticks(plan)
    ticks.set(range(0, 1000, 3), ticked=True)
    ticked = [item for number, item in enumerate(plan.items) if item.selected or number % 3 == 0]
    assert ticks.paths() == {item.path for item in ticked}
    totals = ticks.totals()
    assert (totals.files, totals.bytes) == (len(ticked), sum(item.stamp.size for item in ticked))
    assert totals.unsure_copies == sum(bool(item.entities) for item in ticked)
