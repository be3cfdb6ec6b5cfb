"""What must hold after a stop or a failure, after the recovery from it, and after the command was run once more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from faults.world import Ran, Snapshot, World
from PIL import Image

from soulspot_gallery.core.locate import safe_local_path


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command on a prepared state: `base` names the state, `prepare` is done before each run (to the server),
    `undo` says that restoring all receipts must give the state before."""

    name: str
    base: str
    arguments: tuple[str, ...]
    prepare: Callable[[World], None]
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """The state before the command, and after one that nothing disturbed."""

    before: Snapshot
    after: Snapshot
    operations: tuple[str, ...]


def rehearse(world: World, scenario: Scenario) -> Expected:
    """Run the scenario undisturbed."""
    world.load(scenario.base)
    before = world.look()
    scenario.prepare(world)
    ran = world.run(*scenario.arguments, kind="kill")
    assert ran.status in (0, 1), ran
    after = world.look()
    assert not after.open
    assert (before.rows, before.files) != (after.rows, after.files), "the scenario does nothing"
    return Expected(before, after, ran.operations)


def try_fault(world: World, scenario: Scenario, expected: Expected, kind: str, at: int, without: str = "") -> list[str]:
    """Run the scenario with a fault at an operation, recover, run it again; everything that is wrong, as sentences.

    Raises IndexError where the command ends before it comes to that operation.
    """
    ran = break_off(world, scenario, kind, at, without)
    wrong = ended_in_order(ran, kind) + nothing_lost(expected, world.look())
    wrong += recovers(world, expected)
    wrong += runs_again(world, scenario, expected)
    where = f"{scenario.name}, {kind} at {ran.operations[at - 1]}"
    return [f"{where}: {each}" for each in wrong]


def try_fault_in_recovery(
    world: World, crashed: str, scenario: Scenario, expected: Expected, kind: str, at: int
) -> list[str]:
    """As `try_fault`, with the fault in the recovery from an earlier stop, whose state is `crashed`."""
    world.load(crashed)
    scenario.prepare(world)
    ran = recover(world, kind, at)
    if len(ran.operations) < at:
        raise IndexError(at)
    wrong = ended_in_order(ran, kind) + nothing_lost(expected, world.look())
    wrong += recovers(world, expected)
    wrong += runs_again(world, scenario, expected)
    where = f"recovery of {scenario.name}, {kind} at {ran.operations[at - 1]}"
    return [f"{where}: {each}" for each in wrong]


def break_off(world: World, scenario: Scenario, kind: str, at: int, without: str = "") -> Ran:
    """Run the scenario up to a fault. Raises IndexError where it ends before."""
    world.load(scenario.base)
    scenario.prepare(world)
    ran = world.run(*scenario.arguments, kind=kind, at=at, without=without)
    if len(ran.operations) < at:
        raise IndexError(at)
    return ran


def recover(world: World, kind: str = "none", at: int = 0) -> Ran:
    """The least that makes the gallery put right what is left: a picture that is there is asked for."""
    return world.run("recache", "--id", world.ids["cached"], "--json", kind=kind, at=at)


def ended_in_order(ran: Ran, kind: str) -> list[str]:
    """A failing operation is told in a line for people, whatever it was."""
    if kind in ("kill", "power"):
        return [] if ran.status == -9 else [f"it ended with {ran.status}: {ran.err}"]
    wrong = []
    if ran.status not in (0, 1, 3, 4):  # 4: what could not be read is a brake
        wrong.append(f"it ended with {ran.status}: {ran.err}")
    if "Traceback" in ran.err or re.search(r"\b(Error|Exception)\b", ran.err):
        wrong.append(f"a programmer's error reached the user: {ran.err}")
    return wrong


