"""One input per kind of setting: a tick box, a number, a choice, a line, a list; made from how it is declared."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from soulspot_gallery.core.settings import Declared

_CHOICE_WORDS = {"system": "As the system", "light": "Light", "dark": "Dark"}
_LIST_LINES = 4


class Field(QObject):
    """`widget` edits the value, which is read and written in the setting's own type; `changed` follows every edit."""

    changed = Signal()
    widget: QWidget

    @abstractmethod
    def value(self) -> Any: ...

    @abstractmethod
    def set_value(self, value: Any) -> None: ...


class _NumberBox(QSpinBox):
    """Its own buttons are taken away by the style sheet, as `NoButtons` leaves a styled box no room for the number.

    Lets the wheel scroll the page unless the box has the keyboard: no value changes by accident."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _step_button(sign: str, name: str, act: Callable[[], None]) -> QToolButton:
    """A button that repeats while it is held; the arrow keys do the same, so it takes no place in the tab order."""
    button = QToolButton()
    button.setText(sign)
    button.setAccessibleName(name)
    button.setAutoRepeat(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(lambda: act())
    return button


class TruthField(Field):
    def __init__(self, declared: Declared) -> None:
        super().__init__()
        self.widget = self.box = QCheckBox(declared.label)
        self.box.toggled.connect(self.changed)

    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class NumberField(Field):
    def __init__(self, declared: Declared) -> None:
        super().__init__()
        self.box = _NumberBox()
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setRange(declared.minimum or 0, 2**31 - 1 if declared.maximum is None else declared.maximum)
        self.box.setSuffix(f" {declared.unit}" if declared.unit else "")
        self.box.setAccelerated(True)
        self.box.setFixedWidth(self.box.fontMetrics().horizontalAdvance("000000 days") + 24)
        self.box.lineEdit().setTextMargins(5, 0, 5, 0)
        self.box.valueChanged.connect(self.changed)
        self.widget = QWidget()
        self.widget.setFocusProxy(self.box)
        layout = QHBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.box)
        self.less = _step_button("−", "Less", self.box.stepDown)
        self.more = _step_button("+", "More", self.box.stepUp)
        layout.addWidget(self.less)
        layout.addWidget(self.more)

    def value(self) -> int:
        return self.box.value()

    def set_value(self, value: Any) -> None:
        self.box.setValue(int(value))


class ChoiceField(Field):
    def __init__(self, declared: Declared) -> None:
        super().__init__()
        self.widget = self.box = QComboBox()
        for choice in declared.choices:
            self.box.addItem(_CHOICE_WORDS.get(choice, choice), choice)
        self.box.currentIndexChanged.connect(self.changed)

    def value(self) -> str:
        return str(self.box.currentData())

    def set_value(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))


class LineField(Field):
    def __init__(self) -> None:
        super().__init__()
        self.widget = self.line = QLineEdit()
        self.line.textChanged.connect(self.changed)

    def value(self) -> str:
        return self.line.text().strip()

    def set_value(self, value: Any) -> None:
        self.line.setText(str(value))


class FolderField(LineField):
    """A line with a button that lets a folder be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton("Choose…")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._choose)
        self.line.setClearButtonEnabled(True)
        self.widget = QWidget()
        self.widget.setFocusProxy(self.line)
        layout = QHBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.button)

    def _choose(self) -> None:
        dialog = QFileDialog(self.widget, "Choose a folder", self.value())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.set_value)
        dialog.open()


class ListField(Field):
    """One entry per line; blank lines are no entries."""

    def __init__(self, declared: Declared) -> None:
        super().__init__()
        self.widget = self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(f"one per line, such as {declared.example}")
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LIST_LINES + 14)
        self.text.textChanged.connect(self.changed)

    def value(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.text.toPlainText().splitlines() if line.strip())

    def set_value(self, value: Any) -> None:
        self.text.setPlainText("\n".join(value))


def make_field(name: str, default: Any, declared: Declared) -> Field:
    """The input for a setting with this default value."""
    if isinstance(default, bool):
        return TruthField(declared)
    if isinstance(default, int):
        return NumberField(declared)
    if isinstance(default, tuple):
        return ListField(declared)
    if declared.choices:
        return ChoiceField(declared)
    return FolderField() if name.endswith("_dir") else LineField()
