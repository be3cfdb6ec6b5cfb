"""While many pictures are converted, Pillow keeps the memory of one for the next. The one setting of Pillow touched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import _imaging as core  # the documentation calls it Image.core

KEPT_BLOCKS = 8
"""Of at most 16 MB each: decoded, half shrunk and shrunk, for two threads and a little more. Given back to the system
each time, they cost a recache 1 ms of CPU of 40 for a cover of 640 px, in page faults."""

_lock = threading.Lock()
_before: list[int] = []
"""The setting as each one found it who keeps memory now."""


@contextmanager
def memory_kept() -> Iterator[None]:
    """Pillow keeps blocks inside; the last one to leave gives them back, and leaves the setting as the first found
    it. For any thread."""
    with _lock:
        _before.append(core.get_blocks_max())
        core.set_blocks_max(max(KEPT_BLOCKS, _before[0]))
    try:
        yield
    finally:
        with _lock:
            found = _before[0]
            _before.pop()
            if not _before:
                core.set_blocks_max(found)
