"""The pages of the detail pane: everything about one entry, and what a selection of several comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.locate import safe_local_path
from soulspot_gallery.core.model import Entry, Event, Source, Verdict
from soulspot_gallery.gui.detail.detail_facts import (
    bytes_words,
    display_lines,
    kind_line,
    moment_words,
    pixels_words,
    summary,
)
from soulspot_gallery.gui.detail.detail_parts import (
    MarkedLine,
    MutedLabel,
    PictureBox,
    enlarge,
    heading,
    long_text,
    text_label,
)
from soulspot_gallery.gui.detail.hand_buttons import HandButtons
from soulspot_gallery.gui.grid.gallery_model import Key, title
from soulspot_gallery.gui.grid.picked import picked
from soulspot_gallery.gui.grid.thumbnails import Thumbnails
from soulspot_gallery.gui.look.state_marks import (
    LINK_MARKS,
    LOCK_MARK,
    NO_PICTURE_MARK,
    STATE_MARKS,
    Shape,
    Tone,
    lock_sentence,
    state_sentence,
    verdict_sentence,
)
from soulspot_gallery.gui.look.wording import age_words, breakable, count_words, safe_url, size_words, state_words
from soulspot_gallery.gui.repair.history_strip import HistoryStrip, LoadHistory

_EVENTS = 8
_MARGIN, _SECTION = 16, 14


class Buttons(QWidget):
    """The buttons of a page; the file's and the link's only where there is one entry."""

    def __init__(self) -> None:
        super().__init__()
        self.recache = _button("Recache", "Fetch the picture again, now")
        self.validate = _button("Check link", "Ask the server whether the picture is still there")
        self.show_file = _button("Show file", "Show the cached file in the file manager")
        self.copy_url = _button("Copy link", "Copy the picture's address")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for at, button in enumerate((self.recache, self.validate, self.show_file, self.copy_url)):
            grid.addWidget(button, at // 2, at % 2)


class OneEntry(QWidget):
    """Everything about one entry."""

    def __init__(self, thumbnails: Thumbnails, local_file: Callable[[str], Path], load_history: LoadHistory) -> None:
        super().__init__()
        self._local_file = local_file
        self._key: Key | None = None
        self.picture = PictureBox(thumbnails)
        self.name, self.kind = text_label(), text_label()
        enlarge(self.name, 1.35)
        self.state, self.link = MarkedLine(), MarkedLine()
        self.lock = MarkedLine()
        self.buttons = Buttons()
        self.hand = HandButtons.for_one()
        self.history = HistoryStrip(load_history)
        self.sources = (MarkedLine(), MarkedLine(), MarkedLine())
        self.pixels, self.bytes, self.fetched, self.last_shown = (text_label() for _ in range(4))
        self.url, self.path = long_text("Link"), long_text("File")
        self.events = text_label()
        column = _column(self)
        column.addWidget(self.picture)
        _add(column, self.name, self.kind, spacing=2)
        _add(column, self.state, self.link, self.lock)
        column.addWidget(self.buttons)
        _add(column, heading("By hand"), self.hand)
        column.addWidget(self.history)
        _add(column, heading("Shown from"), *self.sources)
        column.addLayout(self._facts())
        _add(column, heading("What happened last"), self.events)
        column.addStretch(1)

    def show_entry(self, entry: Entry) -> None:
        image, now = entry.image, datetime.now(UTC)
        if entry.entity.key != self._key:
            self.events.setText("…")
        self._key = entry.entity.key
        self.history.begin(self._key)
        self.hand.show_locked(locked=image.locked)
        self.picture.show_entry(entry)
        self.name.setText(breakable(title(entry.entity)))
        self.kind.setText(kind_line(entry))
        self._show_state(entry)
        self._show_sources(entry)
        self.pixels.setText(pixels_words(entry))
        self.bytes.setText(bytes_words(entry))
        self.fetched.setText(moment_words(image.fetched_at, now))
        self.last_shown.setText(moment_words(image.last_shown, now))
        _set_line(self.url, safe_url(image.source_url) if image.source_url else "none")
        _set_line(self.path, self._path_words(entry))
        self.buttons.recache.setEnabled(bool(image.source_url))
        self.buttons.validate.setEnabled(bool(image.source_url))
        self.buttons.copy_url.setEnabled(bool(image.source_url))
        self.buttons.show_file.setEnabled(image.display.source is Source.LOCAL)

    def show_events(self, events: Sequence[Event]) -> None:
        now = datetime.now(UTC)
        lines = [f"{age_words(event.at, now)}: {event.text}" for event in events[:_EVENTS]]
        self.events.setText("\n".join(lines) or "Nothing is known yet.")

    def _show_state(self, entry: Entry) -> None:
        image = entry.image
        mark = NO_PICTURE_MARK if image.no_picture else STATE_MARKS[image.state]
        self.state.show_line(mark.shape, mark.tone, state_sentence(image))
        link = LINK_MARKS.get(image.verdict)
        if link is not None and image.source_url:
            self.link.show_line(link.shape, link.tone, verdict_sentence(image))
        else:
            good = image.verdict.answers
            shape, tone = (Shape.CHECK, Tone.GOOD) if good else (Shape.CLOUD, Tone.QUIET)
            self.link.show_line(shape, tone, verdict_sentence(image))
        self.link.setVisible(bool(image.source_url) or image.verdict is not Verdict.UNCHECKED)
        self.lock.show_line(Shape.LOCK, Tone.QUIET, lock_sentence(image))
        self.lock.setVisible(image.locked)

    def _show_sources(self, entry: Entry) -> None:
        for line, source in zip(self.sources, display_lines(entry), strict=True):
            shape = Shape.CHECK if source.used else Shape.CIRCLE if source.there else Shape.NO_ENTRY
            line.show_line(shape, Tone.GOOD if source.used else Tone.QUIET, source.text)
            font = line.label.font()
            font.setBold(source.used)
            line.label.setFont(font)

    def _path_words(self, entry: Entry) -> str:
        path = safe_local_path(entry.image.local_path)
        return "none" if path is None else str(self._local_file(path))

    def _facts(self) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(5)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(heading("Facts"))
        for words, field in (
            ("Pixels", self.pixels),
            ("Size", self.bytes),
            ("Fetched", self.fetched),
            ("Last shown", self.last_shown),
            ("Link", self.url),
            ("File", self.path),
        ):
            label = MutedLabel(words)
            label.setBuddy(field)
            field.setAccessibleName(words)
            form.addRow(label, field)
        return form


class SeveralEntries(QWidget):
    """What a selection comes to."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.kinds, self.in_cache = text_label(), text_label(), text_label()
        enlarge(self.title, 1.35)
        self.states = tuple(MarkedLine() for _ in STATE_MARKS)
        self.broken = MarkedLine()
        self.locked, self.no_picture = MarkedLine(), MarkedLine()
        self.buttons = Buttons()
        self.buttons.validate.setText("Check links")
        self.buttons.show_file.hide()
        self.buttons.copy_url.hide()
        self.hand = HandButtons.for_several()
        column = _column(self)
        _add(column, self.title, self.kinds, spacing=2)
        _add(column, heading("Pictures"), *self.states, self.broken, self.locked, self.no_picture)
        _add(column, heading("In the cache"), self.in_cache)
        column.addWidget(self.buttons)
        _add(column, heading("By hand"), self.hand)
        column.addStretch(1)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        total = summary(picked(entries).tally())
        self.title.setText(total.title)
        self.kinds.setText(total.kinds)
        self.in_cache.setText(size_words(total.bytes))
        for line in self.states:
            line.hide()
        for line, (state, count) in zip(self.states, total.states, strict=False):
            mark = STATE_MARKS[state]
            line.show_line(mark.shape, mark.tone, f"{count_words(count, 'picture')}: {state_words(state).lower()}")
            line.show()
        mark = LINK_MARKS[Verdict.BROKEN]
        self.broken.show_line(mark.shape, mark.tone, count_words(total.broken_links, "broken link"))
        self.broken.setVisible(total.broken_links > 0)
        for line, mark, count in (
            (self.locked, LOCK_MARK, total.locked),
            (self.no_picture, NO_PICTURE_MARK, total.no_picture),
        ):
            line.show_line(mark.shape, mark.tone, f"{count_words(count, 'picture')}: {mark.word.lower()}")
            line.setVisible(count > 0)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    column.setSpacing(_SECTION)
    return column


def _add(column: QVBoxLayout, *widgets: QWidget, spacing: int = 6) -> None:
    """Add widgets that belong together."""
    group = QVBoxLayout()
    group.setContentsMargins(0, 0, 0, 0)
    group.setSpacing(spacing)
    for widget in widgets:
        group.addWidget(widget)
    column.addLayout(group)


def _set_line(line: QLineEdit, text: str) -> None:
    line.setText(text)
    line.setCursorPosition(0)
    line.setToolTip(text)
