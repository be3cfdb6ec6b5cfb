"""The window's program from its start to its end, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.gallery import Gallery


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_end_of_a_session_closes_the_window_and_leaves_nothing_behind(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    gallery = Gallery(home, ("--demo",), {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(temporary)})
    with gallery.start(stderr=subprocess.STDOUT) as process:
        try:
            end = time.monotonic() + 30
            while not list(temporary.rglob("library.db")) and time.monotonic() < end:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert list(temporary.iterdir()) == []
