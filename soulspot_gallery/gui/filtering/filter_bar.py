"""The bar above the grid: kind, search, filters, sorting, zoom. Gives an Order; knows no entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.model import EntityType, State, Verdict
from soulspot_gallery.core.review.faults import Fault
from soulspot_gallery.gui.detail.detail_parts import MutedLabel
from soulspot_gallery.gui.filtering.filter_parts import choice, menu_button, search_field, tool_button, zoom_slider
from soulspot_gallery.gui.grid.row_order import Hold, Order, SortKey
from soulspot_gallery.gui.look.state_marks import (
    LINK_MARKS,
    LOCK_MARK,
    NO_PICTURE_MARK,
    STATE_MARKS,
    Mark,
    Shape,
    Tone,
    mark_icon,
    shape_icon,
)
from soulspot_gallery.gui.look.wording import count_words, fault_words, number_words, state_words, verdict_words

Choice = TypeVar("Choice", State, Hold, Verdict, Fault)

_KINDS = (None, *EntityType)
_SORTS = {
    SortKey.NAME: "Name",
    SortKey.STATE: "State",
    SortKey.SIZE: "Size",
    SortKey.FETCHED: "Last fetched",
    SortKey.PIXELS: "Pixels",
    SortKey.SHARPNESS: "Sharpness",
}
_BROKEN = frozenset({Verdict.BROKEN})
_HOLDS = {Hold.LOCKED: ("Locked", LOCK_MARK), Hold.NO_PICTURE: ("No picture on purpose", NO_PICTURE_MARK)}
_NEUTRAL = {
    Verdict.OK: Mark("", Tone.GOOD, Shape.CHECK),
    Verdict.MOVED: Mark("", Tone.GOOD, Shape.CHECK),
    Verdict.TEMPORARY: Mark("", Tone.QUIET, Shape.CLOUD),
    Verdict.UNCHECKED: Mark("", Tone.QUIET, Shape.CIRCLE),
}


class FilterBar(QWidget):
    """Emits `order_changed` with each change by the user; `set_order` is silent."""

    order_changed = Signal(object)
    """The new Order."""
    zoom_changed = Signal(int)
    search_left = Signal()
    """Return or Down in the search field: the grid should have the focus now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order = Order()
        self.kinds = self._kind_buttons()
        self.search = search_field()
        self.states = menu_button("State", "Show only pictures in these states, or locked ones")
        self.links = menu_button("Link", "Show only pictures with such links")
        self.quality = menu_button("Quality", "Show only pictures that lack something; they are measured first")
        self.only_broken = tool_button("Only broken", "Show only those whose link is broken (Ctrl+B)", checkable=True)
        self.clear = tool_button("Clear", "Show everything again (Ctrl+Shift+A)")
        self.shown = MutedLabel()
        self.sort = QComboBox()
        self.direction = tool_button("", "Turn the order round (Ctrl+D)", checkable=True)
        self.zoom = zoom_slider()
        self._state_actions = self._fill_states()
        self._hold_actions = self._fill_holds()
        self._link_actions = self._fill_links()
        self._fault_actions = {fault: choice(self.quality.menu(), fault_words(fault)) for fault in Fault}
        self._arrange()
        self._connect()
        self._show_order()
        self.set_counts({})

    @property
    def order(self) -> Order:
        return self._order

    def set_order(self, order: Order) -> None:
        """Show this order; nothing is emitted."""
        self._order = order
        self._show_order()

    def set_counts(self, counts: Mapping[EntityType, int]) -> None:
        """How many entries of each kind there are, whatever is filtered."""
        for kind, button in zip(_KINDS, self.kinds.buttons(), strict=True):
            word = "All" if kind is None else kind.plural.capitalize()
            number = sum(counts.values()) if kind is None else counts.get(kind, 0)
            button.setText(f"{word}  {number_words(number)}")
            button.setAccessibleName(f"{word}, {number}")

    def set_shown(self, shown: int, total: int) -> None:
        """How many entries are shown, out of how many of this kind."""
        every = count_words(total, "picture")
        self.shown.setText(every if shown == total else f"{number_words(shown)} of {every}")

    def set_zoom(self, side: int) -> None:
        """Show this size of tiles (logical px); nothing is emitted."""
        self.zoom.blockSignals(True)
        self.zoom.setValue(side)
        self.zoom.blockSignals(False)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def clear_filters(self) -> None:
        """Take away search and filters; kind and sorting stay."""
        order = self._order
        self._change(Order(kind=order.kind, sort=order.sort, descending=order.descending))

    def show_state(self, state: State) -> None:
        """Show what is in this state, of all kinds; no other filter."""
        order = self._order
        self._change(Order(sort=order.sort, descending=order.descending, states=frozenset({state})))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.search_left.emit()
                return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._set_icons()

    # -- made once

    def _kind_buttons(self) -> QButtonGroup:
        group = QButtonGroup(self)
        for number, kind in enumerate(_KINDS):
            word = "everything" if kind is None else kind.plural
            button = tool_button(word, f"Show {word} (Ctrl+{number + 1})", checkable=True)
            group.addButton(button, number)
        return group

    def _fill_states(self) -> dict[State, QAction]:
        menu = self.states.menu()
        return {state: choice(menu, state_words(state)) for state in State}

    def _fill_holds(self) -> dict[Hold, QAction]:
        menu = self.states.menu()
        menu.addSeparator()
        return {hold: choice(menu, words) for hold, (words, _mark) in _HOLDS.items()}

    def _fill_links(self) -> dict[Verdict, QAction]:
        menu = self.links.menu()
        return {verdict: choice(menu, verdict_words(verdict)) for verdict in Verdict}

    def _arrange(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.setSpacing(4)
        below.setSpacing(4)
        for button in self.kinds.buttons():
            above.addWidget(button)
        above.addSpacing(12)
        above.addStretch(1)
        above.addWidget(self.search, 3)
        for widget in (self.states, self.links, self.quality, self.only_broken, self.clear):
            below.addWidget(widget)
        below.addSpacing(8)
        below.addWidget(self.shown, 1)
        below.addWidget(self.sort)
        below.addWidget(self.direction)
        below.addSpacing(8)
        below.addWidget(self.zoom)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(above)
        column.addLayout(below)

    def _connect(self) -> None:
        for sort, words in _SORTS.items():
            self.sort.addItem(f"By {words.lower()}", sort.value)
        self.sort.setAccessibleName("Sort by")
        self.sort.setToolTip("Sort by")
        self.search.installEventFilter(self)
        self.search.textChanged.connect(lambda text: self._change(replace(self._order, search=text)))
        self.kinds.idClicked.connect(lambda number: self._change(replace(self._order, kind=_KINDS[number])))
        for actions in (self._state_actions, self._hold_actions, self._link_actions, self._fault_actions):
            for action in actions.values():
                action.triggered.connect(self._choose)
        self.only_broken.clicked.connect(self._toggle_broken)
        self.clear.clicked.connect(self.clear_filters)
        self.sort.activated.connect(self._choose_sort)
        self.direction.clicked.connect(lambda down: self._change(replace(self._order, descending=down)))
        self.zoom.valueChanged.connect(self.zoom_changed)
        self._shortcut("Ctrl+F", self.focus_search)
        self._shortcut("Ctrl+Shift+A", self.clear_filters)
        for number, button in enumerate(self.kinds.buttons()):
            self._shortcut(f"Ctrl+{number + 1}", button.click)
        self._shortcut("Ctrl+B", self.only_broken.click)
        self._shortcut("Ctrl+D", self.direction.click)
        self._set_icons()

    def _shortcut(self, keys: str, do: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(do)

    def _set_icons(self) -> None:
        palette = self.palette()
        for state, action in self._state_actions.items():
            action.setIcon(mark_icon(STATE_MARKS[state], palette))
        for hold, action in self._hold_actions.items():
            action.setIcon(mark_icon(_HOLDS[hold][1], palette))
        for verdict, action in self._link_actions.items():
            action.setIcon(mark_icon(LINK_MARKS.get(verdict) or _NEUTRAL[verdict], palette))
        self.only_broken.setIcon(mark_icon(LINK_MARKS[Verdict.BROKEN], palette))
        self._search_icon().setIcon(shape_icon(Shape.SEARCH, Tone.QUIET, palette))
        self._show_direction()

    def _search_icon(self) -> QAction:
        known = self.search.findChild(QAction, "search-icon")
        if known is not None:
            return known
        action = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        action.setObjectName("search-icon")
        action.setText("Search")
        action.triggered.connect(self.focus_search)
        return action

    # -- by the user

    def _change(self, order: Order) -> None:
        if order != self._order:
            self._order = order
            self._show_order()
            self.order_changed.emit(order)

    def _choose(self) -> None:
        self._change(
            replace(
                self._order,
                states=_chosen(self._state_actions),
                holds=_chosen(self._hold_actions),
                verdicts=_chosen(self._link_actions),
                faults=_chosen(self._fault_actions),
            )
        )

    def _toggle_broken(self, chosen: bool) -> None:  # noqa: FBT001 -- a slot of `clicked`
        self._change(replace(self._order, verdicts=_BROKEN if chosen else frozenset()))

    def _choose_sort(self) -> None:
        sort = SortKey(self.sort.currentData())
        # Names are read from A; of sizes, dates and states the large, late and bad ones are looked for, of pixels and
        # sharpness the small ones.
        upwards = (SortKey.NAME, SortKey.PIXELS, SortKey.SHARPNESS)
        self._change(replace(self._order, sort=sort, descending=sort not in upwards))

    # -- showing

    def _show_order(self) -> None:
        order = self._order
        self.kinds.button(_KINDS.index(order.kind)).setChecked(True)
        if self.search.text() != order.search:
            self.search.blockSignals(True)
            self.search.setText(order.search)
            self.search.blockSignals(False)
        _check(self._state_actions, order.states)
        _check(self._hold_actions, order.holds)
        _check(self._link_actions, order.verdicts)
        _check(self._fault_actions, order.faults)
        self.states.setText(_counted("State", len(order.states) + len(order.holds)))
        self.links.setText(_counted("Link", len(order.verdicts)))
        self.quality.setText(_counted("Quality", len(order.faults)))
        self.only_broken.setChecked(order.verdicts == _BROKEN)
        self.clear.setEnabled(order.restricts)
        self.sort.setCurrentIndex(self.sort.findData(order.sort.value))
        self._show_direction()

    def _show_direction(self) -> None:
        down = self._order.descending
        self.direction.setChecked(down)
        self.direction.setIcon(shape_icon(Shape.DOWN if down else Shape.UP, Tone.QUIET, self.palette()))
        self.direction.setAccessibleName("Descending" if down else "Ascending")


def _chosen(actions: Mapping[Choice, QAction]) -> frozenset[Choice]:
    return frozenset(each for each, action in actions.items() if action.isChecked())


def _check(actions: Mapping[Choice, QAction], chosen: Collection[Choice]) -> None:
    for each, action in actions.items():
        action.setChecked(each in chosen)


def _counted(word: str, number: int) -> str:
    return f"{word}  {number}" if number else word
