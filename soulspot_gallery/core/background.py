"""Threads that compute let those go first that wait for a person or the network."""

from __future__ import annotations

import contextlib
import os
import sys


def give_way() -> None:
    """Have this thread, whenever it becomes ready, wait until the one that runs has ended its turn. Linux only.

    That is SCHED_BATCH (sched(7)): its share of the processors stays the same, also beside other programs, but it no
    longer interrupts the window's thread. With the executor's threads alone, on two processors, that was held up for
    31 ms at the longest instead of 43 by a recache, a check of links and a scroll together. A niceness did the same on
    a quiet machine; on a busy one it made that recache take three times (5) to more than ten times (10) as long.
    Whoever chose another policy for the program keeps it. Nothing is done on Windows and macOS: nobody measured there.
    """
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        with contextlib.suppress(OSError):  # a sandbox, or a C library without it: then all have equal turns
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
