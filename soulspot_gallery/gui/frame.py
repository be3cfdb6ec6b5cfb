"""The top-level window: shows the first page of a library until the gallery's own, loaded meanwhile, is ready."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

TITLE = "SoulSpot Gallery"
SMALLEST = 720, 480
FIRST_SIZE = QSize(1240, 820)
SHARE_OF_SCREEN = 0.92


class Frame(QWidget):
    """Holds what is shown; its place on the screen is that of the program's window."""

    closing = Signal()
    """The user closes the window."""

    def __init__(self, geometry: bytes) -> None:
        """`geometry` as Qt wrote it; empty where there is none."""
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setMinimumSize(*SMALLEST)
        self._pages = QStackedWidget()
        waiting = QLabel("Opening the library…")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._page: QWidget = waiting
        self._pages.addWidget(waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        if not self.restoreGeometry(QByteArray(geometry)):
            self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() * SHARE_OF_SCREEN))

    def show_page(self, page: QWidget) -> None:
        """Show this in place of what is shown, which is done with; the window is called as the page is."""
        before, self._page = self._page, page
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._pages.removeWidget(before)
        before.deleteLater()
        page.windowTitleChanged.connect(self.setWindowTitle)
        self.setWindowTitle(page.windowTitle() or TITLE)
        page.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closing.emit()
