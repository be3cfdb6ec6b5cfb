"""The buttons of the detail pane for what is done by hand; each asks for an action of the window by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

_ONE = (
    ("replace", "Replace…", "Choose another picture for it"),
    ("paste", "Paste", "Make the picture or the URL in the clipboard its picture"),
    ("lock", "Lock", "Keep the picture as it is: nothing that runs by itself changes it"),
    ("unlock", "Unlock", "Let what runs by itself change the picture again"),
    ("unset", "Unset", "Forget the picture; it may be fetched again"),
    ("no_picture", "No picture", "No picture on purpose: nothing that runs by itself fetches one"),
    ("delete", "Delete", "Forget the picture and remove its file; the history keeps it"),
    ("why", "Why this picture?", "Where it is from, what was asked, and what happens next"),
)
_SEVERAL = ("lock", "unlock", "unset", "no_picture", "delete")


class HandButtons(QWidget):
    """Made by `for_one` or `for_several`."""

    asked = Signal(str)
    """The name of an action."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for name, text, tip in _ONE:
            if name in names:
                self.buttons[name] = button = QPushButton(text)
                button.setToolTip(tip)
                button.setAccessibleDescription(tip)
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                button.clicked.connect(lambda checked=False, name=name: self.asked.emit(name))
        self._lay_out(grid)

    @classmethod
    def for_one(cls) -> HandButtons:
        return cls([name for name, _, _ in _ONE])

    @classmethod
    def for_several(cls) -> HandButtons:
        return cls(_SEVERAL)

    def show_locked(self, *, locked: bool) -> None:
        """Of lock and unlock only the one that does something; the keyboard stays on it."""
        lock, unlock = self.buttons["lock"], self.buttons["unlock"]
        gone, stays = (lock, unlock) if locked else (unlock, lock)
        stays.show()
        if gone.hasFocus():
            stays.setFocus()
        gone.hide()

    def _lay_out(self, grid: QGridLayout) -> None:
        """Two beside each other; where only one of lock and unlock is shown, they share a place."""
        shared = len(self.buttons) > len(_SEVERAL)
        place = 0
        for name, button in self.buttons.items():
            if not (shared and name == "unlock"):
                place += 1
            grid.addWidget(button, (place - 1) // 2, (place - 1) % 2)
