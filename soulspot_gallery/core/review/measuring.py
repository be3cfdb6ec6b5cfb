"""Measures what pictures look like, in the pool; each file once, as the journal remembers it by its contents."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.model import EntityType, Entry, Progress, Report, State
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.appearance import Appearance, measure
from soulspot_gallery.core.threads import Threads

Key = tuple[EntityType, str]

_CHUNK = 64
"""Files that are handed to the pool at a time: enough for all its threads, few enough to be cancelled."""

_KEPT_AT = 1024
"""Measured pictures between two writes to the journal."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole picture: the sha256 of its file, and what it looks like."""

    sha256: str
    look: Appearance


async def see(
    opened: Opened, threads: Threads, pool: Executor, entries: Sequence[Entry], report: Report
) -> dict[Key, Seen]:
    """All whole pictures of these; those that can't be read are left out. What was measured stays when cancelled."""
    known = await threads.read(opened.journal.appearances)
    shown = [each for each in entries if each.image.state is State.CACHED and each.image.local_path]
    found = {
        each.entity.key: Seen(sha256, known[sha256])
        for each in shown
        if (sha256 := each.image.sha256) is not None and sha256 in known
    }
    files = dict[str, list[Key]]()
    for each in shown:
        if each.entity.key not in found:
            files.setdefault(each.image.local_path or "", []).append(each.entity.key)
    new, loop, paths = dict[str, Appearance](), asyncio.get_running_loop(), list(files)
    try:
        for start in range(0, len(paths), _CHUNK):
            report(Progress("Measuring pictures", start, len(paths)))
            chunk = paths[start : start + _CHUNK]
            jobs = [loop.run_in_executor(pool, _look_at, opened, path, known) for path in chunk]
            for path, seen in zip(chunk, await asyncio.gather(*jobs), strict=True):
                if seen is not None:
                    found |= dict.fromkeys(files[path], seen)
                    new[seen.sha256] = known[seen.sha256] = seen.look
            if len(new) >= _KEPT_AT:
                await threads.write(opened.journal.note_appearances, dict(new))
                new.clear()
    finally:
        await threads.write(opened.journal.note_appearances, new)
    return found


def _look_at(opened: Opened, path: str, known: dict[str, Appearance]) -> Seen | None:
    """Runs in the pool."""
    try:
        content = opened.store.read(path)
        sha256 = hashlib.sha256(content).hexdigest()
        return Seen(sha256, known.get(sha256) or measure(content))
    except (OSError, GalleryError):  # gone or damaged meanwhile: its state says so at the next look
        return None
