"""Taking what other programs drag in: always as a copy, whatever was proposed. Knows nothing of its content."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent


def accept_copy(event: QDropEvent) -> None:
    """Take a drag or a drop as a copy: a file manager that hears of a move may delete what it moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
