"""The two themes: contrast by the formula of WCAG 2, what apply_theme leaves behind, and that it follows the system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from soulspot_gallery.gui.look import theme as themes
from soulspot_gallery.gui.look.state_marks import Tone, tone_colour
from soulspot_gallery.gui.look.theme import DARK, LIGHT, Theme, apply_theme, palette_of, theme_of

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    """Other tests get the application undressed."""
    palette, sheet = QPalette(qapp.palette()), qapp.styleSheet()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    rgb = QColor(colour)
    return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF())


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_text_can_be_read(theme: Theme) -> None:
    grounds = (theme.window, theme.base, theme.raised)
    pairs = [(ink, ground) for ink in (theme.text, theme.muted, theme.link) for ground in grounds]
    pairs += [(theme.text, button) for button in (theme.button, theme.button_hover, theme.button_pressed)]
    pairs += [(theme.on_problem, theme.problem), (theme.on_accent, theme.accent), (theme.muted, theme.button_pressed)]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


@BOTH
def test_the_colours_of_states_can_be_read(theme: Theme) -> None:
    for tone in Tone:
        ink = tone_colour(tone, dark=theme is DARK).name()
        for ground in (theme.base, theme.window):
            assert contrast(ink, ground) >= 4.5, (tone, ground)


@BOTH
def test_what_marks_focus_stands_out(theme: Theme) -> None:
    for ground in (theme.window, theme.base, theme.button):
        assert contrast(theme.focus, ground) >= 3, ground


@BOTH
def test_the_rim_of_a_field_can_be_seen(theme: Theme) -> None:
    for ground in (theme.window, theme.base):
        assert contrast(theme.edge, ground) >= 3, ground


@BOTH
def test_a_tick_can_be_seen(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, "light" if theme is LIGHT else "dark")
    box = QCheckBox("Only broken")
    qtbot.addWidget(box)
    box.resize(160, 30)

    def colours() -> set[str]:
        image = box.grab().toImage()
        return {QColor(image.pixel(x, y)).name() for x in range(18) for y in range(image.height())}

    assert theme.edge in colours()
    assert theme.accent not in colours()
    box.setChecked(True)
    assert {theme.accent, "#ffffff"} <= colours()


@BOTH
@pytest.mark.parametrize("field", [QLineEdit, QSpinBox, QPlainTextEdit])
def test_every_field_has_a_rim(qtbot: QtBot, qapp: QApplication, theme: Theme, field: type[QWidget]) -> None:
    apply_theme(qapp, "light" if theme is LIGHT else "dark")
    widget = field()
    qtbot.addWidget(widget)
    widget.resize(160, 60)
    image = widget.grab().toImage()
    sides = ((80, 0), (0, image.height() // 2), (80, image.height() - 1))
    assert {QColor(image.pixel(x, y)).name() for x, y in sides} == {theme.edge}


@BOTH
def test_a_number_has_room_in_its_field(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, "light" if theme is LIGHT else "dark")
    box = QSpinBox()
    qtbot.addWidget(box)
    box.resize(100, 30)
    box.show()
    assert box.lineEdit().width() > 80


@BOTH
def test_apply_theme_dresses_widgets(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    assert apply_theme(qapp, "light" if theme is LIGHT else "dark") is theme
    button = QPushButton("Recache")
    qtbot.addWidget(button)
    button.resize(120, 40)
    assert theme_of(button.palette()) is theme
    assert QColor(button.grab().toImage().pixel(20, 10)).name() == theme.button


@BOTH
def test_disabled_text_is_fainter(theme: Theme) -> None:
    palette = palette_of(theme)
    faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
    assert contrast(faint, theme.base) < contrast(theme.muted, theme.base)


class Hints(QObject):
    """A system that can change its mind, which the offscreen one can't."""

    colorSchemeChanged = Signal(Qt.ColorScheme)  # noqa: N815  # Qt's name

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Qt.ColorScheme.Unknown

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def change(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


def test_system_follows_the_system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    hints = Hints()
    monkeypatch.setattr(QApplication, "styleHints", lambda self: hints)
    monkeypatch.setattr(themes, "_FOLLOWER", "follows these hints")
    assert apply_theme(qapp, "system") is LIGHT
    hints.change(Qt.ColorScheme.Dark)
    assert theme_of(qapp.palette()) is DARK
    assert apply_theme(qapp, "light") is LIGHT
    hints.change(Qt.ColorScheme.Dark)
    assert theme_of(qapp.palette()) is LIGHT
    assert apply_theme(qapp, "system") is DARK
