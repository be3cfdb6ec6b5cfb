"""The pane beside the grid: all that is known of one picture, or what a selection of several comes to.

Shows and asks; what its buttons mean is decided by the window.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.model import EntityType, Entry, Event
from soulspot_gallery.gui.detail.detail_pages import OneEntry, SeveralEntries
from soulspot_gallery.gui.detail.detail_parts import (
    MutedLabel,
)
from soulspot_gallery.gui.grid.gallery_model import Key
from soulspot_gallery.gui.grid.thumbnails import Spawn, Thumbnails
from soulspot_gallery.gui.repair.history_strip import LoadHistory
from soulspot_gallery.gui.repair.picture_drops import brings_picture
from soulspot_gallery.gui.widgets.drops import accept_copy

LoadEvents = Callable[[EntityType, str], Awaitable[list[Event]]]
_MARGIN = 16


class DetailPane(QStackedWidget):
    """`load_events(kind, id)` gives what happened, newest first; `local_file` turns a path in the library into a
    file's; `spawn(name, coroutine)` starts the loading."""

    recache_requested = Signal()
    validate_requested = Signal()
    show_file_requested = Signal()
    copy_url_requested = Signal()
    action_requested = Signal(str)
    """The name of one of the window's actions."""
    go_back_requested = Signal(object, object)
    """Key and HistoryEntry of a former picture."""
    pictures_dropped = Signal(object, object)
    """Key and the QMimeData that was dropped here, which lasts as long as the signal."""

    def __init__(
        self,
        thumbnails: Thumbnails,
        load_events: LoadEvents,
        local_file: Callable[[str], Path],
        spawn: Spawn,
        load_history: LoadHistory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnails, self._load_events, self._spawn = thumbnails, load_events, spawn
        self._shown: Entry | None = None
        self.one = OneEntry(thumbnails, local_file, load_history)
        self.several = SeveralEntries()
        self._nothing = MutedLabel("Select a picture to see where it comes from.")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setMargin(_MARGIN)
        for page in (self._nothing, _scrolling(self.one), _scrolling(self.several)):
            self.addWidget(page)
        for buttons in (self.one.buttons, self.several.buttons):
            buttons.recache.clicked.connect(self.recache_requested)
            buttons.validate.clicked.connect(self.validate_requested)
        self.one.buttons.show_file.clicked.connect(self.show_file_requested)
        self.one.buttons.copy_url.clicked.connect(self.copy_url_requested)
        for hand in (self.one.hand, self.several.hand):
            hand.asked.connect(self.action_requested)
        self.one.history.chosen.connect(self.go_back_requested)
        self.setAcceptDrops(True)
        self.setMinimumWidth(256)
        self.setAccessibleName("Details")
        thumbnails.ready.connect(self._picture_came)

    def sizeHint(self) -> QSize:
        return QSize(320, 600)

    def show_entries(self, entries: Sequence[Entry], current: Entry | None = None) -> None:
        """Show the one selected entry (or the current one, where none is), or the sum of several."""
        only = entries[0] if len(entries) == 1 else current if not entries else None
        self._shown = only
        self._thumbnails.pin(() if only is None else (only.entity.key,))
        if only is not None:
            self.one.show_entry(only)
            entity = only.entity
            self._spawn(f"events {entity.kind} {entity.id}", self._fill_events(entity.key))
            self._spawn(f"history {entity.kind} {entity.id}", self.one.history.fill(entity.key))
            self.setCurrentIndex(1)
        elif entries:
            self.several.show_entries(entries)
            self.setCurrentIndex(2)
        else:
            self.setCurrentIndex(0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._shown is not None and brings_picture(event.mimeData()):
            accept_copy(event)
        else:
            event.ignore()  # then it is the window's

    def dropEvent(self, event: QDropEvent) -> None:
        if self._shown is not None and brings_picture(event.mimeData()):
            accept_copy(event)
            self.pictures_dropped.emit(self._shown.entity.key, event.mimeData())

    async def _fill_events(self, key: Key) -> None:
        try:
            events = await self._load_events(*key)
        except GalleryError as problem:
            events = [Event(datetime.now(UTC), str(problem))]
        if self._shown is not None and self._shown.entity.key == key:
            self.one.show_events(events)

    def _picture_came(self, keys: frozenset[Key]) -> None:
        if self._shown is not None and self._shown.entity.key in keys:
            self.one.picture.update()


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
