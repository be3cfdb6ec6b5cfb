"""Tests of what is said of a picture: its state by precedence, its problem, what happened to it, the numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from soulspot_gallery.core.files.store import Scan, ScannedFile
from soulspot_gallery.core.journal.records import Attempt, Facts, FileCheck, LinkCheck, PictureFacts
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import (
    CheckedBy,
    Entity,
    EntityType,
    Entry,
    ErrorCode,
    FileStamp,
    Outcome,
    Source,
    State,
    UrlCheck,
    Verdict,
)
from soulspot_gallery.core.viewed import Viewed
from soulspot_gallery.core.viewing import by_name, count, events_of, state_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PATH, URL = "artists/ab/ab1.webp", "https://cdn.example/a.jpg"
STAMP = FileStamp(1, 2, 300, 4)
WHOLE = FileCheck(PATH, STAMP, "5" * 64, 30, 20, None)
HALF = FileCheck(PATH, STAMP, "5" * 64, None, None, "It ends too early.")
ROW = Entity(EntityType.ARTIST, "1", "Name", None, URL, PATH)
FAILED = Attempt(EntityType.ARTIST, "1", NOW, Outcome.FAILED, ErrorCode.TIMEOUT, "cdn.example took too long.")
FETCHED = replace(FAILED, outcome=Outcome.DOWNLOADED, error=None, message=None)
FACTS = PictureFacts(PATH, url_hash(URL), None, None, 300, 30, 20, "5" * 64, 300, 200, "jpeg", NOW)
NOTHING = Facts({}, {}, {}, {})


def view(entity: Entity, check: FileCheck | None, known: Facts) -> Entry:
    return Viewed([entity], [check], known)[0]


@pytest.mark.parametrize(
    ("path", "url", "check", "attempt", "state"),
    [
        (PATH, URL, WHOLE, None, State.CACHED),
        (PATH, None, WHOLE, FAILED, State.CACHED),  # a whole picture is there, whatever failed since
        (PATH, URL, None, None, State.MISSING_FILE),
        (PATH, URL, None, FAILED, State.MISSING_FILE),
        ("../outside.webp", URL, None, None, State.MISSING_FILE),
        (PATH, URL, HALF, FAILED, State.CORRUPT),
        ("FAILED", URL, None, None, State.FAILED),
        ("FAILED|timeout|2026-01-01", None, None, None, State.FAILED),
        (None, URL, None, FAILED, State.FAILED),
        ("", URL, None, FAILED, State.FAILED),
        (None, URL, None, FETCHED, State.REMOTE),
        ("", URL, None, None, State.REMOTE),
        (None, None, None, FAILED, State.NONE),  # there is nothing that could fail
        (None, "", None, None, State.NONE),
    ],
)
def test_states(
    path: str | None, url: str | None, check: FileCheck | None, attempt: Attempt | None, state: State
) -> None:
    assert state_of(ROW._replace(path=path, url=url), check, attempt) is state


def test_all_that_is_known() -> None:
    at = NOW.timestamp()
    known = Facts({PATH: at}, {PATH: at}, {url_hash(URL): Verdict.MOVED}, {})
    image = view(ROW, WHOLE, known).image
    assert (image.width, image.height, image.bytes, image.sha256) == (30, 20, 300, "5" * 64)
    assert (image.fetched_at, image.last_shown, image.verdict, image.problem) == (NOW, NOW, Verdict.MOVED, None)
    assert (image.display.source, image.display.location) == (Source.LOCAL, PATH)


def test_a_damaged_picture_is_not_shown_nor_vouched_for() -> None:
    image = view(ROW, HALF, NOTHING).image
    assert (image.state, image.display.source, image.sha256) == (State.CORRUPT, Source.CDN, None)
    assert image.problem == "It ends too early."


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("FAILED|not_available|2026-01-02T03:04:05", "on 2026-01-02 at 03:04 UTC: there was no picture."),
        ("FAILED|http_error|never", "could not fetch it: the server answered with an error."),
        ("FAILED", "the reason is not known."),
        ("FAILED|something new|2026-01-02", "on 2026-01-02 at 00:00 UTC: the reason is not known."),
    ],
)
def test_markers_of_soulspot_in_words(marker: str, words: str) -> None:
    image = view(ROW._replace(path=marker), None, NOTHING).image
    assert image.problem is not None
    assert image.problem.endswith(words)
    assert image.local_path is None


def test_our_own_failure_is_newer_than_the_marker() -> None:
    known = replace(NOTHING, failures={ROW.key: FAILED})
    assert view(ROW._replace(path="FAILED|timeout|2026-01-02"), None, known).image.problem == FAILED.message


def test_what_happened_newest_first() -> None:
    link = LinkCheck(UrlCheck(Verdict.OK, "It answers.", CheckedBy.HEAD), NOW - timedelta(hours=1))
    attempt = replace(FAILED, at=NOW - timedelta(hours=2))
    row = ROW._replace(path="FAILED|timeout|2026-05-01T00:00:00")
    events = events_of(row, FACTS, link, attempt, NOW + timedelta(hours=1))
    assert [event.text for event in events] == [
        "Last shown.",
        "Fetched as JPEG of 300 × 200 px and stored.",
        "Link checked: It answers.",
        "Fetching failed: cdn.example took too long.",
        "SoulSpot noted that the server did not answer in time.",
    ]
    assert events_of(ROW, None, None, FETCHED, None) == []


def test_order_by_kind_name_artist_and_id() -> None:
    def entity(kind: EntityType, name: str, entity_id: str, artist: str | None = None) -> Entity:
        return Entity(kind, entity_id, name, artist)

    wanted = [
        entity(EntityType.ARTIST, "abba", "2"),
        entity(EntityType.ARTIST, "Zappa", "1"),
        entity(EntityType.ALBUM, "Live", "4", "ABBA"),
        entity(EntityType.ALBUM, "LIVE", "3", "Zappa"),
        entity(EntityType.PLAYLIST, "a", "5"),
        entity(EntityType.PLAYLIST, "A", "6"),
    ]
    assert by_name(reversed(wanted)) == wanted


def test_numbers() -> None:
    rows = [ROW, ROW._replace(id="2", url=None, path=None), ROW._replace(id="3", url="", path=None)]
    entries = [view(row, WHOLE if row is ROW else None, NOTHING) for row in rows]
    scan = Scan((ScannedFile(PATH, STAMP, False), ScannedFile("artists/ab/.x.part", STAMP, True)), ())
    status = count("library", "images", entries, scan)
    artists = status.kinds[EntityType.ARTIST]
    assert (artists.total, artists.states[State.CACHED], artists.states[State.NONE]) == (3, 1, 2)
    assert set(artists.states) == set(State)
    assert status.links == dict.fromkeys(Verdict, 0) | {Verdict.UNCHECKED: 1}
    assert (status.cache_files, status.cache_bytes) == (2, 600)
