"""Tests of the start: a first page is painted before the engine is loaded, and goes over into the gallery's window."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.window import until
from support.world import World

from soulspot_gallery.core.model import EntityType, Entry, Progress, Report, State
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui import app
from soulspot_gallery.gui.actions import DECLARED
from soulspot_gallery.gui.frame import Frame
from soulspot_gallery.gui.grid.row_order import Order, SortKey
from soulspot_gallery.gui.main_window import MainWindow
from soulspot_gallery.gui.opening.first_page import FirstPage, show_first_page
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.gui.window_state import WindowState, read_window_state
from soulspot_gallery.qt_executor import QtExecutor

Shown = TypeVar("Shown", bound=QWidget)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer) -> World:
    world = World(library, image_server)
    for number in range(80):
        world.library.add_artist(f"Artist {number:02d}", None, world.picture(f"artists/spotify/{number}.webp"))
    return world


@asynccontextmanager
async def started(world: World) -> AsyncIterator[Frame]:
    """The program on this library, as its command line starts it; closed as a user closes it."""
    QApplication.setQuitOnLastWindowClosed(False)
    executor = QtExecutor(4)
    arguments = argparse.Namespace(
        library=str(world.library.path), image_root=world.images, data_dir=world.data, demo=False
    )
    running = asyncio.create_task(app._run(arguments, Settings(), world.data / "settings.toml", executor))
    try:
        await until(lambda: running.done() or frames(), "a window")
        yield frames()[0]
        for frame in frames():
            frame.close()
        async with asyncio.timeout(20):
            await running
        assert not frames()
    finally:
        running.cancel()
        executor.shutdown(wait=True, cancel_futures=True)


def frames() -> list[Frame]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, Frame) and each.isVisible()]


def within(frame: Frame, kind: type[Shown]) -> Shown:
    found = frame.findChildren(kind)
    assert len(found) == 1
    return found[0]


async def test_a_first_page_goes_over_into_the_window(world: World) -> None:
    async with started(world) as frame:
        await until(lambda: frame.findChildren(FirstPage), "the first page")
        first = within(frame, FirstPage)
        await until(lambda: first.model.total == 80, "all rows")
        await until(lambda: first.thumbnails.known_keys(), "a picture is painted")
        assert [each.name for each in DECLARED if first.actions_by_name[each.name].isEnabled()] == ["quit"]
        first.filters.search.setText("Artist 1")
        first.view.set_tile(200)
        await until(lambda: first.model.rowCount() == 17, "the search")
        chosen = first.model.entry_at(3).entity.key
        first.view.select_keys([chosen])
        painted = first.thumbnails.known_keys()

        await until(lambda: frame.findChildren(MainWindow), "the gallery's window")
        window = within(frame, MainWindow)
        assert window.isVisible()
        assert window.page is not None
        page = window.page
        assert page.model.order == Order(search="Artist 1")
        assert page.filters.search.text() == "Artist 1"
        assert page.view.tile == 200
        assert [entry.entity.key for entry in page.view.selected_entries()] == [chosen]
        assert painted <= page.thumbnails.known_keys()
        assert page.model.entry_at(3).image.bytes
        assert frame.windowTitle() == window.windowTitle()
        assert first.model.total == 0, "the rows are held once"
        await until(lambda: not frame.findChildren(FirstPage), "the first page is gone")
    assert read_window_state(world.data).geometry


async def test_the_first_page_says_what_it_waits_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at 100,000 files for the first time can take more than a minute."""
    go_on, entries = asyncio.Event(), ImageService.entries

    async def slow(service: ImageService, report: Report) -> Sequence[Entry]:
        report(Progress("Looking at pictures", 1000, 80_000))
        await go_on.wait()
        return await entries(service, report)

    monkeypatch.setattr(ImageService, "entries", slow)
    async with started(world) as frame:
        await until(lambda: frame.findChildren(FirstPage), "the first page")
        bar = within(frame, FirstPage).statusBar()
        await until(lambda: bar.currentMessage().startswith("Looking at pictures · 1,000 of 80,000"), "how far it is")
        go_on.set()
        await until(lambda: frame.findChildren(MainWindow), "the gallery's window")


