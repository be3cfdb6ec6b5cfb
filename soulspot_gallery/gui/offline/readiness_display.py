"""How ready the open library is for offline, in the status bar; a click tells more."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QWidget

from soulspot_gallery.core.offline.readiness import Readiness
from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.jobs.jobs import Jobs
from soulspot_gallery.gui.offline.offline_wording import cost_sentence, percent_words

_AFTER_MS = 700
"""What changes is counted together, so often at most."""

_REST = 30
"""And so many times as long as the last count took: of a large library that changes all the time it is done seldom."""


class ReadinessDisplay(QPushButton):
    """Counts what the page it follows has read; nothing is read again for it."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._page: GalleryPage | None = None
        self.setFlat(True)
        self.setAutoDefault(True)  # Return presses it, as Space does
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._count)
        self.hide()

    def follow(self, page: GalleryPage) -> None:
        """Count this page's entries from now on, whenever they change."""
        self._page = page
        page.model.modelReset.connect(self._soon)
        page.model.dataChanged.connect(self._soon)
        page.loaded.connect(self._soon)

    def clear(self) -> None:
        """Say nothing: the library is being left."""
        self._page = None
        self._timer.stop()
        self._timer.setInterval(_AFTER_MS)
        self.hide()

    def _soon(self) -> None:
        if self._page is not None and not self._timer.isActive():
            self._timer.start()

    def _count(self) -> None:
        page = self._page
        if page is None or not page.model.total:
            self.hide()
            return
        if self._jobs.running("readiness") is not None:
            self._timer.start()
            return
        entries, start = page.model.entries(), time.monotonic()
        self._jobs.run_quietly(
            "readiness",
            lambda: page.service.readiness_of(entries),
            lambda found: self._tell(found, time.monotonic() - start),
        )

    def _tell(self, found: Readiness, took: float) -> None:
        """`took`: seconds of the count."""
        if self._page is None:
            return
        self._timer.setInterval(max(_AFTER_MS, round(took * 1000 * _REST)))
        self.setText(f"Ready for offline: {percent_words(found.whole)}")
        self.setToolTip(cost_sentence(found.cost, len(found.missing)))
        self.setAccessibleDescription(self.toolTip())
        self.show()
