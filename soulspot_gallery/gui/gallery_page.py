"""The page of an open library: filter bar, grid and details, kept true to the service."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSplitter, QVBoxLayout

from soulspot_gallery.core.collector import collector_held_back
from soulspot_gallery.core.model import EntityType, Entry, Report, Selection, Verdict
from soulspot_gallery.core.repair.reports import HistoryEntry
from soulspot_gallery.core.review.faults import Audited
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.gui.detail.detail_pane import DetailPane
from soulspot_gallery.gui.filtering.filter_bar import FilterBar
from soulspot_gallery.gui.grid.decoding import decode_bytes
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.grid.gallery_view import GalleryView
from soulspot_gallery.gui.grid.row_order import Order, RowOrder
from soulspot_gallery.gui.grid.thumbnails import Thumbnails
from soulspot_gallery.gui.jobs.jobs import Jobs
from soulspot_gallery.gui.repair.history_strip import SIDE
from soulspot_gallery.gui.widgets.handing_on import HandingOn
from soulspot_gallery.qt_executor import QtExecutor

Key = tuple[EntityType, str]

_REFRESH_MS = 250
"""Changed entities are read again together, so often at most."""

_THUMBNAIL_PRIORITY = 10


class GalleryPage(HandingOn):
    """Made for one open service; `close_page` before the service is closed."""

    selection_changed = Signal()
    menu_requested = Signal(QPoint)
    show_file_requested = Signal()
    copy_url_requested = Signal()
    recache_requested = Signal()
    validate_requested = Signal()
    action_requested = Signal(str)
    go_back_requested = Signal(object, object)
    pictures_dropped = Signal(object, object)
    loaded = Signal()

    def __init__(self, service: ImageService, jobs: Jobs, executor: QtExecutor) -> None:
        super().__init__()
        self.service, self._jobs, self._executor = service, jobs, executor
        self.writable = False
        self.model = GalleryModel(self)
        submit = partial(executor.submit_with_priority, _THUMBNAIL_PRIORITY)
        self.thumbnails = Thumbnails(submit, service, self._spawn, self)
        self.view = GalleryView(self.thumbnails)
        self.view.setModel(self.model)
        self.view.set_message("Reading the library…")
        self.filters = FilterBar()
        self.details = DetailPane(self.thumbnails, service.events, service.local_file, self._spawn, self._history)
        self._stale: set[Key] = set()
        self._settling = False
        self._verdicts: dict[Key, Verdict] = {}
        self._audited = False
        self._unseen: set[Key] = set()
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self._read_stale)
        self._arrange()
        self._connect()
        self.keyboard_for = self.view

    def _arrange(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setCollapsible(0, False)
        self.splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filters.order_changed.connect(self.model.set_order)
        self.filters.order_changed.connect(self._audit_for)
        self.filters.order_changed.connect(self._tell_counts)
        self.filters.zoom_changed.connect(self.view.set_tile)
        self.filters.search_left.connect(self.view.setFocus)
        self.view.zoom_changed.connect(self.filters.set_zoom)
        self.view.selection_changed.connect(self._show_selection)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(
            lambda point: self.menu_requested.emit(self.view.viewport().mapToGlobal(point))
        )
        self.view.activated.connect(lambda index: self.details.show())
        self.thumbnails.previewed.connect(self.read_again)
        for asked, told in (
            (self.details.recache_requested, self.recache_requested),
            (self.details.validate_requested, self.validate_requested),
            (self.details.show_file_requested, self.show_file_requested),
            (self.details.copy_url_requested, self.copy_url_requested),
        ):
            asked.connect(self._select_what_is_shown)
            asked.connect(told)
        self.details.action_requested.connect(self._select_what_is_shown)
        self.details.action_requested.connect(self.action_requested)
        self.details.go_back_requested.connect(self.go_back_requested)
        for shown in (self.view, self.details):
            shown.pictures_dropped.connect(self.pictures_dropped)

    def restore(self, order: Order, tile: int | None, splitter: bytes) -> None:
        """Kind, sorting, zoom (px) and split as they were kept; before the first reading."""
        self.filters.set_order(order)
        self.model.set_order(order)
        if tile:
            self.view.set_tile(tile)
        self.splitter.restoreState(QByteArray(splitter))

    # -- reading

    def reload(self) -> None:
        """Read the whole library and the files again."""
        self._verdicts.clear()
        self._jobs.start("reload", "Reading the library", self._read, self._take, lambda problem: self._not_read())

    async def _read(self, report: Report) -> RowOrder:
        try:
            entries = await self.service.entries(report)
            return await asyncio.wrap_future(self._executor.submit(_in_order, entries))
        except asyncio.CancelledError:
            self._not_read()
            raise

    def _not_read(self) -> None:
        self.view.set_message("The library was not read", "Press F5 to try again.")

    @property
    def settled(self) -> bool:
        """Whether all that has changed has been read and is on screen."""
        return not self._refresh.isActive() and self._jobs.running("reread") is None

    def read_again(self, keys: Iterable[Key]) -> None:
        """These entities have changed; they are read again soon, together with others."""
        self._stale |= set(keys)
        if not self._refresh.isActive():
            self._refresh.start()

    def show_verdict(self, key: Key, verdict: Verdict) -> None:
        """A link has just been checked: told by its mark until `settle` or `reload`, as the journal learns it later."""
        self._verdicts[key] = verdict
        self._unseen.add(key)
        if not self._refresh.isActive():
            self._refresh.start()

    def _show_verdicts(self) -> None:
        keys, self._unseen = self._unseen, set[Key]()
        entries = [entry for key in keys if (entry := self.model.entry_of(key)) is not None]
        self.model.update_entries(map(self._with_verdict, entries))

    def _with_verdict(self, entry: Entry) -> Entry:
        verdict = self._verdicts.get(entry.entity.key, entry.image.verdict)
        return replace(entry, image=entry.image._replace(verdict=verdict))

    def settle(self) -> None:
        """Once all that has changed is read: filter and sort anew."""
        self._settling = True
        self._verdicts.clear()
        self.read_again(())

    def _read_stale(self) -> None:
        if self._unseen:
            self._show_verdicts()
        if not self._stale and not self._settling:
            return
        if self._jobs.running("reread") is not None:
            self._refresh.start()
            return
        keys, self._stale = tuple(self._stale), set[Key]()
        self._jobs.run_quietly("reread", lambda: self.service.entries_of(keys), self._update)

    def _take(self, rows: RowOrder) -> None:
        selected = [entity.key for entity in self.view.selected_entries().entities]
        before = [entry for key in self.thumbnails.known_keys() if (entry := self.model.entry_of(key)) is not None]
        self.model.set_rows(rows)
        self.thumbnails.forget(
            entry.entity.key for entry in before if _other_picture(entry, self.model.entry_of(entry.entity.key))
        )
        self.view.select_keys(selected)
        if not rows.entries:
            adding = "Add something to it (Ctrl+N), or open" if self.service.own else "Open"
            self.view.set_message("This library is empty", f"{adding} another one from the File menu (Ctrl+O).")
        self._tell_counts()
        self._show_selection()
        self._audited = False
        self._audit_for(self.model.order)
        self.loaded.emit()

    def _update(self, entries: list[Entry]) -> None:
        changed = [
            entry.entity.key for entry in entries if _other_picture(entry, self.model.entry_of(entry.entity.key))
        ]
        self.model.update_entries(map(self._with_verdict, entries))
        self.thumbnails.forget(changed)
        self.view.viewport().update()
        if self._settling and not self._stale:
            self._settling = False
            self.model.refilter()
        self._tell_counts()
        self._show_selection()

    def _audit_for(self, order: Order) -> None:
        """Measure pictures once an order asks for it, and once more when it is asked for anew or all is read again."""
        if not order.measures:
            self._audited = False
        elif not self._audited:
            self._audited = True
            self._jobs.start("audit", "Measure pictures", self._measured, self._take_audit)

    async def _measured(self, report: Report) -> dict[Key, Audited]:
        return {each.entry.entity.key: each for each in (await self.service.audit(report=report)).pictures}

    def _take_audit(self, found: dict[Key, Audited]) -> None:
        self.model.audit(found)
        self._tell_counts()

    def _tell_counts(self, order: object = None) -> None:
        counts, kind = self.model.counts(), self.model.order.kind
        self.filters.set_counts(counts)
        self.filters.set_shown(self.model.rowCount(), self.model.total if kind is None else counts.get(kind, 0))

    # -- the selection

    def selection(self) -> Selection:
        """What is selected, as jobs take it."""
        entities = self.view.selected_entries().entities
        return Selection(frozenset(each.kind for each in entities), frozenset(each.id for each in entities))

    async def _history(self, kind: EntityType, entity_id: str) -> list[tuple[HistoryEntry, QImage | None]]:
        """The former pictures of an entity, decoded; None for none, and for what is not kept any more."""
        found = list[tuple[HistoryEntry, QImage | None]]()
        for entry in await self.service.history(kind, entity_id):
            content = await self.service.history_picture(kind, entity_id, entry)
            work = partial(decode_bytes, content or b"", round(SIDE * self.devicePixelRatioF()))
            image = None if content is None else await asyncio.wrap_future(self._executor.submit(work))
            found.append((entry, image))
        return found

    def name_of(self, kind: EntityType, entity_id: str) -> str:
        """The name of an entity, for reports; its id where it has none, or is gone."""
        entry = self.model.entry_of((kind, entity_id))
        return (entry.entity.name if entry else "") or entity_id

    def _show_selection(self) -> None:
        self.details.show_entries(self.view.selected_entries(), self.view.current_entry())
        self.selection_changed.emit()

    def _select_what_is_shown(self) -> None:
        """The buttons beside a picture act on it, also where it is only the current one."""
        current = self.view.current_entry()
        if current is not None and not self.view.selectionModel().hasSelection():
            self.view.select_keys([current.entity.key])
            self._show_selection()

    def show_keys(self, keys: Iterable[Key]) -> None:
        """Select these in the grid; filters that hide them are taken away."""
        wanted = list(keys)
        if any(self.model.row_of(key) < 0 for key in wanted):
            self.filters.clear_filters()
        self.view.select_keys(wanted)
        self.view.setFocus()

    def look_again(self) -> None:
        """Remote pictures that could not be had are asked for at once."""
        self.thumbnails.try_again()
        self.view.viewport().update()

    def toggle_details(self) -> None:
        self.details.setVisible(self.details.isHidden())

    # -- ending

    def close_page(self) -> None:
        """Stop reading and decoding."""
        self._refresh.stop()
        self.thumbnails.close()

    def _spawn(self, name: str, coroutine: Coroutine[object, object, None]) -> object:
        job = self._jobs.run_quietly(name, lambda: coroutine)
        if job.task is None:
            coroutine.close()
        else:  # a job that is cancelled before it began never awaits it
            job.task.add_done_callback(lambda _: coroutine.close())
        return job


def _other_picture(one: Entry, other: Entry | None) -> bool:
    """Whether the two show different pictures: a new verdict alone costs no tile its picture."""
    if other is None:
        return True
    a, b = one.image, other.image
    return (a.display, a.sha256, a.bytes, a.fetched_at) != (b.display, b.sha256, b.bytes, b.fetched_at)


@collector_held_back()
def _in_order(entries: Iterable[Entry]) -> RowOrder:
    """All that takes time with many of them, for a thread to do."""
    rows = RowOrder(entries)
    rows.prepare_keys()
    return rows
