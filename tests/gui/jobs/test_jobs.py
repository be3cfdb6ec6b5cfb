"""Jobs: one of a name, progress without a flood, and no error, cancel or exit that loses anything."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from PySide6.QtWidgets import QWidget

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.model import Progress, Report
from soulspot_gallery.gui.jobs import jobs as jobs_module
from soulspot_gallery.gui.jobs.jobs import INTERVAL, Job, Jobs, JobState, Summary
from soulspot_gallery.gui.messages import Kind, Message, Messages


class Watch:
    """Jobs with all that they and their messages say."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.jobs = Jobs(self.messages)
        self.started, self.changed, self.finished = list[Job](), list[Progress](), list[Job]()
        self.results, self.failures = list[object](), list[BaseException]()
        self.jobs.started.connect(self.started.append)
        self.jobs.changed.connect(lambda job: self.changed.append(job.progress))
        self.jobs.finished.connect(self.finished.append)

    @property
    def said(self) -> list[Message]:
        return list(self.messages.waiting)

    def start(self, work: Callable[[Report], Awaitable[object]], name: str = "recache") -> Job:
        return self.jobs.start(name, "Recaching 3 pictures", work, self.results.append, self.failures.append)

    async def end(self, *jobs: Job) -> None:
        await asyncio.wait([job.task for job in jobs if job.task])


@pytest.fixture
def watch() -> Watch:
    return Watch()


async def quick(report: Report) -> int:
    report(Progress("Fetching", 3, 3))
    return 7


async def endless(report: Report) -> int:
    report(Progress("Fetching", 1, 3))
    await asyncio.Event().wait()
    return 0


async def test_a_job_runs_and_delivers(watch: Watch) -> None:
    job = watch.start(quick)
    assert (job.state, watch.jobs.active, watch.jobs.running("recache")) == (JobState.RUNNING, (job,), job)
    await watch.end(job)
    assert (job.state, job.result, watch.results) == (JobState.DONE, 7, [7])
    assert (watch.started, watch.finished, watch.jobs.active) == ([job], [job], ())
    assert watch.changed == [Progress("Fetching", 3, 3)]
    assert job.task is not None
    assert job.task.get_name() == "recache"


async def test_one_of_a_name(watch: Watch) -> None:
    first = watch.start(endless)
    assert watch.start(quick) is first
    other = watch.start(quick, "validate")
    await watch.end(other)
    assert watch.jobs.active == (first,)
    await watch.jobs.stop_all()
    assert watch.results == [7]


async def test_replace_cancels_the_one_before(watch: Watch) -> None:
    first = watch.start(endless)
    await asyncio.sleep(0)
    second = watch.jobs.replace("recache", "Again", quick, watch.results.append)
    assert second is not first
    assert watch.jobs.active == (second,)
    await watch.end(first, second)
    assert (first.state, second.state, watch.results) == (JobState.CANCELLED, JobState.DONE, [7])


async def test_a_replaced_job_that_ignores_it_delivers_nothing(watch: Watch) -> None:
    async def stubborn(report: Report) -> int:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return 13
        return 0

    first = watch.start(stubborn)
    await asyncio.sleep(0)
    second = watch.jobs.replace("recache", "Again", quick, watch.results.append)
    await watch.end(first, second)
    assert (first.state, watch.results) == (JobState.CANCELLED, [7])


async def test_an_expected_failure_is_a_sentence(watch: Watch) -> None:
    async def fail(report: Report) -> int:
        raise LibraryError("The library is locked. Close the other program.")

    job = watch.start(fail)
    await watch.end(job)
    assert job.state is JobState.FAILED
    assert [(each.kind, each.text) for each in watch.said] == [
        (Kind.PROBLEM, "Recaching 3 pictures: The library is locked. Close the other program.")
    ]
    assert [type(error) for error in watch.failures] == [LibraryError]
    assert watch.results == []


