"""Every comparison that there is, in the order of the table."""

from __future__ import annotations

from lines_library import LIBRARY_LINES
from lines_pictures import PICTURE_LINES
from lines_window import WINDOW_LINES

LINES = PICTURE_LINES + LIBRARY_LINES + WINDOW_LINES
