"""Several galleries at one recache: procrastinate, a task queue on PostgreSQL, hands out the work on a shared library.

A job is a handful of pictures. Whoever joins takes jobs until none is left. The queue takes back what a worker had that
gives no sign of life any more, so nothing is lost; the row's compare-and-set and the turns see to it that none is
written twice. This is the only module that knows the queue; nobody else needs it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import wrap_exceptions
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.schema import SchemaManager

from soulspot_gallery.core import looking
from soulspot_gallery.core.caching.pipeline import interleave
from soulspot_gallery.core.errors import LibraryError, UsageError
from soulspot_gallery.core.model import (
    By,
    EntityType,
    FetchPolicy,
    Progress,
    RecacheReport,
    RecacheResult,
    Report,
    Selection,
)
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.postgres import SCHEMA, lock_number, parse_url
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.threads import unheard

_QUEUE, _TASK = "recache", "recache pictures"

_PICTURES, _JOBS = 20, 2
"""Pictures of a job, and jobs that a worker has at a time: what is fetched again at most where it dies."""

_BEAT, _SILENT = 3.0, 20.0
"""Seconds between a worker's signs of life, and without one until its jobs are given to others."""

_LOOK = 0.5
"""Seconds between looks at whether the work is done."""

_PATIENCE = 10.0
"""Seconds to wait for a connection of the queue's, before its server counts as gone."""

_TAKING_BACK = lock_number("taking back")


class _HandedBack(Exception):
    """The worker leaves before the job is done: others shall do it."""


class _Always(BaseRetryStrategy):
    """What was not done stays in the queue: a picture that fails is a result, and no failure of its job."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_in={"seconds": 1})


def queue_tables() -> str:
    """The statements that make the queue's tables, for a database that has none."""
    return str(SchemaManager.get_schema())


async def join_recache(
    service: ImageService, library: str, selection: Selection, policy: FetchPolicy, report: Report
) -> RecacheReport:
    """Take part in the recache that is under way on a shared library, or begin one; ends when none of it is left.

    A selection is added to what is under way. `library`: the URL that the service was opened by. The results are those
    of this process. When cancelled, what it has not done goes back to the others. Raises CannotOpen, UsageError.
    """
    if not service.shared:
        raise UsageError("--join needs a library on PostgreSQL, made by init-library; leave it out for this one.")
    if service.offline:
        raise UsageError("--join needs the network, and the gallery is offline; end that first.")
    if selection.ids:
        raise UsageError("--join is for many pictures; leave out --id, or --join.")
    for name in ("procrastinate", "psycopg.pool"):  # what goes wrong is raised, and told by who asked
        logging.getLogger(name).addHandler(logging.NullHandler())
    start, party = time.monotonic(), _Party(service, report)
    app = App(connector=_connector(library))
    app.task(name=_TASK, queue=_QUEUE, retry=_Always())(party.work)
    try:
        party.total = await service.in_turn(lambda opened: _hand_out(app, opened, selection, policy))
        async with app.open_async():
            await party.take_part(app)
    except ConnectorException as problem:
        raise LibraryError(
            f"The task queue of {service.library} can't be reached; see that its server runs, and that init-library "
            "was run on it, then try again."
        ) from problem
    return RecacheReport(tuple(party.results), time.monotonic() - start)


def _connector(library: str) -> PsycopgConnector:
    url = parse_url(library).set(drivername="postgresql").render_as_string(hide_password=False)
    options = {"options": f"-c search_path={SCHEMA}"}
    return PsycopgConnector(conninfo=url, kwargs=options, min_size=1, max_size=4, timeout=_PATIENCE)


def _hand_out(app: App, opened: Opened, selection: Selection, policy: FetchPolicy) -> int:
    """Put into the queue what of the selection is not in it; without one, nothing while there is something in it. How
    many pictures are in it then. Within a turn, so that of several who begin at once one does; and in one go, as a part
    of it would be taken for all."""
    with app.open():
        jobs = [job for status in ("todo", "doing") for job in app.job_manager.list_jobs(queue=_QUEUE, status=status)]
        queued = {key for job in jobs for key in _keys_of(job)}
        if queued and selection.everything:
            return len(queued)
        pages = looking.wanted(opened, selection, policy, By.ITSELF)
        wants = interleave(want for page in pages for want in page)
        keys = [want.entity.key for want in wants if want.entity.key not in queued]
        handfuls = [keys[start : start + _PICTURES] for start in range(0, len(keys), _PICTURES)]
        jobs_to_be: list[Any] = [
            {"policy": policy.value, "pictures": [[*key] for key in handful]} for handful in handfuls
        ]
        if jobs_to_be:
            app.tasks[_TASK].batch_defer(*jobs_to_be)
        return len(queued) + len(keys)


def _keys_of(job: Job) -> list[tuple[EntityType, str]]:
    pictures: Any = job.task_kwargs["pictures"]
    return [(EntityType(kind), each) for kind, each in pictures]


@dataclass(slots=True)
class _Party:
    """What this process does of a recache that several do."""

    service: ImageService
    report: Report
    total: int = 0
    results: list[RecacheResult] = field(default_factory=list)
    failed: int = 0
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _trouble: list[BaseException] = field(default_factory=list)

    async def work(self, policy: str, pictures: list[list[str]]) -> None:
        """One job of the queue."""
        if (job := asyncio.current_task()) is not None:
            unheard(job)  # where the queue can't be told how it ended; `_something_left` meets the same trouble
        keys = [(EntityType(kind), each) for kind, each in pictures]
        running = asyncio.ensure_future(self.service.recache_named(keys, FetchPolicy(policy), self._take))
        self._running.add(running)
        try:
            await asyncio.wait({running})
            if running.cancelled():
                raise _HandedBack
            if problem := running.exception():
                self._trouble.append(problem)
                raise _HandedBack
        finally:
            self._running.discard(running)

    async def take_part(self, app: App) -> None:
        """Work until nothing is left. Raises what stopped a job; then its pictures are left to others."""
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[_QUEUE],
                concurrency=_JOBS,
                fetch_job_polling_interval=_LOOK,
                listen_notify=False,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=_BEAT,
                stalled_worker_timeout=_SILENT,
            ),
            name="worker of the queue",
        )
        unheard(worker)  # what stopped it, or what it met at its end, is told by who asked or does not count
        try:
            while not worker.done() and not self._trouble and await _something_left(app):
                await asyncio.wait({worker}, timeout=_LOOK)
        finally:
            for running in self._running:
                running.cancel()
            worker.cancel()
            await asyncio.wait({worker})
        if self._trouble:
            raise self._trouble[0]
        if not worker.cancelled():
            worker.result()

    def _take(self, result: RecacheResult) -> None:
        self.results.append(result)
        self.failed += result.error is not None
        self.report(Progress("Fetching pictures, together with others", len(self.results), self.total, self.failed))


async def _something_left(app: App) -> bool:
    """Whether anybody has work, or there is some; what is in the hands of a worker that died is taken from it."""
    connector = app.connector
    assert isinstance(connector, PsycopgConnector)
    async with wrap_exceptions(), connector.pool.connection() as session, session.transaction():
        # One after the other: what was taken back may be at work again, and must not be taken from there.
        await session.execute("SELECT pg_advisory_xact_lock(%s)", [_TAKING_BACK])
        for job in await app.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=_SILENT):
            await app.job_manager.retry_job(job)
    found = list(await app.job_manager.list_queues_async(queue=_QUEUE))
    return any(queue["todo"] or queue["doing"] for queue in found)
