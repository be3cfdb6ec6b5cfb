"""A cleanup plan as a JSON document for the journal, and back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from soulspot_gallery.core.journal.records import entity_from_json, entity_to_json
from soulspot_gallery.core.model import Brake, CleanupPlan, FileStamp, PlanItem, Reason, Refetchable


def plan_to_text(plan: CleanupPlan) -> str:
    document = {
        "id": plan.id,
        "made_at": plan.made_at.isoformat(),
        "max_age_days": plan.max_age_days,
        "managed": plan.managed,
        "brakes": plan.brakes,
        "scan_errors": plan.scan_errors,
        "library_rows": plan.library_rows,
        "items": [_item_to_json(item) for item in plan.items],
    }
    return json.dumps(document, separators=(",", ":"))


def plan_from_text(text: str) -> CleanupPlan:
    document = json.loads(text)
    return CleanupPlan(
        id=document["id"],
        made_at=datetime.fromisoformat(document["made_at"]),
        max_age_days=document["max_age_days"],
        managed=document["managed"],
        items=tuple(_item_from_json(values) for values in document["items"]),
        brakes=tuple(Brake(name) for name in document["brakes"]),
        scan_errors=tuple(document["scan_errors"]),
        library_rows=document["library_rows"],
    )


def _item_to_json(item: PlanItem) -> dict[str, Any]:
    stamp = item.stamp
    return {
        "path": item.path,
        "stamp": [stamp.device, stamp.inode, stamp.size, stamp.mtime_ns],
        "reasons": item.reasons,
        "evidence": item.evidence,
        "entities": [entity_to_json(entity) for entity in item.entities],
        "url_hashes": item.url_hashes,
        "last_used": item.last_used.isoformat(),
        "own_record": item.own_record,
        "refetchable": item.refetchable,
        "selected": item.selected,
    }


def _item_from_json(values: dict[str, Any]) -> PlanItem:
    return PlanItem(
        path=values["path"],
        stamp=FileStamp(*values["stamp"]),
        reasons=tuple(Reason(reason) for reason in values["reasons"]),
        evidence=values["evidence"],
        entities=tuple(entity_from_json(each) for each in values["entities"]),
        last_used=datetime.fromisoformat(values["last_used"]),
        own_record=values["own_record"],
        refetchable=Refetchable(values["refetchable"]),
        selected=values["selected"],
        url_hashes=tuple(values["url_hashes"]),
    )
