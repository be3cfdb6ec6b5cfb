"""The small dialogs of the window itself: which file or folder to open, and what the program is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from soulspot_gallery import __version__

DATABASES = "SoulSpot databases (*.db *.sqlite *.sqlite3);;All files (*)"


def choose_database(parent: QWidget, title: str, chosen: Callable[[str], object]) -> None:
    """Let a database file be chosen; `chosen` gets its path."""
    dialog = _chooser(parent, title, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(DATABASES)
    dialog.open()


def choose_folder(parent: QWidget, title: str, chosen: Callable[[str], object]) -> None:
    """Let a folder be chosen; `chosen` gets its path."""
    dialog = _chooser(parent, title, chosen)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.open()


def show_about(parent: QWidget) -> None:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About SoulSpot Gallery")
    box.setText(f"<h3>SoulSpot Gallery {__version__}</h3>See, repair and clean the artwork of a music library.")
    box.setInformativeText("MIT licence. Pictures belong to their owners.")
    box.open()


def _chooser(parent: QWidget, title: str, chosen: Callable[[str], object]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    return dialog
