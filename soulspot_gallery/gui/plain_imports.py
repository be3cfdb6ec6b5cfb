"""Takes PySide's hook out of Python's imports; to be imported first by whoever opens the window.

For the sake of `from __feature__ import snake_case`, PySide reads and keeps the source of every module that is imported
after it. Nothing here uses that; for the modules of the window and the engine it cost 0.2 s of CPU and 23 MB.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 -- puts the hook in

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
