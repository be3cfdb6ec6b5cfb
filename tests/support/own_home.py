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
    # As a file manager does within one disk. To take it as that would let it delete the file.
    move, left, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # PySide6 6.12 takes a QPointF and calls the QPoint of 6.11 deprecated.
    at: Any = QPoint(20, 20) if PySide6.__version_info__ < (6, 12) else QPointF(20, 20)
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction | move, data, left, none)
    enter.setDropAction(move)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        let_go = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction | move, data, left, none)
        let_go.setDropAction(move)
        QApplication.sendEvent(target, let_go)
        assert let_go.dropAction() is Qt.DropAction.CopyAction
    return enter.isAccepted()
