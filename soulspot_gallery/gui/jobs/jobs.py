"""Everything asynchronous in the window is a job: named, kept, one of a name, cancellable, stopped on exit.

An error of a job never vanishes: it goes to the messages. How jobs look is the business of `job_bar`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from soulspot_gallery.core.model import Progress, Report
from soulspot_gallery.gui.jobs.pace import Pace, Pacer
from soulspot_gallery.gui.messages import Messages

T = TypeVar("T")
INTERVAL = 0.05
"""Seconds between two `changed` of a job at least."""
PATIENCE = 5.0
"""Seconds for which a cancelled job may clean up at the end of the program, before it is cancelled once more."""
Work = Callable[[Report], Awaitable[T]]


class JobState(StrEnum):
    """What has become of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Summary:
    """The line that stays after a job; with `failures` it offers to show them."""

    text: str
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job is told when it starts; see `Jobs.start`."""

    work: Work[Any]
    on_result: Callable[[Any], object] | None
    on_failed: Callable[[BaseException], object] | None
    summarize: Callable[[Any], Summary] | None


class Job:
    """One piece of work. `result` is what it returned; `summary` the line to keep, None where there is none."""

    def __init__(self, name: str, title: str, *, shown: bool) -> None:
        self.name = name
        self.title = title
        self.shown = shown
        self.state = JobState.RUNNING
        self.progress = Progress(title)
        self.pace = Pace()
        self.result: Any = None
        self.summary: Summary | None = None
        self.task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self.state is JobState.RUNNING

    def cancel(self) -> None:
        """Ask it to stop, once; `finished` comes when it has."""
        if self.task is not None and not self.task.cancelling():
            self.task.cancel()


class Jobs(QObject):
    """Starts, names, keeps and stops jobs. Its methods are called on the GUI thread, with the event loop running."""

    started = Signal(object)
    changed = Signal(object)
    """A Job, about 20 times a second at most and once more with its last progress."""
    finished = Signal(object)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._running: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # also those that a newer job of the name has replaced
        self._stopped = False

    @property
    def active(self) -> tuple[Job, ...]:
        """The running jobs, the oldest first."""
        return tuple(self._running.values())

    def running(self, name: str) -> Job | None:
        return self._running.get(name)

    def start(
        self,
        name: str,
        title: str,
        work: Work[T],
        on_result: Callable[[T], object] | None = None,
        on_failed: Callable[[BaseException], object] | None = None,
        summarize: Callable[[T], Summary] | None = None,
    ) -> Job:
        """Run `work(report)` as a job that the bar shows, and give its result to `on_result`.

        Where one of this name runs, that is returned and nothing else happens; after `stop_all` nothing is started.
        A failure is shown by itself; `on_failed` is for what else has to happen. Neither is called for a cancel.
        """
        return self._running.get(name) or self._begin(
            Job(name, title, shown=True), Plan(work, on_result, on_failed, summarize)
        )

    def replace(
        self,
        name: str,
        title: str,
        work: Work[T],
        on_result: Callable[[T], object] | None = None,
        on_failed: Callable[[BaseException], object] | None = None,
        summarize: Callable[[T], Summary] | None = None,
    ) -> Job:
        """As `start`, but a running job of this name is cancelled: it ends beside the new one, without a result."""
        self.cancel(name)
        return self._begin(Job(name, title, shown=True), Plan(work, on_result, on_failed, summarize))

    def run_quietly(
        self,
        name: str,
        work: Callable[[], Awaitable[T]],
        on_result: Callable[[T], object] | None = None,
        on_failed: Callable[[BaseException], object] | None = None,
    ) -> Job:
        """As `replace`, for what is too small or too common for the bar."""
        self.cancel(name)
        return self._begin(Job(name, name, shown=False), Plan(lambda _: work(), on_result, on_failed, None))

    def cancel(self, name: str) -> None:
        if job := self._running.get(name):
            job.cancel()

    async def stop_all(self) -> None:
        """Cancel all jobs and wait until they have ended; afterwards nothing can be started."""
        self._stopped = True
        await self.end_others()

    async def end_others(self) -> None:
        """Cancel all jobs but the calling one, and wait until they have ended."""
        mine = asyncio.current_task()
        for task in self._tasks:
            if task is not mine and not task.cancelling():  # a second cancel would hit it while it cleans up
                task.cancel()
        while tasks := [task for task in self._tasks if task is not mine]:
            _, stubborn = await asyncio.wait(tasks, timeout=PATIENCE)
            for task in stubborn:
                task.cancel()

    def _begin(self, job: Job, plan: Plan) -> Job:
        if self._stopped:
            job.state = JobState.CANCELLED
            return job
        self._running[job.name] = job
        job.task = asyncio.get_running_loop().create_task(self._run(job, plan), name=job.name)
        self._tasks.add(job.task)
        job.task.add_done_callback(self._tasks.discard)
        job.task.add_done_callback(lambda _: self._end(job, JobState.CANCELLED))  # cancelled before it began
        self.started.emit(job)
        return job

    async def _run(self, job: Job, plan: Plan) -> None:
        meter = _Meter(job, self.changed.emit)
        try:
            job.result = await plan.work(meter.report)
        except asyncio.CancelledError:
            meter.close()
            self._end(job, JobState.CANCELLED)
            raise
        except Exception as error:  # every failure of a job is shown; what is no Exception ends the program
            meter.close()
            self._messages.report(error, "" if not job.shown else job.title)
            self._end(job, JobState.FAILED)
            if plan.on_failed is not None:
                self._call(plan.on_failed, error)
            return
        meter.close()
        if self._running.get(job.name) is not job:  # replaced, and has taken no notice of its cancellation
            self._end(job, JobState.CANCELLED)
            return
        if plan.summarize is not None:
            job.summary = self._call(plan.summarize, job.result)
        self._end(job, JobState.DONE)
        if plan.on_result is not None:
            self._call(plan.on_result, job.result)

    def _call(self, function: Callable[[Any], Any], argument: Any) -> Any:
        try:
            return function(argument)
        except Exception as error:  # of the one who started the job; the job itself has ended well
            self._messages.report(error)
            return None

    def _end(self, job: Job, state: JobState) -> None:
        if not job.running:
            return
        job.state = state
        if self._running.get(job.name) is job:
            del self._running[job.name]
        self.finished.emit(job)


class _Meter:
    """Takes each progress of a job, measures its pace, and tells of it at most every INTERVAL seconds."""

    def __init__(self, job: Job, tell: Callable[[Job], object]) -> None:
        self._job = job
        self._tell_job = tell
        self._loop = asyncio.get_running_loop()
        self._pacer = Pacer()
        self._told = -INTERVAL
        self._later: asyncio.TimerHandle | None = None

    def report(self, progress: Progress) -> None:
        now = self._loop.time()
        self._job.progress = progress
        self._job.pace = self._pacer.measure(now, progress)
        if self._later is None and self._job.running:
            self._later = self._loop.call_at(max(now, self._told + INTERVAL), self._tell)

    def _tell(self) -> None:
        self._later = None
        self._told = self._loop.time()
        self._tell_job(self._job)

    def close(self) -> None:
        """Tell the last progress, if nobody has heard it."""
        if self._later is not None:
            self._later.cancel()
            self._tell()
