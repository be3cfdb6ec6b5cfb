"""Entries for tests of the window, made in one line each."""

from __future__ import annotations

from datetime import UTC, datetime

from soulspot_gallery.core.locate import choose_display
from soulspot_gallery.core.model import Entity, EntityType, Entry, ImageInfo, State, Verdict


def make_entry(
    entity_id: str,
    name: str = "Name",
    *,
    kind: EntityType = EntityType.ARTIST,
    artist: str | None = None,
    state: State = State.CACHED,
    verdict: Verdict = Verdict.UNCHECKED,
    size: int | None = None,
    fetched: datetime | None = None,
    locked: bool = False,
    problem: str | None = None,
) -> Entry:
    """An entry whose path, URL and display fit its state: cached ones lie at `<kind>s/<id>.webp`."""
    whole = f"{kind.plural}/{entity_id}.webp" if state is State.CACHED else None
    url = None if state is State.NONE else f"https://cdn.example/{entity_id}.jpg"
    display = choose_display(kind, whole, url, verdict)
    image = ImageInfo(
        entity_type=kind,
        entity_id=entity_id,
        source_url=url,
        local_path=whole,
        display=display,
        state=state,
        width=300 if whole else None,
        height=300 if whole else None,
        bytes=size,
        fetched_at=fetched,
        verdict=verdict,
        locked=locked,
        problem=problem,
    )
    return Entry(Entity(kind, entity_id, name, artist, url, whole), image)


def make_library(count: int) -> list[Entry]:
    """That many entries of all kinds and states, by kind and name as the service gives them."""
    kinds, states, verdicts = list(EntityType), list(State), list(Verdict)
    return [
        make_entry(
            f"id{number:07d}",
            f"Name {number:07d}",
            kind=kinds[number * 3 // count],
            artist="Somebody" if number * 3 // count == 1 else None,
            state=states[number % 6],
            verdict=verdicts[number % 8],
            size=number * 7919 % 100_003,
            fetched=datetime.fromtimestamp(1_700_000_000 + number * 104_729 % 1_000_003, UTC),
        )
        for number in range(count)
    ]
