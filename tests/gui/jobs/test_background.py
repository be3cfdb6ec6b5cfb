"""Tests of small work in an executor."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from soulspot_gallery.gui.jobs.background import Background


def test_results_arrive_on_the_gui_thread(qtbot: QtBot) -> None:
    owner, arrived = QObject(), list[tuple[int, int]]()
    with ThreadPoolExecutor(1) as pool:
        background = Background(pool, owner)
        background.run(threading.get_ident, lambda where: arrived.append((where, threading.get_ident())))
        qtbot.waitUntil(lambda: bool(arrived))
    assert arrived[0][0] != arrived[0][1] == threading.get_ident()
    assert background.waiting == 0


def test_what_was_cancelled_is_not_delivered(qtbot: QtBot) -> None:
    owner, arrived, go = QObject(), list[str](), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        background = Background(pool, owner)
        background.run(lambda: str(go.wait(10)), arrived.append)
        background.run(lambda: "second", arrived.append)
        background.cancel()
        go.set()
        background.run(lambda: "third", arrived.append)
        qtbot.waitUntil(lambda: bool(arrived))
    assert arrived == ["third"]


def test_an_executor_that_has_ended_is_no_error(qtbot: QtBot) -> None:
    owner, pool = QObject(), ThreadPoolExecutor(1)
    pool.shutdown()
    background = Background(pool, owner)
    background.run(lambda: 1, lambda result: None)
    assert background.waiting == 0
