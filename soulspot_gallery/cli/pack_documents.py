"""The JSON documents and the texts of packs."""

from __future__ import annotations

from soulspot_gallery.cli.documents import Document
from soulspot_gallery.core.offline.pack_plan import Fate, PackItem, PackPlan
from soulspot_gallery.core.offline.packing import PackMade
from soulspot_gallery.core.offline.unpacking import PackImported

_MOST = 20
"""Lines told one by one; --json has them all."""

_WORDS = {
    Fate.TAKE: "new here",
    Fate.REPLACE: "in place of another",
    Fate.SAME: "here already",
    Fate.KEEP: "left: a whole picture is here",
    Fate.LOCKED: "left: locked",
    Fate.UNKNOWN: "left: not in this library",
    Fate.DAMAGED: "damaged in the pack",
}


def made_document(made: PackMade) -> Document:
    return {
        "file": made.file,
        "pictures": made.pictures,
        "without": made.without,
        "bytes": made.bytes,
        "left_out": [{"name": each.name, "reason": each.reason} for each in made.left_out],
    }


def made_text(made: PackMade) -> str:
    lines = [f"{made.file}: {made.pictures} pictures, {made.bytes / 1e6:.1f} MB."]
    lines += (
        [f"{made.without} have no whole picture here; ready --make fetches what can be had."] if made.without else []
    )
    return "\n".join([*lines, *(f"  left out {each.name}: {each.reason}" for each in made.left_out[:_MOST])])


def import_document(plan: PackPlan, done: PackImported | None) -> Document:
    """What an import would do (`done` None), or did."""
    document: Document = {
        "file": plan.file,
        "dry_run": done is None,
        "replace": plan.replace.value,
        "coming": len(plan.coming),
        "bytes": plan.bytes,
        "fates": {fate.value: plan.count(fate) for fate in Fate},
        "items": [_item(each) for each in plan.items],
    }
    if done is not None:
        document |= {"stored": done.stored, "left": [_item(each) for each in done.left]}
    return document


def _item(item: PackItem) -> Document:
    return {
        "kind": item.packed.kind.value,
        "id": item.packed.id if item.entity is None else item.entity.id,
        "name": item.packed.name,
        "fate": item.fate.value,
        "reason": item.reason or None,
    }


def import_text(plan: PackPlan, done: PackImported | None) -> str:
    counts = ", ".join(f"{plan.count(fate)} {_WORDS[fate]}" for fate in Fate if plan.count(fate))
    lines = [f"{plan.file}: {counts or 'empty'}"]
    lines += [
        f"  {each.packed.kind.value} {each.packed.name}: {each.reason}"
        for each in [each for each in plan.items if each.fate is Fate.DAMAGED][:_MOST]
    ]
    if done is None:
        lines.append(
            f"{len(plan.coming)} pictures ({plan.bytes / 1e6:.1f} MB) would come in; leave out --dry-run for it."
        )
        return "\n".join(lines)
    lines.append(f"{done.stored} pictures are stored, {len(done.left)} of those that were to come in are left.")
    return "\n".join([*lines, *(f"  left {each.packed.name}: {each.reason}" for each in done.left[:_MOST])])
