"""Tests of holding back the collector: for as long as anyone asks, and never against who runs the program."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from soulspot_gallery.core.collector import collector_held_back


@pytest.fixture(autouse=True)
def collector_on() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_is_off_inside_and_on_after() -> None:
    with collector_held_back():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_last_of_several_lets_go() -> None:
    first, second = collector_held_back(), collector_held_back()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_trouble_lets_go_too() -> None:
    with pytest.raises(ZeroDivisionError), collector_held_back():
        _ = 1 / 0
    assert gc.isenabled()


def test_one_that_is_off_stays_off() -> None:
    gc.disable()
    with collector_held_back():
        pass
    assert not gc.isenabled()
