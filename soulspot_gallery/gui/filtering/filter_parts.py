"""The controls that the filter bar is made of, dressed alike. What they do is up to the bar."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QSlider, QToolButton

from soulspot_gallery.gui.grid.gallery_view import LARGEST, SMALLEST, USUAL, ZOOM_STEP


def search_field() -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText("Search names and artists")
    field.setAccessibleName("Search")
    field.setToolTip("Search names and artists (Ctrl+F)")
    field.setClearButtonEnabled(True)
    field.setMinimumWidth(180)
    field.setMaximumWidth(420)
    return field


def tool_button(text: str, tip: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def menu_button(text: str, tip: str) -> QToolButton:
    button = tool_button(text, tip)
    button.setMenu(QMenu(button))
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def choice(menu: QMenu, text: str) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setIconVisibleInMenu(True)
    return action


def zoom_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(SMALLEST, LARGEST)
    slider.setSingleStep(ZOOM_STEP)
    slider.setPageStep(2 * ZOOM_STEP)
    slider.setValue(USUAL)
    slider.setFixedWidth(110)
    slider.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    slider.setAccessibleName("Size of the pictures")
    slider.setToolTip("Size of the pictures (Ctrl+wheel, + and −)")
    return slider
