"""`--demo` without a display: the main job on the sample library, told in lines, and a picture of the window."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.demo import run_headless_demo, sample_library
from soulspot_gallery.gui.app import make_application
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.gui.main_window import MainWindow
from soulspot_gallery.gui.messages import Messages
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.gui.window_state import WindowState
from soulspot_gallery.qt_executor import QtExecutor

PICTURE = "demo-window.png"
_SIZE = 1240, 820
_PATIENCE = 60.0
_SETTLED = 1.0
"""Seconds without a new thumbnail after which the window is taken to be complete."""


def run_without_display() -> int:
    """Do it all on Qt's offscreen platform; the exit status. The picture is saved in the current folder."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = make_application(Settings(theme="light"))
    file = Path.cwd() / PICTURE
    executor = QtExecutor()
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_demo(executor, file, _say))
    except GalleryError as problem:
        print(f"soulspot-gallery: {problem}", file=sys.stderr)  # noqa: T201
        return problem.exit_status
    except KeyboardInterrupt:
        return 130
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        application.processEvents()
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (this is what it is for)


async def _demo(executor: QtExecutor, file: Path, say: Callable[[str], None]) -> None:
    say("There is no display, so the sample library is worked on without a window.")
    async with sample_library(executor) as sample:
        await run_headless_demo(sample, say, executor)
    if await save_picture(executor, file):
        say(f"A picture of the window: {file}")
    else:
        say(f"The picture of the window could not be saved as {file}; run this in a folder that can be written.")


async def save_picture(executor: QtExecutor, file: Path) -> bool:
    """Open the window on a fresh sample, wait until its pictures are there, and save what it shows."""
    messages = Messages()
    with tempfile.TemporaryDirectory(prefix="soulspot-gallery-") as folder:
        window = MainWindow(
            executor, messages, Settings(), Path(folder) / "settings.toml", Path(folder), WindowState()
        )  # fmt: skip
        window.resize(*_SIZE)
        window.show()
        messages.attach(window)
        loaded = asyncio.Event()
        window.loaded.connect(loaded.set)
        window.open(Wanted(sample=True))
        try:
            async with asyncio.timeout(_PATIENCE):
                await loaded.wait()
                await _quiet(window)
            return window.grab().save(str(file))
        finally:
            window.hide()
            await window.shut_down()


async def _quiet(window: MainWindow) -> None:
    """Wait until no thumbnail has come for a while."""
    page = window.page
    assert page is not None
    came = asyncio.Event()
    page.thumbnails.ready.connect(came.set)
    while True:
        came.clear()
        try:
            await asyncio.wait_for(came.wait(), _SETTLED)
        except TimeoutError:
            return
