"""Labels that the dialogs share: titles, muted lines, and notices with an icon. Colours come from the palette alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QStyle, QVBoxLayout, QWidget

_ICON = 22


def plain_label(text: str = "", parent: QWidget | None = None) -> QLabel:
    """A wrapped label that never takes a name or an address for markup."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def title_label(text: str = "", scale: float = 1.5) -> QLabel:
    """A heading, `scale` times the size of ordinary text."""
    label = plain_label(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(True)
    label.setFont(font)
    return label


def muted_label(text: str = "") -> QLabel:
    """A line of lesser weight."""
    label = plain_label(text)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


class Notice(QFrame):
    """A panel with an icon and a sentence; `content` takes more beneath it, `side` what stands at its right."""

    def __init__(self, icon: QStyle.StandardPixmap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._icon, self._picture = icon, QLabel()
        self._picture.setFixedSize(_ICON, _ICON)
        self.label = plain_label()
        self.content = QVBoxLayout()
        self.content.addWidget(self.label)
        self.side = QHBoxLayout(self)
        self.side.setContentsMargins(10, 8, 10, 8)
        self.side.setSpacing(10)
        self.side.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self.side.addLayout(self.content, 1)

    def showEvent(self, event: QShowEvent) -> None:
        if self._picture.pixmap().isNull():  # many a notice is never shown
            self._picture.setPixmap(self.style().standardIcon(self._icon).pixmap(_ICON, _ICON))
        super().showEvent(event)

    def say(self, sentence: str) -> None:
        """Show the sentence; an empty one hides the notice."""
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


def warning(parent: QWidget | None = None) -> Notice:
    return Notice(QStyle.StandardPixmap.SP_MessageBoxWarning, parent)


def information(parent: QWidget | None = None) -> Notice:
    return Notice(QStyle.StandardPixmap.SP_MessageBoxInformation, parent)


def confirmation(parent: QWidget, question: str, consequence: str, accept: str) -> QMessageBox:
    """A question whose harmless answer is the default; `accept` is what the other button says. Show it with open()."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(QGuiApplication.applicationDisplayName())
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    box.setInformativeText(consequence)
    box.addButton(accept, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    return box
