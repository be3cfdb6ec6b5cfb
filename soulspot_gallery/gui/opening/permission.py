"""Whether the open library may be written: asked of the service, said in the line above the grid."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from soulspot_gallery.core.errors import AnotherGallery, GalleryError
from soulspot_gallery.gui.gallery_page import GalleryPage
from soulspot_gallery.gui.jobs.jobs import Jobs
from soulspot_gallery.gui.opening.welcome_page import ReadOnlyBanner


class Permission(QObject):
    """Sets `writable` of the page it follows."""

    changed = Signal()

    def __init__(self, jobs: Jobs, line: ReadOnlyBanner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._line = jobs, line
        self._page: GalleryPage | None = None
        line.allow_writing_requested.connect(self._ask)

    def follow(self, page: GalleryPage, *, ours: bool) -> None:
        """`ours`: the library is the gallery's to write; else the user must have allowed it, now or earlier."""
        self._page = page
        if ours or page.service.writing_allowed:
            self._ask()
        else:
            self._line.show_foreign()

    def clear(self) -> None:
        self._page = None
        self._line.hide()

    def _ask(self) -> None:
        page = self._page
        if page is None:
            return

        async def ask() -> GalleryError | None:
            try:
                await page.service.allow_writing()
            except GalleryError as problem:  # expected; it has its place above the grid
                return problem
            return None

        self._jobs.run_quietly("allow writing", ask, lambda problem: self._tell(page, problem))

    def _tell(self, page: GalleryPage, problem: GalleryError | None) -> None:
        page.writable = problem is None
        had_keyboard = self._line.allow_button.hasFocus()
        if problem is None:
            self._line.hide()
        elif isinstance(problem, AnotherGallery):
            self._line.show_another(f"{problem} Until then you can look at everything.")
        else:
            self._line.show_reason(str(problem))
        if had_keyboard and not self._line.allow_button.isVisible():
            page.setFocus()
        self.changed.emit()
