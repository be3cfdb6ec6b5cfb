"""Tests of the settings form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialogButtonBox, QLabel, QLineEdit, QPlainTextEdit, QSpinBox
from pytestqt.qtbot import QtBot

from soulspot_gallery.core.settings import Settings, check_settings, declared
from soulspot_gallery.gui.look.theme import apply_theme
from soulspot_gallery.gui.settings.setting_fields import ListField, NumberField
from soulspot_gallery.gui.settings.settings_dialog import NAMES, SettingsDialog, without_overrides

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    """The defaults, with one setting decided by a variable."""
    settings = dataclasses.replace(Settings(), webp_quality=70)
    dialog = SettingsDialog(settings, {"SOULSPOT_GALLERY_WEBP_QUALITY": "70", "PATH": "x"})
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """The application as the program dresses it, for as long as a test takes."""
    sheet, palette = qapp.styleSheet(), qapp.palette()
    apply_theme(qapp, "light")
    yield qapp
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def _ok(dialog: SettingsDialog) -> None:
    QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), _LEFT)


def test_every_declared_setting_has_an_input_with_its_name(dialog: SettingsDialog) -> None:
    assert set(dialog.rows) == set(NAMES) == {each.name for each in dataclasses.fields(Settings)}
    for name, row in dialog.rows.items():
        assert row.field.widget.accessibleName() == declared(name).label
        assert row.field.value() == (70 if name == "webp_quality" else getattr(Settings(), name))


def test_a_label_stands_in_the_line_of_its_input(themed: QApplication, qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), {})
    qtbot.addWidget(dialog)
    dialog.show()
    for group, name in (("Cache", "artist_image_size"), ("Cache", "cache_dir"), ("Window", "theme")):
        dialog.show_group(group)
        row = dialog.rows[name]
        (label,) = (each for each in dialog.findChildren(QLabel) if each.buddy() is row)
        middles = [each.mapToGlobal(each.rect().center()).y() for each in (label, row.field.widget)]
        assert abs(middles[0] - middles[1]) <= 1, name


def test_each_list_shows_an_entry_that_it_takes(dialog: SettingsDialog) -> None:
    for name, row in dialog.rows.items():
        if isinstance(row.field, ListField):
            example = declared(name).example
            assert example in row.field.text.placeholderText()
            assert check_settings({name: [example]}, "") == {name: (example,)}


def test_what_is_typed_is_accepted_in_its_own_type(qtbot: QtBot, dialog: SettingsDialog) -> None:
    dialog.show_group("Network")
    box = dialog.rows["request_timeout"].field.widget.focusProxy()
    assert isinstance(box, QSpinBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "45")
    hosts = dialog.rows["allowed_hosts"].field.widget
    assert isinstance(hosts, QPlainTextEdit)
    QTest.keyClicks(hosts, "nas.local:8080")
    QTest.keyClick(hosts, Qt.Key.Key_Return)
    QTest.keyClicks(hosts, "[::1]:90")
    dialog.show_group("Cleanup")
    apply = dialog.rows["cache_cleanup_apply"].field.widget
    assert isinstance(apply, QCheckBox)
    QTest.keyClick(apply, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.settings_accepted) as accepted:
        _ok(dialog)
    assert accepted.args == [
        dataclasses.replace(
            Settings(),
            webp_quality=70,
            request_timeout=45,
            allowed_hosts=("nas.local:8080", "[::1]:90"),
            cache_cleanup_apply=True,
        )
    ]
    assert not dialog.isVisible()


@pytest.mark.parametrize(("name", "text"), [("cache_cleanup_schedule", "every day"), ("allowed_hosts", "no port")])
def test_a_mistake_is_said_in_its_place_and_nothing_is_accepted(
    qtbot: QtBot, dialog: SettingsDialog, name: str, text: str
) -> None:
    row = dialog.rows[name]
    dialog.show_group(row.declared.group)
    widget = row.field.widget
    assert isinstance(widget, QLineEdit | QPlainTextEdit)
    widget.selectAll()
    QTest.keyClicks(widget, text)
    assert row.wrong.isVisible()
    assert row.declared.label in row.wrong.label.text()
    assert "(!)" in dialog.groups.currentItem().text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    widget.clear()
    assert row.wrong.isHidden()
    assert dialog.values() is not None


def test_apply_keeps_the_form_open_and_needs_a_change(qtbot: QtBot, dialog: SettingsDialog) -> None:
    assert not dialog.apply_button.isEnabled()
    dialog.rows["theme"].field.set_value("dark")
    with qtbot.waitSignal(dialog.settings_accepted) as accepted:
        QTest.mouseClick(dialog.apply_button, _LEFT)
    assert accepted.args[0].theme == "dark"
    assert dialog.isVisible()
    assert not dialog.apply_button.isEnabled()
    with qtbot.assertNotEmitted(dialog.settings_accepted):
        _ok(dialog)


def test_what_a_variable_decides_is_shown_but_not_changed(dialog: SettingsDialog) -> None:
    row = dialog.rows["webp_quality"]
    assert not row.field.widget.isEnabled()
    assert "SOULSPOT_GALLERY_WEBP_QUALITY" in row.field.widget.accessibleDescription()
    dialog.rows["trash_days"].field.set_value(3)
    QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults), _LEFT)
    assert dialog.values() == dataclasses.replace(Settings(), webp_quality=70)


def test_the_value_of_a_variable_is_not_saved() -> None:
    accepted = dataclasses.replace(Settings(), webp_quality=70, trash_days=3)
    saved = without_overrides(accepted, Settings(), {"SOULSPOT_GALLERY_WEBP_QUALITY": "70"})
    assert saved == dataclasses.replace(Settings(), trash_days=3)


def test_the_wheel_scrolls_the_page_instead_of_changing_a_number(dialog: SettingsDialog) -> None:
    box = dialog.rows["artist_image_size"].field.widget.focusProxy()
    assert isinstance(box, QSpinBox)
    dialog.groups.setFocus()
    centre = QPointF(box.rect().center())
    wheel = QWheelEvent(
        centre, QPointF(box.mapToGlobal(centre)), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert dialog.rows["artist_image_size"].field.value() == 300


def test_a_number_is_stepped_by_mouse_and_by_key(dialog: SettingsDialog) -> None:
    field = dialog.rows["artist_image_size"].field
    assert isinstance(field, NumberField)
    QTest.mouseClick(field.more, _LEFT)
    QTest.mouseClick(field.more, _LEFT)
    QTest.mouseClick(field.less, _LEFT)
    QTest.keyClick(field.box, Qt.Key.Key_Up)
    assert field.value() == 302


def test_escape_accepts_nothing(qtbot: QtBot, dialog: SettingsDialog) -> None:
    dialog.rows["trash_days"].field.set_value(3)
    with qtbot.assertNotEmitted(dialog.settings_accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_sources_are_a_button_away_and_changes_come_first(dialog: SettingsDialog) -> None:
    heard = list[object]()
    dialog.settings_accepted.connect(heard.append)
    dialog.sources_requested.connect(lambda: heard.append("sources"))
    dialog.show_group("Sources")
    assert dialog.sources_button.isVisible()
    number, providers = dialog.rows["trash_days"].field, dialog.rows["providers"].field
    number.set_value(7)
    providers.set_value(("no source of this name!",))
    QTest.mouseClick(dialog.sources_button, _LEFT)
    assert (heard, dialog.isVisible()) == ([], True)
    providers.set_value(("deezer",))
    QTest.mouseClick(dialog.sources_button, _LEFT)
    assert heard == [dataclasses.replace(Settings(), webp_quality=70, trash_days=7, providers=("deezer",)), "sources"]
    assert not dialog.isVisible()
