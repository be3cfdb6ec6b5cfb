"""The program is stopped, or a file operation of it fails, at every point of what it does; nothing may be lost."""

from __future__ import annotations

import contextlib
import faulthandler
import functools
from collections.abc import Callable
from dataclasses import replace

import pytest
from faults.judging import Expected, Scenario, break_off, rehearse, try_fault, try_fault_in_recovery
from faults.world import World, serve

KINDS = ("kill", "power", "ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE")


def old_pictures(world: World) -> None:
    serve(world, "teal")
    world.server.routes.pop("/gone.jpg")


def new_pictures(world: World) -> None:
    serve(world, "orange")
    world.server.routes.pop("/gone.jpg")


SCENARIOS = (
    Scenario("recache", "base", ("recache",), old_pictures),
    Scenario("force", "base", ("recache", "--force"), new_pictures),
    Scenario("trash", "base", ("optimize",), old_pictures, undo=True),
    Scenario("permanent", "base", ("optimize", "--permanent"), old_pictures),
    Scenario("set", "base", ("set", "artist", "{by hand}", "{here}/mine.png"), old_pictures),
    Scenario("delete", "base", ("delete", "artist", "{unused}", "{by hand}"), old_pictures),
    Scenario("restore", "cleaned", ("restore", "RECEIPT"), old_pictures),
)


@functools.cache
def expected_of(world: World, name: str) -> tuple[Scenario, Expected]:
    scenario = next(each for each in SCENARIOS if each.name == name)
    arguments = tuple(each.format_map({"here": world.here, **world.ids}) for each in scenario.arguments)
    scenario = replace(scenario, arguments=arguments)
    if scenario.base == "cleaned":
        world.load("base")
        assert world.run("optimize").status == 0
        world.save("cleaned")
        receipt = world.look().receipts[0]
        scenario = Scenario(name, "cleaned", ("restore", receipt), scenario.prepare)
    return scenario, rehearse(world, scenario)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [each.name for each in SCENARIOS])
def test_nothing_is_lost(
    world: World, name: str, kind: str, every: int, record_property: Callable[[str, object], None]
) -> None:
    faulthandler.cancel_dump_traceback_later()  # the whole takes minutes; each command has a limit of its own
    scenario, expected = expected_of(world, name)
    wrong, at, tried = list[str](), 1 + KINDS.index(kind) * 5 % every, 0
    with contextlib.suppress(IndexError):  # the command ended before it came to this operation
        while True:
            wrong += try_fault(world, scenario, expected, kind, at)
            tried, at = tried + 1, at + every
    record_property("points", tried)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["force", "trash", "permanent", "set", "delete", "restore"])
def test_nothing_is_lost_in_a_recovery(
    world: World, name: str, kind: str, every: int, record_property: Callable[[str, object], None]
) -> None:
    """The recovery from a stop is stopped itself, or fails, at each of its operations."""
    faulthandler.cancel_dump_traceback_later()
    scenario, expected = expected_of(world, name)
    wrong, tried, seen = list[str](), 0, set[tuple[object, ...]]()
    for stopped in range(1, len(expected.operations) + 1, max(1, every // 4)):
        with contextlib.suppress(IndexError):
            break_off(world, scenario, "kill", stopped)
        left = world.look()
        # States that differ in nothing that recovery looks at are one.
        shape = (
            left.open,
            tuple(left.rows.values()),
            tuple(left.files),
            tuple(path for path in left.own if "/" in path),
        )
        if not left.open or len(shape[0]) == 0 or shape in seen:
            continue
        seen.add(shape)
        world.save("crashed")
        at = 1 + (KINDS.index(kind) + stopped) % every
        with contextlib.suppress(IndexError):
            while True:
                wrong += try_fault_in_recovery(world, "crashed", scenario, expected, kind, at)
                tried, at = tried + 1, at + every
        if every > 1 and tried:
            break
    record_property("points", tried)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("without", "name", "kind"),
    [
        ("intent", "force", "kill"),
        ("intent", "trash", "kill"),
        ("intent", "restore", "kill"),
        ("fsync", "recache", "power"),
        ("aside", "force", "EIO"),
    ],
)
def test_the_sweep_bites(world: World, without: str, name: str, kind: str) -> None:
    """With a safeguard taken out, it does find something wrong."""
    scenario, expected = expected_of(world, name)
    world.load(scenario.base)
    scenario.prepare(world)
    operations = world.run(*scenario.arguments, kind=kind, without=without).operations
    # Around the moment when the rows change, files and rows disagree.
    decisive = [at for at, each in enumerate(operations, 1) if "soulspot.db" in each and "connect" not in each]
    points = sorted({at + later for at in decisive for later in (0, 1) if at + later <= len(operations)})
    assert any(try_fault(world, scenario, expected, kind, at, without) for at in points), f"nobody misses the {without}"
