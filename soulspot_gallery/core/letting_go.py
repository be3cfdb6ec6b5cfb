"""Freeing hundreds of thousands of objects without holding up other threads."""

from __future__ import annotations

import threading
import time
import weakref
from functools import cache
from queue import SimpleQueue
from typing import Any

_AT_ONCE = 500
_PAUSE = 0.0005
"""Seconds that the thread which frees gives to the others after so many objects: 0.2 s for those of 100,000 rows."""

_Held = tuple[list[Any] | dict[Any, Any], ...]
_left: SimpleQueue[_Held] = SimpleQueue()


def let_go(*held: list[Any] | dict[Any, Any]) -> None:
    """Empty these, an object at a time.

    Freed with the list or table that holds them, the records of 100,000 rows hold the interpreter for 30 to 100 ms.
    """
    for each in held:
        _take(each, len(each))


def let_go_with(owner: object, *held: list[Any] | dict[Any, Any]) -> None:
    """Empty these in a thread once `owner` is gone, whoever held it last; until then nothing happens to them."""
    _freeing_thread()
    weakref.finalize(owner, _left.put, held).atexit = False


@cache
def _freeing_thread() -> threading.Thread:
    """Begun beforehand: an owner may go in the midst of anything, where only a queue can be put to."""
    thread = threading.Thread(target=_free, name="letting-go", daemon=True)
    thread.start()
    return thread


def _free() -> None:
    while True:
        for each in _left.get():
            while each:
                _take(each, _AT_ONCE)
                time.sleep(_PAUSE)


def _take(held: list[Any] | dict[Any, Any], count: int) -> None:
    take = held.pop if isinstance(held, list) else held.popitem
    for _ in range(min(count, len(held))):
        take()
