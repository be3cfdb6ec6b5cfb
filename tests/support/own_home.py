"""A user's home of its own for one test, so that the embedded library begins empty; and what is dropped on a window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget


def move_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's folders lie under `home` until the test has ended."""
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(home / variable.lower()))
    for variable in ("APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home / variable.lower()))


def drop(target: QWidget, path: Path) -> bool:
    """Drag a file or folder over a widget and let it go there; whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # PySide6 6.12 takes a QPointF and calls the QPoint of 6.11 deprecated.
    at: Any = QPoint(20, 20) if PySide6.__version_info__ < (6, 12) else QPointF(20, 20)
    enter = QDragEnterEvent(at, copy, data, left, none)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(20, 20), copy, data, left, none))
    return enter.isAccepted()
