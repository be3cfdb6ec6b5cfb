"""Download -> convert -> stage -> commit, for one picture and for many: one bounded pipeline."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, ParamSpec, TypeVar

from soulspot_gallery.core.caching.committing import Committer, Ready, picture_held
from soulspot_gallery.core.caching.origins import (
    PICTURES_OWN,
    blame_file,
    is_local,
    none_at_server,
    read_local,
    stamp_of,
)
from soulspot_gallery.core.errors import DiskTrouble, PictureError, UnsafePath
from soulspot_gallery.core.files.store import Staged
from soulspot_gallery.core.journal.records import NO_MARK, Attempt, FileCheck, PictureSource
from soulspot_gallery.core.locate import cache_path, safe_local_path, url_hash
from soulspot_gallery.core.model import By, Entity, ErrorCode, FetchPolicy, Outcome, RecacheResult
from soulspot_gallery.core.network.fetch import Fetched, Fetcher, NotModified, Room, Validators
from soulspot_gallery.core.pictures.appearance import Appearance, measure, near
from soulspot_gallery.core.pictures.conversion import Converter
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.pictures.kept_memory import keep_memory
from soulspot_gallery.core.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

BATCH = 32
"""Pictures per commit: rows are locked for a few milliseconds, and the fixed costs are shared."""

GATHERING = 0.5
"""Seconds that a finished picture waits for others to be committed with: the fixed costs of a commit are 5 ms."""

_SIEVE = 500


@dataclass(frozen=True, slots=True)
class Want:
    """A picture that is wanted: for this entity, from this URL; from `origin` first, where there is one (see
    `origins`)."""

    entity: Entity
    url: str
    policy: FetchPolicy
    origin: str | None = None
    by: By = By.ITSELF


@dataclass(frozen=True, slots=True)
class _Task:
    """A want that has to ask the network; `facts` of the whole picture that lies there, where one does."""

    want: Want
    path: str
    facts: PictureSource | None


@dataclass(frozen=True, slots=True)
class _Got:
    """A picture's bytes, and what the row's URL becomes with it."""

    content: Fetched
    origin: str
    url: str | None


@dataclass(frozen=True, slots=True)
class _Committed:
    """What became of a batch; `troubles` are what ends the run."""

    results: list[RecacheResult]
    troubles: list[tuple[Entity, DiskTrouble]]


_Done = Ready | Attempt | None

Unlock = Callable[[str], Awaitable[str]]
"""An origin on a server to the URL of its picture, with the secrets that it takes. Raises PictureError."""


async def locked(origin: str) -> str:
    """The `unlock` of pipelines that know no server."""
    raise PictureError(ErrorCode.DENIED, "The login of the music server is not known; import from it again.")


class Pipeline:
    """As many downloads as there are connections, conversion in the executor's threads, commits one at a time."""

    def __init__(
        self,
        fetcher: Fetcher,
        converter: Converter,
        committer: Committer,
        settings: Settings,
        database: Executor,
        unlock: Unlock = locked,
        placeholders: Sequence[Appearance] = (),
    ) -> None:
        """`database`: a one-thread executor on which commits and checks of files run, in order. `placeholders`:
        pictures that stand for none, and are not taken."""
        self._fetcher = fetcher
        self._converter = converter
        self._committer = committer
        self._settings = settings
        self._database = database
        self._unlock = unlock
        self._placeholders = placeholders
        self._stop = threading.Event()
        self._staged: set[str] = set()

    async def run(
        self,
        pages: AsyncIterable[Sequence[Want]],
        on_result: Callable[[RecacheResult], None],
        waiting: Callable[[float], None],
    ) -> None:
        """Deal with every want, a page after the other; `on_result` is called once for each, `waiting` (from a thread)
        while the library is locked by another program. A failed picture is a result; what stops the whole run is
        raised. DiskTrouble is both: told of one picture, then raised, and the others are not tried.

        When cancelled, the commit under way is finished and what was not committed is removed.
        """
        tasks: asyncio.Queue[_Task | None] = asyncio.Queue(self._settings.max_connections)
        done: asyncio.Queue[_Done] = asyncio.Queue(2 * BATCH)
        keep_memory()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._commit_all(done, on_result, waiting))
                async with asyncio.TaskGroup() as workers:
                    workers.create_task(self._sieve(pages, tasks, done, on_result))
                    for _ in range(self._settings.max_connections):
                        workers.create_task(self._work(tasks, done, on_result))
                await done.put(None)
        except BaseExceptionGroup as group_of_one:
            raise _first(group_of_one) from None
        finally:
            self._stop.set()
            for temporary in list(self._staged):
                self._committer.opened.store.unstage(temporary)

    # -- what needs the network at all

    async def _sieve(
        self,
        pages: AsyncIterable[Sequence[Want]],
        tasks: asyncio.Queue[_Task | None],
        done: asyncio.Queue[_Done],
        on_result: Callable[[RecacheResult], None],
    ) -> None:
        async for page in pages:
            for want, found in await self._in_database(self._decide, page):
                if isinstance(found, _Task):
                    await tasks.put(found)
                elif isinstance(found, PictureError):
                    await self._fail(want, found, done, on_result)
                else:
                    on_result(found)
        for _ in range(self._settings.max_connections):
            await tasks.put(None)

    def _decide(self, chunk: Sequence[Want]) -> list[tuple[Want, _Task | RecacheResult | PictureError]]:
        opened = self._committer.opened
        paths = [safe_local_path(want.entity.path) for want in chunk]
        there = [path for path in paths if path]
        facts, stamps = opened.journal.sources(there), opened.store.stamps(path or "" for path in paths)
        files = zip((path or "" for path in paths), stamps, strict=True)
        checks = opened.checks.look_at_all(files, opened.journal.looks_at(there))
        marks = opened.journal.marks_of(want.entity.id for want in chunk if want.by is By.ITSELF)
        decided = [
            _skipped(want, picture_held(mark))
            if want.by is By.ITSELF and (mark := marks.get(want.entity.key, NO_MARK)).held
            else self._decide_one(want, path, check, facts)
            for want, path, check in zip(chunk, paths, checks, strict=True)
        ]
        return list(zip(chunk, decided, strict=True))

    def _decide_one(
        self, want: Want, path: str | None, check: FileCheck | None, known: dict[str, PictureSource]
    ) -> _Task | RecacheResult | PictureError:
        entity = want.entity
        try:
            target = cache_path(entity.kind, entity.id)
        except UnsafePath as problem:
            return PictureError(ErrorCode.UNSAFE, str(problem))
        if not want.url and want.origin is None:
            return PictureError(ErrorCode.MISSING, f"No picture URL is known for this {entity.kind.value}.")
        if path is None or check is None or not check.whole:
            return _Task(want, target, None)
        facts = known.get(path)
        same_url = want.url == (entity.url or "") and (facts is None or facts.url_hash == url_hash(want.url))
        same = same_url or (want.origin is not None and facts is not None and facts.url_hash == url_hash(want.origin))
        if want.policy is FetchPolicy.IF_NEEDED and same:
            return RecacheResult(entity.kind, entity.id, Outcome.ALREADY_CACHED, path=path)
        return _Task(want, target, facts if same and want.policy is FetchPolicy.REFRESH else None)

    # -- one download and conversion

    async def _work(
        self,
        tasks: asyncio.Queue[_Task | None],
        done: asyncio.Queue[_Done],
        on_result: Callable[[RecacheResult], None],
    ) -> None:
        while (task := await tasks.get()) is not None:
            entity = task.want.entity
            try:
                ready = await self._fetch_and_convert(task)
            except DiskTrouble as problem:
                self._give_up(entity, problem, on_result)
            except PictureError as problem:
                # Its frames hold what was received, and telling it may have to wait for the database.
                await self._fail(task.want, problem.with_traceback(None), done, on_result)
                continue
            if ready is None:
                await done.put(Attempt(entity.kind, entity.id, datetime.now(UTC), Outcome.UNCHANGED, None, None))
                on_result(RecacheResult(entity.kind, entity.id, Outcome.UNCHANGED, path=safe_local_path(entity.path)))
            else:
                await done.put(ready)

    async def _fetch_and_convert(self, task: _Task) -> Ready | None:
        """None where the server says that the whole picture that we have is still the newest."""
        room = self._fetcher.room()
        try:
            got = await self._get(task, room)
            return None if got is None else await self._convert(task, got)
        finally:
            room.leave()  # not before the body is converted: few large ones are held at a time

    async def _convert(self, task: _Task, got: _Got) -> Ready:
        want, fetched = task.want, got.content

        def stage(picture: Converted) -> tuple[Converted, Staged]:
            if self._stop.is_set():
                raise PictureError(ErrorCode.CANCELLED, "Cancelled.")
            self._refuse_placeholder(picture)
            staged = self._committer.opened.store.stage(task.path, picture.webp)
            self._staged.add(staged.temporary)
            if self._stop.is_set():  # `run` may have looked through what is staged already
                self._committer.opened.store.unstage(staged.temporary)
                raise PictureError(ErrorCode.CANCELLED, "Cancelled.")
            return picture, staged

        size = self._settings.image_size(want.entity.kind)
        try:
            picture, staged = await self._converter.run(fetched.content, size, self._settings.webp_quality, stage)
        except PictureError as problem:
            if is_local(got.origin) and problem.code in PICTURES_OWN:
                raise blame_file(problem, got.origin) from problem
            raise
        validators = fetched.validators
        etag, last_modified = validators.etag, validators.last_modified
        return Ready(want.entity, got.url, got.origin, staged, picture, etag, last_modified, want.by)

    def _refuse_placeholder(self, picture: Converted) -> None:
        if self._placeholders:
            look = measure(picture.webp)
            if any(near(look, each) for each in self._placeholders):
                raise PictureError(ErrorCode.MISSING, "There is only a picture that you called a placeholder.")

    async def _get(self, task: _Task, room: Room) -> _Got | None:
        """The picture from the origin, else from the URL; None where what we have is still the newest."""
        want = task.want
        if want.origin is not None:
            try:
                answer = await self._from_origin(want.origin, _validators(task.facts, want.origin), room)
                return None if isinstance(answer, NotModified) else _Got(answer, want.origin, want.entity.url)
            except PictureError as problem:
                if problem.code is not ErrorCode.MISSING or not want.url:
                    raise
        answer = await self._fetcher.fetch(want.url, _validators(task.facts, want.url), room)
        return None if isinstance(answer, NotModified) else _Got(answer, want.url, want.url)

    async def _from_origin(self, origin: str, validators: Validators | None, room: Room) -> Fetched | NotModified:
        if not is_local(origin):
            try:
                return await self._fetcher.fetch(await self._unlock(origin), validators, room)
            except PictureError as problem:
                if problem.code is ErrorCode.NOT_IMAGE:  # words are the server's error inside HTTP 200
                    raise none_at_server(origin) from problem
                raise
        stamp = await asyncio.to_thread(stamp_of, origin)
        if stamp is not None and validators is not None and validators.etag == stamp:
            return NotModified()
        return Fetched(await asyncio.to_thread(read_local, origin), "", moved=False, validators=Validators(stamp))

    # -- results

    async def _fail(
        self,
        want: Want,
        problem: PictureError,
        done: asyncio.Queue[_Done],
        on_result: Callable[[RecacheResult], None],
    ) -> None:
        entity = want.entity
        if problem.code is ErrorCode.OFFLINE:  # it was not tried, so it did not fail
            on_result(RecacheResult(entity.kind, entity.id, Outcome.SKIPPED, problem.code, str(problem)))
            return
        await done.put(Attempt(entity.kind, entity.id, datetime.now(UTC), Outcome.FAILED, problem.code, str(problem)))
        on_result(RecacheResult(entity.kind, entity.id, Outcome.FAILED, problem.code, str(problem)))

    def _give_up(self, entity: Entity, trouble: DiskTrouble, on_result: Callable[[RecacheResult], None]) -> NoReturn:
        """Tell it of the first picture that met it, and of no other."""
        if not self._stop.is_set():
            self._stop.set()
            on_result(RecacheResult(*entity.key, Outcome.FAILED, trouble.code, str(trouble)))
        raise trouble.with_traceback(None)

    async def _commit_all(
        self,
        done: asyncio.Queue[_Done],
        on_result: Callable[[RecacheResult], None],
        waiting: Callable[[float], None],
    ) -> None:
        last = False
        while not last:
            batch = await _gathered(done)
            last = None in batch
            commit = asyncio.ensure_future(self._in_database(self._commit, batch, waiting))
            try:
                committed = await asyncio.shield(commit)
            except asyncio.CancelledError:
                self._stop.set()
                for result in (await commit).results:
                    on_result(result)
                raise
            for result in committed.results:
                on_result(result)
            for entity, trouble in committed.troubles:
                self._give_up(entity, trouble, on_result)

    def _commit(self, batch: Sequence[_Done], waiting: Callable[[float], None]) -> _Committed:
        def wait(seconds: float) -> None:
            if self._stop.is_set():
                raise PictureError(ErrorCode.CANCELLED, "Cancelled while another program kept the library locked.")
            waiting(seconds)

        pictures = [each for each in batch if isinstance(each, Ready)]
        problems = self._committer.commit(pictures, wait) if pictures else []
        self._staged.difference_update(ready.staged.temporary for ready in pictures)
        results, attempts = list[RecacheResult](), [each for each in batch if isinstance(each, Attempt)]
        troubles = list[tuple[Entity, DiskTrouble]]()
        for ready, problem in zip(pictures, problems, strict=True):
            kind, entity_id = ready.entity.key
            if problem is None:
                results.append(RecacheResult(kind, entity_id, Outcome.DOWNLOADED, path=ready.staged.path))
            elif isinstance(problem, DiskTrouble):
                troubles.append((ready.entity, problem))
            elif problem.code is ErrorCode.PICTURE_LOCKED:
                results.append(RecacheResult(kind, entity_id, Outcome.SKIPPED, problem.code, str(problem)))
            else:
                message = str(problem)
                results.append(RecacheResult(kind, entity_id, Outcome.FAILED, problem.code, message))
                attempts.append(Attempt(kind, entity_id, datetime.now(UTC), Outcome.FAILED, problem.code, message))
        self._committer.opened.journal.note_attempts(attempts)
        self._committer.opened.note_looks()
        return _Committed(results, troubles)

    async def _in_database(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database, lambda: function(*args, **kwargs))


