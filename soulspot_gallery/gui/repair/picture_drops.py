"""Pictures dragged onto a tile or the details: which drags bring one, and in what form. Opens nothing."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QMimeData

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.gui.choosing.given import Given, given_in

_PICTURES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff", ".jxl", ".heic")
)


def brings_picture(data: QMimeData) -> bool:
    """Whether what is dragged is meant as a picture: one file that is named like one, or what a browser drags.

    Folders, exports and databases are for the window.
    """
    files = [each.toLocalFile() for each in data.urls() if each.isLocalFile()]
    if files:
        return len(files) == 1 and PurePath(files[0]).suffix.casefold() in _PICTURES
    return data.hasImage() or data.hasUrls() or data.hasHtml()


def dropped_pictures(data: QMimeData) -> list[Given]:
    """The forms of what was dropped, best first; none where there is nothing of the kind."""
    try:
        return given_in(data, "what was dropped")
    except UsageError:
        return []
