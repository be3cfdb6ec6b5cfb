"""The list at the left of a dialog, by which a group is chosen: reasons of failures, groups of settings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

_PADDING = 12


class GroupList(QListWidget):
    """As wide as its longest text, `room` pixels more, with rows that are easy to hit."""

    def __init__(self, name: str, texts: Sequence[str], room: int = 40) -> None:
        """`name` is for screen readers."""
        super().__init__()
        self.setAccessibleName(name)
        metrics = self.fontMetrics()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(max((metrics.horizontalAdvance(text) for text in texts), default=100) + room)
        for text in texts:
            QListWidgetItem(text, self).setSizeHint(QSize(0, metrics.height() + _PADDING))
        self.setCurrentRow(0)
