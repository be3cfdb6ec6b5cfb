"""“Why this picture?”: all that is known of how it came, line by line, to be copied as text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.repair.why import Why, why_lines, why_text
from soulspot_gallery.gui.detail.detail_parts import MutedLabel, enlarge, text_label
from soulspot_gallery.gui.look.wording import kind_words

_SIZE = 620, 440


class WhyDialog(QDialog):
    """Show it with `open()`."""

    def __init__(self, found: Why, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = why_text(found)
        self.setWindowTitle("Why this picture?")
        self.resize(*_SIZE)
        name = text_label()
        name.setText(found.name or found.id)
        enlarge(name, 1.3)
        kind = MutedLabel(kind_words(found.kind))
        self.copy_button = QPushButton("&Copy as text")
        self.copy_button.clicked.connect(self._copy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (name, kind):
            column.addWidget(widget)
        column.addWidget(_lines(found), 1)
        column.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.copy_button.setText("Copied")


def _lines(found: Why) -> QScrollArea:
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(0, 8, 0, 8)
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(7)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for label, text in why_lines(found):
        line = text_label()
        line.setText(text)
        line.setAccessibleName(label)
        line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        form.addRow(MutedLabel(label), line)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName("What is known of the picture")
    return area
