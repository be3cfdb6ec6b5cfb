"""The ways of pictures between the window and the engine: brought by a person to be set, read to be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, Entry, Source
from soulspot_gallery.core.repair.pictures import FromFile
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.gui.choosing.candidate_search import PICTURE_SIDE
from soulspot_gallery.gui.choosing.given import Given, encoded
from soulspot_gallery.gui.grid.decoding import decode_file
from soulspot_gallery.qt_executor import QtExecutor


async def set_given(
    executor: QtExecutor, service: ImageService, key: tuple[EntityType, str], given: Sequence[Given]
) -> RepairReport:
    """Set the first of these forms that is a picture. Raises PictureError, that of the first, where none is."""
    trouble: PictureError | None = None
    for each in given:
        try:
            if isinstance(each, QImage):
                each = await asyncio.wrap_future(executor.submit(encoded, each, "the clipboard"))
            return await service.set_picture(*key, each)
        except PictureError as problem:
            trouble = trouble or problem
    assert trouble is not None
    raise trouble


def picture_file_dialog(parent: QWidget) -> QFileDialog:
    """A dialog that asks for one picture; open it."""
    dialog = QFileDialog(parent, "Choose a picture")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Pictures (*.jpg *.jpeg *.png *.webp *.avif *.gif *.bmp)", "All files (*)"])
    return dialog


def chosen_file(path: str) -> list[Given]:
    """What such a dialog gave, as pictures are brought."""
    return [FromFile(Path(path))]


async def current_picture(executor: QtExecutor, service: ImageService, entry: Entry) -> QImage | None:
    """The picture that an entity shows now, decoded; None where there is none here."""
    display = entry.image.display
    if display.source is not Source.LOCAL:
        return None

    def read() -> QImage:
        return decode_file(str(service.local_file(display.location)), PICTURE_SIDE)

    image = await asyncio.wrap_future(executor.submit(read))
    return None if image.isNull() else image
