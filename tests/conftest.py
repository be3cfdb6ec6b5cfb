"""Fixtures and hooks of all tests: an isolated home, async tests on an asyncio.Runner, a server and a library."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from support.image_server import ImageServer
from support.running import arguments_of, bounded
from support.soulspot import SoulspotDatabase, soulspot_database
from support.world import World, close

from soulspot_gallery.core.opened import Opened

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything makes a QApplication
os.environ["PYTHONASYNCIODEBUG"] = ""
for variable in [
    name for name in os.environ if name.startswith("SOULSPOT_GALLERY_") or name.lower().endswith("_proxy")
]:
    del os.environ[variable]

# A shell that starts the tests in the background has them ignore Ctrl+C, and the programs that they stop by it as well.
signal.signal(signal.SIGINT, signal.default_int_handler)

# There is a PostgreSQL only where packaging/test.py could start one, which says so where it could not.
collect_ignore = [] if os.environ.get("SOULSPOT_TEST_POSTGRES") else ["postgres"]

hypothesis_settings.register_profile("suite", deadline=None, max_examples=60, database=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's folders are temporary ones: no test sees or touches those of the person who runs it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("HOME", "USERPROFILE"):
            patch.setenv(variable, str(folder))
        for variable in ("CONFIG", "DATA", "CACHE", "STATE"):
            patch.setenv(f"XDG_{variable}_HOME", str(folder / variable.lower()))
        for variable in ("APPDATA", "LOCALAPPDATA"):
            patch.setenv(variable, str(folder / variable.lower()))
        yield folder


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """An `async def` test runs on a loop of its own: the one its module names as `loop_factory`, else asyncio's.
    (tests/gui runs all of them on the window's loop.)"""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    factory = getattr(pyfuncitem.module, "loop_factory", None)
    with asyncio.Runner(debug=False, loop_factory=factory) as runner:
        runner.run(bounded(pyfuncitem.obj, arguments_of(pyfuncitem)))
    return True


@pytest.fixture
def image_server() -> Iterator[ImageServer]:
    """A picture server on the loopback without routes."""
    with ImageServer() as server:
        yield server


@pytest.fixture
def library(tmp_path: Path) -> SoulspotDatabase:
    """An empty SoulSpot database `soulspot/soulspot.db` in the test's folder, with the folder `images` beside it."""
    (tmp_path / "soulspot" / "images").mkdir(parents=True)
    return soulspot_database(tmp_path / "soulspot" / "soulspot.db")


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer) -> World:
    """A library with its pictures and a server for them."""
    return World(library, image_server)


@pytest.fixture
def opened(world: World) -> Iterator[Opened]:
    """That library, opened without an engine."""
    found = world.opened()
    yield found
    close(found)
