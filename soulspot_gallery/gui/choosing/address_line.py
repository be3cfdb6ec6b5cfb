"""A line that comes up to take the URL of a picture, and goes again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget


class AddressLine(QWidget):
    typed = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://…  –  Return takes it, Escape goes back")
        self.address.setAccessibleName("URL of a picture")
        self.address.returnPressed.connect(self._take)
        label = QLabel("URL")
        label.setBuddy(self.address)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label)
        line.addWidget(self.address, 1)
        self.hide()

    def ask(self) -> None:
        """Come up, empty, with the keyboard."""
        self.address.clear()
        self.show()
        self.address.setFocus()

    def _take(self) -> None:
        text = self.address.text().strip()
        if text:
            self.hide()
            self.typed.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
        else:
            super().keyPressEvent(event)
