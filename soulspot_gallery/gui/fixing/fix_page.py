"""The screen of the fix queue: who it is about, what is wrong, candidates, keys, how many are left. Does no work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from soulspot_gallery.core.candidates.fix_queue import FixItem
from soulspot_gallery.gui.choosing.candidate_words import trouble_mark, trouble_sentence
from soulspot_gallery.gui.choosing.chooser import Chooser
from soulspot_gallery.gui.detail.detail_facts import kind_line
from soulspot_gallery.gui.fixing.fix_keys import FixKeys
from soulspot_gallery.gui.jobs.busy_dialog import push_button
from soulspot_gallery.gui.look.state_marks import is_dark, shape_pixmap, tone_colour
from soulspot_gallery.gui.look.wording import count_words, number_words
from soulspot_gallery.gui.widgets.line_label import LineLabel
from soulspot_gallery.gui.widgets.notices import muted_label, title_label

_ICON = 18


class FixPage(QWidget):
    """`handlers`: what the keys do, by the names in `fix_keys`."""

    again_requested = Signal()
    """Show what was skipped once more."""

    def __init__(self, handlers: dict[str, Callable[[], object]]) -> None:
        super().__init__()
        self.chooser = Chooser()
        self.title, self.name = title_label("Fix queue", 1.2), LineLabel()
        self.by, self.pace, self.counts = LineLabel(), muted_label(), QLabel()
        self.pace.setWordWrap(False)
        self.icon, self.trouble = QLabel(), QLabel()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.leave_button = push_button("&Back to the library", handlers["leave"])
        self.leave_button.setToolTip("What is done stays done, and the queue goes on here next time (Esc)")
        self.keys = FixKeys(self, handlers, self.chooser.take)
        self.nothing, self.rest = title_label("", 1.4), muted_label()
        self.again_button = push_button("&Show what was skipped", self.again_requested.emit)
        self.stack = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for widget in (self.title, self.counts, self.pace):
            top.addWidget(widget)
            top.addSpacing(10)
        top.addStretch(1)
        top.addWidget(self.leave_button)
        font = self.name.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        font.setBold(True)
        self.name.setFont(font)
        why = QHBoxLayout()
        why.setSpacing(6)
        why.addWidget(self.icon)
        why.addWidget(self.trouble, 1)
        beside = self.chooser.beside
        beside.setSpacing(4)
        beside.addWidget(self.name)
        beside.addWidget(self.by)
        beside.addLayout(why)
        self.chooser.below.addWidget(self.keys)
        self.stack.addWidget(self.chooser)
        self.stack.addWidget(self._empty_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.progress)
        column.addWidget(self.stack, 1)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        for label in (self.nothing, self.rest):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.again_button)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(2)
        return page

    def show_item(self, item: FixItem) -> None:
        """Who it is about and what is wrong with the picture; candidates are the chooser's."""
        entity, mark = item.entry.entity, trouble_mark(item.trouble)
        self.name.setText(entity.name or entity.id)
        self.by.setText(kind_line(item.entry))
        colour = tone_colour(mark.tone, dark=is_dark(self.palette()))
        self.icon.setPixmap(shape_pixmap(mark.shape, _ICON, self.devicePixelRatio(), colour))
        self.trouble.setText(f"{mark.word}. {trouble_sentence(item.trouble, item.entry.image)}")
        self.trouble.setWordWrap(True)
        self.chooser.show_entry(item.entry)
        self.stack.setCurrentIndex(0)
        self.chooser.setFocus()

    def show_empty(self, title: str, rest: str, skipped: int) -> None:
        """Nothing is left to be shown."""
        self.nothing.setText(title)
        self.rest.setText(rest)
        self.again_button.setVisible(skipped > 0)
        self.stack.setCurrentIndex(1)
        (self.again_button if skipped else self.leave_button).setFocus()

    def show_standing(self, left: int, done: int, skipped: int, pace: str) -> None:
        """How many are left, how many were dealt with, how fast it goes."""
        past = [f"{number_words(done)} done"] if done else []
        past += [f"{number_words(skipped)} skipped"] if skipped else []
        words = f"{count_words(left, 'picture')} to go"
        self.counts.setText(", ".join([words, *past]))
        self.pace.setText(pace)
        total = max(1, left + done + skipped)
        self.progress.setRange(0, total)
        self.progress.setValue(done + skipped)
        self.progress.setAccessibleName(self.counts.text())
