"""`--all-faults`: every operation with every fault instead of a quick choice; and the world that faults happen to."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.world import World, Zygote, build
from support.image_server import ImageServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-faults", action="store_true", help="tests/faults: every operation with every fault")


@pytest.fixture(scope="session")
def every(request: pytest.FixtureRequest) -> int:
    """How many operations to go on from one fault to the next: 1 with `--all-faults`."""
    # A run of all tests meets this file too late to learn the option from it: then it is not given.
    return 1 if request.config.getoption("--all-faults", default=False) else 67


@contextlib.contextmanager
def memory_folder(factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory, where there is one: what is synced a thousand times need not go to a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - made with mkdtemp
    if not os.access(memory, os.W_OK):
        yield factory.mktemp("faults")
        return
    with tempfile.TemporaryDirectory(prefix="soulspot-gallery-faults-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose state `base` is built."""
    if os.name != "posix":
        pytest.skip("children are forked, and stopped by SIGKILL")
    with memory_folder(tmp_path_factory) as folder, ImageServer() as server, Zygote(folder) as zygote:
        world = World(folder, server, zygote)
        build(world)
        yield world
