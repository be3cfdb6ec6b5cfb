"""The sources of pictures: which there are, in which order they are asked, whether they answer. Does no work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from soulspot_gallery.core.sources.sync_reports import SourceInfo, SourceTest
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.settings.settings_dialog import overridden
from soulspot_gallery.gui.sources.source_details import SourceDetails
from soulspot_gallery.gui.sources.source_wording import source_mark_words, test_sentence
from soulspot_gallery.gui.widgets.notices import confirmation, muted_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_ORDER = "They are asked from the top until one has a picture. Only names and ids leave this computer; each says which."


class SourcesDialog(BusyDialog):
    order_changed = Signal(tuple)
    """The names of those that are on, in their order: at once, as it is changed."""

    test_requested = Signal(str)
    connect_requested = Signal(str, object)
    """Client id, and secret or None."""

    disconnect_requested = Signal()

    def __init__(
        self,
        sources: Sequence[SourceInfo],
        problems: Sequence[str],
        environment: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        """`problems`: unknown names in the settings, packages that can't be loaded. `environment`: a variable there
        may decide the order; then it can't be changed here."""
        super().__init__(parent)
        self.setWindowTitle("Sources")
        self.resize(820, 560)
        self._variable = overridden(environment).get("providers", "")
        self._sources: dict[str, SourceInfo] = {}
        self._order: list[str] = []
        self._shown = ""
        self.model = RowsModel(("", "Source", "Last answer"), parent=self)
        self.table = TextTable(self.model, "Sources of pictures", stretched=1)
        self.table.setSelectionMode(TextTable.SelectionMode.SingleSelection)
        self.table.setSortingEnabled(False)  # their order means something
        for column, sample in ((0, "Off "), (2, "not asked yet ")):
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 20)
        self.details = SourceDetails()
        self.note = muted_label(" ".join([_ORDER, *self._fixed(), *problems]))
        self.close_button = push_button("&Close", self.reject)
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.details.switched.connect(self._switch)
        self.details.moved.connect(self._move)
        self.details.test_requested.connect(lambda: self.test_requested.emit(self._shown))
        self.details.credentials.connect_requested.connect(self.connect_requested)
        self.details.credentials.disconnect_requested.connect(self._ask_disconnect)
        self.show_sources(sources)
        self.table.setFocus()

    @property
    def order(self) -> tuple[str, ...]:
        """The names of those that are on."""
        return tuple(self._order)

    def show_sources(self, sources: Sequence[SourceInfo]) -> None:
        """What is known of them now; the chosen one stays chosen, and the order as it was put here."""
        if not self._sources:
            self._order = [each.name for each in sources if each.position is not None]
        self._sources = {each.name: each for each in sources}
        self._fill()

    def show_test(self, test: SourceTest) -> None:
        """What came back."""
        sentence = test_sentence(self._sources[test.name].title, test)
        if test.works:
            self.show_said(sentence)
        else:
            self.show_problem(sentence)

    def choose(self, name: str) -> None:
        """Show this source beside the list."""
        self.table.selectRow(self._names().index(name))

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.table, 5)
        middle.addWidget(self.details, 7)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(title_label("Sources"))
        layout.addWidget(self.note)
        layout.addLayout(middle, 1)
        for widget in (self.problem, self.said, self.working):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def _fixed(self) -> list[str]:
        return [f"The order is set by the environment variable {self._variable}."] if self._variable else []

    def _names(self) -> list[str]:
        return [*self._order, *(name for name in self._sources if name not in self._order)]

    def _fill(self) -> None:
        now, chosen, names = datetime.now(UTC), self._shown, self._names()
        rows = []
        for name in names:
            source = self._sources[name]
            place = f"{self._order.index(name) + 1}." if name in self._order else "Off"
            rows.append(Row((place, source.title, source_mark_words(source, now)), name))
        self.model.set_rows(rows)
        if names:
            self.table.selectRow(names.index(chosen) if chosen in names else 0)

    def _choose(self) -> None:
        for row in self.table.selected():
            if str(row.about) != self._shown and not self.busy:
                self.show_said("")
            self._shown = str(row.about)
            self.details.show_source(self._sources[self._shown])
        self.follow()

    def follow(self) -> None:
        place = self._order.index(self._shown) if self._shown in self._order else None
        fixed = (self.details.on, self.details.earlier_button, self.details.later_button) if self._variable else ()
        self.details.follow(place, len(self._order), lambda widget: not self.busy and widget not in fixed)

    def _switch(self, wanted: bool) -> None:  # noqa: FBT001 (a signal's)
        if wanted:
            self._order.append(self._shown)
        else:
            self._order.remove(self._shown)
        self._changed()

    def _move(self, by: int) -> None:
        place = self._order.index(self._shown)
        self._order.insert(place + by, self._order.pop(place))
        self._changed()

    def _changed(self) -> None:
        self._fill()
        self.order_changed.emit(self.order)

    def _ask_disconnect(self) -> None:
        box = confirmation(
            self,
            "Disconnect Spotify?",
            "Its login is forgotten, and the pictures and URLs that came from it are removed, as its terms want it.",
            "Disconnect",
        )
        box.accepted.connect(self.disconnect_requested)
        box.open()