def nothing_lost(expected: Expected, now: Snapshot) -> list[str]:
    """Every picture is somewhere as it was, or was replaced or removed as the command was to do."""
    wrong, before, after = list[str](), expected.before, expected.after
    for path, sha in before.files.items():
        replaced = path in after.files and now.files.get(path) == after.files[path]
        removed = path not in after.files and not after.holds(sha)
        if not (replaced or removed or now.holds(sha)):
            wrong.append(f"{path} is lost")
    for path, sha in before.own.items():
        if not (now.holds(sha) or not after.holds(sha)) and "trash" in path:
            wrong.append(f"{path} is lost from the trash")
    for path in now.files.keys() - before.files.keys() - after.files.keys():
        if not path.endswith(".part"):
            wrong.append(f"{path} came from nowhere")
    for key, row in before.rows.items():
        if now.rows[key] not in (row, after.rows[key], (row[0], None)):
            wrong.append(f"the row of {key} says {now.rows[key]}")
    return wrong


def recovers(world: World, expected: Expected) -> list[str]:
    """The next command that writes puts right what was left, and says so; then rows and files agree."""
    crashed = world.look()
    ran = recover(world)
    now = world.look()
    wrong = [f"recovery ended with {ran.status}: {ran.err}"] if ran.status != 0 else []
    if ran.status == 0 and ran.json["results"][0]["outcome"] != "already-cached":
        wrong.append("a whole picture was taken for a damaged one")
    if now.open:
        wrong.append(f"after the recovery still open: {now.open}")
    if (crashed.rows, crashed.pictures) != (now.rows, now.pictures) and "interruption" not in ran.err:
        wrong.append(f"the recovery changed something and did not say so: {ran.err!r}")
    wrong += [f"left aside: {path}" for path in now.own if "/aside/" in path]
    return wrong + nothing_lost(expected, now) + _agree(world, expected, now)


def _agree(world: World, expected: Expected, now: Snapshot) -> list[str]:
    """Rows and files: no row names what is not there, none was cleared without its file gone, all is whole."""
    wrong, before, after = list[str](), expected.before, expected.after
    for key, (_, raw) in now.rows.items():
        path, former = safe_local_path(raw), safe_local_path(before.rows[key][1])
        if path and path not in now.files and (path in before.files or path != former):
            wrong.append(f"the row of {key} names {path}, which is not there")
        if path and path in now.files and now.files[path] not in (before.files.get(path), after.files.get(path)):
            wrong.append(f"{path} is neither the old picture nor the new one")
        if former in before.files and not raw and before.rows[key][1] and former in now.files:
            wrong.append(f"the row of {key} was cleared, and its file {former} is still there")
    states = {(each["kind"], each["id"]): each["state"] for each in _list(world)}
    for key, (_, raw) in now.rows.items():
        path = safe_local_path(raw)
        if path and path in now.files and _whole(world, path) and states[key] != "cached":
            wrong.append(f"{key} has a whole picture and is {states[key]}")
    return wrong


def runs_again(world: World, scenario: Scenario, expected: Expected) -> list[str]:
    """A second run ends as if nothing had happened; a cleanup can be taken back as a whole."""
    ran = world.run(*scenario.arguments)
    now = world.look()
    wrong = [f"the second run ended with {ran.status}: {ran.err}"] if ran.status not in (0, 1) else []
    wrong += _differences(expected.after, now, "after the second run")
    if scenario.undo:
        for receipt in now.receipts:
            ran = world.run("restore", receipt)
            if ran.status != 0:
                wrong.append(f"restore ended with {ran.status}: {ran.out} {ran.err}")
        wrong += _differences(expected.before, world.look(), "after the restore")
    return wrong


def _differences(wanted: Snapshot, now: Snapshot, when: str) -> list[str]:
    wrong = [
        f"{when} the row of {key} says {now.rows[key]} instead of {row}"
        for key, row in wanted.rows.items()
        if now.rows[key] != row
    ]
    paths = sorted(wanted.pictures.keys() | now.pictures.keys())
    return wrong + [f"{when} {path} differs" for path in paths if wanted.pictures.get(path) != now.pictures.get(path)]


def _whole(world: World, path: str | None) -> bool:
    try:
        with Image.open(BytesIO((world.images / (path or "")).read_bytes()), formats=["WEBP"]) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _list(world: World) -> list[dict[str, str]]:
    ran = world.run("list", "--json")
    assert ran.status == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]
