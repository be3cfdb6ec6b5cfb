"""The pane beside the grid: all that is known of one picture, or what a selection of several comes to.

Shows and asks; what its buttons mean is decided by the window.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
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

LoadEvents = Callable[[EntityType, str], Awaitable[list[Event]]]
_MARGIN = 16


class DetailPane(QStackedWidget):
    """`load_events(kind, id)` gives what happened, newest first; `local_file` turns a path in the library into a
    file's; `spawn(name, coroutine)` starts the loading."""

    recache_requested = Signal()
    validate_requested = Signal()
    show_file_requested = Signal()
    copy_url_requested = Signal()

    def __init__(
        self,
        thumbnails: Thumbnails,
        load_events: LoadEvents,
        local_file: Callable[[str], Path],
        spawn: Spawn,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnails, self._load_events, self._spawn = thumbnails, load_events, spawn
        self._shown: Entry | None = None
        self.one = OneEntry(thumbnails, local_file)
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
        self.setMinimumWidth(240)
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
            self.setCurrentIndex(1)
        elif entries:
            self.several.show_entries(entries)
            self.setCurrentIndex(2)
        else:
            self.setCurrentIndex(0)

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
