"""Starts the window: application, loop, executor and error hooks in the right order, and their end in the reverse."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import signal
import sys
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import soulspot_gallery.gui.plain_imports  # noqa: F401 -- before all else
from soulspot_gallery import __version__
from soulspot_gallery.core.errors import GalleryError, UsageError
from soulspot_gallery.core.resources import resource
from soulspot_gallery.core.settings import Settings, default_data_dir, default_settings_file, load_settings
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.gui.frame import Frame
from soulspot_gallery.gui.look.theme import apply_theme
from soulspot_gallery.gui.messages import Messages
from soulspot_gallery.gui.opening.first_page import show_first_page
from soulspot_gallery.gui.opening.wanted import Wanted, wanted_at_start
from soulspot_gallery.gui.window_state import read_window_state
from soulspot_gallery.qt_executor import QtExecutor


def run_window(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed; the exit status."""
    settings_file = arguments.settings or default_settings_file()
    try:
        if arguments.settings is not None and not settings_file.exists():
            raise UsageError(f"There is no settings file {settings_file}; check the path.")
        settings = load_settings(settings_file)
        settings = dataclasses.replace(settings, offline=settings.offline or bool(arguments.offline))
    except GalleryError as problem:
        print(f"soulspot-gallery: {problem}", file=sys.stderr)  # noqa: T201
        return problem.exit_status
    application = make_application(settings)
    executor = QtExecutor()
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_run(arguments, settings, settings_file, executor))
    except KeyboardInterrupt:
        return 130
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        application.closeAllWindows()
    return 0


def make_application(settings: Settings) -> QApplication:
    """The application in the colours of the settings; it does not end with its last window, we say when."""
    application = QApplication([])
    application.setApplicationName("soulspot-gallery")
    application.setApplicationDisplayName("SoulSpot Gallery")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("soulspot-gallery")
    application.setWindowIcon(QIcon(str(resource("icon.svg"))))
    application.setQuitOnLastWindowClosed(False)
    apply_theme(application, settings.theme)
    return application


async def _run(arguments: argparse.Namespace, settings: Settings, settings_file: Path, executor: QtExecutor) -> None:
    messages = Messages()
    data_dir = arguments.data_dir or default_data_dir()
    with messages.hooks(asyncio.get_running_loop()):
        state = await asyncio.to_thread(read_window_state, data_dir)
        wanted = (
            Wanted(sample=True) if arguments.demo else wanted_at_start(arguments.library, arguments.image_root, state)
        )
        frame = Frame(state.geometry)
        _close_when_told(asyncio.get_running_loop(), frame)
        frame.show()
        messages.attach(frame)
        first = await show_first_page(frame, wanted, settings, state, executor)
        await asyncio.to_thread(_load_the_rest)
        from soulspot_gallery.gui.entering import enter

        await enter(frame, first, wanted, executor, messages, settings, settings_file, data_dir, state)


def _load_the_rest() -> None:
    """The engine and what else of the window takes longer to load than a first page takes to be painted."""
    import soulspot_gallery.gui.entering  # noqa: F401


def _close_when_told(loop: asyncio.AbstractEventLoop, frame: Frame) -> None:
    """The end of the user's session (SIGTERM) closes the window as a click would: work under way is ended cleanly."""
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, lambda number, where: loop.call_soon_threadsafe(frame.close))
