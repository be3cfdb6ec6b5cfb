"""Sorting in steps: the same order as one sort gives, equal keys as they stood."""

from __future__ import annotations

import random

import pytest

from soulspot_gallery.core import sorting
from soulspot_gallery.core.sorting import places_in_order


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 100, 1000])
@pytest.mark.parametrize("different", [1, 3, 10_000])
def test_places_are_those_of_one_sort(count: int, different: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_RUN", 8)
    rng = random.Random(count)
    keys = [f"{rng.randrange(different)}" for _ in range(count)]
    for each in (keys, sorted(keys), sorted(keys, reverse=True)):
        assert places_in_order(each) == sorted(range(count), key=each.__getitem__)


@pytest.mark.parametrize("different", [1, 24, 10**6])
def test_one_go_sorts_a_fifth_of_a_hundred_thousand_at_most(different: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = list[int]()

    def counting(items: object, **how: object) -> list[int]:
        found = sorted(items, **how)  # type: ignore[call-overload]
        sizes.append(len(found))
        return found  # type: ignore[no-any-return]

    monkeypatch.setattr(sorting, "sorted", counting, raising=False)
    rng = random.Random(1)
    keys = [f"{rng.choice(('the ', 'a ', ''))}{rng.randrange(different)}" for _ in range(100_000)]
    assert places_in_order(keys) == sorted(range(len(keys)), key=keys.__getitem__)
    assert max(sizes) <= 20_000
