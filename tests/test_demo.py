"""The sample library: every state, verdict and reason is in it, it is the same each time, and nothing of it stays."""

from __future__ import annotations

import asyncio
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.model import (
    CleanupPlan,
    EntityType,
    Entry,
    ErrorCode,
    Outcome,
    Progress,
    Reason,
    Refetchable,
    Source,
    State,
    Status,
    Verdict,
)
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.demo import HeadlessRun, SampleLibrary, run_headless_demo, sample_library
from soulspot_gallery.demo.files import LEFTOVER, ORPHANS, STRANGERS
from soulspot_gallery.demo.roster import Fate, roster
from soulspot_gallery.demo.session import open_sample

_GOOD_ROUTES = ("covers", "moved", "found", "no-head", "untyped", "slow", "throttled")


class Seen:
    """All that was found out about one sample while it was there."""

    sample: SampleLibrary
    entries: Sequence[Entry]
    status: Status
    plan: CleanupPlan
    lines: list[str]
    run: HeadlessRun
    files_before: dict[str, bytes]
    files_after: dict[str, bytes]


def contents(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and ".soulspot-gallery" not in file.relative_to(root).parts
    }


async def look() -> Seen:
    seen = Seen()
    async with sample_library() as sample:
        seen.sample = sample
        async with await ImageService.open(
            sample.library, sample.image_root, sample.data_dir, sample.settings
        ) as service:
            assert service.writing_allowed
            seen.entries = await service.entries()
            seen.status = await service.status()
            seen.plan = await service.plan_cleanup()
        seen.files_before = await asyncio.to_thread(contents, sample.image_root)
        seen.lines = []
        seen.run = await run_headless_demo(sample, seen.lines.append)
        seen.files_after = await asyncio.to_thread(contents, sample.image_root)
    return seen


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Made once: some seconds of work, and only looked at."""
    return asyncio.run(look())


def entry_of(seen: Seen, fate: Fate) -> Entry:
    """The first row that plays this part."""
    role = next(each for each in roster() if each.fate is fate)
    return next(each for each in seen.entries if each.entity.key == (role.kind, role.id))


def test_it_is_large_enough(seen: Seen) -> None:
    totals = {kind: seen.status.kinds[kind].total for kind in EntityType}
    assert totals == {EntityType.ARTIST: 45, EntityType.ALBUM: 66, EntityType.PLAYLIST: 16}


def test_every_state_is_there(seen: Seen) -> None:
    states = Counter(entry.image.state for entry in seen.entries)
    assert states == {
        State.CACHED: 62,
        State.MISSING_FILE: 8,
        State.CORRUPT: 2,
        State.FAILED: 6,
        State.REMOTE: 45,
        State.NONE: 4,
    }


def test_every_verdict_is_there(seen: Seen) -> None:
    assert set(seen.status.links) >= set(Verdict)
    assert all(seen.status.links[verdict] > 0 for verdict in Verdict)


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        (Fate.CACHED, State.CACHED),
        (Fate.OLD, State.CACHED),
        (Fate.WITHDRAWN, State.CACHED),
        (Fate.ELSEWHERE, State.CACHED),
        (Fate.SHARED, State.CACHED),
        (Fate.ZEROED, State.CORRUPT),
        (Fate.TRUNCATED, State.CORRUPT),
        (Fate.LOST, State.MISSING_FILE),
        (Fate.MARKED, State.FAILED),
        (Fate.TRIED, State.FAILED),
        (Fate.REMOTE, State.REMOTE),
        (Fate.EMPTY, State.NONE),
    ],
)
def test_each_part_is_played(seen: Seen, fate: Fate, state: State) -> None:
    assert entry_of(seen, fate).image.state is state


def test_failures_say_why(seen: Seen) -> None:
    tried = [role.id for role in roster() if role.fate is Fate.TRIED]
    problems = [entry.image.problem for entry in seen.entries if entry.entity.id in tried]
    assert len(problems) == 3
    assert all(problems)
    assert any((entry.entity.path or "").startswith("FAILED|") for entry in seen.entries)
    assert any(entry.entity.path == "FAILED" for entry in seen.entries)


def test_awkward_rows_are_there(seen: Seen) -> None:
    urls = [entry.entity.url or "" for entry in seen.entries]
    assert max(map(len, urls)) == 512
    assert any(url.startswith("file:") for url in urls)
    assert any(url.startswith("spotify:") for url in urls)
    names = Counter((entry.entity.kind, entry.entity.name) for entry in seen.entries)
    assert len([key for key, count in names.items() if count > 1]) == 3
    assert max(len(name) for _, name in names) > 100
    everything = "".join(name for _, name in names)
    for script in ("Кв", "夜", "달", "فر", "תז", "Ελ", "नी", "მთ", "วง", "🍊"):
        assert script in everything
    assert any((entry.entity.path or "").startswith("../") for entry in seen.entries)
    shared = entry_of(seen, Fate.SHARED).entity.path
    assert [entry.entity.path for entry in seen.entries].count(shared) == 2


def test_most_tiles_show_a_picture_at_first_sight(seen: Seen) -> None:
    def shows(entry: Entry) -> bool:
        display = entry.image.display
        return display.source is Source.LOCAL or any(f"/{route}/" in display.location for route in _GOOD_ROUTES)

    assert sum(map(shows, seen.entries)) / len(seen.entries) > 0.8


def test_every_reason_of_a_cleanup_is_there(seen: Seen) -> None:
    items = {item.path: item for item in seen.plan.items}
    assert {reason for item in items.values() for reason in item.reasons} == set(Reason)
    assert {path for path, item in items.items() if Reason.ORPHAN in item.reasons} == {path for path, _, _ in ORPHANS}
    assert items[LEFTOVER].reasons == (Reason.LEFTOVER,)
    old = [item for item in items.values() if item.reasons == (Reason.OLD,)]
    assert {(item.own_record, item.selected) for item in old} == {(True, True), (True, False), (False, False)}
    last_copy = items[entry_of(seen, Fate.WITHDRAWN).entity.path or ""]
    assert (last_copy.refetchable, last_copy.selected) == (Refetchable.NO, False)
    assert not set(STRANGERS) & items.keys()
    assert seen.plan.brakes == ()


def test_the_run_without_a_window_does_the_main_job(seen: Seen) -> None:
    run = seen.run
    needy = sum(seen.status.kinds[kind].total - seen.status.kinds[kind].states[State.CACHED] for kind in EntityType) - 4
    assert len(run.recached.results) == needy
    errors = Counter(result.error for result in run.recached.results if result.outcome is Outcome.FAILED)
    assert errors == {
        ErrorCode.MISSING: 3,
        ErrorCode.DENIED: 2,
        ErrorCode.UNSAFE: 3,
        ErrorCode.NOT_IMAGE: 1,
        ErrorCode.SERVER: 1,
        ErrorCode.PROTOCOL: 1,
        ErrorCode.DECODE: 1,
    }
    assert run.recached.count(Outcome.DOWNLOADED) == needy - errors.total()
    verdicts = Counter(result.check.verdict for result in run.validated.results)
    assert verdicts.total() == 127 - 4
    assert verdicts[Verdict.TEMPORARY] == 1
    assert verdicts[Verdict.BROKEN] == 4
    assert run.cleaned.removed == len(run.plan.ticked) > 5
    assert (run.cleaned.skipped, run.cleaned.failed) == ((), ())
    assert run.restored.restored == run.cleaned.removed
    cached = sum(run.after.kinds[kind].states[State.CACHED] for kind in EntityType)
    assert cached == 62 + run.recached.count(Outcome.DOWNLOADED)


def test_the_run_says_what_it_did(seen: Seen) -> None:
    text = "\n".join(seen.lines)
    assert len(seen.lines) == 8
    for number, word in (
        (45, "artists"),
        (seen.run.recached.count(Outcome.DOWNLOADED), "of"),
        (len(seen.run.validated.results), "checked"),
        (seen.run.cleaned.removed, "files moved to the trash"),
        (seen.run.restored.restored, "files brought back"),
    ):
        assert re.search(rf"\b{number} {word}\b", text), f"{number} {word} is missing in:\n{text}"


def test_the_run_loses_no_file(seen: Seen) -> None:
    assert seen.files_before.keys() <= seen.files_after.keys()
    for path in (*STRANGERS, *(path for path, _, _ in ORPHANS), LEFTOVER):
        assert seen.files_after[path] == seen.files_before[path]


def test_nothing_stays_behind(seen: Seen) -> None:
    assert not seen.sample.library.parent.exists()


async def test_it_is_the_same_each_time(seen: Seen) -> None:
    async with open_sample(None) as service:
        again = await service.entries()

    def told(entries: Sequence[Entry]) -> list[object]:
        return [
            (entry.entity.key, entry.entity.name, entry.image.state, entry.image.verdict, entry.image.sha256)
            for entry in entries
        ]

    assert told(again) == told(seen.entries)


def test_an_error_on_the_way_removes_it_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def fail(progress: Progress) -> None:
        assert list(tmp_path.iterdir())
        raise ValueError(progress.doing)

    async def begin() -> None:
        async with sample_library(report=fail):
            raise AssertionError("the sample was made all the same")

    with pytest.raises(ValueError, match="sample library"):
        asyncio.run(begin())
    assert not list(tmp_path.iterdir())
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("demo-cdn")]


def test_one_that_is_given_up_while_it_is_made_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    began, real = threading.Event(), Journal.open

    def slowly(file: Path) -> Journal:
        began.set()
        end = time.monotonic() + 1.5  # or as soon as all has been removed under it
        while time.monotonic() < end and any(tmp_path.iterdir()):
            time.sleep(0.01)
        return real(file)

    monkeypatch.setattr(Journal, "open", slowly)

    async def give_up() -> None:
        making = asyncio.create_task(sample_library().__aenter__())
        await asyncio.to_thread(began.wait, 20)
        making.cancel()
        await asyncio.wait([making], timeout=20)
        assert making.cancelled()

    asyncio.run(give_up())
    assert not list(tmp_path.iterdir())
