"""The dialog "Replace picture". Shows and asks; storing is the business of `replacing`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Entry
from soulspot_gallery.gui.choosing.bringing import chosen_file, picture_file_dialog
from soulspot_gallery.gui.choosing.chooser import Chooser
from soulspot_gallery.gui.choosing.given import given_in
from soulspot_gallery.gui.detail.detail_facts import kind_line
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.widgets.line_label import LineLabel
from soulspot_gallery.gui.widgets.notices import muted_label, title_label

_TAKING = "123456789"
_HINT = "Keys: 1 to 9 take a candidate, arrows and Return too, W goes to the words. A picture can be dropped here."


class ReplaceDialog(BusyDialog):
    given = Signal(object)
    """A list of Given, best first: pasted, dropped, typed or chosen."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        entity = entry.entity
        self.setWindowTitle(f"Replace picture: {entity.name or entity.id}")
        self.resize(1080, 680)
        self.chooser = Chooser()
        self.chooser.given.connect(self.given)
        self.by = LineLabel(kind_line(entry))
        self.name = title_label(entity.name or entity.id, 1.3)
        self.paste_button = push_button("&Paste", self._paste)
        self.paste_button.setToolTip("Take the picture or the URL in the clipboard (Ctrl+V)")
        self.url_button = push_button("Type a &URL", self.chooser.address.ask)
        self.file_button = push_button("Choose a &file…", self._choose)
        self.take_button = push_button("&Take this one", self._take)
        self.close_button = push_button("&Close", self.reject)
        self._lay_out()
        self._keys()
        self.chooser.show_entry(entry)
        self.chooser.current_changed.connect(self.follow)
        self.chooser.setFocus()
        self.follow()

    def _lay_out(self) -> None:
        beside = self.chooser.beside
        beside.setSpacing(4)
        beside.addWidget(self.name)
        beside.addWidget(self.by)
        ways = QHBoxLayout()
        for button in (self.paste_button, self.url_button, self.file_button):
            ways.addWidget(button, 1)
        self.chooser.below.setSpacing(10)
        self.chooser.below.addWidget(muted_label(_HINT))
        self.chooser.below.addLayout(ways)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(self.chooser, 1)
        for widget in (self.problem, self.said, self.working):
            column.addWidget(widget)
        column.addLayout(buttons)

    def _keys(self) -> None:
        for row, key in enumerate(_TAKING):
            self._key(key, partial(self.chooser.take, row))
        self._key("W", self.chooser.edit_words)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self._paste)

    def _key(self, key: str, act: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(lambda: act())

    def follow(self) -> None:
        """What can be done now."""
        self.take_button.setEnabled(not self.busy and self.chooser.current() is not None)
        for button in (self.paste_button, self.url_button, self.file_button):
            button.setEnabled(not self.busy)
        self.chooser.setEnabled(not self.busy)

    def _take(self) -> None:
        self.chooser.take(self.chooser.grid.currentIndex().row())

    def _paste(self) -> None:
        try:
            self.given.emit(given_in(QGuiApplication.clipboard().mimeData(), "the clipboard"))
        except UsageError as problem:
            self.show_problem(str(problem))

    def _choose(self) -> None:
        dialog: QFileDialog = picture_file_dialog(self)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.fileSelected.connect(lambda path: self.given.emit(chosen_file(path)))
        dialog.open()