async def test_an_unexpected_failure_has_details(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    async def fail(report: Report) -> int:
        return {"key": 1}["no such key"]

    await watch.end(watch.start(fail))
    assert [each.kind for each in watch.said] == [Kind.UNEXPECTED]
    assert "no such key" in watch.said[0].details
    assert "Recaching 3 pictures" in capsys.readouterr().err


async def test_an_error_of_the_one_who_waits_is_told_too(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: object) -> None:
        raise LookupError("no such row")

    job = watch.jobs.start("recache", "Recaching", quick, fail)
    await watch.end(job)
    assert job.state is JobState.DONE
    assert ["no such row" in each.text for each in watch.said] == [True]
    assert "no such row" in capsys.readouterr().err


async def test_cancel(watch: Watch) -> None:
    job = watch.start(endless)
    await asyncio.sleep(0)
    watch.jobs.cancel("recache")
    job.cancel()
    await watch.end(job)
    assert (job.state, watch.finished, watch.jobs.active) == (JobState.CANCELLED, [job], ())
    assert (watch.results, watch.failures, watch.said) == ([], [], [])
    assert watch.changed == [Progress("Fetching", 1, 3)]


async def test_cancel_before_it_began(watch: Watch) -> None:
    job = watch.start(quick)
    job.cancel()
    await watch.end(job)
    await asyncio.sleep(0)
    assert (job.state, watch.finished, watch.results) == (JobState.CANCELLED, [job], [])


async def test_progress_comes_at_most_twenty_times_a_second_and_the_last_always(watch: Watch) -> None:
    loop = asyncio.get_running_loop()
    times = list[float]()
    watch.jobs.changed.connect(lambda job: times.append(loop.time()))

    async def busy(report: Report) -> None:
        begin = loop.time()
        done = 0
        while loop.time() < begin + 0.3:
            done += 1
            report(Progress("Fetching", done))
            await asyncio.sleep(0)
        report(Progress("Fetching", 10_000_000))

    await watch.end(watch.start(busy))
    assert 4 <= len(watch.changed) <= 0.3 / INTERVAL + 2
    assert watch.changed[-1] == Progress("Fetching", 10_000_000)
    assert all(later - sooner > 0.8 * INTERVAL for sooner, later in itertools.pairwise(times[:-1]))


async def test_rate_and_time_left(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    begin, real = loop.time(), loop.time

    async def steady(report: Report) -> None:
        for second in range(5):
            monkeypatch.setattr(loop, "time", lambda: begin + second)  # noqa: B023  # is used before the next
            report(Progress("Fetching", 10 * second, 100))
        monkeypatch.setattr(loop, "time", real)

    job = watch.start(steady)
    await watch.end(job)
    assert job.pace.rate == pytest.approx(10)
    assert job.pace.seconds_left == pytest.approx(6)


async def test_a_summary(watch: Watch) -> None:
    job = watch.jobs.start("recache", "Recaching", quick, summarize=lambda result: Summary(f"{result} recached.", 2))
    await watch.end(job)
    assert job.summary == Summary("7 recached.", 2)


async def test_quiet_jobs_replace_each_other(watch: Watch) -> None:
    ended = list[str]()

    async def search(text: str, seconds: float) -> str:
        await asyncio.sleep(seconds)
        ended.append(text)
        return text

    first = watch.jobs.run_quietly("search", lambda: search("a", 30), watch.results.append)
    second = watch.jobs.run_quietly("search", lambda: search("ab", 0), watch.results.append)
    assert not second.shown
    await watch.end(first, second)
    assert (ended, watch.results) == (["ab"], ["ab"])


async def test_stop_all_waits_for_the_last_cleaning_up(watch: Watch) -> None:
    cleaned = list[int]()

    async def careful(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(number)

    for number in range(5):
        watch.jobs.run_quietly("one name" if number < 3 else str(number), partial(careful, number))
        await asyncio.sleep(0)
    await watch.jobs.stop_all()
    assert sorted(cleaned) == list(range(5))
    assert watch.jobs.active == ()
    late = watch.start(quick)
    assert (late.state, late.task) == (JobState.CANCELLED, None)
    assert late not in watch.started
    await watch.jobs.stop_all()


async def test_stop_all_asks_again_those_that_took_no_notice(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "PATIENCE", 0.02)

    async def stubborn(report: Report) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    job = watch.start(stubborn)
    await asyncio.sleep(0)
    await watch.jobs.stop_all()
    assert job.state is JobState.CANCELLED


async def test_a_job_may_stop_all_others(watch: Watch) -> None:
    watch.start(endless)

    async def leave(report: Report) -> str:
        await watch.jobs.stop_all()
        return "bye"

    job = watch.start(leave, "leave")
    await watch.end(job)
    assert watch.results == ["bye"]


async def test_from_a_slot_of_qt(watch: Watch) -> None:
    widget, done = QWidget(), asyncio.Event()
    widget.windowTitleChanged.connect(lambda title: watch.start(quick, title))
    watch.jobs.finished.connect(lambda job: done.set())
    widget.setWindowTitle("recache")
    await done.wait()
    assert watch.finished[0].result == 7
