"""What is said of a picture: rows, files and journal put together by pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from soulspot_gallery.core.files.store import Scan
from soulspot_gallery.core.journal.records import Attempt, FileCheck, LinkCheck, PictureFacts
from soulspot_gallery.core.locate import failed_marker
from soulspot_gallery.core.model import (
    Entity,
    EntityType,
    Entry,
    Event,
    KindCounts,
    Outcome,
    State,
    Status,
    Verdict,
)
from soulspot_gallery.core.sorting import places_in_order

_MARKERS = {
    "download_error": "the download failed",
    "not_available": "there was no picture",
    "invalid_url": "the URL was not valid",
    "timeout": "the server did not answer in time",
    "http_error": "the server answered with an error",
}


def state_of(entity: Entity, check: FileCheck | None, attempt: Attempt | None) -> State:
    """The state of an entity's picture. `check` is the look at the file that its row names, if one is there."""
    if check is not None:
        return State.CACHED if check.whole else State.CORRUPT
    if failed_marker(entity.path) is None and entity.path:
        return State.MISSING_FILE
    if entity.path or (attempt is not None and attempt.outcome is Outcome.FAILED and entity.url):
        return State.FAILED
    return State.REMOTE if entity.url else State.NONE


def problem_of(entity: Entity, state: State, check: FileCheck | None, attempt: Attempt | None) -> str | None:
    """What went wrong last, as a sentence; None where nothing did."""
    if state is State.CORRUPT and check is not None:
        return check.problem
    if attempt is not None and attempt.outcome is Outcome.FAILED:
        return attempt.message
    marker = failed_marker(entity.path)
    if marker is not None:
        when = f" on {marker.at:%Y-%m-%d at %H:%M} UTC" if marker.at else ""
        return f"SoulSpot could not fetch it{when}: {_MARKERS.get(marker.reason, 'the reason is not known')}."
    return None


def events_of(
    entity: Entity, facts: PictureFacts | None, link: LinkCheck | None, attempt: Attempt | None, shown: datetime | None
) -> list[Event]:
    """What happened to an entity's picture, newest first."""
    events = []
    if facts is not None:
        size = f"{facts.source_width} × {facts.source_height} px"
        events.append(Event(facts.fetched_at, f"Fetched as {facts.source_format.upper()} of {size} and stored."))
    if link is not None:
        events.append(Event(link.at, f"Link checked: {link.check.detail}"))
    if attempt is not None and attempt.outcome is Outcome.FAILED:
        events.append(Event(attempt.at, f"Fetching failed: {attempt.message}"))
    if shown is not None:
        events.append(Event(shown, "Last shown."))
    marker = failed_marker(entity.path)
    if marker is not None and marker.at is not None:
        events.append(Event(marker.at, f"SoulSpot noted that {_MARKERS.get(marker.reason, 'fetching failed')}."))
    return sorted(events, key=lambda event: event.at, reverse=True)


def by_name(entities: Iterable[Entity]) -> list[Entity]:
    """Artists, albums, playlists; each by name as people sort, then by artist and id."""
    rank = {kind: str(index) for index, kind in enumerate(EntityType)}
    found = list(entities)
    keys = [
        f"{rank[kind]}{name}\0{artist or ''}".casefold() + f"\0{entity_id}"
        for kind, entity_id, name, artist, *_ in found
    ]
    return [found[place] for place in places_in_order(keys)]


def count(library: str, image_root: str, entries: Iterable[Entry], scan: Scan) -> Status:
    """The numbers of the `status` command."""
    kinds = {kind: KindCounts(0, dict.fromkeys(State, 0)) for kind in EntityType}
    links = dict.fromkeys(Verdict, 0)
    totals = dict.fromkeys(EntityType, 0)
    for entry in entries:
        totals[entry.entity.kind] += 1
        kinds[entry.entity.kind].states[entry.image.state] += 1
        if entry.entity.url:
            links[entry.image.verdict] += 1
    return Status(
        library,
        image_root,
        {kind: KindCounts(totals[kind], counts.states) for kind, counts in kinds.items()},
        links,
        len(scan.files),
        sum(file.stamp.size for file in scan.files),
    )
