"""Everything by which one picture is chosen: the current one beside a candidate, candidates, words, filters, sources.

Shows and asks; what is to be done with a chosen picture is decided by whoever put it up.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from soulspot_gallery.core.candidates.candidate import PictureCandidate
from soulspot_gallery.core.candidates.fitting import Filters
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Entry
from soulspot_gallery.gui.choosing.address_line import AddressLine
from soulspot_gallery.gui.choosing.candidate_grid import CandidateGrid
from soulspot_gallery.gui.choosing.candidate_model import CandidateModel
from soulspot_gallery.gui.choosing.candidate_search import CandidateSearch
from soulspot_gallery.gui.choosing.candidate_words import (
    candidate_title,
    current_words,
    lines_words,
    pixels_words,
    silent_words,
    troubles_words,
)
from soulspot_gallery.gui.choosing.comparison import Comparison, Side
from soulspot_gallery.gui.choosing.given import given_by_text, given_in
from soulspot_gallery.gui.choosing.search_line import SearchLine
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.widgets.drops import accept_copy
from soulspot_gallery.gui.widgets.handing_on import HandingOn
from soulspot_gallery.gui.widgets.notices import information, muted_label, warning

_SENTENCES = 2
"""Sentences of silent sources that there is room for; the tool tip has all."""


class Chooser(HandingOn):
    chosen = Signal(object)
    """A PictureCandidate."""

    given = Signal(object)
    """A list of Given, best first."""

    current_changed = Signal()
    """Another candidate stands beside the current picture, or none."""

    search_requested = Signal(object)
    """An Asked."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.entry: Entry | None = None
        self._search: CandidateSearch | None = None
        self.model = CandidateModel(self)
        self.grid = CandidateGrid(self.model)
        self.comparison = Comparison()
        self.line, self.address = SearchLine(), AddressLine()
        self.problem, self.said = warning(), information()
        self.count, self.sources = QLabel(), muted_label()
        self.beside = QVBoxLayout()
        """Above and below the comparison, for what stands around it."""
        self._lay_out()
        self._connect()
        self.keyboard_for = self.grid

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(10)
        left.addLayout(self.beside)
        left.addWidget(self.comparison)
        left.addStretch(1)
        self.below = QVBoxLayout()
        left.addLayout(self.below)
        for widget in (self.line, self.address, self.problem, self.said):
            right.addWidget(widget)
        right.addWidget(self.grid, 1)
        right.addWidget(self.count)
        right.addWidget(self.sources)
        right.setSpacing(8)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(18)
        across.addLayout(left, 5)
        across.addLayout(right, 7)
        for notice in (self.problem, self.said):
            notice.hide()

    def _connect(self) -> None:
        self.grid.taken.connect(self.take)
        self.grid.current_changed.connect(self._compare)
        self.line.asked.connect(self.search_requested)
        self.line.filters_changed.connect(self._filter)
        self.line.left.connect(self.grid.setFocus)
        self.address.typed.connect(self._take_text)
        self.address.left.connect(self.grid.setFocus)

    # -- what is shown

    def show_entry(self, entry: Entry) -> None:
        """Another entity: its words, and its picture as soon as `show_current` brings it."""
        self.entry = entry
        self.line.show_entity(entry.entity)
        self.address.hide()
        self.say("")
        self.comparison.show_current(Side("Now", current_words(entry.image), kind=entry.entity.kind))

    def show_current(self, image: QImage) -> None:
        """The picture that there is now, decoded."""
        assert self.entry is not None
        info = self.entry.image
        side = Side("Now", current_words(info), image, info.width or image.width(), info.height or image.height())
        self.comparison.show_current(side)

    def show_search(self, search: CandidateSearch) -> None:
        """What this search has brought, and what it will bring."""
        if self._search is not None:
            self._search.arrived.disconnect(self._arrived)
            self._search.lines_changed.disconnect(self._tell)
            self._search.ended.disconnect(self._tell)
        self._search = search
        search.looked_at = True
        search.arrived.connect(self._arrived)
        search.lines_changed.connect(self._tell)
        search.ended.connect(self._tell)
        self.model.set_search(search)
        self._start_over()

    def say(self, problem: str, said: str = "") -> None:
        """A sentence in place; empty ones take it away."""
        self.problem.say(problem)
        self.said.say(said)

    # -- taking

    def take(self, row: int) -> None:
        """Choose the candidate of this row of the grid, counted from 0."""
        shown = self.model.shown(row)
        if shown is not None:
            self.chosen.emit(shown.candidate)
        elif self.model.rowCount() == 0:
            self.say("There is no candidate to take.")
        else:
            self.say(f"There is no candidate {row + 1}; there are {count_words(self.model.rowCount(), 'candidate')}.")

    def edit_words(self) -> None:
        """The keyboard goes into the search words."""
        self.line.words.setFocus()
        self.line.words.selectAll()

    def step_back(self) -> bool:
        """From a line that is typed in to the candidates; False where the keyboard is in none."""
        typing = self.address.isVisible() or self.line.words.hasFocus()
        if typing:
            self.address.hide()
            self.grid.setFocus()
        return typing

    def current(self) -> PictureCandidate | None:
        shown = self.model.shown(self.grid.currentIndex().row())
        return shown.candidate if shown else None

    def _take_text(self, text: str) -> None:
        self.grid.setFocus()
        try:
            self.given.emit([given_by_text(text)])
        except UsageError as problem:
            self.say(str(problem))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        accept_copy(event)
        try:
            self.given.emit(given_in(event.mimeData(), "what was dropped"))
        except UsageError as problem:
            self.say(str(problem))

    # -- following

    def _arrived(self) -> None:
        first = self.model.rowCount() == 0
        self.model.follow()
        if first and self.model.rowCount():
            self.grid.go_to(0)
        self._tell()

    def _filter(self, filters: Filters) -> None:
        self.model.set_filters(filters)
        self._start_over()

    def _start_over(self) -> None:
        self.grid.go_to(0)
        self._compare(0)
        self._tell()

    def _compare(self, row: int) -> None:
        shown = self.model.shown(row)
        self.current_changed.emit()
        if shown is None:
            self.comparison.show_candidate(Side("", ""))
            return
        candidate = shown.candidate
        facts = pixels_words(candidate.kept_width, candidate.kept_height)
        if (candidate.width, candidate.height) != (candidate.kept_width, candidate.kept_height):
            facts = f"{pixels_words(candidate.width, candidate.height)}, kept at {candidate.kept_width}"
        title = f"{row + 1}: {candidate_title(candidate)}"
        self.comparison.show_candidate(Side(title, facts, shown.image, candidate.kept_width, candidate.kept_height))

    def _tell(self) -> None:
        search = self._search
        if search is None:
            return
        self.grid.set_titles(search.titles)
        count, hidden = self.model.rowCount(), self.model.hidden
        words = count_words(count, "candidate") if count else "No candidates" if search.done else "Looking …"
        still = "" if search.done or not count else ", more are coming"
        kept_out = f", {hidden} more that the filters hide" if hidden else ""
        self.count.setText(f"{words}{kept_out}{still}")
        lines = search.lines.values()
        self.sources.setText("\n".join([lines_words(lines), *silent_words(lines)[:_SENTENCES]]))
        self.sources.setToolTip("\n".join(troubles_words(search.lines.values())))
        self.grid.setAccessibleDescription(self.count.text())
        self.count.setTextFormat(Qt.TextFormat.PlainText)
