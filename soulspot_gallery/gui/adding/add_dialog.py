"""The dialog "Add to library": by search or address, from a folder or an export, from a music server. Does no work."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from soulspot_gallery.core.sources.sync_reports import SearchReport
from soulspot_gallery.gui.adding.find_page import FindPage
from soulspot_gallery.gui.adding.import_forms import FilesForm, ServerForm
from soulspot_gallery.gui.adding.import_page import ImportPage
from soulspot_gallery.gui.adding.import_preview import Preview
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.widgets.group_list import GroupList


class AddDialog(BusyDialog):
    search_requested = Signal(str, object)
    """Words, and EntityType or None."""

    add_requested = Signal(str, object)
    """A URI or URL, and EntityType or None."""

    preview_requested = Signal(object)
    """An Asked."""

    import_requested = Signal(object)
    """An ImportPlan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add to library")
        self.resize(820, 540)
        self.finder = FindPage()
        self.files_form, self.server_form = FilesForm(), ServerForm()
        self.files = ImportPage("Import a folder or an export", self.files_form)
        self.server = ImportPage("Import from a music server", self.server_form)
        self.groups = GroupList("Ways to add", ["Search or address", "Folder or export", "Music server"], room=28)
        self._pages: list[FindPage | ImportPage] = [self.finder, self.files, self.server]
        self.pages = QStackedWidget()
        for page in self._pages:
            self.pages.addWidget(page)
            page.changed.connect(self._changed)
        self.close_button = push_button("&Close", self.reject)
        self.add_button = push_button("&Add", self._add)
        self._lay_out()
        self.finder.look_requested.connect(self.search_requested)
        self.finder.add_requested.connect(self.add_requested)
        for imported in (self.files, self.server):
            imported.look_requested.connect(self.preview_requested)
            imported.add_requested.connect(self.import_requested)
        self.groups.currentRowChanged.connect(self._turn_to)
        self.finder.setFocus()
        self.follow()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.addWidget(self.groups)
        middle.addWidget(self.pages, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(middle, 1)
        for widget in (self.problem, self.said, self.working):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    @property
    def page(self) -> FindPage | ImportPage:
        return self._pages[self.pages.currentIndex()]

    def look_at(self, path: str) -> None:
        """Ask for the preview of a folder or file, as if it had been chosen here."""
        self.groups.setCurrentRow(1)
        self.files_form.path.setText(path)
        self.files.look_button.click()

    def show_candidates(self, report: SearchReport) -> None:
        self.show_said("")
        self.finder.show_candidates(report)

    def show_preview(self, preview: Preview) -> None:
        self.show_said("")
        if isinstance(self.page, ImportPage):
            self.page.show_preview(preview)
        self.follow()
        if self.add_button.isEnabled():
            self.add_button.setFocus()

    def show_added(self, sentence: str) -> None:
        """Something was added; the next can be named at once."""
        self.show_said(sentence)
        self.finder.words.selectAll()
        self.finder.setFocus()

    def show_imported(self, sentence: str) -> None:
        """The summary of an import."""
        if isinstance(self.page, ImportPage):
            self.page.show_done()
        self.show_said(sentence)
        self.close_button.setFocus()

    def follow(self) -> None:
        """Return looks first, and adds once there is something to add."""
        for page in self._pages:
            page.look_button.setEnabled(page.lookable and not self.busy)
            page.setEnabled(not self.busy)
        self.groups.setEnabled(not self.busy)
        self.add_button.setEnabled(self.page.addable and not self.busy)
        (self.add_button if self.page.addable else self.page.look_button).setDefault(True)

    def _changed(self) -> None:
        if not self.busy:
            self.show_said("")

    def _turn_to(self, row: int) -> None:
        self.pages.setCurrentIndex(row)
        self._changed()

    def _add(self) -> None:
        self.page.add()
