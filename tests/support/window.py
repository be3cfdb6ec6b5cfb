"""The window as a user has it: opened on a folder of its own, driven by real events, closed at the end."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from soulspot_gallery.core.model import EntityType, Entry
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.cleanup.cleanup_dialog import CleanupDialog
from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.main_window import MainWindow
from soulspot_gallery.gui.messages import Message, Messages
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.window_state import read_window_state
from soulspot_gallery.qt_executor import QtExecutor

Shown = TypeVar("Shown", bound=QWidget)
LIMIT = 20.0
"""Seconds after which a condition has failed to come."""
CONTROL = Qt.KeyboardModifier.ControlModifier
CONTROL_SHIFT = CONTROL | Qt.KeyboardModifier.ShiftModifier


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Let the window live until the condition holds. Fails after LIMIT."""
    try:
        async with asyncio.timeout(LIMIT):
            while not condition():  # noqa: ASYNC110  # Qt has no event to await
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"did not come true: {what or condition}") from None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody before the window. `said`: every message that came up."""

    window: MainWindow
    data_dir: Path
    said: list[Message]

    @property
    def page(self) -> GalleryPage:
        assert self.window.page is not None
        return self.window.page

    async def opens(self, wanted: Wanted) -> GalleryPage:
        """Open a library and wait until its rows are there."""
        self.window.open(wanted)
        return await self.sees_gallery()

    async def sees_gallery(self) -> GalleryPage:
        loaded = asyncio.Event()
        self.window.loaded.connect(loaded.set)
        async with asyncio.timeout(LIMIT):
            await loaded.wait()
        self.window.loaded.disconnect(loaded.set)
        await until(lambda: self.window.jobs.running("allow writing") is None, "it is known whether writing is allowed")
        return self.page

    async def presses(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is. (Offscreen there is no window manager to keep a window active.)"""
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
            await until(self.window.isActiveWindow, "the window is active")
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)

    def clicks(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), widget
        assert widget.isEnabled(), widget
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center() if at is None else at)

    def clicks_tile(self, kind: EntityType, entity_id: str) -> None:
        """Click the tile of an entity, which must be shown; it is scrolled to."""
        row = self.page.model.row_of((kind, entity_id))
        assert row >= 0, "not shown"
        index = self.page.model.index(row)
        self.page.view.scrollTo(index)
        self.clicks(self.page.view.viewport(), self.page.view.visualRect(index).center())

    def entry(self, kind: EntityType, entity_id: str) -> Entry:
        entry = self.page.model.entry_of((kind, entity_id))
        assert entry is not None
        return entry

    def shown(self) -> list[Entry]:
        return self.page.model.shown()

    async def sees(self, kind: type[Shown]) -> Shown:
        """Wait for a dialog or other part of this kind to be visible."""
        await until(lambda: any(each.isActiveWindow() for each in self.dialogs(kind)), f"a {kind.__name__}")
        return self.dialogs(kind)[-1]

    async def sees_plan(self) -> CleanupDialog:
        """Wait for the cleanup dialog and the plan in it."""
        dialog = await self.sees(CleanupDialog)
        await until(dialog.pages.currentWidget, "the plan")
        return dialog

    def dialogs(self, kind: type[Shown]) -> list[Shown]:
        return [each for each in QApplication.allWidgets() if isinstance(each, kind) and each.isVisible()]

    async def is_in_grid(self) -> None:
        """Wait until the keyboard is in the grid. (Offscreen there is nobody to activate the window again.)"""
        self.window.activateWindow()
        await until(self.page.view.hasFocus, "the keyboard is in the grid")

    async def rests(self) -> None:
        """Wait until no job is running but what runs by itself, and all is on screen."""
        await until(
            lambda: {job.name for job in self.window.jobs.active} <= {"schedule"} and self.page.settled,
            "the jobs have ended",
        )

    async def confirms(self, word: str) -> None:
        """Press the button with this word in the question that comes up."""
        box = await self.sees(QMessageBox)
        self.clicks(next(each for each in box.findChildren(QPushButton) if each.text().replace("&", "") == word))
        await until(lambda: not self.dialogs(QMessageBox), "the question is gone")

    @property
    def summaries(self) -> list[str]:
        return [row.label.text() for row in self.window.job_bar.ended]


@asynccontextmanager
async def a_window(folder: Path, settings: Settings | None = None) -> AsyncIterator[User]:
    """A window whose settings and own state lie in `folder`; active, without a library. Closed as a user closes it."""
    QApplication.setQuitOnLastWindowClosed(False)  # as the program does: closing must not stop the loop
    settings = dataclasses.replace(settings or Settings(), background_link_checks=False)  # nothing comes in between
    executor, messages = QtExecutor(4), Messages()
    kept = await asyncio.to_thread(read_window_state, folder)
    said = list[Message]()
    messages.posted.connect(said.append)
    window = MainWindow(executor, messages, settings, folder / "settings.toml", folder, kept)
    if not kept.geometry:
        window.resize(1100, 760)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    window.show()
    window.activateWindow()
    messages.attach(window)
    try:
        with messages.hooks(asyncio.get_running_loop()):
            await until(window.isActiveWindow, "the window is active")
            yield User(window, folder, said)
            window.close()
            assert closed.is_set()
            await window.shut_down()
    finally:
        if not closed.is_set():  # a failed test: end what runs, so that it does not spill into the next one
            window.close()
            await window.shut_down()
        executor.shutdown(wait=True, cancel_futures=True)
        window.deleteLater()
