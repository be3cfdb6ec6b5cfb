"""Tests of the gallery's own state: kept over restarts, set aside where it can't be used, free of secrets."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.mounting import mounted

from soulspot_gallery.core.errors import CannotOpen
from soulspot_gallery.core.journal.database import JournalError
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.records import Attempt, FileCheck, PictureFacts, Receipt, RemovedFile, WriteIntent
from soulspot_gallery.core.journal.tables import VERSION
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import (
    CheckedBy,
    Entity,
    EntityType,
    ErrorCode,
    FileStamp,
    Outcome,
    Removal,
    UrlCheck,
    Verdict,
)

NOW = datetime(2026, 6, 1, 12, 30, 15, 250_000, tzinfo=UTC)
URL = "https://cdn.example/a.jpg?token=secret"
PATH = "artists/ab/ab1.webp"
ROW = Entity(EntityType.ARTIST, "1", "Ночь 🎸", None, URL, PATH)
FACTS = PictureFacts(PATH, url_hash(URL), '"1"', None, 300, 30, 20, "5" * 64, 300, 200, "jpeg", NOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "a.db"


def _filled(file: Path) -> Journal:
    journal = Journal.open(file)
    journal.note_pictures([FACTS])
    journal.note_shown({PATH: NOW})
    journal.note_links({url_hash(URL): UrlCheck(Verdict.OK, "It answers.", CheckedBy.HEAD)})
    journal.note_attempts(
        [Attempt(EntityType.ARTIST, "1", NOW, Outcome.FAILED, ErrorCode.TIMEOUT, "cdn.example took too long.")]
    )
    journal.note_checks([FileCheck(PATH, FileStamp(2**64 - 1, 2**63, 300, 7), "5" * 64, 30, 20, None)])
    journal.store_plan("p1", NOW, "{}")
    journal.begin_receipt(Receipt("c1", "p1", NOW, Removal.TRASH))
    journal.note_removed([RemovedFile("c1", 0, PATH, 300, 7, (ROW,), "removed")])
    journal.begin_writes([WriteIntent("1", PATH, "x.part", "5" * 64, EntityType.ARTIST, "1", url_hash(URL))])
    return journal


def test_everything_is_kept_over_a_restart(file: Path) -> None:
    _filled(file).close()
    journal = Journal.open(file)
    assert journal.notice is None
    assert journal.pictures([PATH, "other"]) == {PATH: FACTS}
    assert journal.last_used([PATH, "other"]) == {PATH: NOW}
    assert journal.file_checks()[PATH].stamp == FileStamp(2**64 - 1, 2**63, 300, 7)
    assert journal.plan("p1") == "{}"
    assert journal.plan("p2") is None
    assert journal.receipts() == [Receipt("c1", "p1", NOW, Removal.TRASH)]
    (removed,) = journal.removed_files("c1")
    assert (removed.path, removed.step, removed.rows[0].name) == (PATH, "removed", "Ночь 🎸")
    (intent,) = journal.write_intents()
    assert intent.id == "1"
    for known in (journal.knowledge(), journal.knowledge_of([ROW])):
        assert known.links[url_hash(URL)].check.verdict is Verdict.OK
        assert known.shown == {PATH: NOW}
    journal.close()


def test_no_url_is_ever_written_down(file: Path) -> None:
    _filled(file).close()
    content = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert b"secret" not in content
    assert b"cdn.example/a.jpg" not in content


def test_facts_that_hold_no_more_are_forgotten(file: Path) -> None:
    journal = _filled(file)
    journal.forget_pictures([PATH, *map(str, range(1200))])
    assert journal.pictures([PATH]) == {}
    assert journal.file_checks() == {}
    journal.close()


@pytest.mark.parametrize("kind", ["no database", "torn pages", "other tables", "newer"])
def test_a_journal_that_cannot_be_used_is_set_aside(file: Path, kind: str) -> None:
    if kind == "no database":
        file.parent.mkdir()
        file.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    elif kind == "torn pages":
        journal = Journal.open(file)
        journal.note_shown({f"artists/spotify/{number}.webp": NOW for number in range(3000)})
        journal.close()
        content = bytearray(file.read_bytes())
        content[60_000:70_000] = b"\xff" * 10_000
        file.write_bytes(content)
    elif kind == "other tables":
        file.parent.mkdir()
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(f"CREATE TABLE meta (a, b); PRAGMA user_version = {VERSION}")
    else:
        Journal.open(file).close()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    journal = Journal.open(file)
    assert journal.notice is not None
    assert ("newer" in journal.notice) == (kind == "newer")
    journal.note_shown({PATH: NOW})
    assert journal.knowledge().shown == {PATH: NOW}
    journal.close()
    (aside,) = file.parent.glob("*.aside")
    assert aside.name in journal.notice
    assert len(aside.read_bytes()) == len(before)
    again = Journal.open(file)
    assert again.notice is None
    again.close()


def test_where_there_can_be_no_journal(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(JournalError) as problem:
        Journal.open(tmp_path / "file" / "a.db")
    assert isinstance(problem.value, CannotOpen)
    (tmp_path / "folder" / "a.db").mkdir(parents=True)
    with pytest.raises(JournalError):
        Journal.open(tmp_path / "folder" / "a.db")


def test_a_disk_without_room_for_it_is_said_with_what_to_do(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with mounted(file.parent, 64 << 10):
        (file.parent / "filler").write_bytes(bytes(48 << 10))
        with pytest.raises(JournalError, match="Free some space") as caught:
            Journal.open(file)
        assert str(file) in str(caught.value)


def test_two_at_once(file: Path) -> None:
    """Two galleries share a journal: neither is held up, each sees what the other wrote."""
    first, second = Journal.open(file), Journal.open(file)
    first.set("a", "1")
    second.set("b", "2")
    assert (first.get("b"), second.get("a"), first.get("c")) == ("2", "1", None)
    first.close()
    second.close()


def test_a_journal_that_cannot_be_opened_is_told_in_plain_words(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(JournalError) as caught:
        Journal.open(file)
    assert str(caught.value).endswith("can't be used: unable to open database file.")
