"""Threads that compute let the window's go first; whoever chose otherwise is obeyed."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from soulspot_gallery.core.background import give_way
from soulspot_gallery.core.letting_go import let_go_with
from soulspot_gallery.core.threads import Threads

if sys.platform != "linux":
    pytest.skip("only Linux has SCHED_BATCH", allow_module_level=True)


def policy() -> int:
    """That of this thread."""
    return os.sched_getscheduler(0)


def stepped_back() -> int:
    """The policy of this thread once it has given way."""
    give_way()
    return policy()


def in_a_thread(work: Callable[[], int]) -> int:
    """What this returns in a thread that ends with it."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(work).result()


def test_a_thread_steps_back_alone() -> None:
    assert in_a_thread(stepped_back) == os.SCHED_BATCH
    assert policy() == in_a_thread(policy) == os.SCHED_OTHER


def test_another_policy_stays() -> None:
    def chosen_before() -> int:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        return stepped_back()

    assert in_a_thread(chosen_before) == os.SCHED_IDLE


def test_a_system_that_forbids_it_is_put_up_with(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", forbid)
    assert in_a_thread(stepped_back) == os.SCHED_OTHER


async def test_both_threads_of_a_library_step_back() -> None:
    threads = Threads()
    assert await threads.read(policy) == await threads.write(policy) == os.SCHED_BATCH
    threads.close()


def test_the_thread_that_frees_steps_back() -> None:
    class Owner:
        """Holds what notes the policy of whoever frees it."""

    class Held:
        """Notes the policy of whoever frees it."""

        def __del__(self) -> None:
            freed.append((threading.current_thread().name, policy()))

    freed = list[tuple[str, int]]()
    owner = Owner()
    let_go_with(owner, [Held()])
    del owner
    end = time.monotonic() + 10
    while not freed:
        assert time.monotonic() < end
        time.sleep(0.001)
    assert freed == [("letting-go", os.SCHED_BATCH)]
