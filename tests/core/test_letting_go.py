"""What is let go of is empty afterwards, and other threads get their turn meanwhile."""

from __future__ import annotations

import threading
import time

from soulspot_gallery.core.letting_go import let_go


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
