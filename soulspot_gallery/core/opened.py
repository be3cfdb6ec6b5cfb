"""What is open, handed to those who work on it: the rows, the files, the journal, and the last look at each file."""

from __future__ import annotations

from dataclasses import dataclass

from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.library.catalog import Library


@dataclass(frozen=True, slots=True)
class Opened:
    library: Library
    store: Store
    journal: Journal
    checks: FileChecks
