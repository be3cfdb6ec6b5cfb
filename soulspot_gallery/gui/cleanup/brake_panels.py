"""What stands between a cleanup plan and its buttons: a panel per brake with its own check box, and room for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QStyle, QVBoxLayout, QWidget

from soulspot_gallery.core.model import Brake
from soulspot_gallery.gui.look.wording import brake_confirmation
from soulspot_gallery.gui.widgets.notices import Notice

_SHARE = 0.36


class BrakePanel(Notice):
    """One brake: why it holds, and a check box of its own that lets it go."""

    def __init__(self, brake: Brake) -> None:
        super().__init__(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._files = self._agreed_to = 0
        self.check = QCheckBox(brake_confirmation(brake))
        self.check.toggled.connect(self._remember)
        self.content.addWidget(self.check)
        self.hide()

    def follow(self, sentence: str, files: int) -> None:
        """Tell about `files` ticked files; who agreed to fewer is asked again."""
        self._files = files
        if files > self._agreed_to:
            self.check.setChecked(False)
        self.say(sentence)

    def release(self) -> None:
        """The brake holds no longer; should it come back, it asks again."""
        self.check.setChecked(False)
        self.hide()

    def _remember(self) -> None:
        self._agreed_to = self._files if self.check.isChecked() else 0


class WarningsArea(QScrollArea):
    """As high as its warnings need, up to a share of the page: then they scroll, and the table keeps its room."""

    def __init__(self, warnings: Sequence[QWidget]) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._warnings, self._page_height = tuple(warnings), 0
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        for each in warnings:
            self._column.addWidget(each)
        self._column.addStretch(1)
        self.setWidget(content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # sentences wrap differently now
            self.fit(self._page_height)

    def fit(self, page_height: int) -> None:
        """Follow the warnings, of which some may have come or gone."""
        self._page_height = page_height
        some = any(not each.isHidden() for each in self._warnings)
        self.setVisible(some)
        if some:
            self._column.activate()
            width = self.viewport().width()
            needed = max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height())
            frame = 2 * self.frameWidth()  # which a theme may give it
            self.setFixedHeight(min(needed + frame, max(120, int(page_height * _SHARE))))
