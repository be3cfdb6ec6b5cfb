"""What is let go of is empty afterwards, and other threads get their turn meanwhile, whoever held it last."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from soulspot_gallery.core.letting_go import let_go, let_go_with


class Owner:
    """Holds rows."""

    def __init__(self, rows: list[object]) -> None:
        self.rows = rows
        let_go_with(self, rows)


def until(condition: Callable[[], bool]) -> None:
    """At most some seconds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_lists_and_tables_are_emptied() -> None:
    some, table = [object(), object()], {"a": object(), "b": object()}
    let_go(some, table)
    assert (some, table) == ([], {})


def test_what_others_hold_stays() -> None:
    rows = [["a"], ["b"]]
    let_go([*rows])
    assert rows == [["a"], ["b"]]


def test_another_thread_gets_its_turn() -> None:
    """Counted in turns and not in time: freed at once, the other thread would have one or two."""
    turns, freeing, over = list[bool](), threading.Event(), threading.Event()

    def taking_turns() -> None:
        while not over.is_set():
            turns.append(freeing.is_set())
            time.sleep(0)

    other = threading.Thread(target=taking_turns)
    rows = [(str(number), [number]) for number in range(1_000_000)]
    other.start()
    freeing.set()
    let_go(rows)
    freeing.clear()
    over.set()
    other.join()
    assert turns.count(True) >= 4


def test_rows_outlive_no_owner() -> None:
    rows: list[object] = [object() for _ in range(2_000)]
    owner = other = Owner(rows)
    del owner
    time.sleep(0.01)
    assert len(other.rows) == 2_000, "somebody holds them still"
    del other
    until(lambda: not rows)


def test_the_last_to_hold_them_goes_on_at_once() -> None:
    """Counted in objects and not in time: freed by the one who goes, none would be left."""
    rows: list[object] = [(str(number), [number]) for number in range(100_000)]
    owner = Owner(rows)
    del owner
    assert len(rows) > 50_000
    until(lambda: not rows)
