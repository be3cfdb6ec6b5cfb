"""`recache --join`: several processes at one recache, one of them killed; each row is written once."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
from collections.abc import Iterator

import pytest
from support import pictures
from support.shared import SharedLibrary

from soulspot_gallery.core.joining import join_recache
from soulspot_gallery.core.model import FetchPolicy, Selection


def _albums(shared: SharedLibrary, number: int) -> list[str]:
    """So many albums, each with a picture of its own."""
    urls = [shared.server.serve(f"/{each}.jpg", pictures.jpeg((80, 60 + each % 40))) for each in range(number)]
    return shared.add_albums(urls)


@contextlib.contextmanager
def _workers(shared: SharedLibrary, number: int) -> Iterator[list[subprocess.Popen[str]]]:
    started = [shared.gallery().start("recache", "--join", "--json") for _ in range(number)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def test_four_workers_write_each_row_once_and_leave_none_out_though_one_is_killed(shared: SharedLibrary) -> None:
    ids = _albums(shared, 400)
    shared.server.latency = 0.02
    with _workers(shared, 4) as workers:
        while len(shared.writes()) < 40:
            assert all(worker.poll() is None for worker in workers), "none ends before the work is done"
            time.sleep(0.02)
        workers[1].kill()
        at_kill = len(shared.writes())
        reports = [worker.communicate(timeout=100) for index, worker in enumerate(workers) if index != 1]
        statuses = [worker.returncode for index, worker in enumerate(workers) if index != 1]

    assert at_kill < len(ids), "it was killed on the way"
    assert statuses == [0, 0, 0], [error for _, error in reports]
    assert shared.writes() == dict.fromkeys(ids, 1)
    done = [json.loads(output) for output, _ in reports]
    assert all(report["downloaded"] for report in done), "each had a part in it"
    assert sum(1 for _ in shared.images.rglob("albums/*/*.webp")) == len(ids)
    assert not shared.execute("SELECT * FROM gallery.procrastinate_jobs")
    assert not shared.execute("SELECT * FROM gallery.write_intent")


def test_a_server_that_goes_away_is_one_sentence_and_the_work_is_left_to_others(shared: SharedLibrary) -> None:
    ids = _albums(shared, 200)
    shared.server.latency = 0.05
    with _workers(shared, 1) as (worker,):
        while len(shared.writes()) < 20:
            assert worker.poll() is None
            time.sleep(0.02)
        with shared.out_of_reach():
            _, error = worker.communicate(timeout=100)
    assert worker.returncode == 3
    assert "Traceback" not in error
    assert "never retrieved" not in error
    # Which of the two depends on whether it was thrown out last, or not let in again.
    assert re.search("can't be reached|refuses the connection", error.splitlines()[-1])
    shared.server.latency = 0
    assert shared.gallery().json("recache", "--join")["failed"] == 0
    assert shared.writes() == dict.fromkeys(ids, 1)


@pytest.mark.parametrize("arguments", [("--offline",), ("--id", "x"), ("--resume",)])
def test_who_can_not_take_part_leaves_the_work_to_others(shared: SharedLibrary, arguments: tuple[str, ...]) -> None:
    shared.gallery().refused(2, "recache", "--join", *arguments)


async def test_who_joins_alone_does_it_all_and_what_fails_is_a_result(shared: SharedLibrary) -> None:
    ids = shared.add_albums([shared.server.serve("/1.jpg", pictures.jpeg()), shared.server.url("/gone.jpg")])
    async with shared.service() as service:
        done = await join_recache(service, shared.url, Selection(), FetchPolicy.IF_NEEDED, lambda progress: None)
    assert {result.id: result.error for result in done.results} == {ids[0]: None, ids[1]: "missing"}
    assert shared.writes() == {ids[0]: 1}


def test_only_a_shared_library_can_be_joined(shared: SharedLibrary) -> None:
    shared.execute("DROP SCHEMA gallery CASCADE")
    assert "init-library" in shared.gallery().refused(2, "recache", "--join")
