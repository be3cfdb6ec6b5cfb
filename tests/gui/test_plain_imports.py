"""Test that what is imported after PySide is imported as ever: its source is neither read nor kept."""

from __future__ import annotations

import subprocess
import sys


def test_no_source_is_read_for_what_the_window_loads() -> None:
    code = (
        "import linecache, sys\n"
        "import soulspot_gallery.gui.app, soulspot_gallery.gui.entering\n"
        "kept = [name for name in linecache.cache if name.endswith('looking.py') or name.endswith('schema.py')]\n"
        "sys.exit(', '.join(kept) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
