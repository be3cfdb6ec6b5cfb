"""The strip above the grid that shows notices and problems, one at a time. It never takes the keyboard by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from soulspot_gallery.gui.look.state_marks import Shape, Tone, is_dark, shape_pixmap, tone_colour
from soulspot_gallery.gui.messages import Kind, Message, Messages
from soulspot_gallery.gui.widgets.notices import plain_label

_NOTICE_MS = 6000
_MOST_KEPT = 50
_ICON = 18


class Banner(QFrame):
    """Shows the newest message; a problem stays until it is dismissed, a notice goes after 6 s."""

    emptied = Signal()
    """The strip had the keyboard and is gone."""

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.kept: list[Message] = []
        self._icon = QLabel()
        self.label = plain_label()
        self.more = plain_label()
        self.more.setWordWrap(False)
        self.dismiss_button = QPushButton("&Dismiss")
        self.dismiss_button.setAutoDefault(True)  # Return presses it, as Space does
        self.dismiss_button.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 10, 8)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.more)
        layout.addWidget(self.dismiss_button)
        self._passing = QTimer(self, singleShot=True, interval=_NOTICE_MS)
        self._passing.timeout.connect(self._drop_notices)
        self.hide()
        messages.posted.connect(self.add)

    def add(self, message: Message) -> None:
        """Show a message above those that are still there; the same text twice is shown once."""
        self.kept = [each for each in self.kept if each.text != message.text][-(_MOST_KEPT - 1) :]
        self.kept.append(message)
        if message.kind is Kind.NOTICE:
            self._passing.start()
        self._show_newest()
        QAccessible.updateAccessibility(QAccessibleEvent(self.label, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        """Done with the shown message; the one before it comes back."""
        if self.kept:
            self.kept.pop()
        self._show_newest()
        if not self.kept:
            self.emptied.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.kept:
            self._show_newest()

    def _drop_notices(self) -> None:
        self.kept = [each for each in self.kept if each.kind is not Kind.NOTICE]
        self._show_newest()

    def _show_newest(self) -> None:
        self.setVisible(bool(self.kept))
        if not self.kept:
            return
        message, others = self.kept[-1], len(self.kept) - 1
        self.label.setText(message.text)
        self.setAccessibleName(f"{message.kind}: {message.text}")
        self.more.setText(f"{others} more" if others else "")
        problem = message.kind is Kind.PROBLEM
        shape, tone = (Shape.CROSS, Tone.BAD) if problem else (Shape.CHECK, Tone.INFO)
        colour = tone_colour(tone, dark=is_dark(self.palette()))
        self._icon.setPixmap(shape_pixmap(shape, _ICON, self.devicePixelRatioF(), colour))
        if self.property("kind") != message.kind.value:
            self.setProperty("kind", message.kind.value)
            for widget in (self, self.label, self.more):  # the style sheet looks at `kind`
                widget.style().unpolish(widget)
                widget.style().polish(widget)
