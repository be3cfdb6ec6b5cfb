"""Tests of entries in columns: made as they are asked for, equal to a list of them, and small."""

from __future__ import annotations

import gc
import tracemalloc
from datetime import UTC, datetime

import pytest

from soulspot_gallery.core.journal.records import Attempt, Facts, FileCheck, Mark
from soulspot_gallery.core.locate import cache_path, url_hash
from soulspot_gallery.core.model import Entity, EntityType, ErrorCode, FileStamp, Outcome, State, Verdict
from soulspot_gallery.core.viewed import Viewed

NOW = datetime(2026, 6, 1, 12, 30, 15, 250_000, tzinfo=UTC)


def entity(number: int) -> Entity:
    entity_id = f"{number:08x}"
    return Entity(EntityType.ALBUM, entity_id, f"Name {number}", "Somebody", f"https://cdn.example/{number}.jpg",
                  cache_path(EntityType.ALBUM, entity_id))  # fmt: skip


def look(of: Entity) -> FileCheck:
    return FileCheck(of.path or "", FileStamp(0, 1, 3000, 4), f"{int(of.id, 16):064x}", 60, 40, None)


ENTITIES = [entity(number) for number in range(1, 4)]
ATTEMPT = Attempt(EntityType.ALBUM, ENTITIES[1].id, NOW, Outcome.FAILED, ErrorCode.TIMEOUT, "It took too long.")
FACTS = Facts(
    fetched={ENTITIES[0].path or "": NOW.timestamp()},
    shown={},
    verdicts={url_hash(ENTITIES[2].url or ""): Verdict.BROKEN},
    failures={ENTITIES[1].key: ATTEMPT},
    marks={ENTITIES[2].key: Mark(locked_at=NOW, hand_sha256=look(ENTITIES[2]).sha256)},
)


@pytest.fixture
def viewed() -> Viewed:
    return Viewed(ENTITIES, [look(ENTITIES[0]), None, look(ENTITIES[2])], FACTS)


def test_each_row_says_what_is_known_of_it_alone(viewed: Viewed) -> None:
    first, second, third = (entry.image for entry in viewed)
    assert (first.bytes, first.width, first.height, first.sha256) == (3000, 60, 40, f"{1:064x}")
    assert (first.fetched_at, first.last_shown, first.problem, first.locked) == (NOW, None, None, False)
    assert (second.state, second.problem, second.sha256, second.bytes) == (
        State.MISSING_FILE, "It took too long.", None, None)  # fmt: skip
    assert (third.verdict, third.locked, third.by_hand, third.fetched_at) == (Verdict.BROKEN, True, True, None)


def test_it_is_as_good_as_a_list(viewed: Viewed) -> None:
    entries = list(viewed)
    assert viewed == entries
    assert viewed != entries[:2]
    assert (viewed[-1], viewed[1:]) == (entries[2], entries[1:])
    assert Viewed([], [], FACTS) == []
    with pytest.raises(IndexError):
        viewed[3]


def test_a_hash_of_a_glance_or_of_a_damaged_journal_is_none() -> None:
    glanced = [look(ENTITIES[0])._replace(sha256=""), look(ENTITIES[1])._replace(sha256="no hash"), None]
    assert [entry.image.sha256 for entry in Viewed(ENTITIES, glanced, FACTS)] == [None, None, None]


def test_a_row_holds_less_than_150_bytes_beside_its_entity() -> None:
    entities = [entity(number) for number in range(20_000)]
    tracemalloc.start()
    try:
        viewed = Viewed(entities, map(look, entities), Facts({}, {}, {}, {}))
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held / len(viewed) < 150
