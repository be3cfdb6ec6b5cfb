"""What a screen reader and a keyboard find of a window: its controls by name and role, and where Tab leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAction, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QTextBrowser,
    QToolBar,
    QToolButton,
    QWidget,
)

_MOST_TABS = 400
_MUTE = {QAccessible.Role.NoRole, QAccessible.Role.Client}
"""Roles that tell a screen reader nothing of a control."""


def controls(window: QWidget) -> list[QWidget]:
    """What a user can act on, or has to know of, as far as it is on screen; not the parts that Qt makes of them."""
    return [each for each in window.findChildren(QWidget) if each.isVisibleTo(window) and _is_control(each)]


def _is_control(widget: QWidget) -> bool:
    if widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar | QHeaderView | QMenu | QMenuBar):
        return False
    if type(widget).__name__ == "QTableCornerButton":
        return False
    parent = widget.parent()
    if isinstance(widget, QLineEdit) and isinstance(parent, QAbstractSpinBox | QComboBox):
        return False
    if isinstance(parent, QLineEdit) and isinstance(widget, QToolButton):
        return False  # the button that clears it; the keyboard has its own ways
    return isinstance(widget, QAbstractButton | QAbstractSlider | QProgressBar) or takes_keyboard(widget)


def takes_keyboard(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def unnamed(window: QWidget) -> list[str]:
    """The controls without a name or without a sensible role."""
    found = list[str]()
    for widget in controls(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name).strip() or _buddy(window, widget)
        if not name:
            found.append(f"{label(widget)} has no name")
        if interface.role() in _MUTE and not isinstance(widget, QLabel | QScrollArea):
            found.append(f"{label(widget)} has no role")
    return found


def _buddy(window: QWidget, widget: QWidget) -> str:
    return next((each.text() for each in window.findChildren(QLabel) if each.buddy() is widget), "")


def unreachable(window: QWidget) -> list[str]:
    """The enabled controls that Tab does not come to, and traps that it does not leave."""
    order, trapped = tab_order(window)
    found = [f"{label(trapped)} is a trap"] if trapped is not None else []
    back, _ = tab_order(window, Qt.Key.Key_Backtab)
    found += [f"{label(each)} is reached by Tab one way only" for each in set(order) ^ set(back)]
    for widget in controls(window):
        if widget in order or not widget.isEnabled() or isinstance(widget, QProgressBar):
            continue
        if isinstance(widget, QRadioButton) or _in_group(widget, order):
            continue  # arrows move within a group, of which one is in the order
        if isinstance(widget, QToolButton) and isinstance(widget.parent(), QToolBar) and _has_key(widget):
            continue
        around = widget.parentWidget()
        if not takes_keyboard(widget) and around is not None and around.focusProxy() in order:
            continue  # a part of a control, which has keys for it
        if any(widget.isAncestorOf(each) or widget.focusProxy() is each for each in order):
            continue
        found.append(f"{label(widget)} is not reached by Tab")
    return found


def _in_group(widget: QWidget, order: list[QWidget]) -> bool:
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(each in order for each in group.buttons())


def _has_key(button: QToolButton) -> bool:
    action = button.defaultAction()
    return action is not None and not action.shortcut().isEmpty()


def tab_order(window: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> tuple[list[QWidget], QWidget | None]:
    """The widgets that Tab (or Backtab) comes to, and the one that it does not leave, if there is such."""
    seen = list[QWidget]()
    for _ in range(_MOST_TABS):
        at = QApplication.focusWidget()
        if at is not None and at in seen:
            break
        if at is not None:
            seen.append(at)
        QTest.keyClick(at or window, key)
        if at is not None and QApplication.focusWidget() is at and _stops(window) > 1:
            return seen, at
    return seen, None


def _stops(window: QWidget) -> int:
    return sum(each.isEnabled() and takes_keyboard(each) for each in controls(window))


def access_keys(window: QWidget) -> list[str]:
    """Access keys (Alt and a letter) that stand for two things at once. Of a main window its menus count too."""
    texts = list[str]()
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLabel) and widget.isVisibleTo(window):
            if isinstance(widget, QLabel) and widget.buddy() is None:
                continue
            if isinstance(widget, QToolButton) and isinstance(widget.parent(), QToolBar):
                continue
            texts.append(widget.text())
        elif isinstance(widget, QGroupBox) and widget.isVisibleTo(window):
            texts.append(widget.title())
    if isinstance(window, QMainWindow):
        texts += [action.text() for action in window.menuBar().actions()]
    return _twice(texts)


def _twice(texts: list[str]) -> list[str]:
    keys = Counter(key for text in texts if (key := QKeySequence.mnemonic(text).toString()))
    return [f"{key} stands for {[text for text in texts if QKeySequence.mnemonic(text).toString() == key]}"
            for key, count in keys.items() if count > 1]  # fmt: skip


def menu_problems(window: QMainWindow) -> list[str]:
    """Actions of the menus that no key leads to, and keys that lead to two of them."""
    found, keys = list[str](), Counter[str]()
    for menu in _menus(window):
        actions = [each for each in menu.actions() if not each.isSeparator()]
        found += [f"{each.text()} has neither key nor access key" for each in actions if not _leads_to(each)]
        found += _twice([each.text() for each in actions])
        keys.update(each.toString() for action in actions for each in action.shortcuts() if not each.isEmpty())
    return found + [f"{key} is the key of {count} actions" for key, count in keys.items() if count > 1]


def _menus(window: QMainWindow) -> Iterator[QMenu]:
    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        yield menu


def _leads_to(action: QAction) -> bool:
    return not action.shortcut().isEmpty() or not QKeySequence.mnemonic(action.text()).isEmpty()


def label(widget: QWidget) -> str:
    """What to call a control in a failure."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    if isinstance(widget, QPlainTextEdit | QTextBrowser):
        text = widget.toPlainText()[:20]
    return f"{type(widget).__name__} {widget.objectName() or text or widget.accessibleName()!r}"


def problems(window: QWidget) -> list[str]:
    """All that keeps a person from using this window with a screen reader or by keys alone."""
    return [*unnamed(window), *unreachable(window), *access_keys(window)]


_SEEN_PIXELS, _SEEN_STEP = 24, 40
"""So many pixels of a control are lighter or darker by so much (of 255) while it has the keyboard."""


def unseen(window: QWidget) -> list[str]:
    """The controls that look the same with the keyboard as without."""
    order, _ = tab_order(window)
    found = list[str]()
    for number, widget in enumerate(order):
        order[number - 1].setFocus(Qt.FocusReason.TabFocusReason)
        without = _picture(window, widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if len(order) > 1 and _difference(without, _picture(window, widget)) < _SEEN_PIXELS:
            found.append(f"{label(widget)} does not show that it has the keyboard")
    return found


def _picture(window: QWidget, widget: QWidget) -> QImage:
    QApplication.processEvents()
    box = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-3, -3, 3, 3)
    return window.grab(box.intersected(window.rect())).toImage()


def _difference(one: QImage, other: QImage) -> int:
    """How many pixels differ much in lightness."""
    return sum(
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > _SEEN_STEP
        for y in range(one.height())
        for x in range(one.width())
        if one.pixel(x, y) != other.pixel(x, y)
    )
