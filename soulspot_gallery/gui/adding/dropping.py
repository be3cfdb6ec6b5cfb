"""What is dropped onto the window: music and exports are imported, databases and SoulSpot's folders are opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from soulspot_gallery.gui.adding.adding import can_be_imported, show_add
from soulspot_gallery.gui.desk import Desk


def take(desk: Desk, path: str, open_library: Callable[[str], object]) -> None:
    """Look what it is, off the GUI thread, and act on it."""

    async def look() -> bool:
        return await asyncio.wrap_future(desk.executor.submit(can_be_imported, path))

    def act(importable: bool) -> None:  # noqa: FBT001 (what was found out)
        if importable:
            show_add(desk, path)
        else:
            open_library(path)

    desk.jobs.run_quietly("dropped", look, act)
