"""From the first page to the gallery's own window: made, given its library, put into the frame once it has rows."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.frame import Frame
from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.jobs.job_rows import counts_words
from soulspot_gallery.gui.jobs.jobs import Job, JobState
from soulspot_gallery.gui.main_window import MainWindow
from soulspot_gallery.gui.messages import Messages
from soulspot_gallery.gui.opening.first_page import FirstPage
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.gui.window_state import WindowState
from soulspot_gallery.qt_executor import QtExecutor


async def enter(
    frame: Frame,
    first: FirstPage | None,
    wanted: Wanted,
    executor: QtExecutor,
    messages: Messages,
    settings: Settings,
    settings_file: Path,
    data_dir: Path,
    state: WindowState,
) -> None:
    """Show the gallery's window in the frame until it is closed; the first page, where there is one, until then."""
    if frame.isHidden():  # closed while this was being loaded
        return
    window = MainWindow(executor, messages, settings, settings_file, data_dir, state)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    frame.closing.connect(window.close)
    if first is None:
        frame.show_page(window)
    else:
        _Arrival(frame, first, window)
    window.open(wanted)
    try:
        await closed.wait()
    finally:
        frame.hide()
        await window.shut_down()


class _Arrival(QObject):
    """Waits until the window has read its rows, or knows why it can't, and puts it in the first page's place."""

    def __init__(self, frame: Frame, first: FirstPage, window: MainWindow) -> None:
        super().__init__(frame)
        self._frame, self._first, self._window = frame, first, window
        window.loaded.connect(self._arrive)
        window.jobs.changed.connect(self._tell)
        window.jobs.finished.connect(self._look_at)
        window.libraries.refused.connect(self._arrive)

    def _tell(self, job: Job) -> None:
        counts = counts_words(job.progress, job.pace)
        self._first.tell(" · ".join(part for part in (job.progress.doing, counts) if part))

    def _look_at(self, job: Job) -> None:
        if job.name == "reload" and job.state is not JobState.DONE:
            self._arrive()

    def _arrive(self, problem: object = None) -> None:
        window, first = self._window, self._first
        window.loaded.disconnect(self._arrive)
        window.jobs.changed.disconnect(self._tell)
        window.jobs.finished.disconnect(self._look_at)
        window.libraries.refused.disconnect(self._arrive)
        offset, page = first.view.verticalOffset(), window.page
        selected = [entity.key for entity in first.view.selected_entries().entities]
        if page is not None:
            _look_as(page, first)
        first.close_page()
        if page is not None:
            page.service.note_shown(first.pictures.shown)
        self._frame.show_page(window)
        if page is not None:
            page.view.select_keys(selected)
            page.view.verticalScrollBar().setValue(offset)
            page.setFocus()


def _look_as(page: GalleryPage, first: FirstPage) -> None:
    """What was searched, zoomed and decoded goes on."""
    page.filters.set_order(first.model.order)
    page.model.set_order(first.model.order)
    page.view.set_tile(first.view.tile)
    page.thumbnails.take_over(first.thumbnails)
