"""Sides of the comparisons about starting: CPU since the process began, and the clock, up to each stage."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from measuring import Given


def _ran(*arguments: str) -> dict[str, float]:
    before, wall = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"items": 1, "cpu": cpu, "wall": time.perf_counter() - wall}


def version(given: Given) -> dict[str, float]:
    return _ran("-m", "soulspot_gallery", "--version")


def bare_python(given: Given) -> dict[str, float]:
    return _ran("-c", "pass")


def import_widgets(given: Given) -> dict[str, float]:
    return _ran("-c", "import PySide6.QtWidgets")


def window(given: Given) -> dict[str, float]:
    """The window on a library of many rows: painted, and with all rows in it."""
    began = time.perf_counter()
    from PySide6.QtCore import QTimer

    from soulspot_gallery.core.settings import Settings
    from soulspot_gallery.gui import app
    from soulspot_gallery.gui.event_loop import new_event_loop
    from soulspot_gallery.gui.main_window import MainWindow
    from soulspot_gallery.qt_executor import QtExecutor

    library = Path(given["library"])
    arguments = argparse.Namespace(
        library=str(library / "library.db"), image_root=library / "images", data_dir=library / "data", demo=False
    )
    figures: dict[str, float] = {"items": 1}
    application = app.make_application(Settings())
    executor = QtExecutor()

    class Watched(MainWindow):
        """Notes when it is painted and when it has its rows, and closes then."""

        def showEvent(self, event: object) -> None:
            super().showEvent(event)  # type: ignore[arg-type]
            QTimer.singleShot(0, self._painted)
            self.loaded.connect(lambda: QTimer.singleShot(0, self._filled))

        def _painted(self) -> None:
            self.grab()
            figures.update(painted_CPU_ms=time.process_time() * 1e3)

        def _filled(self) -> None:
            self.grab()
            figures.update(cpu=time.process_time(), wall=time.perf_counter() - began)
            self.close()

    setattr(app, "MainWindow", Watched)  # noqa: B010
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(app._run(arguments, Settings(), library / "settings.toml", executor))
    executor.shutdown(wait=True, cancel_futures=True)
    del application
    return figures
