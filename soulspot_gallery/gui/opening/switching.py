"""Which library is open: one at a time. Closes the one before the next, whatever happens on the way; shows nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from soulspot_gallery.core.errors import CannotOpen
from soulspot_gallery.core.model import Report
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.threads import unbroken
from soulspot_gallery.gui.jobs.jobs import Job, Jobs, JobState
from soulspot_gallery.gui.opening.libraries import OpenLibrary, open_wanted
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.qt_executor import QtExecutor

_NAME = "open"
_CANCELLED = "Opening it was cancelled. Try again, or open another library."
_UNEXPECTED = "Something unexpected went wrong; the details are in the message. Try again, or open another library."


class Switcher(QObject):
    """`current` is the open library. What runs on it is ended before it is closed."""

    leaving = Signal()
    """The current library is about to be closed; jobs on it are being ended."""
    left = Signal()
    """Its jobs have ended; whatever shows it must let go of it now."""
    opened = Signal(object)
    """An OpenLibrary: `current` from now on."""
    refused = Signal(object)
    """The CannotOpen that says why there is no library, and what to do."""

    def __init__(self, jobs: Jobs, executor: QtExecutor, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._executor, self._data_dir = jobs, executor, data_dir
        self.current: OpenLibrary | None = None
        self.wanted = Wanted()
        jobs.finished.connect(self._finished)

    def open(self, wanted: Wanted, settings: Settings) -> None:
        """Open a library in place of the current one."""
        self.wanted = wanted
        self._jobs.replace(
            _NAME,
            "Prepare the sample library" if wanted.sample else "Open the library",
            lambda report: self._switch(wanted, settings, report),
            self._settle,
            lambda problem: self.refused.emit(CannotOpen(_UNEXPECTED)),
        )

    async def leave(self) -> None:
        """Close the current library, after all jobs on it have ended."""
        self.leaving.emit()
        await self._jobs.end_others()
        self.left.emit()
        library, self.current = self.current, None
        if library is not None:
            await unbroken(library.close())

    async def _switch(self, wanted: Wanted, settings: Settings, report: Report) -> OpenLibrary | CannotOpen:
        await self.leave()
        try:
            library = await open_wanted(wanted, self._data_dir, settings, self._executor, report)
        except CannotOpen as problem:  # expected; it has a page of its own
            return problem
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # too late to be noticed by anything it waited for
            await library.close()
            raise asyncio.CancelledError
        return library

    def _settle(self, result: OpenLibrary | CannotOpen) -> None:
        if isinstance(result, OpenLibrary):
            self.current = result
            self.opened.emit(result)
        else:
            self.refused.emit(result)

    def _finished(self, job: Job) -> None:
        """Cancelled by hand, not by another opening: the user is not left with a page that waits for ever."""
        if job.name == _NAME and job.state is JobState.CANCELLED and self._jobs.running(_NAME) is None:
            self.refused.emit(CannotOpen(_CANCELLED))
