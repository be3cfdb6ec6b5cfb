"""The line above the grid while the gallery works offline: the switch must be seen, and found again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QStyle, QWidget

from soulspot_gallery.gui.widgets.notices import Notice

_SENTENCE = "Working offline: no request leaves the gallery. What is only on the web is not shown."


class OfflineBar(Notice):
    online_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QStyle.StandardPixmap.SP_MessageBoxInformation, parent)
        self.online_button = QPushButton("&Go online")
        self.online_button.setAutoDefault(True)  # Return presses it, as Space does
        self.online_button.clicked.connect(self.online_requested)
        self.side.addWidget(self.online_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_offline(offline=False)

    def show_offline(self, *, offline: bool) -> None:
        """The line is there while no request may leave."""
        self.say(_SENTENCE if offline else "")
