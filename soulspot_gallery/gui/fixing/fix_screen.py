"""Puts the fix queue into the window in place of the grid, and takes it away again."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from soulspot_gallery.gui.desk import Desk
from soulspot_gallery.gui.fixing.fixing import Fixing
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY


class FixScreen:
    """At most one sitting at a time, one page of `pages`."""

    def __init__(self, pages: QStackedWidget) -> None:
        self._pages = pages
        self.fixing: Fixing | None = None

    def open(self, desk: Desk) -> None:
        """Show the queue of the open library; a sentence where it is opened to look only."""
        if not desk.page.writable:
            desk.messages.notice(LOOK_ONLY)
            return
        if self.fixing is None:
            self.fixing = Fixing(desk)
            self.fixing.left.connect(lambda: self._leave(desk))
            self._pages.addWidget(self.fixing.page)
            self.fixing.read()
        self._pages.setCurrentWidget(self.fixing.page)
        self.fixing.page.setFocus()

    def close(self) -> None:
        """End the sitting; its library is about to be closed, or the user has had enough."""
        if self.fixing is not None:
            self.fixing.close()
            self._pages.removeWidget(self.fixing.page)
            self.fixing.page.deleteLater()
            self.fixing = None

    def _leave(self, desk: Desk) -> None:
        self.close()
        desk.page.settle()
        self._pages.setCurrentWidget(desk.page)
        desk.page.setFocus()
