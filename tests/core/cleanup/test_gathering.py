"""Tests of what a plan is decided from: nothing is missed, and what is in order costs no record."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from support import pictures
from support.world import World, close

from soulspot_gallery.core import looking
from soulspot_gallery.core.cleanup import gathering
from soulspot_gallery.core.cleanup.planning import Evidence, make_plan
from soulspot_gallery.core.journal.records import Mark
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import (
    CheckedBy,
    CleanupPlan,
    EntityType,
    Reason,
    UrlCheck,
    Verdict,
    ignore_progress,
)
from soulspot_gallery.core.opened import Opened

URL = "https://cdn.example/{}.jpg"
AGE = 90


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def aged(world: World, path: str, days: float) -> str:
    time = days_ago(days).timestamp()
    os.utime(world.images / path, (time, time))
    return path


def in_order(world: World, opened: Opened, count: int) -> None:
    """Rows with whole pictures that the journal knows, all used of late."""
    paths = [world.picture(f"artists/00/00{number:03}.webp") for number in range(count)]
    for number, path in enumerate(paths):
        world.library.add_artist(f"Artist {number}", URL.format(number), path)
    opened.journal.note_links(
        {url_hash(URL.format(each)): UrlCheck(Verdict.OK, "", CheckedBy.HEAD) for each in range(count)}
    )
    opened.journal.note_shown(dict.fromkeys(paths, days_ago(1)))


def oddities(world: World, opened: Opened) -> None:
    """Whatever a plan tells apart."""
    add, picture, url = world.library.add_artist, world.picture, URL.format
    add("backslashes", url("b1"), aged(world, picture("artists/ab/ab01.webp"), 100).replace("/", "\\"))
    add("dots", url("b2"), "./" + aged(world, picture("artists/ab/ab02.webp"), 100))
    add("one of two", url("b3"), aged(world, picture("artists/ab/ab03.webp"), 100))
    add("two of two", None, ".//artists/ab/ab03.webp")
    shown_again = aged(world, picture("artists/ab/ab04.webp"), 100)
    add("old file, shown", url("b4"), shown_again)
    forgotten = picture("artists/ab/ab05.webp")
    add("new file, not shown for long", url("b5"), forgotten)
    fetched_and_shown = picture("artists/ab/ab06.webp")
    add("shown twice", url("b6"), fetched_and_shown)
    add("damaged", url("b7"), picture("artists/ab/ab07.webp", pictures.webp()[:-9]))
    add("locked", url("b8"), aged(world, picture("artists/ab/ab08.webp"), 100), "locked")
    add("failed", url("b9"), "FAILED|timeout|2026-01-01")
    add("bytes", url("b10"), aged(world, picture("artists/ab/ab10.webp"), 100), "bytes")
    world.library.execute("UPDATE soulspot_artists SET image_path = CAST(image_path AS BLOB) WHERE id = 'bytes'")
    picture("artists/ab/ab11.webp")
    picture("artists/spotify/4Z8W4fKeB5YxbusRsdQVPb.webp")
    aged(world, picture("albums/deezer/777.webp"), 0.5)
    picture("artists/ab/.soulspot-gallery-1.part", b"half")
    add("named by its provider", None, None, "provider")
    world.library.execute(
        "UPDATE soulspot_artists SET spotify_uri = 'spotify:artist:4Z8W4fKeB5YxbusRsdQVPb' WHERE id = 'provider'"
    )
    opened.journal.note_shown({shown_again: days_ago(2), forgotten: days_ago(95), fetched_and_shown: days_ago(99)})
    opened.journal.note_shown({fetched_and_shown: days_ago(3)})
    opened.journal.note_marks({(EntityType.ARTIST, "locked"): Mark(locked_at=days_ago(9))})
    opened.journal.note_links({url_hash(url("b5")): UrlCheck(Verdict.OK, "", CheckedBy.HEAD)})


def all_in_question(opened: Opened) -> CleanupPlan:
    """The plan by all that there is to know of all files."""
    scan, entities, known = opened.store.scan(), opened.library.entities(), opened.journal.knowledge()
    looks = {file.path: opened.checks.look(file.path) for file in scan.files if not file.temporary}
    used = {path: max(at, known.shown.get(path, at)) for path, at in (dict(known.shown) | dict(known.fetched)).items()}
    evidence = Evidence(
        datetime.now(UTC),
        len(scan.files),
        len(entities),
        scan.files,
        entities,
        {path: check for path, check in looks.items() if check is not None},
        used,
        known.links,
        opened.library.provider_ids(),
        known.marks,
    )
    return make_plan("p", evidence, AGE)


def same_plan(one: CleanupPlan, other: CleanupPlan) -> bool:
    return dataclasses.replace(one, id="p", made_at=other.made_at) == dataclasses.replace(other, id="p")


@pytest.mark.parametrize(("few", "many"), [(500, 5000), (0, 5000), (500, 0), (0, 0)])
def test_the_plan_is_the_same_as_by_all_that_is_known(
    world: World, opened: Opened, monkeypatch: pytest.MonkeyPatch, few: int, many: int
) -> None:
    monkeypatch.setattr(gathering, "_FEW", few)
    monkeypatch.setattr(gathering, "_MANY", many)
    in_order(world, opened, 5)
    oddities(world, opened)
    for _ in range(2):  # the second time the journal knows the files
        plan = looking.plan(opened, AGE, ignore_progress)
        assert same_plan(plan, all_in_question(opened))
    names = {item.path.rpartition("/")[2]: item for item in plan.items}
    assert set(names) == {
        *(f"ab{number:02}.webp" for number in (1, 2, 3, 5, 7, 8, 10, 11)), ".soulspot-gallery-1.part",
    }  # fmt: skip
    assert names["ab11.webp"].reasons == (Reason.ORPHAN,)
    assert [entity.name for entity in names["ab10.webp"].entities] == ["bytes"]
    assert len(names["ab03.webp"].entities) == 2


def test_a_file_that_bytes_name_is_no_orphan_to_few_or_many(world: World, opened: Opened) -> None:
    world.library.add_artist("bytes", None, aged(world, world.picture("artists/ab/ab10.webp"), 100), "bytes")
    world.library.execute("UPDATE soulspot_artists SET image_path = CAST(image_path AS BLOB)")
    (item,) = looking.plan(opened, AGE, ignore_progress).items
    assert (item.reasons, [entity.id for entity in item.entities]) == ((Reason.OLD,), ["bytes"])


@contextmanager
def rows_read() -> Iterator[list[tuple[str, int]]]:
    """The table and number of rows that each query of a journal or library gave."""
    read = list[tuple[str, int]]()
    real, in_pages = sa.CursorResult.all, sa.CursorResult.partitions

    def counted(self: sa.CursorResult[Any]) -> Any:
        rows = real(self)
        read.append((str(self.context.statement), len(rows)))
        return rows

    def counted_in_pages(self: sa.CursorResult[Any], size: int | None = None) -> Any:
        for page in in_pages(self, size):
            read.append((str(self.context.statement), len(page)))
            yield page

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sa.CursorResult, "all", counted)
        patched.setattr(sa.CursorResult, "partitions", counted_in_pages)
        yield read


def rows_of(read: list[tuple[str, int]], table: str) -> int:
    return sum(number for statement, number in read if f"FROM {table}" in statement.replace("\n", " "))


def test_of_what_is_in_order_no_record_is_read(world: World, opened: Opened) -> None:
    in_order(world, opened, 40)
    looking.plan(opened, AGE, ignore_progress)
    world.picture("artists/zz/zz1.webp")
    world.library.add_artist("old", URL.format(7), aged(world, world.picture("artists/zz/zz2.webp"), 100))
    again = world.opened()  # the next start
    with rows_read() as read:
        plan = looking.plan(again, AGE, ignore_progress)
    close(again)
    assert len(plan.items) == 2
    assert rows_of(read, "link") == 1
    assert rows_of(read, "picture") == rows_of(read, "mark") == rows_of(read, "attempt") == 0
    assert rows_of(read, "file_check") <= 40 + 2
