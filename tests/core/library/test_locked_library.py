"""Another process plays the SoulSpot server that writes to the library: its locks, its log, its whole rows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World

from soulspot_gallery.core.library import catalog, opening
from soulspot_gallery.core.model import EntityType, FetchPolicy, Outcome

SERVER = str(Path(__file__).resolve().parents[2] / "support" / "writing_server.py")

CRASHED_WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("UPDATE soulspot_artists SET name = 'B'")
connection.commit()
os._exit(0)
"""


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer) -> World:
    library.switch_to_wal()
    return World(library, image_server)


@contextmanager
def writing_server(library: Path, hold: float, pause: float, wait: float = 30.0) -> Iterator[Any]:
    """Another process that takes the write lock for `hold` seconds, lets go for `pause`, and so on; gives a function
    that ends it and returns what it has seen."""
    command = [sys.executable, SERVER, str(library), str(hold), str(pause), str(wait)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        stdin, stdout = process.stdin, process.stdout

        def end() -> Any:
            stdin.close()
            return json.loads(stdout.readline())

        try:
            yield end
        finally:
            stdin.close()
            process.wait(30)


def _pictures(world: World, count: int) -> list[str]:
    return [
        world.library.add_playlist(f"P{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg((8, 8))))
        for number in range(count)
    ]


async def test_a_long_lock_is_waited_for_and_said(world: World) -> None:
    ids, said = _pictures(world, 3), list[str]()
    with writing_server(world.library.path, 2.0, 60.0) as end:
        async with world.service() as service:
            done = await service.recache(report=lambda progress: said.append(progress.doing))
        end()
    assert done.count(Outcome.DOWNLOADED) == 3
    assert any("SoulSpot is writing" in text for text in said)
    assert all(world.library.row("playlist", each).path for each in ids)


async def test_a_lock_that_lasts_too_long_is_a_result(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "WRITE_PATIENCE", 0.6)
    _pictures(world, 2)
    world.picture("spotify/artists/orphan.webp")
    damaged = world.picture("artists/ab/ab1.webp", b"damaged")
    world.library.add_artist("A", world.server.url("/0.jpg"), damaged, "ab1")
    with writing_server(world.library.path, 20.0, 0.0) as _:
        async with world.service() as service:
            done = await service.recache()
            assert {each.error for each in done.results} == {"database-busy"}
            result = await service.apply_cleanup(await service.plan_cleanup())
    assert (result.removed, len(result.skipped)) == (1, 1), "an orphan needs no row"
    assert set(world.files()) == {damaged}
    world.assert_sound()


async def test_our_lock_is_short(world: World) -> None:
    """The server measures how long it is kept waiting."""
    _pictures(world, 120)
    with writing_server(world.library.path, 0.0, 0.001) as end:
        async with world.service() as service:
            done = await service.recache()
        seen = end()
    assert done.count(Outcome.DOWNLOADED) == 120
    assert seen["rounds"] > 20
    waits = sorted(seen["waits"])
    assert waits[-3] < 0.05, waits[-10:]


def test_looking_leaves_nothing_behind(world: World) -> None:
    folder = world.library.path.parent
    before = {file.name for file in folder.iterdir()}
    assert before == {"soulspot.db", "images"}
    opened = opening.open_library(world.library.path)
    assert opened.entities() == []
    opened.close()
    assert {file.name for file in folder.iterdir()} == before


def test_the_log_of_a_foreign_database_is_left_to_its_server(world: World) -> None:
    entity_id = world.library.add_artist("A")
    subprocess.run([sys.executable, "-c", CRASHED_WRITER, str(world.library.path)], check=True)
    log = world.library.path.with_name("soulspot.db-wal")
    content, database = log.read_bytes(), world.library.path.read_bytes()
    assert content
    library = opening.open_library(world.library.path)
    (entity,) = library.entities([EntityType.ARTIST])
    assert (entity.id, entity.name) == (entity_id, "B")
    assert library.change([catalog.RowChange(entity, "https://a.example/1.jpg", None)]) == [True]
    library.close()
    assert log.read_bytes().startswith(content), "the log grew"
    assert world.library.path.read_bytes() == database, "nothing of it was copied by us"


async def test_a_server_that_writes_whole_rows_back(world: World, request: pytest.FixtureRequest) -> None:
    """While the server writes its rows back as it knew them, holding its lock for a second or two, recaches and
    cleanups lose nothing: every row names a whole file or none."""
    ids = _pictures(world, 60)
    seconds = 60.0 if request.config.getoption("--all-faults", default=False) else 6.0
    for number in range(20):
        world.picture(f"spotify/artists/orphan{number}.webp")
    stop = time.monotonic() + seconds
    with writing_server(world.library.path, 1.2, 0.5) as end:
        async with world.service() as service:
            rounds = 0
            while time.monotonic() < stop:
                done = await service.recache(policy=FetchPolicy.FORCE if rounds % 2 else FetchPolicy.IF_NEEDED)
                assert {each.error for each in done.results} <= {None, "conflict"}
                plan = await service.plan_cleanup()
                result = await service.apply_cleanup(plan, plan.ticked, frozenset(plan.brakes))
                assert not result.failed
                rounds += 1
        end()
    async with world.service() as service:
        await service.recache()
        entries = await service.entries()
    assert {entry.entity.id for entry in entries} >= set(ids)
    assert {entry.image.state for entry in entries} == {"cached"}
    world.assert_sound()
