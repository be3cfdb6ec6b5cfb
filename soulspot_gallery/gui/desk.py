"""What an operation of the window works with, and how it shows its dialogs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.jobs.jobs import Jobs
from soulspot_gallery.gui.messages import Messages
from soulspot_gallery.qt_executor import QtExecutor


@dataclass(frozen=True, slots=True)
class Desk:
    """What an operation works with: the window to show dialogs over, and the page of the open library."""

    window: QWidget
    page: GalleryPage
    jobs: Jobs
    messages: Messages
    executor: QtExecutor


def open_dialog(desk: Desk, dialog: QDialog) -> None:
    """Show a dialog; the keyboard is in the grid again once it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda: desk.page.view.setFocus() if desk.page.isVisible() else None)
    dialog.open()
