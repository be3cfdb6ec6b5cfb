"""What the pages before a library have in common: a library is chosen, typed or dropped; so is what can be imported."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.gui.opening.window_dialogs import choose_database, choose_folder
from soulspot_gallery.gui.widgets.drops import accept_copy
from soulspot_gallery.gui.widgets.notices import muted_label

_WIDTH = 760


def dropped_path(data: QMimeData) -> str | None:
    """The one file or folder of this machine that is dragged, or None."""
    urls = data.urls() if data.hasUrls() else []
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else None


class _Column(QWidget):
    """The page's contents in a column that stays readable on a wide screen."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        middle = QWidget()
        middle.setMaximumWidth(_WIDTH)
        middle.setLayout(self.column)
        across = QHBoxLayout(self)
        across.setContentsMargins(24, 24, 24, 24)
        across.addStretch(1)
        across.addWidget(middle, 100)
        across.addStretch(1)


class OpeningPage(QWidget):
    """A page that offers to open a library; a file or folder can be dropped anywhere on it."""

    open_requested = Signal(str)
    """A file, a folder or a database URL, as it was chosen or typed."""

    dropped = Signal(str)
    """A file or folder of this machine: a library, or something to import."""

    sample_requested = Signal()
    embedded_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._dragging = False
        content = _Column()
        self.column = content.column
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        for area in (scroll.viewport(), content):
            area.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(scroll)
        self.address = QLineEdit()
        self.address.setPlaceholderText("/mnt/soulspot/soulspot.db  or  postgresql://user@host/soulspot")
        self.address.setAccessibleName("Path or database address of a library")
        self.address.setClearButtonEnabled(True)
        self.open_button = QPushButton("&Open")
        self.open_button.setEnabled(False)
        self.open_button.setAutoDefault(True)  # Return presses it, as Space does
        for each in (self.address, self.open_button):
            each.setMinimumHeight(34)
        self.address.textChanged.connect(lambda text: self.open_button.setEnabled(bool(text.strip())))
        self.address.returnPressed.connect(self.open_button.click)
        self.open_button.clicked.connect(lambda: self.open_requested.emit(self.address.text().strip()))

    def address_row(self, hint: str) -> QVBoxLayout:
        """The line in which a path or a database address is typed; `hint` beneath it says what can be dropped."""
        line = QHBoxLayout()
        line.addWidget(self.address, 1)
        line.addWidget(self.open_button)
        rows = QVBoxLayout()
        rows.setSpacing(6)
        rows.addLayout(line)
        rows.addWidget(muted_label(hint))
        return rows

    def choose_file(self) -> None:
        choose_database(self, "Open a SoulSpot database", self.open_requested.emit)

    def choose_folder(self) -> None:
        choose_folder(self, "Open the folder of a SoulSpot installation", self.open_requested.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()):
            accept_copy(event)
            self._show_drag(Qt.CursorShape.DragCopyCursor)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drag(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drag(None)
        if path := dropped_path(event.mimeData()):
            accept_copy(event)
            self.dropped.emit(path)

    def _show_drag(self, shape: Qt.CursorShape | None) -> None:
        self._dragging = shape is not None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._dragging:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 3, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 12, 12)
