"""Freeing hundreds of thousands of objects without holding up other threads."""

from __future__ import annotations

import threading
import time
import weakref
from functools import cache
from queue import SimpleQueue
from typing import Any

from soulspot_gallery.core.background import give_way

_AT_ONCE = 500
_PAUSE = 0.0005
"""Seconds that the thread which frees gives to the others after so many objects: 0.1 s for a list of 100,000."""

_Held = tuple[list[Any] | dict[Any, Any], ...]
_left: SimpleQueue[_Held] = SimpleQueue()


def let_go(*held: list[Any] | dict[Any, Any]) -> None:
    """Empty these, an object at a time.

    Freed with the list or table that holds them, the records of 100,000 rows hold the interpreter for 30 to 100 ms.
    """
    for each in held:
        _take(each, len(each))


def let_go_with(owner: object, *held: list[Any] | dict[Any, Any]) -> None:
    """Empty these in a thread once `owner` is gone, whoever held it last; who uses them has to hold the owner."""
    _begin_freeing()
    weakref.finalize(owner, _left.put, held).atexit = False


@cache
def _begin_freeing() -> None:
    """The thread is begun beforehand: an owner may go in the midst of anything, where only a queue can be put to."""
    threading.Thread(target=_free_for_ever, name="letting-go", daemon=True).start()


def _free_for_ever() -> None:
    give_way()
    while True:
        _free(_left.get())


def _free(held: _Held) -> None:
    for each in held:
        while each:
            _take(each, _AT_ONCE)
            time.sleep(_PAUSE)


def _take(held: list[Any] | dict[Any, Any], count: int) -> None:
    take = held.pop if isinstance(held, list) else held.popitem
    for _ in range(min(count, len(held))):
        take()
