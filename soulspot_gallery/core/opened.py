"""What is open, handed to those who work on it: the rows, the files, the journal, and the last look at each file."""

from __future__ import annotations

from dataclasses import dataclass

from soulspot_gallery.core.catalog import Library
from soulspot_gallery.core.checks import FileChecks
from soulspot_gallery.core.journal import Journal
from soulspot_gallery.core.store import Store


@dataclass(frozen=True, slots=True)
class Opened:
    library: Library
    store: Store
    journal: Journal
    checks: FileChecks
