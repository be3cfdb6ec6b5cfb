"""Sides of the comparisons about starting: CPU since the process began, and the clock, up to each stage."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from measuring import Given, resident_megabytes

if sys.platform != "win32":
    import resource

_WIDGETS_MEMORY = "import PySide6.QtWidgets, measuring; print(measuring.resident_megabytes())"


def _ran(*arguments: str) -> dict[str, float]:
    before, wall = _children_cpu(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return {"items": 1, "cpu": _children_cpu() - before, "wall": time.perf_counter() - wall}


def _children_cpu() -> float:
    """Seconds of CPU of the processes that this one has started and that have ended."""
    if sys.platform == "win32":
        return os.times().children_user + os.times().children_system
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # `os.times` counts in steps of 10 ms
    return used.ru_utime + used.ru_stime


def version(given: Given) -> dict[str, float]:
    return _ran("-m", "soulspot_gallery", "--version")


def bare_python(given: Given) -> dict[str, float]:
    return _ran("-c", "pass")


def import_widgets(given: Given) -> dict[str, float]:
    """The floor of a window: of its stages and its memory too."""
    measured = _ran("-c", "import PySide6.QtWidgets")
    memory = subprocess.run(
        [sys.executable, "-c", _WIDGETS_MEMORY], check=True, capture_output=True, text=True, env=os.environ
    )
    stages = dict.fromkeys(("first_page_s", "all_known_s"), measured["cpu"])
    return measured | stages | {"resident_mb": float(memory.stdout)}


def window_cold(given: Given) -> dict[str, float]:
    """As `window`, once what it takes is out of the disk's cache."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("drop_caches.py")), given["library"]], check=True)
    return window(given)


def window(given: Given) -> dict[str, float]:
    """The program's window on a library of many rows: its first page painted, all rows in it, all known of them."""
    began = time.perf_counter()
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent

    from soulspot_gallery.core.settings import Settings
    from soulspot_gallery.gui import app
    from soulspot_gallery.gui.event_loop import new_event_loop
    from soulspot_gallery.gui.grid.gallery_model import GalleryModel
    from soulspot_gallery.gui.grid.gallery_view import GalleryView
    from soulspot_gallery.qt_executor import QtExecutor

    library = Path(given["library"])
    arguments = argparse.Namespace(
        library=str(library / "library.db"), image_root=library / "images", data_dir=library / "data", demo=False
    )
    figures: dict[str, float] = {"items": 1}
    application = app.make_application(Settings())
    executor = QtExecutor()

    paint = GalleryView.paintEvent

    def painted(view: GalleryView, event: QPaintEvent) -> None:
        """Notes when a first page and all rows are painted, and ends once all is known of them."""
        paint(view, event)
        model = view.model()
        assert isinstance(model, GalleryModel)
        if model.total:
            figures.setdefault("first_page_s", time.process_time())
        if model.total >= given["rows"] and "cpu" not in figures:
            figures.update(cpu=time.process_time(), wall=time.perf_counter() - began)
        if model.total and model.entry_at(0).image.bytes and "all_known_s" not in figures:
            figures.update(all_known_s=time.process_time(), resident_mb=resident_megabytes())
            QTimer.singleShot(0, view.window().close)

    setattr(GalleryView, "paintEvent", painted)  # noqa: B010
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(app._run(arguments, Settings(), library / "settings.toml", executor))
    executor.shutdown(wait=True, cancel_futures=True)
    del application
    return figures
