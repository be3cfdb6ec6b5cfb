"""Pictures that stand for many, largest first: look at one, and say what it is. Does no work itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from soulspot_gallery.core.review.clones import CloneGroup, Known
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.look.wording import count_words, kind_words
from soulspot_gallery.gui.repair.repair_words import MANY
from soulspot_gallery.gui.reviewing.pictured_list import Decoder, Line, PicturedList, PicturedModel
from soulspot_gallery.gui.reviewing.review_words import group_note, group_subtitle, group_title, kinds_words
from soulspot_gallery.gui.widgets.notices import confirmation, muted_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_SIDE = 180
_NONE = "No picture stands for more than one, and none is known as a placeholder."
_ABOUT = "Each of these pictures is shown by several entries, however it was scaled. What happens here can be undone."


class ClonesDialog(BusyDialog):
    placeholder_requested = Signal(object)
    look_again_requested = Signal(object)
    fine_requested = Signal(object)
    forget_requested = Signal(object)
    """Each with the chosen groups."""

    show_requested = Signal(object)
    """Keys of the members that are to be shown in the gallery."""

    def __init__(
        self,
        groups: Sequence[CloneGroup],
        local_file: Callable[[str], Path],
        executor: Executor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Clones and placeholders")
        self.resize(940, 640)
        self._groups: tuple[CloneGroup, ...] = ()
        self._decoder = Decoder(local_file, executor, self)
        self.list = PicturedList(PicturedModel(self._decoder, self), "Pictures that several entries show")
        self.every = QCheckBox("&Also within one artist, and those called fine")
        self.heading, self.note = title_label(scale=1.25), muted_label()
        self.picture = QLabel()
        self.picture.setFixedSize(_SIDE, _SIDE)
        self.members = RowsModel(("Kind", "Name", "Artist", ""), parent=self)
        self.table = TextTable(self.members, "Entries that show the picture", stretched=1)
        self.placeholder = push_button(
            "It is a &placeholder", lambda: self._ask(self.placeholder_requested, "set aside")
        )
        self.again = push_button(
            "&Look again for all", lambda: self._ask(self.look_again_requested, "looked for again")
        )
        self.fine = push_button("&Fine as it is", lambda: self.fine_requested.emit(self.chosen()))
        self.forget = push_button("Fo&rget what I said", lambda: self.forget_requested.emit(self.chosen()))
        self.show_them = push_button("&Show in the gallery", self._show)
        self.close_button = push_button("&Close", self.reject)
        self._lay_out()
        self._explain()
        self.list.current_changed.connect(self._look_at)
        self.every.toggled.connect(self._fill)
        self.finished.connect(self._decoder.stop)
        self.show_groups(groups)
        self.list.setFocus()

    def show_groups(self, groups: Sequence[CloneGroup]) -> None:
        """All groups as they are now; the place in the list stays."""
        self._groups = tuple(groups)
        self._fill()

    def chosen(self) -> list[CloneGroup]:
        return [line.about for line in self.list.chosen() if isinstance(line.about, CloneGroup)]

    def follow(self) -> None:
        chosen, free = self.chosen(), not self.busy
        self.placeholder.setEnabled(free and bool(chosen))
        self.again.setEnabled(free and bool(chosen))
        self.fine.setEnabled(free and any(each.known is not Known.FINE and each.seen for each in chosen))
        self.forget.setEnabled(free and any(each.known in (Known.FINE, Known.MARKED) for each in chosen))
        self.show_them.setEnabled(bool(chosen))
        self.list.setEnabled(free)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.every)
        facts = QVBoxLayout()
        facts.addWidget(self.heading)
        facts.addWidget(self.note)
        facts.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(facts, 1)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addLayout(top)
        right.addWidget(self.table, 1)
        acts = QHBoxLayout()
        for button in (self.placeholder, self.again, self.fine, self.forget):
            acts.addWidget(button)
        acts.addStretch(1)
        right.addLayout(acts)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addLayout(left, 5)
        middle.addLayout(right, 8)
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_them)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(title_label("Clones and placeholders"))
        self.about = muted_label(_ABOUT)
        layout.addWidget(self.about)
        layout.addLayout(middle, 1)
        for widget in (self.problem, self.said, self.working):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def _explain(self) -> None:
        self.placeholder.setToolTip("It stands for no picture: set it aside everywhere, and never take it again")
        self.again.setToolTip("Set it aside and ask the sources for a picture of each")
        self.fine.setToolTip("It is right that they look alike; not listed any more")
        self.forget.setToolTip("As if nothing had been said of it")
        metrics = self.fontMetrics()
        for column, sample in ((0, "Playlist "), (2, "A name of an artist "), (3, "Locked ")):
            self.table.setColumnWidth(column, metrics.horizontalAdvance(sample) + 20)

    def _fill(self) -> None:
        shown = [each for each in self._groups if self.every.isChecked() or each.in_doubt]
        lines = [Line(group_title(each), group_subtitle(each), each.picture, each) for each in shown]
        self.list.show_lines(lines)
        if not shown:
            self.heading.setText("Nothing to look at")
            self.note.setText(_NONE)

    def _look_at(self) -> None:
        self.follow()
        line = self.list.current()
        group = line.about if line is not None else None
        self.picture.setPixmap(QPixmap())
        if not isinstance(group, CloneGroup):
            self.members.set_rows([])
            return
        self.heading.setText(group_title(group))
        self.note.setText(f"{kinds_words(group)}. {group_note(group)}")
        self.members.set_rows(
            [
                Row(
                    (
                        kind_words(member.entity.kind),
                        member.entity.name,
                        member.entity.artist or "",
                        "Locked" if member.image.locked else "",
                    ),
                    member.entity.key,
                )
                for member in group.members
            ]
        )
        ratio = self.devicePixelRatioF()
        if group.picture is not None:
            self._decoder.ask(group.picture, round(_SIDE * ratio), lambda image: self._show_picture(group, image))

    def _show_picture(self, group: CloneGroup, image: QImage) -> None:
        line = self.list.current()
        if line is not None and line.about is group and not image.isNull():
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            self.picture.setPixmap(pixmap)
            self.picture.setAccessibleName("The picture that they show")

    def _show(self) -> None:
        chosen = {row.about for row in self.table.selected()}
        keys = [key for group in self.chosen() for key in group.keys]
        self.show_requested.emit([key for key in keys if key in chosen] or keys)

    def _ask(self, signal: object, done: str) -> None:
        """More than a few are named before something happens to them."""
        groups = self.chosen()
        count = sum(len(group.free_keys) for group in groups)

        def go() -> None:
            signal.emit(groups)  # type: ignore[attr-defined]

        if count <= MANY:
            go()
            return
        locked = sum(len(group.members) for group in groups) - count
        pictures = count_words(count, "picture")
        left = f" {count_words(locked, 'locked picture')} stay as they are." if locked else ""
        names = ", ".join(member.entity.name for group in groups for member in group.members[:8])
        box = confirmation(
            self,
            f"{pictures} are {done}. Go on?",
            f"Among them: {names} … {left} It is one step, and one undo brings them all back.",
            "Go on",
        )
        box.accepted.connect(go)
        box.open()
