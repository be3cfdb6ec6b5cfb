"""The one window: its pages, actions and bars put together. What actions do stands in `operations`, which library is
open in `switching`, what runs by itself in `schedule_display`."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.errors import CannotOpen, ImageRootError
from soulspot_gallery.core.journal.repair_records import Action
from soulspot_gallery.core.model import FetchPolicy, Selection
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui import operations
from soulspot_gallery.gui.actions import LIBRARY, SELECTION, WRITING, Actions
from soulspot_gallery.gui.adding import adding, dropping
from soulspot_gallery.gui.banner import Banner
from soulspot_gallery.gui.cleanup import cleaning
from soulspot_gallery.gui.desk import Desk
from soulspot_gallery.gui.fixing.fix_screen import FixScreen
from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.jobs.job_bar import JobBar
from soulspot_gallery.gui.jobs.jobs import Job, Jobs
from soulspot_gallery.gui.look.theme import apply_theme
from soulspot_gallery.gui.messages import Messages
from soulspot_gallery.gui.offline import carrying_packs, making_ready
from soulspot_gallery.gui.offline.offline_bar import OfflineBar
from soulspot_gallery.gui.offline.readiness_display import ReadinessDisplay
from soulspot_gallery.gui.opening.libraries import OpenLibrary
from soulspot_gallery.gui.opening.missing_files import MissingFilesBar
from soulspot_gallery.gui.opening.opening_page import OpeningPage, dropped_path
from soulspot_gallery.gui.opening.permission import Permission
from soulspot_gallery.gui.opening.switching import Switcher
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.gui.opening.welcome_page import CannotOpenPage, ReadOnlyBanner, WelcomePage
from soulspot_gallery.gui.opening.window_dialogs import choose_database, choose_folder, show_about
from soulspot_gallery.gui.repair import repairing, undoing
from soulspot_gallery.gui.replacing import replacing
from soulspot_gallery.gui.reviewing import reviewing
from soulspot_gallery.gui.schedule_display import ScheduleDisplay
from soulspot_gallery.gui.settings.settings_dialog import SettingsDialog, keep_settings
from soulspot_gallery.gui.sources import sourcing, syncing
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY
from soulspot_gallery.gui.widgets.drops import accept_copy
from soulspot_gallery.gui.widgets.line_label import LineLabel
from soulspot_gallery.gui.window_state import WindowState, write_window_state
from soulspot_gallery.qt_executor import QtExecutor

_TITLE = "SoulSpot Gallery"
_SMALLEST = 720, 480
_FIRST_SIZE = QSize(1240, 820)
_SHARE_OF_SCREEN = 0.92
_ALL = Selection()
_TILE_MENU = (
    ("replace", "paste", "choose_file", "type_url"),
    ("lock", "unlock", "unset", "no_picture", "delete"),
    ("recache", "sync", "validate"),
    ("show_file", "copy_url", "why"),
)


class MainWindow(QMainWindow):
    """`closed` comes when the user has closed it; then await `shut_down`."""

    closed = Signal()
    loaded = Signal()
    """The rows of a library are on screen."""

    def __init__(
        self,
        executor: QtExecutor,
        messages: Messages,
        settings: Settings,
        settings_file: Path,
        data_dir: Path,
        state: WindowState,
    ) -> None:
        """`settings` as they are for the user's libraries, `state` as it was kept in `data_dir`."""
        super().__init__()
        self.setWindowTitle(_TITLE)
        self.setMinimumSize(*_SMALLEST)
        self.setAcceptDrops(True)
        self._executor, self.messages = executor, messages
        self._settings, self._settings_file, self._data_dir = settings, settings_file, data_dir
        self.state = state
        self.jobs = Jobs(messages, self)
        self.libraries = Switcher(self.jobs, executor, data_dir, self)
        self.page: GalleryPage | None = None
        self.actions_by_name = Actions(self, self._handlers())
        self._build()
        self._connect()
        if not self.restoreGeometry(QByteArray(state.geometry)):
            self.resize(_FIRST_SIZE.boundedTo(self.screen().availableSize() * _SHARE_OF_SCREEN))

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """What each declared action does."""
        return {
            "open": lambda: choose_database(self, "Open a library", self._open_path),
            "open_folder": lambda: choose_folder(self, "Open a folder with a SoulSpot library", self._open_path),
            "embedded": lambda: self.open(Wanted()),
            "sample": lambda: self.open(Wanted(sample=True)),
            "add": lambda: self._on_desk(adding.show_add),
            "sources": lambda: self._on_desk(sourcing.show_sources, self._change_settings),
            "offline": lambda: self._work_offline(offline=self.actions_by_name["offline"].isChecked()),
            "export_pack": lambda: self._on_desk(carrying_packs.show_export),
            "import_pack": lambda: self._on_desk(carrying_packs.choose_pack),
            "ready": lambda: self._on_desk(making_ready.show_readiness),
            "settings": self._show_settings,
            "quit": self.close,
            "take_back": lambda: self._on_desk(undoing.undo),
            "redo": lambda: self._on_desk(undoing.redo),
            "replace": lambda: self._on_desk(replacing.show_replace),
            "paste": lambda: self._on_desk(repairing.paste),
            "choose_file": lambda: self._on_desk(repairing.choose_file),
            "type_url": lambda: self._on_desk(repairing.type_url),
            "lock": lambda: self._on_desk(repairing.act, Action.LOCK),
            "unlock": lambda: self._on_desk(repairing.act, Action.UNLOCK),
            "unset": lambda: self._on_desk(repairing.act, Action.UNSET),
            "no_picture": lambda: self._on_desk(repairing.act, Action.NO_PICTURE),
            "delete": lambda: self._on_desk(repairing.act, Action.DELETE),
            "why": lambda: self._on_desk(repairing.show_why),
            "recache": lambda: self._on_desk(operations.recache, self._selection(), FetchPolicy.FORCE),
            "recache_all": lambda: self._on_desk(operations.recache, _ALL, FetchPolicy.IF_NEEDED),
            "fetch_missing": lambda: self._on_desk(operations.fetch_missing),
            "sync": lambda: self._on_desk(syncing.sync, self._selection()),
            "sync_all": lambda: self._on_desk(syncing.sync, syncing.WITHOUT_URL),
            "resume": lambda: self._on_desk(operations.resume),
            "validate": lambda: self._on_desk(operations.validate, self._selection()),
            "validate_all": lambda: self._on_desk(operations.validate, _ALL),
            "show_file": lambda: self._on_desk(operations.show_in_file_manager),
            "copy_url": lambda: self._on_desk(operations.copy_urls),
            "fix": lambda: self._on_desk(self.fix_screen.open),
            "clones": lambda: self._on_desk(reviewing.show_clones),
            "drift": lambda: self._on_desk(reviewing.show_drift),
            "optimize": lambda: self._on_desk(cleaning.optimize),
            "undo": lambda: self._on_desk(cleaning.undo_last),
            "trash": lambda: self._on_desk(cleaning.show_trash),
            "refresh": lambda: self._on_page(lambda page: page.reload()),
            "search": lambda: self._on_page(lambda page: page.filters.focus_search()),
            "zoom_in": lambda: self._on_page(lambda page: page.view.zoom_in()),
            "zoom_out": lambda: self._on_page(lambda page: page.view.zoom_out()),
            "details": lambda: self._on_page(GalleryPage.toggle_details),
            "about": lambda: show_about(self),
        }

    def _build(self) -> None:
        self.banner, self.read_only = Banner(self.messages), ReadOnlyBanner()
        self.permission = Permission(self.jobs, self.read_only, self)
        self.opening = QLabel()
        self.opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.opening)
        self.fix_screen = FixScreen(self.pages)
        self.job_bar = JobBar(self.jobs, self._paused_hosts)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.offline_bar, self.readiness = OfflineBar(), ReadinessDisplay(self.jobs)
        self.missing = MissingFilesBar(self.actions_by_name["fetch_missing"])
        for widget in (self.banner, self.read_only, self.offline_bar, self.missing):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        column.addWidget(self.job_bar)
        self.setCentralWidget(middle)
        self.library_label = LineLabel(elide=Qt.TextElideMode.ElideMiddle)
        self.library_label.setContentsMargins(8, 0, 0, 0)
        self.schedule = ScheduleDisplay(self.jobs, self.messages)
        self.statusBar().addWidget(self.library_label, 1)
        self.statusBar().addPermanentWidget(self.readiness)
        self.statusBar().addPermanentWidget(self.schedule)
        self._show_offline(offline=self._settings.offline)

    # Two pages that most starts do without: each is made when it is first needed.

    @cached_property
    def welcome(self) -> WelcomePage:
        page = WelcomePage()
        page.embedded_requested.connect(self._show_gallery)
        self._add_opening_page(page)
        return page

    @cached_property
    def cannot_open(self) -> CannotOpenPage:
        page = CannotOpenPage()
        page.embedded_requested.connect(lambda: self.open(Wanted()))
        page.retry_requested.connect(lambda: self.open(self.libraries.wanted))
        page.image_root_chosen.connect(
            lambda folder: self.open(dataclasses.replace(self.libraries.wanted, image_root=Path(folder)))
        )
        self._add_opening_page(page)
        return page

    def _add_opening_page(self, page: OpeningPage) -> None:
        page.open_requested.connect(self._open_path)
        page.dropped.connect(self._take_dropped)
        page.sample_requested.connect(lambda: self.open(Wanted(sample=True)))
        self.pages.addWidget(page)

    def _connect(self) -> None:
        self.permission.changed.connect(self._enable)
        self.pages.currentChanged.connect(lambda number: self._enable())
        self.jobs.finished.connect(self._name_undo)
        self.actions_by_name.menus["&Edit"].aboutToShow.connect(self._name_undo)
        self.job_bar.details_requested.connect(lambda job: self._on_desk(operations.show_failures, job))
        for emptied in (self.job_bar.emptied, self.banner.emptied):
            emptied.connect(self._focus_page)
        self.schedule.plan_wanted.connect(lambda plan: self._on_desk(cleaning.show_plan, plan))
        self.schedule.link_checked.connect(
            lambda result: self._on_page(lambda page: page.read_again([(result.kind, result.id)]))
        )
        self.schedule.cleaned.connect(lambda: self._on_page(lambda page: page.reload()))
        self.offline_bar.online_requested.connect(lambda: self._work_offline(offline=False))
        self.readiness.clicked.connect(self.actions_by_name["ready"].trigger)
        self.libraries.leaving.connect(self._leaving)
        self.libraries.left.connect(self._left)
        self.libraries.opened.connect(self._opened)
        self.libraries.refused.connect(self._refused)

    # -- opening and closing libraries

    def open(self, wanted: Wanted) -> None:
        """Open a library in place of the one that is shown; what runs on that one is stopped."""
        self.opening.setText("Preparing the sample library…" if wanted.sample else "Opening the library…")
        self._show(self.opening)
        self.libraries.open(wanted, self._settings)

    def _open_path(self, path: str) -> None:
        self.open(Wanted(path))

    def _take_dropped(self, path: str) -> None:
        if self.page is None:
            self._open_path(path)
        else:
            self._on_desk(dropping.take, path, self._open_path)

    def _leaving(self) -> None:
        self.fix_screen.close()
        self.permission.clear()
        self.schedule.clear()
        self.readiness.clear()
        self.missing.clear()
        self.job_bar.dismiss_all()
        self.actions_by_name.update(set())

    def _left(self) -> None:
        page, self.page = self.page, None
        if page is not None:
            self._remember(page)
            page.close_page()
            self.pages.removeWidget(page)
            page.deleteLater()
        self.library_label.setText("")
        self.setWindowTitle(_TITLE)

    def _opened(self, library: OpenLibrary) -> None:
        service, wanted = library.service, library.wanted
        if not wanted.sample:
            self.state = dataclasses.replace(self.state, library=wanted.library, image_root=wanted.image_root)
            self._keep_state()
        for notice in service.notices:
            self.messages.notice(notice)
        self.page = page = GalleryPage(service, self.jobs, self._executor)
        page.restore(self.state.order, self.state.tile, self.state.splitter)
        page.details.setVisible(self.state.details)
        self.pages.addWidget(page)
        page.selection_changed.connect(self._enable)
        page.loaded.connect(self._loaded)
        page.menu_requested.connect(self._show_menu)
        page.recache_requested.connect(lambda: self._ask_for("recache"))
        page.action_requested.connect(self._ask_for)
        page.go_back_requested.connect(lambda key, entry: self._on_desk(repairing.go_back, key, entry))
        page.pictures_dropped.connect(lambda key, data: self._on_desk(repairing.drop, key, data))
        for asked, name in (
            (page.validate_requested, "validate"),
            (page.show_file_requested, "show_file"),
            (page.copy_url_requested, "copy_url"),
        ):
            asked.connect(self.actions_by_name[name].trigger)
        self.library_label.setText("Sample library" if wanted.sample else service.library)
        self.setWindowTitle(library.name)
        self._show(page)
        self.readiness.follow(page)
        self.missing.follow(page)
        page.reload()
        self.permission.follow(page, ours=wanted.ours)
        self.schedule.follow(service)
        self._enable()

    def _refused(self, problem: CannotOpen) -> None:
        self.cannot_open.show_problem(
            str(problem), self.libraries.wanted.library or "", folder_missing=isinstance(problem, ImageRootError)
        )
        self._show(self.cannot_open)

    def _loaded(self) -> None:
        """An empty library of one's own: the newcomer's first minute."""
        library = self.libraries.current
        if self.page is None or library is None:
            return
        if self.page.model.total == 0 and library.wanted.ours:
            self._show(self.welcome)
        elif self.pages.currentWidget() is not self.page:
            self._show(self.page)
        self.loaded.emit()

    def _show_gallery(self) -> None:
        if self.page is not None:
            self._show(self.page)

    def _focus_page(self) -> None:
        if page := self.pages.currentWidget():
            page.setFocus()

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        page.setFocus()

    def _enable(self) -> None:
        there = set[str]()
        if self.page is not None:
            there.add(LIBRARY)
            if self.page.writable:
                there.add(WRITING)
            # What is selected behind another page is out of sight, and so out of reach.
            if self.pages.currentWidget() is self.page and self.page.view.selectionModel().hasSelection():
                there.add(SELECTION)
        self.actions_by_name.update(there)

    # -- what the actions need

    def _on_desk(self, operation: Callable[..., None], *arguments: object) -> None:
        if self.page is not None:
            operation(Desk(self, self.page, self.jobs, self.messages, self._executor), *arguments)

    def _on_page(self, do: Callable[[GalleryPage], None]) -> None:
        if self.page is not None:
            do(self.page)

    def _selection(self) -> Selection:
        return self.page.selection() if self.page else _ALL

    def _ask_for(self, name: str) -> None:
        """Asked for beside the picture, where the button knows nothing of what is allowed."""
        if self.page is not None and not self.page.writable and name != "why":
            self.messages.notice(LOOK_ONLY)
        self.actions_by_name[name].trigger()

    def _name_undo(self, job: Job | None = None) -> None:
        """The menu names what would be undone; looked up when it opens, and when that may have changed."""
        if job is None or job.name.split()[0] in undoing.CHANGING:
            actions = self.actions_by_name
            self._on_desk(undoing.name_actions, actions["take_back"], actions["redo"])

    def _paused_hosts(self) -> tuple[str, ...]:
        return self.page.service.paused_hosts if self.page else ()

    def _show_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in _TILE_MENU:
            for name in group:
                menu.addAction(self.actions_by_name[name])
            menu.addSeparator()
        menu.popup(point)

    # -- dialogs of the window itself

    def _show_settings(self) -> None:
        dialog = SettingsDialog(self.page.service.settings if self.page else self._settings, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.settings_accepted.connect(self._change_settings)
        sources = self.actions_by_name["sources"]
        dialog.sources_button.setVisible(sources.isEnabled())
        dialog.sources_requested.connect(sources.trigger)
        dialog.finished.connect(self._focus_page)
        dialog.open()

    def _change_settings(self, settings: Settings) -> None:
        """From now on: on screen, in the engine, and in the file. Of those of the sample only the looks and
        being offline are kept."""
        apply_theme(_application(), settings.theme)
        library = self.libraries.current
        sample = library is not None and library.wanted.sample
        kept = dataclasses.replace(self._settings, theme=settings.theme, offline=settings.offline)
        self._settings = kept if sample else settings
        self._show_offline(offline=settings.offline)

        async def work() -> None:
            if library is not None:
                await library.service.change_settings(settings)
            await asyncio.wrap_future(self._executor.submit(keep_settings, self._settings_file, self._settings))

        def done(nothing: None) -> None:
            self.schedule.tell(settings)
            self._on_page(GalleryPage.look_again)

        self.jobs.run_quietly("settings", work, done)

    def _work_offline(self, *, offline: bool) -> None:
        settings = self.page.service.settings if self.page else self._settings
        self._change_settings(dataclasses.replace(settings, offline=offline))

    def _show_offline(self, *, offline: bool) -> None:
        """The mark of the switch: its line above the grid and the tick in the menu."""
        if self.offline_bar.online_button.hasFocus():
            self._focus_page()
        self.offline_bar.show_offline(offline=offline)
        self.actions_by_name["offline"].setChecked(offline)

    # -- the window itself

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()) is not None:
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            accept_copy(event)
            self._take_dropped(path)

    def _remember(self, page: GalleryPage) -> None:
        state = self.state.with_view(page.model.order, page.view.tile)
        self.state = dataclasses.replace(
            state, details=not page.details.isHidden(), splitter=bytes(page.splitter.saveState().data())
        )

    def _keep_state(self) -> None:
        self._executor.submit(write_window_state, self._data_dir, self.state)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.state = dataclasses.replace(self.state, geometry=bytes(self.window().saveGeometry().data()))
        event.accept()
        self.closed.emit()

    async def shut_down(self) -> None:
        """End all jobs, close the library, keep the state; nothing is left half done."""
        await self.libraries.leave()
        await self.jobs.stop_all()
        await asyncio.wrap_future(self._executor.submit(write_window_state, self._data_dir, self.state))


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
