"""The line above candidates: words to search for, and filters of what is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from soulspot_gallery.core.candidates.candidate import Asked, usual_words
from soulspot_gallery.core.candidates.fitting import Filters
from soulspot_gallery.core.model import Entity
from soulspot_gallery.gui.jobs.busy_dialog import push_button

_SIZES = (0, 300, 500, 640, 1000)


class SearchLine(QWidget):
    asked = Signal(object)
    """An Asked."""

    filters_changed = Signal(object)
    """A Filters."""

    left = Signal()
    """Escape in the words: the keyboard goes back to the candidates."""

    def __init__(self) -> None:
        super().__init__()
        self._usual = ""
        self.words = _Words()
        self.words.setAccessibleName("Search words")
        self.words.setPlaceholderText("Search words")
        self.words.returnPressed.connect(self._ask)
        self.words.left.connect(self.left)
        self.search_button = push_button("Sea&rch", self._ask)
        self.search_button.setToolTip("Ask all sources now, also those that had nothing lately")
        self.smallest = QComboBox()
        self.smallest.setAccessibleName("Smallest size")
        for size in _SIZES:
            self.smallest.addItem(f"at least {size} px" if size else "any size", size)
        self.square = QCheckBox("s&quare")
        self.smallest.currentIndexChanged.connect(self._filter)
        self.square.toggled.connect(self._filter)
        label = QLabel("Sho&w")
        label.setBuddy(self.smallest)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.words, 1)
        line.addWidget(self.search_button)
        line.addSpacing(12)
        for widget in (label, self.smallest, self.square):
            line.addWidget(widget)

    def show_entity(self, entity: Entity) -> None:
        """The words of this entity, as they are searched for when nobody changes them."""
        self._usual = usual_words(entity.name, entity.artist)
        self.words.setText(self._usual)
        self.words.setCursorPosition(0)

    def _ask(self) -> None:
        words = self.words.text().strip()
        self.asked.emit(Asked(None if words in ("", self._usual) else words, again=True))

    def _filter(self) -> None:
        self.filters_changed.emit(Filters(self.smallest.currentData(), self.square.isChecked()))


class _Words(QLineEdit):
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
