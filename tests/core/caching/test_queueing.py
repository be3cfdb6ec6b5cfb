"""Tests of what a recache has to do: lined up and read in pages, in the order of hosts, and left as it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.world import World

from soulspot_gallery.core.caching import resuming
from soulspot_gallery.core.caching.pipeline import Want
from soulspot_gallery.core.caching.resuming import Few, Key, Many, line_up
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.model import (
    Entity,
    EntityType,
    ErrorCode,
    FetchPolicy,
    Outcome,
    RecacheResult,
    Selection,
)
from soulspot_gallery.core.threads import Threads

MANY = 1700
ALL = Selection(kinds=frozenset(EntityType))


def want(number: int) -> Want:
    url = f"https://h{number % 3}.example/{number}.jpg"
    return Want(Entity(EntityType.ARTIST, f"{number:05}", "Nobody", None, url), url, FetchPolicy.FORCE)


def wants_of(keys: Sequence[Key]) -> list[Want]:
    return [want(int(entity_id)) for _, entity_id in keys]


def in_pages(count: int) -> Iterator[list[Want]]:
    for start in range(0, count, 400):
        yield [want(number) for number in range(start, min(start + 400, count))]


def result(of: Want, error: ErrorCode | None = None, outcome: Outcome = Outcome.DOWNLOADED) -> RecacheResult:
    return RecacheResult(*of.entity.key, outcome, error)


@pytest.fixture
def threads() -> Iterator[Threads]:
    found = Threads()
    yield found
    found.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal.open(tmp_path / "journal.db")
    yield found
    found.close()


async def lined_up(journal: Journal, threads: Threads, count: int = MANY) -> Many:
    lot = await line_up(journal, threads, in_pages(count), wants_of)
    assert isinstance(lot, Many)
    return lot


async def test_few_are_held_and_leave_alone_what_waits(journal: Journal, threads: Threads) -> None:
    await lined_up(journal, threads)
    before = journal.kept_queue()
    lot = await line_up(journal, threads, in_pages(resuming.LONG - 1), wants_of)
    assert isinstance(lot, Few)
    assert lot.total == resuming.LONG - 1
    async with lot.dealing() as take:
        async for page in lot.pages():
            for each in page:
                take(result(each))
    assert journal.kept_queue() == before
    assert (await line_up(journal, threads, iter(()), wants_of)).total == 0


async def test_a_page_is_held_at_a_time_whatever_the_number(journal: Journal, threads: Threads) -> None:
    lot = await lined_up(journal, threads)
    assert (lot.total, journal.kept_queue()[1:]) == (MANY, ("force", MANY))
    seen = list[str]()
    async with lot.dealing() as take:
        async for page in lot.pages():
            assert len(lot._under_way) == len(page) <= resuming._PAGE
            for each in page:
                seen.append(each.entity.id)
                take(result(each, outcome=Outcome.ALREADY_CACHED))
            assert len(lot._done) <= resuming._CHEAP_BATCH + resuming._PAGE
    assert sorted(seen) == [f"{number:05}" for number in range(MANY)]
    hosts = [int(each) % 3 for each in seen]
    assert all(sorted(hosts[start : start + 3]) == [0, 1, 2] for start in range(0, MANY - 3, 3)), "in turn"
    assert journal.kept_queue()[2] == 0


async def test_what_a_cancelled_run_has_not_done_is_taken_up(journal: Journal, threads: Threads) -> None:
    lot = await lined_up(journal, threads)
    done = set[str]()

    async def deal() -> None:
        async with lot.dealing() as take:
            async for page in lot.pages():
                for each in page[:-7]:  # always some that are under way
                    done.add(each.entity.id)
                    take(result(each))
                take(result(page[-1], ErrorCode.CANCELLED, Outcome.SKIPPED))
                if len(done) > 900:
                    raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await deal()
    run, policy, left = journal.kept_queue()
    assert (run, policy, left) == (lot.run, "force", MANY - len(done))
    again = Many(journal, threads, run, left, wants_of)
    taken = [each.entity.id async for page in again.pages() for each in page]
    assert sorted(taken) == sorted({f"{number:05}" for number in range(MANY)} - done)


async def test_writing_down_while_the_next_page_is_read_leaves_that_page(journal: Journal, threads: Threads) -> None:
    lot = await lined_up(journal, threads)

    def read(keys: Sequence[Key]) -> list[Want]:
        asyncio.run_coroutine_threadsafe(lot._leave(), loop).result()  # just when nothing seems to be under way
        return wants_of(keys)

    loop = asyncio.get_running_loop()
    lot.read = read
    async with lot.dealing() as take:
        pages = lot.pages()
        for each in await anext(pages):
            take(result(each, outcome=Outcome.ALREADY_CACHED))
        await anext(pages)
        assert journal.kept_queue()[2] == MANY - resuming._PAGE


async def test_rows_that_are_gone_wait_no_longer(journal: Journal, threads: Threads) -> None:
    lot = await lined_up(journal, threads, 100)
    lot.read = lambda keys: wants_of(keys[10:])
    async with lot.dealing() as take:
        async for page in lot.pages():
            assert len(page) == 90
            for each in page:
                take(result(each))
    assert journal.kept_queue()[2] == 0


async def test_two_runs_at_a_time_do_not_disturb_each_other(journal: Journal, threads: Threads) -> None:
    first, second = await lined_up(journal, threads), await lined_up(journal, threads, 600)
    async with second.dealing() as take:
        async for page in second.pages():
            for each in page:
                take(result(each))
    assert sum([len(page) async for page in first.pages()]) == MANY


async def test_a_row_that_changes_while_it_waits_is_fetched_as_it_is_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a page that is read later; one that is gone by then is no result."""
    monkeypatch.setattr(resuming, "_PAGE", 20)
    first = [
        world.library.add_artist(f"Artist {number}", f"{world.server.url('/gone')}{number}") for number in range(60)
    ]

    def note(found: RecacheResult) -> None:
        if found.id in changed or changed:
            return
        changed.extend(sorted(each for each in first if each != found.id)[-20:])
        for each in changed[:10]:
            world.library.delete("artist", each)
        for each in changed[10:]:
            world.library.set_artwork("artist", each, "ftp://cdn.example/a.jpg", None)

    changed = list[str]()
    async with world.service() as service:
        report = await service.recache(ALL, on_result=note)
    assert len(report.results) == 50
    assert {found.id for found in report.results if found.error is ErrorCode.UNSAFE} == set(changed[10:])
