"""The job bar: what it says of running jobs, what stays after them, and that all of it can be reached by keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from soulspot_gallery.core.model import Progress, Report
from soulspot_gallery.gui.jobs import job_bar
from soulspot_gallery.gui.jobs.job_bar import JobBar, paused_words
from soulspot_gallery.gui.jobs.job_rows import counts_words, ending_words
from soulspot_gallery.gui.jobs.jobs import Job, Jobs, JobState, Summary
from soulspot_gallery.gui.jobs.pace import Pace
from soulspot_gallery.gui.messages import Messages


class Desk:
    """A window with a job bar, and jobs that do as they are told."""

    def __init__(self) -> None:
        self.paused: tuple[str, ...] = ()
        self.jobs = Jobs(Messages())
        self.window = QWidget()
        self.bar = JobBar(self.jobs, lambda: self.paused, self.window)
        self.asked = list[Job]()
        self.bar.details_requested.connect(self.asked.append)
        layout = QVBoxLayout(self.window)
        layout.addStretch()
        layout.addWidget(self.bar)
        self.window.resize(900, 300)
        self.window.show()

    def start(
        self, *progress: Progress, name: str = "recache", title: str = "Recaching", failures: int = 0
    ) -> tuple[Job, asyncio.Event]:
        go = asyncio.Event()

        async def work(report: Report) -> str:
            for each in progress:
                report(each)
            await go.wait()
            return "done"

        summary = Summary(f"{title}: 300 pictures, {failures} failed.", failures)
        return self.jobs.start(name, title, work, summarize=lambda _: summary), go

    async def finish(self, job: Job, go: asyncio.Event) -> None:
        go.set()
        await self.end(job)

    async def end(self, job: Job) -> None:
        assert job.task is not None
        await asyncio.wait([job.task])


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # Qt has no event to await
        await asyncio.sleep(0.001)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(job_bar, "PATIENCE_MS", 0)
    return Desk()


async def test_shows_what_a_job_does_and_how_far_it_is(desk: Desk) -> None:
    assert desk.bar.isHidden()
    job, go = desk.start(Progress("Fetching The Paper Lanterns", 120, 300, 3))
    row = desk.bar.running[job]
    await until(lambda: row.isVisible() and row.counts.text() != "")
    assert desk.bar.isVisible()
    assert (row.title.text(), row.doing.text()) == ("Recaching", "Fetching The Paper Lanterns")
    assert row.counts.text() == "120 of 300 · 3 failed"
    assert row.bar.value() / row.bar.maximum() == pytest.approx(0.4)
    assert row.bar.accessibleName() == "Recaching"
    assert row.bar.accessibleDescription() == "Fetching The Paper Lanterns · 120 of 300 · 3 failed"
    await desk.finish(job, go)
    assert desk.bar.running == {}


async def test_an_unknown_total_is_a_busy_bar(desk: Desk) -> None:
    job, go = desk.start(Progress("Reading", 5))
    row = desk.bar.running[job]
    await until(lambda: row.counts.text() == "5")
    assert (row.bar.minimum(), row.bar.maximum()) == (0, 0)
    await desk.finish(job, go)


async def test_a_quick_job_does_not_flicker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_bar, "PATIENCE_MS", 60_000)
    desk = Desk()
    job = desk.jobs.start("reload", "Reading the library", lambda report: asyncio.sleep(0.02))
    await asyncio.sleep(0.01)
    assert desk.bar.isHidden()
    await desk.end(job)
    assert desk.bar.isHidden()


async def test_quiet_jobs_are_not_shown(desk: Desk) -> None:
    job = desk.jobs.run_quietly("search", lambda: asyncio.sleep(0.01))
    await asyncio.sleep(0.005)
    assert (desk.bar.isHidden(), desk.bar.running) == (True, {})
    await desk.end(job)


async def test_a_summary_stays_and_shows_its_failures(desk: Desk) -> None:
    job, go = desk.start(failures=2)
    await desk.finish(job, go)
    (row,) = desk.bar.ended
    assert row.label.text() == "Recaching: 300 pictures, 2 failed."
    assert desk.bar.isVisible()
    assert row.details_button.accessibleName() == "Show failures: Recaching"
    row.details_button.click()
    assert desk.asked == [job]
    assert job.result == "done"
    row.dismiss_button.click()
    assert (desk.bar.ended, desk.bar.isHidden()) == ([], True)


async def test_without_failures_there_is_nothing_to_show(desk: Desk) -> None:
    job, go = desk.start()
    await desk.finish(job, go)
    assert desk.bar.ended[0].details_button.isHidden()
    desk.bar.dismiss_all()
    assert desk.bar.isHidden()


async def test_the_next_of_its_name_takes_the_old_summary_away(desk: Desk) -> None:
    for _ in range(2):
        job, go = desk.start(failures=1)
        assert desk.bar.ended == []
        await desk.finish(job, go)
    assert len(desk.bar.ended) == 1


async def test_at_most_three_summaries_with_failures_stay(desk: Desk) -> None:
    for number in range(5):
        job, go = desk.start(name=str(number), title=f"Job {number}", failures=1)
        await desk.finish(job, go)
    assert [row.job.title for row in desk.bar.ended] == ["Job 2", "Job 3", "Job 4"]


async def test_a_success_makes_room_for_the_next_summary(desk: Desk) -> None:
    for number, failures in enumerate((1, 0, 0)):
        job, go = desk.start(name=str(number), title=f"Job {number}", failures=failures)
        await desk.finish(job, go)
    assert [row.job.title for row in desk.bar.ended] == ["Job 0", "Job 2"]


async def test_a_success_leaves_by_itself_and_a_failure_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_bar, "PASSING_MS", 5)
    bad, go_bad = desk.start(name="bad", title="Bad", failures=1)
    await desk.finish(bad, go_bad)
    good, go_good = desk.start(name="good", title="Good")
    await desk.finish(good, go_good)
    assert len(desk.bar.ended) == 2
    await until(lambda: len(desk.bar.ended) == 1)
    assert [row.job.title for row in desk.bar.ended] == ["Bad"]


async def test_a_success_stays_while_its_button_has_the_keyboard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_bar, "PASSING_MS", 5)
    emptied = list[bool]()
    desk.bar.emptied.connect(lambda: emptied.append(True))
    job, _ = desk.start(Progress("Fetching", 1, 3))
    desk.window.activateWindow()
    await until(lambda: desk.window.isActiveWindow() and desk.bar.running[job].isVisible())
    desk.bar.running[job].cancel_button.setFocus()
    job.cancel()
    await desk.end(job)
    (row,) = desk.bar.ended
    assert row.dismiss_button.hasFocus()
    await asyncio.sleep(0.03)
    assert desk.bar.ended == [row]
    QTest.keyClick(row.dismiss_button, Qt.Key.Key_Space)
    assert (desk.bar.ended, emptied) == ([], [True])


async def test_cancel_says_how_far_it_came(desk: Desk) -> None:
    job, _ = desk.start(Progress("Fetching", 120, 300))
    row = desk.bar.running[job]
    await until(lambda: row.isVisible() and bool(row.counts.text()))
    row.cancel_button.click()
    row.cancel_button.click()
    assert row.cancel_button.text() == "Stopping…"
    await desk.end(job)
    assert [each.label.text() for each in desk.bar.ended] == ["Recaching: cancelled after 120 of 300."]


async def test_all_of_it_by_keyboard(desk: Desk) -> None:
    job, _ = desk.start(Progress("Fetching", 1, 3))
    row = desk.bar.running[job]
    await until(row.isVisible)
    desk.window.activateWindow()
    await until(desk.window.isActiveWindow)
    QTest.keyClick(desk.window, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is row.cancel_button
    assert row.cancel_button.accessibleName() == "Cancel: Recaching"
    QTest.keyClick(row.cancel_button, Qt.Key.Key_Space)
    await desk.end(job)
    (ended,) = desk.bar.ended
    assert QApplication.focusWidget() is ended.dismiss_button
    QTest.keyClick(ended.dismiss_button, Qt.Key.Key_Space)
    assert desk.bar.isHidden()


async def test_paused_hosts_are_named_while_jobs_run(desk: Desk) -> None:
    desk.bar._pause_check.setInterval(5)
    job, go = desk.start()
    await until(desk.bar.isVisible)
    assert desk.bar.paused.isHidden()
    desk.paused = ("i.scdn.co",)
    await until(desk.bar.paused.isVisible)
    assert desk.bar.paused.text().startswith("Paused: i.scdn.co.")
    desk.paused = ()
    await until(desk.bar.paused.isHidden)
    desk.paused = ("i.scdn.co",)
    await desk.finish(job, go)
    assert desk.bar.paused.isHidden()


def test_words() -> None:
    assert counts_words(Progress("", 1200, 30_000, 3), Pace(12, 150)) == (
        "1,200 of 30,000 · 3 failed · 12 a second · about 2 min left"
    )
    assert counts_words(Progress("", 3, 3), Pace(12, 0)) == "3 of 3 · 12 a second"
    assert counts_words(Progress(""), Pace()) == ""
    assert paused_words(()) == ""
    assert paused_words(("a", "b", "c", "d", "e")).startswith("Paused: a, b, c and 2 more.")


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_where_there_is_no_summary_nothing_is_said(state: JobState) -> None:
    job = Job("reload", "Reading", shown=True)
    job.state = state
    assert ending_words(job) == ""
