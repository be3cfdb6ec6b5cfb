"""Pictures that are others by now at their sources: old and new side by side, keep mine or take new. Does no work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from soulspot_gallery.core.review.drift import Drifted, DriftReport
from soulspot_gallery.gui.choosing.comparison import Comparison, Side
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.repair.repair_words import MANY
from soulspot_gallery.gui.reviewing.pictured_list import Decoder, Line, PicturedList, PicturedModel
from soulspot_gallery.gui.reviewing.review_words import change_words, drift_summary, new_facts, old_facts
from soulspot_gallery.gui.widgets.notices import confirmation, muted_label, title_label

_SIDE = 420


class DriftDialog(BusyDialog):
    take_requested = Signal(object)
    keep_requested = Signal(object)
    """Each with those that it is about."""

    def __init__(
        self,
        report: DriftReport,
        local_file: Callable[[str], Path],
        executor: Executor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Changed at the sources")
        self.resize(980, 620)
        self._drifted = list(report.drifted)
        self._decoder = Decoder(local_file, executor, self)
        self.list = PicturedList(PicturedModel(self._decoder, self), "Pictures that changed at their sources")
        self.heading, self.note = title_label(scale=1.25), muted_label()
        self.comparison = Comparison()
        self.take = push_button("&Take new", lambda: self._ask(self._takeable(self.chosen())))
        self.keep = push_button("&Keep mine", lambda: self.keep_requested.emit(self.chosen()))
        self.take_all = push_button("Take &all", lambda: self._ask(self._unlocked()))
        self.keep_all = push_button("Keep a&ll mine", lambda: self.keep_requested.emit(list(self._drifted)))
        self.close_button = push_button("&Close", self.reject)
        self.summary = muted_label(drift_summary(report))
        self._lay_out()
        self._explain()
        self.list.current_changed.connect(self._look_at)
        self.finished.connect(self._decoder.stop)
        self._fill()
        self.list.setFocus()

    @property
    def left(self) -> tuple[Drifted, ...]:
        """Those that nothing was decided on yet."""
        return tuple(self._drifted)

    def chosen(self) -> list[Drifted]:
        return [line.about for line in self.list.chosen() if isinstance(line.about, Drifted)]

    def drop(self, done: Sequence[Drifted]) -> None:
        """These are dealt with."""
        gone = {each.key for each in done}
        self._drifted = [each for each in self._drifted if each.key not in gone]
        self._fill()

    def follow(self) -> None:
        chosen, free = self.chosen(), not self.busy
        self.take.setEnabled(free and bool(self._takeable(chosen)))
        self.keep.setEnabled(free and bool(chosen))
        self.take_all.setEnabled(free and bool(self._unlocked()))
        self.keep_all.setEnabled(free and bool(self._drifted))
        self.list.setEnabled(free)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.heading)
        right.addWidget(self.note)
        right.addWidget(self.comparison, 1)
        one = QHBoxLayout()
        for button in (self.take, self.keep):
            one.addWidget(button)
        one.addStretch(1)
        right.addLayout(one)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.list, 5)
        middle.addLayout(right, 8)
        buttons = QHBoxLayout()
        for button in (self.take_all, self.keep_all):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(title_label("Changed at the sources"))
        layout.addWidget(self.summary)
        layout.addLayout(middle, 1)
        for widget in (self.problem, self.said, self.working):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def _explain(self) -> None:
        self.take.setToolTip("Have the new picture for those that are chosen; undo brings the old one back")
        self.keep.setToolTip("Keep the old picture; this version is not asked about again")
        self.take_all.setToolTip("Have all new pictures, but for the locked ones")
        self.keep_all.setToolTip("Keep all old pictures; these versions are not asked about again")

    def _fill(self) -> None:
        lines = [
            Line(each.entry.entity.name, _subtitle(each), each.picture or each.entry.image.local_path, each)
            for each in self._drifted
        ]
        self.list.show_lines(lines)
        if not self._drifted:
            self.heading.setText("Nothing to decide")
            self.note.setText("All sources have the picture that is shown here, or the one that you declined.")
            self.comparison.show_current(Side("", ""))
            self.comparison.show_candidate(Side("", ""))
        self.follow()

    def _look_at(self) -> None:
        self.follow()
        line = self.list.current()
        if line is None or not isinstance(line.about, Drifted):
            return
        each = line.about
        by = f" · {each.entry.entity.artist}" if each.entry.entity.artist else ""
        self.heading.setText(f"{each.entry.entity.name}{by}")
        locked = " It is locked: only you change it." if each.entry.image.locked else ""
        self.note.setText(f"{change_words(each.change)}.{locked}")
        self._show_sides(each, None, None)
        self._decoder.ask(each.entry.image.local_path, _SIDE, lambda image: self._old(each, image))

    def _old(self, each: Drifted, old: QImage) -> None:
        if each.picture is None:
            self._show_sides(each, old, None)
        else:
            self._decoder.ask(each.picture, _SIDE, lambda new: self._show_sides(each, old, new))

    def _show_sides(self, each: Drifted, old: QImage | None, new: QImage | None) -> None:
        line = self.list.current()
        if line is None or line.about is not each:
            return
        self.comparison.show_current(Side("Mine", old_facts(each), old, each.old_width, each.old_height))
        self.comparison.show_candidate(Side("New", new_facts(each), new, each.width, each.height))

    def _takeable(self, drifted: Sequence[Drifted]) -> list[Drifted]:
        return [each for each in drifted if each.picture is not None]

    def _unlocked(self) -> list[Drifted]:
        return [each for each in self._takeable(self._drifted) if not each.entry.image.locked]

    def _ask(self, drifted: list[Drifted]) -> None:
        """More than a few are named before something happens to them."""
        if len(drifted) <= MANY:
            self.take_requested.emit(drifted)
            return
        names = ", ".join(each.entry.entity.name for each in drifted[:8])
        box = confirmation(
            self,
            f"{count_words(len(drifted), 'picture')} are replaced by the new ones. Go on?",
            f"Among them: {names} … It is one step, and one undo brings them all back.",
            "Take new",
        )
        box.accepted.connect(lambda: self.take_requested.emit(drifted))
        box.open()


def _subtitle(each: Drifted) -> str:
    locked = ", locked" if each.entry.image.locked else ""
    return f"{change_words(each.change)}{locked}"
