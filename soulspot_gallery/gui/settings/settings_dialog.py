"""The settings form, made from the declared settings. It checks what is typed; `keep_settings` writes it down."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.errors import SettingsError
from soulspot_gallery.core.settings import (
    ENVIRONMENT_PREFIX,
    Declared,
    Settings,
    check_settings,
    declared,
    load_settings,
)
from soulspot_gallery.core.settings_file import save_settings
from soulspot_gallery.gui.jobs.busy_dialog import push_button
from soulspot_gallery.gui.settings.setting_fields import Field, ListField, NumberField, TruthField, make_field
from soulspot_gallery.gui.widgets.group_list import GroupList
from soulspot_gallery.gui.widgets.notices import Notice, muted_label, title_label

NAMES = tuple(each.name for each in dataclasses.fields(Settings))


def overridden(environment: Mapping[str, str]) -> dict[str, str]:
    """Settings that a variable decides, with the variable's name."""
    variables = {name: ENVIRONMENT_PREFIX + name.upper() for name in NAMES}
    return {name: variable for name, variable in variables.items() if variable in environment}


def without_overrides(accepted: Settings, stored: Settings, environment: Mapping[str, str]) -> Settings:
    """What to save of accepted settings: the value of a variable does not get into the file, `stored` stays there."""
    kept = {name: getattr(stored, name) for name in overridden(environment)}
    return dataclasses.replace(accepted, **kept)


def keep_settings(file: Path, accepted: Settings) -> None:
    """Write accepted settings to the file. Reads and writes the disk; raises SettingsError."""
    save_settings(file, without_overrides(accepted, load_settings(file, {}), os.environ))


class SettingRow(QWidget):
    """The input of one setting with its help, and a place for what is wrong with it."""

    def __init__(self, name: str, value: Any, variable: str) -> None:
        """`variable`: the environment variable that decides this setting; empty where none does."""
        super().__init__()
        self.name, self.declared = name, declared(name)
        self.field: Field = make_field(name, getattr(Settings(), name), self.declared)
        self.field.set_value(value)
        self.editable = not variable
        self.field.widget.setEnabled(self.editable)
        help_text = _help(self.declared, variable)
        for widget in (self.field.widget, self.field.widget.focusProxy()):
            if widget is not None:
                widget.setAccessibleName(self.declared.label)
                widget.setAccessibleDescription(f"{_range(self.declared)} {help_text}".strip())
        self.setFocusProxy(self.field.widget)
        self.wrong = Notice(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self.wrong.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(3)
        line = QHBoxLayout()
        line.addWidget(self.field.widget)
        if isinstance(self.field, NumberField):
            line.addWidget(muted_label(_range(self.declared)), 1)
        layout.addLayout(line)
        if help_text:
            layout.addWidget(muted_label(help_text))
        layout.addWidget(self.wrong)

    def checked(self) -> Any:
        """The value in the setting's own type. Raises SettingsError; shows and hides what is wrong."""
        try:
            value = check_settings({self.name: self.field.value()}, self.declared.label)[self.name]
        except SettingsError as problem:
            self.wrong.say(str(problem))
            raise
        self.wrong.say("")
        return value


def _range(known: Declared) -> str:
    if known.minimum is None or known.maximum is None:
        return ""
    return f"{known.minimum} to {known.maximum} {known.unit}".rstrip()


def _help(known: Declared, variable: str) -> str:
    parts = [known.help] if known.help else []
    if variable:
        parts.append(f"Set by the environment variable {variable}; change it there.")
    return " ".join(parts)


class SettingsDialog(QDialog):
    """Show it with `open()`. OK and Apply emit the settings, checked and complete."""

    settings_accepted = Signal(Settings)

    sources_requested = Signal()
    """The sources' own dialog is wanted; this one is closed then, its changes accepted."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.resize(760, 540)
        self._accepted = settings
        variables = overridden(os.environ if environment is None else environment)
        self.rows = {name: SettingRow(name, getattr(settings, name), variables.get(name, "")) for name in NAMES}
        self.pages = QStackedWidget()
        self._page_of: dict[str, int] = {}
        self._labels: list[tuple[QLabel, SettingRow]] = []
        self.sources_button = push_button("&Switch, sort and test sources…", self._leave_for_sources)
        self._make_pages()
        self.groups = GroupList("Groups of settings", list(self._page_of), room=60)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Apply | standard.Cancel | standard.RestoreDefaults)
        self.buttons.accepted.connect(self._ok)
        self.buttons.rejected.connect(self.reject)
        self.apply_button = self.buttons.button(standard.Apply)
        self.apply_button.clicked.connect(self._apply)
        self.buttons.button(standard.RestoreDefaults).clicked.connect(self.restore_defaults)
        self._lay_out()
        for row in self.rows.values():
            row.field.changed.connect(self._follow)
        self._follow()
        self.groups.setFocus()

    def values(self) -> Settings | None:
        """The settings as the form has them; None where something is wrong, which its row says."""
        values, wrong = {}, False
        for name, row in self.rows.items():
            if not row.editable:
                values[name] = getattr(self._accepted, name)
                continue
            try:
                values[name] = row.checked()
            except SettingsError:
                wrong = True
        return None if wrong else Settings(**values)

    def restore_defaults(self) -> None:
        """Put the default into every row that no variable decides; nothing is applied yet."""
        defaults = Settings()
        for name, row in self.rows.items():
            if row.editable:
                row.field.set_value(getattr(defaults, name))

    def show_group(self, name: str) -> None:
        self.groups.setCurrentRow(self._page_of[name])

    def _make_pages(self) -> None:
        forms: dict[str, QFormLayout] = {}
        for row in self.rows.values():
            group = row.declared.group
            if group not in forms:
                forms[group] = self._add_page(group)
            label = QLabel("" if isinstance(row.field, TruthField) else row.declared.label)
            label.setEnabled(row.editable)
            label.setBuddy(row)
            self._labels.append((label, row))
            forms[group].addRow(label, row)
        forms[self.rows["providers"].declared.group].addRow("", self.sources_button)

    def _add_page(self, group: str) -> QFormLayout:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 4, 14, 4)
        column.addWidget(title_label(group, 1.25))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        form.setHorizontalSpacing(16)
        column.addLayout(form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the field that has the keyboard
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        self._page_of[group] = self.pages.addWidget(scroll)
        return form

    def _lay_out(self) -> None:
        self.groups.currentRowChanged.connect(self.pages.setCurrentIndex)
        middle = QHBoxLayout()
        middle.addWidget(self.groups)
        middle.addWidget(self.pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(middle, 1)
        layout.addWidget(self.buttons)
        self.ensurePolished()  # sizes are known only then
        for label, row in self._labels:
            if not isinstance(row.field, ListField):
                label.setFixedHeight(row.field.widget.sizeHint().height())  # in the line of its input

    def _follow(self) -> None:
        """OK needs settings without a mistake, Apply a change as well; a group with a mistake is marked."""
        values = self.values()
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(values is not None)
        self.apply_button.setEnabled(values is not None and values != self._accepted)
        wrong = {row.declared.group for row in self.rows.values() if not row.wrong.isHidden()}
        for group, number in self._page_of.items():
            self.groups.item(number).setText(f"{group}  (!)" if group in wrong else group)

    def _apply(self) -> bool:
        values = self.values()
        if values is None:
            return False
        if values != self._accepted:
            self._accepted = values
            self.settings_accepted.emit(values)
        self._follow()
        return True

    def _ok(self) -> None:
        if self._apply():
            self.accept()

    def _leave_for_sources(self) -> None:
        if self._apply():
            self.accept()
            self.sources_requested.emit()
