"""The keys of the fix queue: what each does, as buttons that show them and as shortcuts of its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from soulspot_gallery.gui.jobs.busy_dialog import push_button

TAKING = "123456789"
"""Each takes the candidate of its number."""


@dataclass(frozen=True, slots=True)
class FixKey:
    """`name` is the action's, `tip` what it does in a sentence."""

    name: str
    key: str
    text: str
    tip: str


KEYS = (
    FixKey("paste", "V", "Paste", "Take the picture or the URL in the clipboard"),
    FixKey("url", "U", "Type a URL", "Take the picture at an address"),
    FixKey("file", "F", "Choose a file", "Take a picture of this computer"),
    FixKey("lock", "L", "Lock as it is", "Keep the picture that there is: nothing that runs by itself changes it"),
    FixKey("none", "N", "No picture on purpose", "It has no picture, and nothing that runs by itself fetches one"),
    FixKey("skip", "S", "Skip", "Leave it for another day"),
    FixKey("undo", "Z", "Undo", "Take back what was done last, here or before a restart"),
    FixKey("words", "W", "Search words", "Change the words that the sources are asked for"),
)
MOVES = (("Page Down", "PgDown", "next"), ("Page Up", "PgUp", "previous"), ("Escape", "Esc", "back"))
"""Keys without a button."""

_COLUMNS = 2


class FixKeys(QWidget):
    """Buttons with their key at the end. The shortcuts hold in all of `page` but where a text is typed."""

    def __init__(self, page: QWidget, handlers: dict[str, Callable[[], object]], take: Callable[[int], object]) -> None:
        """`handlers`: what each name of KEYS and MOVES does; `take` gets the row of a candidate, counted from 0."""
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for number, each in enumerate(KEYS):
            button = push_button(f"{each.text}   {each.key}", handlers[each.name])
            button.setToolTip(each.tip)
            button.setAccessibleName(each.text)
            button.setAccessibleDescription(f"{each.tip}. Key {each.key}")
            self.buttons[each.name] = button
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
            _shortcut(page, each.key, handlers[each.name])
        for _, key, name in MOVES:
            _shortcut(page, key, handlers[name])
        for row, key in enumerate(TAKING):
            _shortcut(page, key, partial(take, row))


def _shortcut(page: QWidget, key: str, act: Callable[[], object]) -> None:
    shortcut = QShortcut(QKeySequence(key), page)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(lambda: act())
