"""Grouping finds exactly what comparing each with each would find, and quickly."""

from __future__ import annotations

import random
import time
from itertools import combinations

from soulspot_gallery.core.pictures.appearance import BITS, NEAR_BITS, Appearance, near
from soulspot_gallery.core.review.grouping import Union, grouped


def looks(count: int, seed: int, *, plain: bool = False) -> list[Appearance]:
    """Some of them forms of others. `plain`: few bits are set, as in pictures with much flat ground."""
    chance, made = random.Random(seed), list[Appearance]()
    for _ in range(count):
        if made and chance.random() < 0.3:
            first = chance.choice(made)
            bits, tones = first.bits, bytes(min(255, tone + chance.randrange(6)) for tone in first.tones)
            for bit in chance.sample(range(BITS), chance.randrange(NEAR_BITS + 4)):
                bits ^= 1 << bit
        else:
            bits, base = chance.getrandbits(BITS), chance.randrange(30, 200)
            bits &= chance.getrandbits(BITS) & chance.getrandbits(BITS) if plain else bits
            tones = bytes(base + chance.randrange(40) for _ in range(48))
        made.append(Appearance(bits, tones, 70, 0))
    return made


def each_with_each(made: list[Appearance]) -> list[list[int]]:
    union = Union(len(made))
    for one, other in combinations(range(len(made)), 2):
        if near(made[one], made[other]):
            union.join(one, other)
    return union.groups()


def test_it_finds_what_comparing_each_with_each_finds() -> None:
    for seed in range(4):
        made = looks(300, seed, plain=seed % 2 == 1)
        assert grouped(made) == each_with_each(made)


def test_flat_pictures_of_many_colours_are_told_apart() -> None:
    flat = [Appearance(0, bytes([level, 0, 255 - level] * 16), None, 0) for level in range(0, 256, 5)]
    assert grouped(flat * 3) == each_with_each(flat * 3)


def test_ten_thousand_take_no_quadratic_time() -> None:
    small, large = looks(1000, 9, plain=True), looks(10_000, 9, plain=True)
    start = time.perf_counter()
    grouped(small)
    middle = time.perf_counter()
    grouped(large)
    assert time.perf_counter() - middle < 60 * max(middle - start, 0.05)  # a hundred times would be quadratic
