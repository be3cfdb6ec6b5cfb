"""Tests of the queues of recaches: read in pages and in order, left one by one or up to a place, one to be resumed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.queues import Waiting, new_run
from soulspot_gallery.core.model import EntityType

ALL = sorted(Waiting(number // 3, kind, f"{number:03}") for number in range(40) for kind in EntityType)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal.open(tmp_path / "journal.db")
    yield found
    found.close()


def waiting(journal: Journal, run: str, size: int = 7) -> list[Waiting]:
    found, last = list[Waiting](), None
    while page := journal.queue_page(run, last, size):
        assert len(page) <= size
        found += page
        last = page[-1]
    return found


def test_pages_are_in_order_of_place_whatever_the_order_of_writing(journal: Journal) -> None:
    journal.extend_queue("a", ALL[60:])
    journal.extend_queue("b", ALL[:5])
    journal.extend_queue("a", reversed(ALL[:60]))
    for size in (1, 7, 1000):
        assert waiting(journal, "a", size) == ALL
    assert waiting(journal, "b") == ALL[:5]


def test_what_is_dealt_with_waits_no_longer(journal: Journal) -> None:
    journal.extend_queue("a", ALL)
    journal.extend_queue("b", ALL)
    journal.leave_queue("a", ALL[10:20])
    assert waiting(journal, "a") == ALL[:10] + ALL[20:]
    journal.leave_queue_to("a", ALL[50])
    assert waiting(journal, "a") == ALL[51:]
    journal.leave_queue("a", [])
    journal.drop_queue("a")
    assert waiting(journal, "a") == []
    assert waiting(journal, "b") == ALL


def test_the_last_one_that_was_kept_is_resumed_and_forgotten_ones_go(journal: Journal) -> None:
    assert journal.kept_queue() == ("", "", 0)
    old, lately, now = "20200101-000000-aa", new_run(), new_run()
    assert lately != now
    for run in (old, lately, now):
        journal.extend_queue(run, ALL[:4])
    journal.keep_queue(old, "force")
    assert journal.kept_queue() == (old, "force", 4)
    journal.keep_queue(now, "refresh")
    assert journal.kept_queue() == (now, "refresh", 4)
    assert waiting(journal, old) == []
    assert waiting(journal, lately) == ALL[:4], "it may be under way"
