"""Light and dark: our own palettes on Qt's Fusion style, and the few rules of style sheet that a palette can't say.

`QStyleHints.setColorScheme()` does nothing under X11 and offscreen, hence palettes. Widgets and delegates take their
colours from the palette; the colours of states are in `state_marks`. Sizes in logical px, so they follow the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from soulspot_gallery.core.resources import resource

Choice = Literal["system", "light", "dark"]
_FOLLOWER = "follows the system's colours"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #rrggbb. `muted` is for lesser text, `line` for hairlines, `edge` for the rim of a control; what
    stands on `accent` is written in `on_accent`, `focus` rings what has the keyboard."""

    name: str
    window: str
    base: str
    raised: str
    text: str
    muted: str
    disabled: str
    line: str
    edge: str
    accent: str
    on_accent: str
    link: str
    focus: str
    button: str
    button_hover: str
    button_pressed: str
    problem: str
    on_problem: str


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    raised="#eceef1",
    text="#1c2026",
    muted="#5a626e",
    disabled="#9aa1ab",
    line="#dcdfe4",
    edge="#828a96",
    accent="#2463b8",
    on_accent="#ffffff",
    link="#1d58a8",
    focus="#2463b8",
    button="#ffffff",
    button_hover="#f5f8fd",
    button_pressed="#e3ebf7",
    problem="#fbe9e8",
    on_problem="#7c1a20",
)
DARK = Theme(
    name="dark",
    window="#1b1d22",
    base="#15171b",
    raised="#24272e",
    text="#e8eaee",
    muted="#a4acb9",
    disabled="#676e7a",
    line="#31353d",
    edge="#727a87",
    accent="#2e6bc4",
    on_accent="#ffffff",
    link="#7db4f5",
    focus="#7db4f5",
    button="#2a2e36",
    button_hover="#333842",
    button_pressed="#22303f",
    problem="#3d2124",
    on_problem="#ffb9b9",
)

_SHEET = """
QToolTip {{ color: {text}; background: {raised}; border: 1px solid {edge}; padding: 4px 6px; }}
QPushButton {{
    background: {button}; color: {text}; border: 1px solid {edge}; border-radius: 6px;
    padding: 5px 14px; min-height: 18px;
}}
QPushButton:hover {{ background: {button_hover}; border-color: {focus}; }}
QPushButton:pressed, QPushButton:checked {{ background: {button_pressed}; }}
QPushButton:focus {{ border: 2px solid {focus}; padding: 4px 13px; }}
QPushButton:default {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton:default:hover {{ border-color: {text}; }}
QPushButton:default:focus {{ border: 2px solid {text}; }}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton:disabled {{ color: {disabled}; background: {window}; border-color: {line}; }}
QLineEdit {{
    background: {base}; color: {text}; border: 1px solid {edge}; border-radius: 6px; padding: 4px 7px; min-height: 18px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit:focus {{ border: 2px solid {focus}; padding: 3px 6px; }}
QLineEdit:disabled {{ color: {disabled}; background: {window}; border-color: {line}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractItemView QLineEdit {{
    border: none; border-radius: 0; padding: 0 2px; min-height: 0; background: transparent;
}}
QAbstractSpinBox {{ min-height: 26px; }}
QComboBox {{
    background: {button}; color: {text}; border: 1px solid {edge}; border-radius: 6px;
    padding: 2px 9px; min-height: 22px;
}}
QComboBox:hover {{ background: {button_hover}; border-color: {focus}; }}
QComboBox:focus {{ border: 2px solid {focus}; padding: 1px 8px; }}
QComboBox:disabled {{ color: {disabled}; background: {window}; border-color: {line}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
QAbstractSpinBox, QPlainTextEdit {{
    background: {base}; color: {text}; border: 1px solid {edge}; border-radius: 6px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QAbstractSpinBox:focus, QPlainTextEdit:focus {{ border: 2px solid {focus}; }}
QAbstractSpinBox:disabled, QPlainTextEdit:disabled {{
    color: {disabled}; background: {window}; border-color: {line};
}}
QCheckBox, QRadioButton {{ spacing: 7px; border: 2px solid transparent; border-radius: 5px; padding: 1px 4px 1px 1px; }}
QCheckBox:focus, QRadioButton:focus, QSlider:focus {{ border-color: {focus}; }}
QSlider {{ border: 2px solid transparent; border-radius: 5px; }}
QListWidget, PicturedList, QTableView, QTreeView, QScrollArea {{ border: 2px solid transparent; border-radius: 4px; }}
QListWidget, PicturedList, QTableView, QTreeView {{ border-color: {line}; }}
QListWidget:focus, PicturedList:focus, QTableView:focus, QTreeView:focus, QScrollArea:focus {{ border-color: {focus}; }}
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator, QGroupBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {edge}; border-radius: 4px; background: {base};
}}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus, QRadioButton::indicator:focus {{
    border-color: {focus};
}}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QGroupBox::indicator:checked {{
    background: {accent}; border-color: {focus}; image: url("{check}");
}}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {{ background: {edge}; }}
QRadioButton::indicator:checked {{ background: {on_accent}; border: 5px solid {accent}; width: 6px; height: 6px; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {window}; border-color: {line}; }}
QCheckBox::indicator:checked:disabled {{ background: {edge}; }}
QProgressBar {{
    background: {line}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; color: transparent;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QStatusBar::item {{ border: none; }}
QToolBar {{ background: {window}; border: none; border-bottom: 1px solid {line}; spacing: 4px; padding: 4px; }}
QToolButton {{ color: {text}; border: 1px solid transparent; border-radius: 6px; padding: 4px 8px; }}
QToolButton:hover {{ background: {button_hover}; border-color: {line}; }}
QToolButton:pressed, QToolButton:checked {{ background: {button_pressed}; border-color: {edge}; }}
QToolButton:focus {{ border: 2px solid {focus}; padding: 3px 7px; }}
QToolButton:disabled {{ color: {disabled}; }}
QMenu {{ background: {base}; color: {text}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 5px 22px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {disabled}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QHeaderView::section {{
    background: {window}; color: {muted}; border: none; border-bottom: 1px solid {line}; padding: 5px 8px;
}}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:hover {{ background: {accent}; }}
QFrame#banner {{ background: {raised}; border: none; border-bottom: 1px solid {line}; }}
QFrame#banner[kind="problem"] {{ background: {problem}; border-bottom: 1px solid {on_problem}; }}
QFrame#banner[kind="problem"] QLabel {{ color: {on_problem}; }}
QFrame#jobBar {{ background: {window}; border: none; border-top: 1px solid {line}; }}
"""


