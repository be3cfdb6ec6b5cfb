"""What lies beside the files in the trash: enough to bring them back with their rows when the journal is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.records import Receipt, RemovedFile, entity_from_json, entity_to_json
from soulspot_gallery.core.model import Removal


def note(store: Store, library: str, receipt: Receipt, files: Sequence[RemovedFile]) -> None:
    """Write down, in the receipt's folder in the trash, which files of this library are about to come there.

    Raises OSError. A file may be written down more than once; what is not in the trash then counts for nothing.
    """
    head = {"library": library, "receipt": receipt.id, "plan": receipt.plan, "made_at": receipt.made_at.isoformat()}
    lines = [head] + [
        {
            "number": file.number,
            "path": file.path,
            "bytes": file.bytes,
            "mtime_ns": file.mtime_ns,
            "rows": [entity_to_json(row) for row in file.rows],
        }
        for file in files
    ]
    store.append_to_manifest(receipt.id, "".join(json.dumps(line) + "\n" for line in lines))


def adopt(store: Store, library: str, journal: Journal, step: str) -> str | None:
    """Give a journal the receipts in the trash that it does not know: it was lost, or is new. `step` is what it calls
    a file in the trash. A sentence about it, or None.
    """
    known, adopted = {receipt.id for receipt in journal.receipts()}, 0
    for name in store.trash_receipts():
        if name in known:
            continue
        receipt, files = _read(store, library, name)
        there = [file for file in files if store.trash_file(name, file.number).is_file()]
        if receipt is not None and there:
            journal.begin_receipt(receipt)
            journal.note_removed(_at(file, step) for file in there)
            adopted += len(there)
    if not adopted:
        return None
    return f"The trash holds {adopted} pictures that the journal did not know of; `trash` lists them, restore works."


def adopt_if_possible(store: Store, library: str, journal: Journal, step: str) -> str | None:
    """As `adopt`; where the journal can't be written, or the trash can't be read, another time."""
    try:
        return adopt(store, library, journal, step)
    except (GalleryError, OSError):
        return None


def _at(file: RemovedFile, step: str) -> RemovedFile:
    return RemovedFile(file.receipt, file.number, file.path, file.bytes, file.mtime_ns, file.rows, step)


def _read(store: Store, library: str, name: str) -> tuple[Receipt | None, list[RemovedFile]]:
    receipt, files = None, dict[int, RemovedFile]()
    for line in store.manifest(name).splitlines():
        try:
            values = json.loads(line)
            if "receipt" in values:
                if (values["library"], values["receipt"]) != (library, name):
                    return None, []
                made_at = datetime.fromisoformat(values["made_at"])
                receipt = Receipt(name, str(values["plan"]), made_at, Removal.TRASH)
                continue
            rows = tuple(entity_from_json(row) for row in values["rows"])
            number = int(values["number"])
            files[number] = RemovedFile(
                name, number, str(values["path"]), int(values["bytes"]), int(values["mtime_ns"]), rows, ""
            )
        except (ValueError, KeyError, TypeError):
            continue  # the last line of a write that was broken off
    return receipt, list(files.values())
