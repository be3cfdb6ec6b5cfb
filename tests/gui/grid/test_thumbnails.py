"""Thumbnails: never wait, newest first, bounded, dropped when changed or scrolled away, failures remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from support.entries import make_entry
from support.thumbnail_bench import Bench, picture_file
from support.window import until

from soulspot_gallery.core.model import EntityType, Entry, State
from soulspot_gallery.gui.grid import thumbnails as module
from soulspot_gallery.gui.grid.picture_cache import PictureCache
from soulspot_gallery.gui.grid.thumbnails import PREVIEWS, QUEUE_LIMIT


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


class Stuck(Executor):
    """A pool that never comes to what it is given."""

    def __init__(self) -> None:
        self.given: list[Future[QImage]] = []

    def submit(self, function: Callable[..., QImage], /, *_: object, **__: object) -> Future[QImage]:  # type: ignore[override]
        self.given.append(Future())
        return self.given[-1]

    def waiting(self) -> int:
        return sum(not future.cancelled() for future in self.given)


def show(bench: Bench, entries: list[Entry]) -> None:
    """As the grid paints them: each is asked for, then all are what is seen."""
    for entry in entries:
        bench.thumbnails.get(entry, 100)
    bench.thumbnails.set_visible({entry.entity.key for entry in entries})


def local(bench: Bench, entity_id: str, colour: str = "teal", width: int = 300, height: int = 300) -> Entry:
    """An entry with a whole file."""
    entry = make_entry(entity_id)
    picture_file(bench.pictures.root / entry.image.display.location, colour, width, height)
    return entry


def remote(bench: Bench, entity_id: str) -> Entry:
    """An entry whose picture is on the web."""
    file = picture_file(bench.pictures.root / "remote.webp", "orange")
    bench.pictures.remote[entity_id] = file.read_bytes()
    return make_entry(entity_id, state=State.REMOTE)


def test_a_local_picture_comes_in_the_size_asked_for(bench: Bench, qtbot: QtBot) -> None:
    entry = local(bench, "a1", width=300, height=200)
    with qtbot.waitSignal(bench.thumbnails.ready) as ready:
        assert bench.thumbnails.get(entry, 120) is None
    assert ready.args == [frozenset({entry.entity.key})]
    picture = bench.thumbnails.get(entry, 120)
    assert picture is not None
    assert picture.size() == QSize(120, 80)
    image = picture.toImage()
    assert image.pixelColor(60, 40).name() == "#008080"
    assert image.pixelColor(0, 0).alpha() == 0, "the corners are round"


def test_a_small_picture_is_not_enlarged(bench: Bench, qtbot: QtBot) -> None:
    entry = local(bench, "a1", width=40, height=40)
    with qtbot.waitSignal(bench.thumbnails.ready):
        bench.thumbnails.get(entry, 160)
    picture = bench.thumbnails.get(entry, 160)
    assert picture is not None
    assert picture.width() == 40


def test_another_size_stands_in_until_the_right_one_is_there(bench: Bench, qtbot: QtBot) -> None:
    entry = local(bench, "a1")
    with qtbot.waitSignal(bench.thumbnails.ready):
        bench.thumbnails.get(entry, 100)
    with qtbot.waitSignal(bench.thumbnails.ready):
        stand_in = bench.thumbnails.get(entry, 200)
        assert stand_in is not None
        assert stand_in.width() == 100
    picture = bench.thumbnails.get(entry, 200)
    assert picture is not None
    assert picture.width() == 200


def test_a_damaged_file_falls_back_to_the_placeholder_and_is_not_read_again(bench: Bench, qtbot: QtBot) -> None:
    entry = make_entry("a1")
    file = bench.pictures.root / entry.image.display.location
    file.parent.mkdir()
    file.write_bytes(b"RIFF no picture")
    with qtbot.waitSignal(bench.thumbnails.ready):
        assert bench.thumbnails.get(entry, 120) is None
    assert bench.thumbnails.get(entry, 120) is None
    assert bench.thumbnails.waiting == 0


def test_placeholders_are_drawn_once_a_size(bench: Bench) -> None:
    first = bench.thumbnails.placeholder(EntityType.ALBUM, 90)
    assert first.size() == QSize(90, 90)
    assert bench.thumbnails.placeholder(EntityType.ALBUM, 90) is first


def test_changed_pictures_are_forgotten_in_all_sizes(bench: Bench, qtbot: QtBot) -> None:
    entry = local(bench, "a1", "teal")
    for side in (100, 200):
        with qtbot.waitSignal(bench.thumbnails.ready):
            bench.thumbnails.get(entry, side)
    picture_file(bench.pictures.root / entry.image.display.location, "crimson")
    bench.thumbnails.forget([entry.entity.key])
    assert bench.thumbnails.bytes_held == 0
    with qtbot.waitSignal(bench.thumbnails.ready):
        assert bench.thumbnails.get(entry, 100) is None
    picture = bench.thumbnails.get(entry, 100)
    assert picture is not None
    assert picture.toImage().pixelColor(50, 50).name() == "#dc143c"


def test_what_is_under_way_while_it_changes_is_not_shown(bench: Bench, qtbot: QtBot) -> None:
    entry = local(bench, "a1")
    bench.thumbnails.get(entry, 100)
    bench.thumbnails.forget([entry.entity.key])
    with qtbot.waitSignal(bench.thumbnails.ready):
        bench.thumbnails.get(entry, 100)
    assert bench.thumbnails.get(entry, 100) is not None
    assert bench.thumbnails.waiting == 0


def test_the_queue_is_capped_and_what_is_scrolled_away_is_dropped(bench: Bench) -> None:
    entries = [make_entry(f"m{number}") for number in range(QUEUE_LIMIT + 50)]
    for entry in entries:
        bench.thumbnails.get(entry, 100)
    assert bench.thumbnails.waiting <= QUEUE_LIMIT + module.DECODERS
    bench.thumbnails.set_visible({entries[-1].entity.key})
    assert bench.thumbnails.waiting <= 1 + module.DECODERS


def test_a_pinned_picture_stays_wanted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DECODERS", 0)
    pinned, other = make_entry("a1"), make_entry("a2")
    bench.thumbnails.pin([pinned.entity.key])
    for entry in (pinned, other):
        bench.thumbnails.get(entry, 100)
    bench.thumbnails.set_visible(())
    assert bench.thumbnails.waiting == 1


def test_what_waits_for_a_decoder_is_let_go_when_it_is_scrolled_away(tmp_path: Path) -> None:
    pool = Stuck()
    bench = Bench(tmp_path, pool)
    first, second = ([make_entry(f"{page}{number}") for number in range(4)] for page in "ab")
    show(bench, first)
    assert pool.waiting() == 4
    show(bench, [*first[2:], *second])
    assert [future.cancelled() for future in pool.given] == [True, True] + [False] * 6
    assert bench.thumbnails.waiting == 6
    bench.close()


def test_what_is_being_decoded_again_is_kept_when_it_is_scrolled_away(tmp_path: Path) -> None:
    pool = Stuck()
    bench = Bench(tmp_path, pool)
    stays, goes = make_entry("a1"), make_entry("a2")
    show(bench, [stays, goes])
    show(bench, [stays])
    show(bench, [stays, goes])
    assert pool.given[-1].set_running_or_notify_cancel()
    show(bench, [stays])
    assert bench.thumbnails.waiting == 2
    bench.close()


def test_of_what_flies_by_one_picture_at_a_time_is_made(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FLIGHT_MS", 1_000)  # longer than this machine may pause
    pool = Stuck()
    bench = Bench(tmp_path, pool)
    pages = [[make_entry(f"{page}{number}") for number in range(6)] for page in range(8)]
    for page in pages[:2]:
        show(bench, page)  # two may be two steps; more in no time are a flight
    begun = len(pool.given)
    for page in pages[2:]:
        show(bench, page)
        assert len(pool.given) == begun
    qtbot.waitUntil(lambda: len(pool.given) == begun + 1)
    assert pool.waiting() == 1
    qtbot.waitUntil(lambda: pool.waiting() == len(pages[-1]))  # it has come to rest
    bench.close()


async def test_what_flies_by_is_not_fetched_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FLIGHT_MS", 1_000)
    bench = Bench(tmp_path)
    bench.pictures.gate = asyncio.Event()
    for page in range(3):
        show(bench, [make_entry(f"n{page}", state=State.NONE)])
    show(bench, [remote(bench, f"r{number}") for number in range(4)])
    await asyncio.sleep(0)
    assert len(bench.pictures.asked) == 1
    await until(lambda: len(bench.pictures.asked) == 4, "it has come to rest")
    bench.pictures.gate.set()
    await asyncio.gather(*bench.tasks)
    bench.close()


def test_the_newest_wish_comes_first(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DECODERS", 1)
    came: list[str] = []
    bench.thumbnails.ready.connect(lambda keys: came.extend(key[1] for key in keys))
    for entity_id in "abcd":
        bench.thumbnails.get(local(bench, entity_id), 100)
    qtbot.waitUntil(lambda: len(came) == 4)
    assert came == ["a", "d", "c", "b"]


def test_pictures_come_in_batches(bench: Bench, qtbot: QtBot) -> None:
    entries = [local(bench, f"a{number}") for number in range(8)]
    batches: list[frozenset[object]] = []
    bench.thumbnails.ready.connect(batches.append)
    for entry in entries:
        bench.thumbnails.get(entry, 60)
    qtbot.waitUntil(lambda: sum(map(len, batches)) == 8)
    assert len(batches) < 8


async def test_a_remote_picture_is_fetched_and_said(bench: Bench) -> None:
    entry, previewed = remote(bench, "r1"), asyncio.Event()
    told: list[object] = []
    bench.thumbnails.previewed.connect(told.append)
    bench.thumbnails.ready.connect(lambda _: previewed.set())
    assert bench.thumbnails.get(entry, 100) is None
    await previewed.wait()
    assert bench.thumbnails.get(entry, 100) is not None
    await asyncio.sleep(0)
    assert told == [frozenset({entry.entity.key})]
    assert bench.pictures.shown == []
    bench.thumbnails.forget([entry.entity.key])
    previewed.clear()
    assert bench.thumbnails.get(entry, 100) is None
    await previewed.wait()
    await asyncio.sleep(0)
    assert len(told) == 1, "said once, so that reading it again can't go round in circles"


async def test_few_previews_at_once(bench: Bench) -> None:
    bench.pictures.gate = asyncio.Event()
    came: set[object] = set()
    all_came = asyncio.Event()

    def arrive(keys: frozenset[object]) -> None:
        came.update(keys)
        if len(came) == 20:
            all_came.set()

    bench.thumbnails.ready.connect(arrive)
    for number in range(20):
        bench.thumbnails.get(remote(bench, f"r{number}"), 100)
    await asyncio.sleep(0)
    assert len(bench.pictures.asked) == PREVIEWS
    bench.pictures.gate.set()
    await all_came.wait()
    assert bench.pictures.most_at_once == PREVIEWS


async def test_a_failed_preview_is_not_asked_again_for_a_while(bench: Bench) -> None:
    entry = make_entry("r1", state=State.REMOTE)
    for _ in range(3):
        assert bench.thumbnails.get(entry, 100) is None
        await asyncio.sleep(0.01)
    assert bench.pictures.asked == ["r1"]
    assert bench.thumbnails.waiting == 0
    bench.thumbnails.forget([entry.entity.key])
    bench.thumbnails.get(entry, 100)
    await asyncio.sleep(0.01)
    assert bench.pictures.asked == ["r1", "r1"]


async def test_a_cancelled_preview_can_be_asked_for_again(bench: Bench) -> None:
    bench.pictures.gate = asyncio.Event()
    entry = remote(bench, "r1")
    bench.thumbnails.get(entry, 100)
    await asyncio.sleep(0)
    for task in list(bench.tasks):
        task.cancel()
    await asyncio.sleep(0.01)
    bench.thumbnails.get(entry, 100)
    await asyncio.sleep(0)
    assert bench.pictures.asked == ["r1", "r1"]
    bench.pictures.gate.set()
    await asyncio.gather(*bench.tasks)


def test_painted_pictures_are_noted_once_and_at_the_latest_on_closing(bench: Bench) -> None:
    entry = make_entry("a1")
    for _ in range(5):
        bench.thumbnails.note_painted(entry)
    bench.thumbnails.note_painted(make_entry("r1", state=State.REMOTE))
    assert bench.pictures.shown == []
    bench.thumbnails.close()
    assert bench.pictures.shown == [entry.image.display.location]


def test_after_closing_nothing_is_started(bench: Bench) -> None:
    bench.thumbnails.close()
    assert bench.thumbnails.get(make_entry("a1"), 100) is None
    assert bench.thumbnails.waiting == 0


def test_an_executor_that_has_ended_is_no_error(bench: Bench) -> None:
    bench.pool.shutdown()
    assert bench.thumbnails.get(make_entry("a1"), 100) is None
    assert bench.thumbnails.waiting == 0


def test_the_cache_is_bounded_in_bytes_and_lets_the_oldest_go(bench: Bench) -> None:
    cache, picture = PictureCache(4 * 100 * 100 * 4), bench.thumbnails.placeholder(EntityType.ARTIST, 100)
    keys = [(EntityType.ARTIST, str(number)) for number in range(6)]
    for key in keys[:4]:
        cache.put(key, 100, picture)
    cache.get(keys[0], 100)
    for key in keys[4:]:
        cache.put(key, 100, picture)
    assert [(key, 100) in cache for key in keys] == [True, False, False, True, True, True]
    assert cache.bytes == 4 * 100 * 100 * 4
    cache.forget(keys[0])
    assert cache.nearest(keys[0], 100) is None
    assert cache.bytes == 3 * 100 * 100 * 4
