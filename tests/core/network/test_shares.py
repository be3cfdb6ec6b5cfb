"""Tests of the shares that hosts have of all connections. The clock is the test's own."""

from __future__ import annotations

import pytest

from soulspot_gallery.core.network.shares import LAPSE, Shares


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def shares(clock: Clock, in_all: int = 5) -> Shares:
    """Two a host."""
    return Shares(in_all, 2, clock)


def grown(given: Shares, host: str) -> int:
    """The share of a host that takes all it can get."""
    share = given.of(host)
    while given.grow(host):
        share += 1
    return share


def test_a_host_alone_has_no_more_than_a_host_may_have(clock: Clock) -> None:
    assert grown(shares(clock), "a") == 2


def test_together_they_have_no_more_than_the_limit(clock: Clock) -> None:
    given = shares(clock)
    assert [grown(given, host) for host in "abc"] == [2, 2, 1]


def test_each_has_one_at_least(clock: Clock) -> None:
    given = shares(clock, in_all=2)
    assert [grown(given, host) for host in "abc"] == [2, 1, 1]


def test_a_share_outlasts_a_short_rest(clock: Clock) -> None:
    given = shares(clock, in_all=3)
    assert grown(given, "a") == 2
    given.rest("a")
    clock.now += LAPSE / 2
    assert grown(given, "b") == 1
    assert given.of("a") == 2


def test_after_a_long_one_it_goes_to_the_others(clock: Clock) -> None:
    given = shares(clock, in_all=3)
    assert grown(given, "a") == 2
    given.rest("a")
    clock.now += LAPSE
    assert grown(given, "b") == 2
    assert grown(given, "a") == 1


def test_who_is_at_work_again_keeps_it(clock: Clock) -> None:
    given = shares(clock, in_all=3)
    assert grown(given, "a") == 2
    given.rest("a")
    assert given.of("a") == 2
    clock.now += 10 * LAPSE
    assert grown(given, "b") == 1


def test_nothing_is_remembered_of_hosts_that_rest(clock: Clock) -> None:
    given = shares(clock)
    for number in range(1000):
        given.of(f"host{number}")
        given.rest(f"host{number}")
        clock.now += LAPSE / 10
    assert given.known <= 10