def _skipped(want: Want, held: PictureError) -> RecacheResult:
    return RecacheResult(*want.entity.key, Outcome.SKIPPED, held.code, str(held), safe_local_path(want.entity.path))


def _validators(facts: PictureSource | None, source: str) -> Validators | None:
    """What to ask conditionally with: nothing where the picture that we have was made from something else."""
    if facts is None or facts.url_hash != url_hash(source):
        return None
    return Validators(facts.etag, facts.last_modified)


async def _gathered(done: asyncio.Queue[_Done]) -> list[_Done]:
    """What comes in, until it is a batch, `GATHERING` has passed, or None says that nothing more comes."""
    batch = [await done.get()]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GATHERING):
            while batch[-1] is not None and len(batch) < BATCH:
                batch.append(await done.get())
    return batch


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one exception that ended a task group; the others were cancelled because of it."""
    problem: BaseException = group
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def host_of(want: Want) -> str:
    """The host of the URL; near enough: what is no URL is refused elsewhere."""
    return "".join(want.url.split("/", 3)[2:3])


def interleave(wants: Iterable[Want]) -> list[Want]:
    """The same wants, one host after the other, so that the limit of one host leaves connections to the others."""
    hosts: dict[str, list[Want]] = {}
    for want in wants:
        hosts.setdefault(host_of(want), []).append(want)
    rounds = itertools.zip_longest(*hosts.values())
    return [want for each in rounds for want in each if want is not None]


async def in_pages(wants: Iterable[Want]) -> AsyncIterator[Sequence[Want]]:
    """The wants, some hundred at a time."""
    iterator = iter(wants)
    while page := list(itertools.islice(iterator, _SIEVE)):
        yield page
