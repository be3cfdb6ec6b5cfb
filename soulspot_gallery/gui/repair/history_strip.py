"""The former pictures of one entry as a strip of buttons: a click, or Return, goes back to one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.repair.reports import HistoryEntry
from soulspot_gallery.gui.detail.detail_parts import heading
from soulspot_gallery.gui.grid.gallery_model import Key
from soulspot_gallery.gui.look.state_marks import Shape, Tone, is_dark, shape_pixmap, tone_colour
from soulspot_gallery.gui.look.wording import age_words
from soulspot_gallery.gui.repair.repair_words import entry_words

SIDE = 64
"""Of a picture in the strip, logical px."""

LoadHistory = Callable[[EntityType, str], Awaitable[Sequence[tuple[HistoryEntry, QImage | None]]]]


class HistoryStrip(QWidget):
    """Hidden while there is nothing in it."""

    chosen = Signal(object, object)
    """Key and HistoryEntry to go back to."""

    def __init__(self, load: LoadHistory) -> None:
        super().__init__()
        self._load = load
        self._key: Key | None = None
        self._entries: list[HistoryEntry] = []
        self._had_keyboard = False
        self.buttons: list[QToolButton] = []
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._row)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(SIDE + 44)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(heading("Former pictures"))
        column.addWidget(area)
        self.hide()

    def begin(self, key: Key) -> None:
        """Another entry is shown: what is in the strip holds no more."""
        if key != self._key:
            self._key = key
            self._show([])
            self._had_keyboard = False

    async def fill(self, key: Key) -> None:
        """Load and show the former pictures of an entry, as long as it is the one that is shown."""
        try:
            found = await self._load(*key)
        except GalleryError:  # what can't be read is told where it is asked for
            found = []
        if key == self._key:
            self._show(found)

    def _show(self, found: Sequence[tuple[HistoryEntry, QImage | None]]) -> None:
        entries = [entry for entry, _ in found]
        if entries == self._entries:
            return
        self._entries = entries
        # While a change is under way the strip may be empty for a moment; then the keyboard comes back with the next.
        self._had_keyboard |= any(button.hasFocus() for button in self.buttons)
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        now = datetime.now(UTC)
        self.buttons = [self._button(entry, image, now) for entry, image in found]
        for place, button in enumerate(self.buttons):
            self._row.insertWidget(place, button)
        self.setVisible(bool(found))
        if self._had_keyboard and self.buttons:
            self._had_keyboard = False
            self.buttons[0].show()  # now, and not with the next layout: what is not shown takes no keyboard
            self.buttons[0].setFocus()

    def _button(self, entry: HistoryEntry, image: QImage | None, now: datetime) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(SIDE, SIDE))
        button.setIcon(QIcon(self._pixmap(image)))
        button.setText("no picture" if entry.sha256 is None else age_words(entry.at, now))
        words = entry_words(entry, now)
        button.setToolTip(f"{words}. Click to go back to it.")
        button.setAccessibleName(words)
        button.setAccessibleDescription("Go back to this picture")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAutoRaise(True)
        button.clicked.connect(lambda: self.chosen.emit(self._key, entry))
        return button

    def _pixmap(self, image: QImage | None) -> QPixmap:
        if image is None or image.isNull():
            colour = tone_colour(Tone.QUIET, dark=is_dark(self.palette()))
            return shape_pixmap(Shape.EMPTY, SIDE, self.devicePixelRatioF(), colour)
        return QPixmap.fromImage(image)
