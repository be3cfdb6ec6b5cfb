"""What is open, handed to those who work on it: the rows, the files, the journal, and the last look at each file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.library.catalog import Library


@dataclass(frozen=True, slots=True)
class Opened:
    """`turn`: what a step that changes files and rows together is done in, so that steps of several galleries on a
    shared library come one after the other; each begins with nothing left half done. Raises LibraryError."""

    library: Library
    store: Store
    journal: Journal
    checks: FileChecks
    turn: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext

    def note_looks(self) -> None:
        """Write the looks of this run down. Blocks. Raises JournalError."""
        looks = list(self.checks.take_new())
        self.journal.note_checks(looks)
        self.checks.noted(looks)
