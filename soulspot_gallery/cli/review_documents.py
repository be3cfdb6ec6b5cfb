"""What the commands that review pictures answer: as JSON documents and as lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from soulspot_gallery.cli.documents import Document
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.review.audit import AuditReport
from soulspot_gallery.core.review.clones import CloneGroup, Known
from soulspot_gallery.core.review.drift import Change, DriftReport
from soulspot_gallery.core.review.faults import Audited, Fault

_MOST = 20
"""Members of a group, and pictures, told one by one; --json has them all."""

_KNOWN = {
    Known.NOTHING: "",
    Known.PROVIDER: ", a source's placeholder",
    Known.MARKED: ", called a placeholder",
    Known.FINE: ", called fine",
}


def audit_document(report: AuditReport) -> Document:
    return {
        "checked": len(report.pictures),
        "unread": report.unread,
        "faults": {fault.value: report.count(fault) for fault in Fault},
        "seconds": round(report.seconds, 3),
        "items": [_audited(each) for each in report.poor],
    }


def _audited(each: Audited) -> Document:
    image = each.entry.image
    return _entity(each.entry.entity) | {
        "path": image.local_path,
        "width": image.width,
        "height": image.height,
        "sharpness": each.look.sharpness,
        "border": each.look.border,
        "faults": [fault.value for fault in each.faults],
        "locked": image.locked,
    }


def audit_text(report: AuditReport) -> str:
    counts = ", ".join(f"{report.count(fault)} {fault.value}" for fault in Fault if report.count(fault))
    lines = [f"{len(report.pictures)} pictures looked at: {counts or 'nothing poor'} ({report.seconds:.1f} s)"]
    for each in report.poor[:_MOST]:
        image = each.entry.image
        measures = f"{image.width} × {image.height} px, sharpness {each.look.sharpness}, border {each.look.border} %"
        lines.append(f"  {', '.join(each.faults)}: {_name(each.entry.entity)}  ({measures})")
    return "\n".join(lines + _more(len(report.poor)))


def clones_document(groups: Sequence[CloneGroup]) -> Document:
    return {
        "groups": [
            {
                "id": group.id,
                "stands_for": group.stands_for,
                "known": group.known.value,
                "in_doubt": group.in_doubt,
                "picture": group.picture,
                "members": [_entity(each.entity) | {"locked": each.image.locked} for each in group.members],
            }
            for group in groups
        ]
    }


def clones_text(groups: Sequence[CloneGroup]) -> str:
    lines = [] if groups else ["No picture stands for more than one, and none is known as a placeholder."]
    for group in groups:
        names = [_name(each.entity) for each in group.members]
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        count = "1 picture" if len(names) == 1 else f"{len(names)} pictures"
        lines.append(f"{group.id}  {count}, for {group.stands_for}{_KNOWN[group.known]}")
        lines.append(f"  {'; '.join(names[:_MOST])}{more}")
    return "\n".join(lines)


def drift_document(report: DriftReport) -> Document:
    return {
        "asked": report.asked,
        "same": report.same,
        "unknown": report.unknown,
        "silent": report.silent,
        "seconds": round(report.seconds, 3),
        "items": [
            _entity(each.entry.entity)
            | {
                "change": each.change.value,
                "old": {"width": each.old_width, "height": each.old_height},
                "new": {"width": each.width, "height": each.height} if each.picture else None,
                "locked": each.entry.image.locked,
            }
            for each in report.drifted
        ],
    }


def drift_text(report: DriftReport) -> str:
    counts = [f"{sum(each.change is change for each in report.drifted)} {change.value}" for change in Change]
    lines = [
        f"{report.asked} sources asked: {report.same} as before, {', '.join(counts)} ({report.seconds:.1f} s); "
        f"{report.silent} did not answer, {report.unknown} can't be asked."
    ]
    for each in report.drifted[:_MOST]:
        new = f"now {each.width} × {each.height} px" if each.picture else "now nothing"
        locked = ", locked" if each.entry.image.locked else ""
        sizes = f"was {each.old_width} × {each.old_height} px, {new}{locked}"
        lines.append(f"  {each.change.value}: {_name(each.entry.entity)}  ({sizes})")
    return "\n".join(lines + _more(len(report.drifted)))


def _entity(entity: Entity) -> Document:
    return {"kind": entity.kind.value, "id": entity.id, "name": entity.name, "artist": entity.artist}


def _name(entity: Entity) -> str:
    return f"{entity.name} · {entity.artist}" if entity.artist else entity.name


def _more(count: int) -> list[str]:
    return [f"  … and {count - _MOST} more; --json lists all"] if count > _MOST else []
