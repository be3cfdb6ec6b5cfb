"""Tests of the window: a QApplication for each, and async tests run on the window's own loop over it."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from PySide6.QtWidgets import QApplication
from support.running import arguments_of, bounded

from soulspot_gallery.gui.event_loop import new_event_loop


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """The one QApplication; the loop needs it before the test begins."""
    return qapp


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """An `async def` test runs on `gui.event_loop`. In it, await conditions; `qtbot.wait…` would nest a loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    with asyncio.Runner(debug=False, loop_factory=new_event_loop) as runner:
        runner.run(bounded(pyfuncitem.obj, arguments_of(pyfuncitem)))
    return True
