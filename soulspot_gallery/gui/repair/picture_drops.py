"""Pictures dragged onto a tile or the details: which drags bring one. What is in them is read when they are dropped."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QMimeData

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
