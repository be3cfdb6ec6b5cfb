"""Why an entity's picture is what it is: what was asked and answered, what was made of it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from soulspot_gallery.core import looking
from soulspot_gallery.core.journal.records import Said, SourceAnswer
from soulspot_gallery.core.journal.repair_records import Key, Standing
from soulspot_gallery.core.model import Entity, EntityType, Entry, Event, Source, State, Verdict
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.repair.doing import these
from soulspot_gallery.core.repair.standing import standings

_STATES = {
    State.CACHED: "It lies as a file on this machine.",
    State.MISSING_FILE: "The library names a file that is not there.",
    State.CORRUPT: "The file is damaged.",
    State.FAILED: "It could not be fetched.",
    State.REMOTE: "It is not stored yet; there is a URL for it.",
    State.NONE: "There is none, and no URL for one.",
}


@dataclass(frozen=True, slots=True)
class Why:
    """`url` is without its query. Sizes in px and bytes; `source_*` as it came, before conversion. `answers`, `events`
    and `next_look` are sentences."""

    kind: EntityType
    id: str
    name: str
    state: State
    display: Source
    source: str | None
    page: str | None
    url: str | None
    source_format: str | None
    source_width: int | None
    source_height: int | None
    width: int | None
    height: int | None
    bytes: int | None
    fetched_at: datetime | None
    by_hand: bool
    locked_at: datetime | None
    locked_by: str | None
    refused_at: datetime | None
    verdict: Verdict
    answers: tuple[str, ...]
    events: tuple[Event, ...]
    next_look: str


def why(opened: Opened, key: Key) -> Why:
    """Read what is known of an entity. Blocks. Raises UsageError for an unknown id."""
    (row,) = these(opened, [key])
    (entry,) = looking.view(opened, [row])
    standing = standings(opened, [row])[key]
    facts, image = standing.picture.facts if standing.picture else None, entry.image
    answers = [each for each in opened.journal.source_answers([row.id]) if each.kind is row.kind]
    return Why(
        kind=row.kind,
        id=row.id,
        name=row.name,
        state=image.state,
        display=image.display.source,
        source=standing.picture.source if standing.picture else None,
        page=standing.mark.page if image.by_hand else None,
        url=_without_query(row),
        source_format=facts.source_format if facts else None,
        source_width=facts.source_width if facts else None,
        source_height=facts.source_height if facts else None,
        width=image.width,
        height=image.height,
        bytes=image.bytes,
        fetched_at=image.fetched_at,
        by_hand=image.by_hand,
        locked_at=standing.mark.locked_at,
        locked_by=standing.mark.locked_by,
        refused_at=standing.mark.refused_at,
        verdict=image.verdict,
        answers=tuple(_answer(each) for each in sorted(answers, key=lambda each: each.at, reverse=True)),
        events=tuple(looking.events(opened, *key)),
        next_look=_next_look(opened, entry, standing),
    )


def why_lines(found: Why) -> list[tuple[str, str]]:
    """The same as label and text, for people; what is not known has no line."""
    lines = [("Picture", _STATES[found.state]), ("Shown", _DISPLAYED[found.display])]
    if found.refused_at is not None:
        lines.append(("On purpose", f"No picture, decided by hand on {_day(found.refused_at)}."))
    if found.source is not None:
        lines.append(("From", found.source + (", set by hand" if found.by_hand else "")))
    optional = [("Page", found.page), ("URL", found.url), ("Original", _original(found)), ("Stored", _stored(found))]
    lines += [(label, text) for label, text in optional if text]
    if found.locked_at is not None:
        lines.append(("Lock", f"{(found.locked_by or 'locked').capitalize()}, on {_day(found.locked_at)}."))
    lines += [("Asked", text) for text in found.answers]
    lines += [(_day(event.at), event.text) for event in found.events]
    return [*lines, ("Next", found.next_look)]


def why_text(found: Why) -> str:
    """All of it as plain text, to be copied. Holds no query strings, tokens or passwords."""
    head = f"{found.name} ({found.kind.value} {found.id})"
    return "\n".join([head, *(f"{label}: {text}" for label, text in why_lines(found))])


_DISPLAYED = {
    Source.LOCAL: "the local file",
    Source.CDN: "the picture at its URL",
    Source.PLACEHOLDER: "a placeholder",
}


def _original(found: Why) -> str | None:
    if found.source_format is None:
        return None
    return f"{found.source_format.upper()} of {found.source_width} × {found.source_height} px"


def _stored(found: Why) -> str | None:
    if found.bytes is None or found.width is None:
        return None
    made = f"WebP of {found.width} × {found.height} px, {found.bytes / 1000:.1f} kB"
    if found.source_width is None or found.source_height is None:
        return made
    smaller = max(found.source_width, found.source_height) > max(found.width, found.height or 0)
    return f"{made}, {'made smaller' if smaller else 'in its own size'}"


def _next_look(opened: Opened, entry: Entry, standing: Standing) -> str:
    if standing.mark.refused:
        return "Nothing is looked for until it is unset."
    if standing.mark.locked:
        return "Nothing changes it by itself while it is locked."
    if not entry.entity.url:
        return "The next sync asks the sources." if entry.image.state is not State.CACHED else "Nothing is due."
    known = opened.journal.knowledge_of([entry.entity])
    if entry.image.state is State.FAILED:
        failed = looking.failed_at(entry.entity, known.failures.get(entry.entity.key), datetime.now(UTC))
        when = "soon" if failed is None else f"after {_minute(failed + looking.RETRY_AFTER)}"
        return f"It is tried again {when}, while the gallery runs."
    link = next(iter(known.links.values()), None)
    if link is None:
        return "Its link is checked in the background, while the gallery runs."
    wait = looking.DOUBT_GOOD_FOR if link.check.verdict is Verdict.TEMPORARY else looking.LINK_GOOD_FOR
    return f"Its link is checked again after {_minute(link.at + wait)}, while the gallery runs."


def _answer(answer: SourceAnswer) -> str:
    said = {
        Said.FOUND: "had a picture",
        Said.NONE: "had none",
        Said.FAILED: f"could not be asked: {answer.message or 'the reason is not known'}",
    }[answer.outcome]
    return f"{answer.source}, {_minute(answer.at)}: {said}"


def _without_query(row: Entity) -> str | None:
    try:
        parts = urlsplit(row.url or "")
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        return None
    return f"{parts.scheme}://{host}{parts.path}" if host else None


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
