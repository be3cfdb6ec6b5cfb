"""What the commands that repair by hand answer: as JSON documents and as lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from soulspot_gallery.cli.documents import Document, time_text
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.repair.reports import ChangeGroup, HistoryEntry, RepairReport, action_words, group_words
from soulspot_gallery.core.repair.why import Why

_MOST = 20
"""What was left, told one by one; --json has them all."""


def repair_document(done: RepairReport) -> Document:
    return {
        "action": done.action.value,
        "batch": done.batch,
        "done": [{"kind": kind.value, "id": entity_id} for kind, entity_id in done.done],
        "left": [
            {"kind": each.kind.value, "id": each.id, "error": each.error and each.error.value, "message": each.reason}
            for each in done.left
        ],
        "notes": list(done.notes),
    }


def repair_text(done: RepairReport) -> str:
    pictures = "1 picture" if len(done.done) == 1 else f"{len(done.done)} pictures"
    lines = [f"{action_words(done.action)}: {pictures}."]
    lines += [f"  left: {each.kind.value} {each.id}: {each.reason}" for each in done.left[:_MOST]]
    lines += [f"  … and {len(done.left) - _MOST} more; --json lists all"] if len(done.left) > _MOST else []
    return "\n".join([*lines, *(f"  {note}" for note in done.notes)])


def history_document(kind: EntityType, entity_id: str, entries: Sequence[HistoryEntry]) -> Document:
    return {
        "kind": kind.value,
        "id": entity_id,
        "history": [
            {
                "number": each.number,
                "at": time_text(each.at),
                "sha256": each.sha256,
                "source": each.source,
                "width": each.width,
                "height": each.height,
                "bytes": each.bytes,
            }
            for each in entries
        ],
    }


def history_text(entries: Sequence[HistoryEntry]) -> str:
    if not entries:
        return "There is no former picture."
    return "\n".join(f"{each.number:3}  {each.at.astimezone():%Y-%m-%d %H:%M}  {_picture(each)}" for each in entries)


def _picture(entry: HistoryEntry) -> str:
    if entry.sha256 is None:
        return "no picture"
    return f"{entry.width} × {entry.height} px, {(entry.bytes or 0) / 1000:.1f} kB, from {entry.source or 'elsewhere'}"


def changes_document(groups: Sequence[ChangeGroup]) -> Document:
    return {
        "changes": [
            {
                "batch": each.batch,
                "at": time_text(each.at),
                "action": each.action.value,
                "count": each.count,
                "name": each.name,
                "undone": each.undone,
            }
            for each in groups
        ]
    }


def changes_text(groups: Sequence[ChangeGroup]) -> str:
    if not groups:
        return "There is nothing to undo."
    return "\n".join(
        f"{each.at.astimezone():%Y-%m-%d %H:%M}  {group_words(each)}{'  (undone)' if each.undone else ''}"
        for each in groups
    )


def why_document(found: Why) -> Document:
    return {
        "kind": found.kind.value,
        "id": found.id,
        "name": found.name,
        "state": found.state.value,
        "display": found.display.value,
        "source": found.source,
        "page": found.page,
        "url": found.url,
        "verdict": found.verdict.value,
        "original": {"format": found.source_format, "width": found.source_width, "height": found.source_height},
        "stored": {"width": found.width, "height": found.height, "bytes": found.bytes},
        "fetched_at": time_text(found.fetched_at),
        "by_hand": found.by_hand,
        "locked": {"at": time_text(found.locked_at), "by": found.locked_by} if found.locked_at else None,
        "no_picture": time_text(found.refused_at),
        "asked": list(found.answers),
        "events": [{"at": time_text(event.at), "text": event.text} for event in found.events],
        "next": found.next_look,
    }