_IMAGES = {name: resource(f"indicator-{name}.svg").as_posix() for name in ("check", "down")}


def apply_theme(application: QApplication, choice: Choice) -> Theme:
    """Dress the application; "system" takes what the system says now and follows it (light where it says nothing)."""
    follower = application.findChild(_Follower, _FOLLOWER)
    if choice != "system":
        if follower is not None:
            follower.stop()
        return _dress(application, LIGHT if choice == "light" else DARK)
    if follower is None:
        follower = _Follower(application)
    return follower.follow()


def theme_of(palette: QPalette) -> Theme:
    """The theme a widget shows, by its palette."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < palette.color(QPalette.ColorRole.Text).lightness()
    return DARK if dark else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """The theme's palette for all three groups; an inactive window keeps its colours."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.button,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.link,
        role.LinkVisited: theme.link,
        role.Light: theme.base,
        role.Midlight: theme.raised,
        role.Mid: theme.edge,
        role.Dark: theme.edge,
        role.Shadow: "#000000",
    }
    palette = QPalette()
    for where, colour in colours.items():
        palette.setColor(QPalette.ColorGroup.All, where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(theme.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.edge))
    return palette


def _dress(application: QApplication, theme: Theme) -> Theme:
    application.setStyle("Fusion")
    application.setPalette(palette_of(theme))
    colours = {each.name: getattr(theme, each.name) for each in fields(theme)}
    application.setStyleSheet(_SHEET.format(**_IMAGES, **colours))
    return theme


class _Follower(QObject):
    """Dresses the application anew when the system changes between light and dark."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_FOLLOWER)
        self._application = application
        self._following = False
        application.styleHints().colorSchemeChanged.connect(self._on_changed)

    def follow(self) -> Theme:
        self._following = True
        return self._dress_by(self._application.styleHints().colorScheme())

    def stop(self) -> None:
        self._following = False

    def _on_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._following:
            self._dress_by(scheme)

    def _dress_by(self, scheme: Qt.ColorScheme) -> Theme:
        return _dress(self._application, DARK if scheme == Qt.ColorScheme.Dark else LIGHT)
