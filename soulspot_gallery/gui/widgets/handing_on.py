"""A page that hands the keyboard on to one of its parts."""

from __future__ import annotations

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class HandingOn(QWidget):
    """`keyboard_for` gets the keyboard whenever the page does. Not by a focus proxy: Tab would take the page and that
    part for one control, and never come to what stands before the part."""

    keyboard_for: QWidget

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.keyboard_for.setFocus(event.reason())
