"""Which of many pictures are forms of the same one: exact, and without comparing each with each. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from soulspot_gallery.core.pictures.appearance import BITS, NEAR_BITS, NEAR_SUM, Appearance, differing_bits, near

_BANDS = NEAR_BITS + 1
"""Two hashes that differ in fewer bits than there are bands have at least one band in common."""

_MASKS = tuple(sum(1 << bit for bit in range(band, BITS, _BANDS)) for band in range(_BANDS))
"""Each band takes every so many bits: a plain part of many pictures then fills no band alone."""


class Union:
    """Numbers from 0 that are put together two by two; `groups` are those that hang together."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def join(self, one: int, other: int) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:
            self._parents[max(one, other)] = min(one, other)

    def root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def groups(self) -> list[list[int]]:
        """In the order of their first numbers."""
        found = dict[int, list[int]]()
        for number in range(len(self._parents)):
            found.setdefault(self.root(number), []).append(number)
        return list(found.values())


def grouped(looks: Iterable[Appearance]) -> list[list[int]]:
    """The places of looks, those of one picture together, in the order of their first places."""
    each = list(looks)
    union, first = Union(len(each)), dict[tuple[int, bytes], int]()
    for place, look in enumerate(each):
        union.join(first.setdefault((look.bits, look.tones), place), place)
    places = sorted(first.values(), key=lambda place: sum(each[place].tones))
    sums = [sum(look.tones) for look in each]
    for mask in _MASKS:
        buckets = dict[int, list[int]]()
        for place in places:
            buckets.setdefault(each[place].bits & mask, []).append(place)
        for bucket in buckets.values():
            _join_near(each, sums, bucket, union)
    return union.groups()


def _join_near(looks: Sequence[Appearance], sums: Sequence[int], bucket: Sequence[int], union: Union) -> None:
    """Join what is near of these, which stand by the sum of their tones: only neighbours have like colours."""
    start = 0
    for at, place in enumerate(bucket):
        while sums[place] - sums[bucket[start]] > NEAR_SUM:
            start += 1
        bits = looks[place].bits
        for other in bucket[start:at]:
            if differing_bits(bits, looks[other].bits) <= NEAR_BITS and near(looks[place], looks[other]):
                union.join(other, place)