async def test_the_first_page_can_be_left_by_its_menu(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(service: ImageService, report: Report) -> Sequence[Entry]:
        await asyncio.get_running_loop().create_future()
        raise AssertionError("unreachable")

    monkeypatch.setattr(ImageService, "entries", never)
    async with started(world) as frame:
        await until(lambda: frame.findChildren(FirstPage), "the first page")
        within(frame, FirstPage).actions_by_name["quit"].trigger()
        assert not frames()


async def test_what_the_first_page_showed_counts_as_used(world: World) -> None:
    async with started(world) as frame:
        await until(lambda: frame.findChildren(FirstPage), "the first page")
        pictures = within(frame, FirstPage).pictures
        await until(lambda: frame.findChildren(MainWindow), "the gallery's window")
        painted = set(pictures.shown)
    opened = world.opened()
    try:
        shown = opened.journal.knowledge().shown
    finally:
        opened.journal.close()
        opened.library.close()
    assert painted
    assert painted <= set(shown)


async def test_a_place_scrolled_to_is_kept(world: World) -> None:
    async with started(world) as frame:
        await until(lambda: frame.findChildren(FirstPage), "the first page")
        first = within(frame, FirstPage)
        await until(lambda: first.model.total == 80, "all rows")
        bar = first.view.verticalScrollBar()
        assert bar.maximum() > 0
        bar.setValue(bar.maximum() // 2)
        offset = bar.value()
        await until(lambda: frame.findChildren(MainWindow), "the gallery's window")
        page = within(frame, MainWindow).page
        assert page is not None
        await until(lambda: page.view.verticalOffset() == offset, "the place")


async def test_closed_before_anything_is_loaded(world: World) -> None:
    async with started(world) as frame:
        frame.close()
    assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]


async def test_a_library_that_cannot_be_opened_says_so_in_the_window(world: World) -> None:
    world.library.path.write_bytes(b"no database, whatever it is called; long enough to be looked at")
    async with started(world) as frame:
        await until(lambda: frame.findChildren(MainWindow), "the gallery's window")
        window = within(frame, MainWindow)
        await until(window.cannot_open.isVisible, "the page that says why")


async def test_one_that_turns_out_broken_after_the_first_page_says_so_too(world: World) -> None:
    """Rows can be seen, but the journal can't be: the first page must not stay for ever."""
    world.data.mkdir(parents=True, exist_ok=True)
    (world.data / "journals").write_text("a file where a folder is wanted")
    async with started(world) as frame:
        await until(lambda: frame.findChildren(FirstPage), "the first page")
        await until(lambda: frame.findChildren(MainWindow), "the gallery's window")
        await until(within(frame, MainWindow).cannot_open.isVisible, "the page that says why")


@pytest.mark.parametrize(
    ("state", "there"),
    [
        (WindowState(), True),
        (WindowState(kind=EntityType.ARTIST, descending=True), True),
        (WindowState(sort=SortKey.SIZE), False),
    ],
)
async def test_only_what_can_be_sorted_at_once_has_a_first_page(
    world: World, state: WindowState, *, there: bool
) -> None:
    executor, frame = QtExecutor(2), Frame(b"")
    frame.show()
    wanted = Wanted(str(world.library.path), world.images)
    page = await show_first_page(frame, wanted, Settings(), state, executor)
    assert (page is not None) is there
    if page is not None:
        assert page.model.order == state.order
        assert page.model.rowCount() == 80
        assert page.model.entry_at(0).image.state is State.CACHED
        assert page.model.entry_at(0).entity.name == ("Artist 79" if state.descending else "Artist 00")
        page.close_page()
    frame.hide()
    frame.deleteLater()
    executor.shutdown(wait=True, cancel_futures=True)


LIGHT = """
import sys
import soulspot_gallery.gui.app
heavy = {"httpx", "aiohttp", "sqlalchemy", "PIL", "rich", "rapidfuzz", "tinytag", "tomlkit", "stamina"}
engine = [name for name in sys.modules if name.startswith("soulspot_gallery.core.")]
print(*engine)
sys.exit(", ".join(heavy & sys.modules.keys()) or 0)
"""

FIRST_OF_THE_ENGINE = """
background collector entry_rows errors first_look folding letting_go library library.names locate model network
network.spoken pictures pictures.looks places resources review review.faults settings sorting sqlite_logs
"""
"""What of the engine is loaded before the first paint: each module more delays it by some milliseconds."""


def test_the_first_page_loads_nothing_heavy() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    loaded = {name.removeprefix("soulspot_gallery.core.") for name in done.stdout.split()}
    assert loaded <= set(FIRST_OF_THE_ENGINE.split())
