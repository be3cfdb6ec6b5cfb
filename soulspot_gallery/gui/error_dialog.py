"""The dialog for errors that nobody expected: says so, and holds the details to copy. Open it with `open()`."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import QSysInfo, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QStyle, QVBoxLayout, QWidget

import soulspot_gallery
from soulspot_gallery.gui.widgets.notices import plain_label, title_label

_MOST_DETAILS = 20
_ICON = 32


class ErrorDialog(QDialog):
    """One dialog for any number of errors; the details of the first 20 are kept, the others counted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Something went wrong")
        self.count = 0
        self._details: list[str] = []
        self.heading = title_label("Something went wrong that should not have.", 1.2)
        self.what = plain_label()
        self.view = QPlainTextEdit(readOnly=True)
        self.view.setAccessibleName("Details of the error")
        self.view.setTabChangesFocus(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy_button = QPushButton("&Copy details")
        self.copy_button.clicked.connect(self.copy)
        self.close_button = QPushButton("C&lose", default=True)
        self.close_button.clicked.connect(self.accept)
        self._lay_out()
        self.resize(680, 420)

    def add(self, what: str, details: str) -> None:
        """One more error: `what` in one line, `details` with its traceback."""
        self.count += 1
        if self.count == 1:
            self.what.setText(f"{what}\nThe gallery goes on. If it happens again, report it with these details.")
        else:
            self.heading.setText(f"{self.count} things went wrong that should not have.")
        if len(self._details) < _MOST_DETAILS:
            self._details.append(details)
        self.view.setPlainText(self.text())

    def text(self) -> str:
        """All that is copied: versions, then each error."""
        versions = (
            f"SoulSpot Gallery {soulspot_gallery.__version__}, Python {platform.python_version()}, "
            f"PySide6 {PySide6.__version__}, {QSysInfo.prettyProductName()} ({QGuiApplication.platformName()})"
        )
        parts = [versions, *self._details]
        if self.count > len(self._details):
            parts.append(f"… and {self.count - len(self._details)} more")
        return "\n\n".join(parts)

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())
        self.copy_button.setText("&Copied")

    def _lay_out(self) -> None:
        icon = QLabel()
        icon.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxCritical).pixmap(_ICON, _ICON))
        said = QVBoxLayout()
        said.addWidget(self.heading)
        said.addWidget(self.what)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy_button)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addLayout(buttons)
