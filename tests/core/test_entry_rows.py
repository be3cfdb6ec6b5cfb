"""Tests of entries that are made as they are asked for: a newer one stands in its row and in the columns."""

from __future__ import annotations

import pytest
from support.entries import make_entry

from soulspot_gallery.core import entry_rows
from soulspot_gallery.core.entry_rows import UNKNOWN, ListedRows
from soulspot_gallery.core.journal.records import Facts, FileCheck
from soulspot_gallery.core.model import Entry, FileStamp, State, Verdict
from soulspot_gallery.core.viewed import Viewed

ENTRIES = [make_entry(str(number), f"Name {number}") for number in range(5)]
NEWER = make_entry("2", "Renamed", state=State.CORRUPT, verdict=Verdict.BROKEN, size=12, locked=True)


def viewed() -> Viewed:
    entities = [entry.entity for entry in ENTRIES]
    checks = [FileCheck(each.path or "", FileStamp(0, 1, 300, 4), "5" * 64, 30, 20, None) for each in entities]
    return Viewed(entities, checks, Facts({}, {}, {}, {}))


@pytest.mark.parametrize("rows", [ListedRows(ENTRIES), viewed()], ids=["listed", "viewed"])
def test_a_newer_entry_stands_in_its_row_and_in_the_columns(rows: ListedRows | Viewed) -> None:
    before = list(rows)
    rows[2] = NEWER
    assert list(rows) == [*before[:2], NEWER, *before[3:]]
    assert (rows[2], rows[-3], rows[2:3]) == (NEWER, NEWER, [NEWER])
    assert (rows.entities[2], rows.states[2], rows.verdicts[2]) == (NEWER.entity, State.CORRUPT, Verdict.BROKEN)
    assert (rows.sizes()[2], rows.times()[2], rows.sides()[2], rows.sha256_of(2)) == (12, UNKNOWN, UNKNOWN, None)
    assert rows.held() == ({2}, set())


def test_what_is_painted_again_is_not_made_again_but_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_rows, "_MADE_AT_ONCE", 3)
    rows = viewed()
    first: Entry = rows[0]
    assert rows[0] is first
    for row in range(5):
        assert rows[row].entity is rows.entities[row]
    assert len(rows._made) <= 3
