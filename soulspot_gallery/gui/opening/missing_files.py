"""The line above the grid of a library that names many files which are not there, as servers in containers leave them:
one button shows them, one fetches them."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QStyle, QWidget

from soulspot_gallery.core.model import State
from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.widgets.notices import Notice

MANY = 20
"""Fewer are seen well enough by their tiles."""

_AFTER_MS = 700
"""What changes is counted together, so often at most."""


class MissingFilesBar(Notice):
    """Counts what the page it follows has read. Hidden where few files are missing, and once it was sent away."""

    def __init__(self, fetch: QAction, parent: QWidget | None = None) -> None:
        """`fetch`: the action that fetches all of them."""
        super().__init__(QStyle.StandardPixmap.SP_MessageBoxWarning, parent)
        self._fetch = fetch
        self._page: GalleryPage | None = None
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._count)
        self.show_button = self._button("&Show them", self._show_them)
        self.fetch_button = self._button("Fe&tch them", fetch.trigger)
        self.later_button = self._button("&Not now", self.clear)
        fetch.changed.connect(self._enable)
        self._enable()
        self.hide()

    def follow(self, page: GalleryPage) -> None:
        """Count this page's entries from now on, whenever they change."""
        self._page = page
        for changed in (page.model.modelReset, page.model.dataChanged, page.loaded):
            changed.connect(self._soon)

    def clear(self) -> None:
        """Say nothing more of this library."""
        had_keyboard, page = self.isAncestorOf(self.window().focusWidget() or self), self._page
        self._page = None
        self._timer.stop()
        self.hide()
        if had_keyboard and page is not None:
            page.setFocus()

    def _button(self, text: str, pressed: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(True)  # Return presses it, as Space does
        button.clicked.connect(pressed)
        self.side.addWidget(button)
        return button

    def _enable(self) -> None:
        self.fetch_button.setEnabled(self._fetch.isEnabled())
        self.fetch_button.setToolTip("" if self._fetch.isEnabled() else "Writing has to be allowed first.")

    def _show_them(self) -> None:
        if self._page is not None:
            self._page.filters.show_state(State.MISSING_FILE)
            self._page.setFocus()

    def _soon(self) -> None:
        if self._page is not None and not self._timer.isActive():
            self._timer.start()

    def _count(self) -> None:
        if self._page is None:
            return
        missing = self._page.model.count_state(State.MISSING_FILE)
        few = missing < MANY
        if few and self.isAncestorOf(self.window().focusWidget() or self):
            self._page.setFocus()
        self.say("" if few else f"The library names {count_words(missing, 'picture')} that are not in its folder.")
