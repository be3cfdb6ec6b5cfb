"""The installed PySide6 keeps its references: 6.12.0 on Python 3.11 loses one to None with every void call."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer


def test_a_call_that_returns_nothing_keeps_the_count_of_none() -> None:
    timer = QTimer()
    parent = QObject()
    before = sys.getrefcount(None)
    for number in range(1000):
        timer.setInterval(number)
        parent.setObjectName("name")
    # From 3.12 on None is immortal and its count stands still; a loss would show as 2,000.
    assert abs(sys.getrefcount(None) - before) < 200
