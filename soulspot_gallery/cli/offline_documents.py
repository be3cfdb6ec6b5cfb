"""The JSON documents and the texts of the commands for being without a network."""

from __future__ import annotations

from soulspot_gallery.cli.documents import Document
from soulspot_gallery.core.offline.readiness import Cost, Lack, Readiness

_WORDS = {
    Lack.REMOTE: "only on the web",
    Lack.MISSING_FILE: "with a file that is missing",
    Lack.CORRUPT: "damaged",
    Lack.FAILED: "failed before",
    Lack.BROKEN_LINK: "with a broken link",
    Lack.NO_LINK: "lost, and no link to fetch it by",
    Lack.LOCKED: "locked by hand",
}


def ready_document(found: Readiness) -> Document:
    return {
        "percent": found.whole.percent,
        "ready": found.whole.ready,
        "possible": found.whole.possible,
        "on_purpose": found.on_purpose,
        "without": found.without,
        "kinds": {
            kind.value: {"percent": share.percent, "ready": share.ready, "possible": share.possible}
            for kind, share in found.kinds.items()
        },
        "missing": {lack.value: found.count(lack) for lack in Lack},
        "cost": {"pictures": found.cost.pictures, "bytes": found.cost.bytes, "seconds": _rounded(found.cost.seconds)},
        "items": [
            {
                "kind": each.kind.value,
                "id": each.id,
                "name": each.name,
                "artist": each.artist,
                "why": each.lack.value,
                "can_be_had": each.lack.can_be_had,
            }
            for each in found.missing
        ],
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def ready_text(found: Readiness) -> str:
    whole = found.whole
    lines = [f"Ready for offline: {whole.percent:.1f} % ({whole.ready} of {whole.possible} that could show a picture)"]
    lines += [
        f"  {kind.plural:10}{share.percent:5.1f} %  {share.ready} of {share.possible}"
        for kind, share in found.kinds.items()
    ]
    if found.on_purpose:
        lines.append(f"  {found.on_purpose} of them have no picture on purpose.")
    if found.without:
        lines.append(f"Not counted: {found.without} of which no picture is known; sync asks the sources for one.")
    for had, title in ((True, "Missing"), (False, "Can't be had as things are")):
        counts = [
            f"{found.count(lack)} {_WORDS[lack]}" for lack in Lack if lack.can_be_had is had and found.count(lack)
        ]
        lines += [f"{title}: {', '.join(counts)}."] if counts else []
    return "\n".join([*lines, *([cost_text(found.cost)] if found.cost.pictures else [])])


def cost_text(cost: Cost) -> str:
    """What making ready would cost, and how that is known."""
    size = "an unknown size" if cost.bytes is None else f"about {cost.bytes / 1e6:.1f} MB (by the median of those here)"
    time = (
        "the time is not known before a first recache"
        if cost.seconds is None
        else f"about {_span(cost.seconds)} at the pace of the last recache"
    )
    return f"To make it ready (ready --make): {cost.pictures} pictures, {size}; {time}."


def _span(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{seconds / 60:.0f} min"
