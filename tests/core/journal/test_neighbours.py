"""Galleries on one computer, in processes of their own: a limit and a rest hold for all, and after a crash."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from soulspot_gallery.core.journal import request_windows
from soulspot_gallery.core.journal.neighbours import Neighbours
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.pacing import Resting

REQUESTS, SECONDS = 5, 0.8

ASKING = f"""
import asyncio, sys, time
from pathlib import Path
from soulspot_gallery.core.journal.neighbours import Neighbours

async def ask(others):
    async with others.place("shop", {REQUESTS}, {SECONDS}):
        print(time.time(), flush=True)
        await asyncio.sleep(0.01)

async def main():
    others = Neighbours(Path(sys.argv[1]))
    await asyncio.gather(*(ask(others) for _ in range(int(sys.argv[2]))))
    others.close()

asyncio.run(main())
"""


def gallery(file: Path, questions: int) -> subprocess.Popen[str]:
    """A process that has so many questions, all at once."""
    command = [sys.executable, "-c", ASKING, str(file), str(questions)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def most_in_a_window(times: list[float]) -> int:
    return max(sum(start <= at < start + SECONDS for at in times) for start in times)


@contextmanager
def neighbours(file: Path) -> Iterator[Neighbours]:
    others = Neighbours(file)
    try:
        yield others
    finally:
        others.close()


def test_processes_together_keep_to_a_limit(tmp_path: Path) -> None:
    galleries = [gallery(tmp_path / "limits.db", 6) for _ in range(3)]
    times = [float(line) for each in galleries for line in each.communicate(timeout=60)[0].split()]
    assert len(times) == 18
    assert 2 <= most_in_a_window(times) <= REQUESTS


def test_the_limit_holds_across_a_crash(tmp_path: Path) -> None:
    first = gallery(tmp_path / "limits.db", 100)
    assert first.stdout is not None
    times = [float(first.stdout.readline()) for _ in range(REQUESTS)]
    first.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    times += [float(line) for line in first.communicate(timeout=60)[0].split()]
    times += [float(line) for line in gallery(tmp_path / "limits.db", 3).communicate(timeout=60)[0].split()]
    assert len(times) >= REQUESTS + 3
    assert most_in_a_window(times) <= REQUESTS


async def test_a_place_is_held_for_as_long_as_its_question_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_windows, "LEASE", 0.3)
    monkeypatch.setattr(request_windows, "_SIGNS", 0.1)
    with neighbours(tmp_path / "limits.db") as one, neighbours(tmp_path / "limits.db") as two:
        async with one.place("shop", 1, 0.1):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(two.place("shop", 1, 0.1).__aenter__(), 1.0)
            async with two.place("another shop", 1, 0.1):
                pass
        async with asyncio.timeout(5), two.place("shop", 1, 0.1):
            pass


async def test_a_rest_holds_for_all_and_for_the_next_run(tmp_path: Path) -> None:
    with neighbours(tmp_path / "limits.db") as one:
        one.leave_alone("shop", 1800.0)
        one.leave_alone("shop", 5.0)  # the longer one holds
        one.leave_alone("broken clock", 1e9)
    with neighbours(tmp_path / "limits.db") as two:
        rests = await asyncio.to_thread(two.resting, ["shop", "another shop", "broken clock"])
        assert list(rests) == ["shop"]
        assert 1790 < rests["shop"] <= 1800
        with pytest.raises(Resting, match="left alone for 30 min") as caught:
            async with two.place("shop", 5, 1.0):
                pass
        assert caught.value.code is ErrorCode.RATE_LIMITED


async def test_a_clock_that_was_set_back_holds_nobody_up(tmp_path: Path) -> None:
    ahead = Neighbours(tmp_path / "limits.db", lambda: time.time() + 86400)
    async with ahead.place("shop", 1, 1.0):
        pass
    ahead.close()
    with neighbours(tmp_path / "limits.db") as others:
        async with asyncio.timeout(5), others.place("shop", 1, 1.0):
            pass


@pytest.mark.parametrize("content", [b"no database, but long enough to be taken for one" * 100, b""])
async def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "limits.db").write_bytes(content)
    with neighbours(tmp_path / "limits.db") as others:
        async with others.place("shop", 1, 0.1):
            pass
        others.leave_alone("shop", 60.0)
        assert await asyncio.to_thread(others.resting, ["shop"])


async def test_without_a_file_each_goes_by_its_own_pace(tmp_path: Path) -> None:
    (tmp_path / "limits.db").mkdir()
    with neighbours(tmp_path / "limits.db") as others:
        async with others.place("shop", 1, 0.1):
            pass
        others.leave_alone("shop", 60.0)
        assert await asyncio.to_thread(others.resting, ["shop"]) == {}
