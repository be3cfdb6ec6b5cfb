"""The commands: each asks the engine, prints what it answered and returns the exit status."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import io
import itertools
import json
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

from soulspot_gallery.cli import (
    documents,
    importing,
    offline_commands,
    repair_commands,
    review_commands,
    source_commands,
    texts,
)
from soulspot_gallery.cli.output import complain, emit, say
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.core.errors import BrakeHeld, GalleryError, UsageError
from soulspot_gallery.core.folding import fold
from soulspot_gallery.core.model import (
    CleanupPlan,
    Entry,
    ErrorCode,
    FetchPolicy,
    Outcome,
    RecacheReport,
    Removal,
    Selection,
)
from soulspot_gallery.core.opening import open_service
from soulspot_gallery.core.schedule import ScheduledCleanup, keep_schedule
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings, default_settings_file, load_settings

DONE, SOME_FAILED, INTERRUPTED = 0, 1, 130

Arguments = argparse.Namespace
Opener = Callable[[Arguments], AbstractAsyncContextManager[ImageService]]
Command = Callable[[ImageService, Arguments], Coroutine[Any, Any, int]]


def run(arguments: Arguments, opener: Opener) -> int:
    """Carry out the command that was typed on the library that `opener` opens; the exit status."""
    return answering(lambda: asyncio.run(on_library(arguments, opener, _COMMANDS[arguments.command])))


def answering(work: Callable[[], int]) -> int:
    """Do this; expected errors become one line on standard error and their exit status."""
    _prepare_outputs()
    try:
        return work()
    except GalleryError as problem:
        complain(problem)
        return problem.exit_status
    except KeyboardInterrupt:
        complain("Interrupted; what was finished is kept.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone: what follows would only complain about that once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as problem:  # A mistake of ours; who typed the command can't use a traceback.
        complain(_unexpected(problem))
        return SOME_FAILED


def _unexpected(problem: BaseException) -> str:
    """What and where, for a report; not the text of `problem`, which may hold a URL with its secrets."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    *_, last = traceback.extract_tb(problem.__traceback__)
    place = f"{type(problem).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return f"Something went wrong that should not ({place}); what was finished is kept. Try again, and report it."


def settings_of(arguments: Arguments) -> Settings:
    """The settings for these arguments. Raises SettingsError."""
    if arguments.settings is not None and not arguments.settings.exists():
        raise UsageError(f"There is no settings file {arguments.settings}; check the path.")
    return load_settings(arguments.settings or default_settings_file())


def _prepare_outputs() -> None:
    """JSON is UTF-8 wherever it goes, and a character that a terminal can't show is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


@contextlib.asynccontextmanager
async def open_chosen(arguments: Arguments) -> AsyncIterator[ImageService]:
    """The library that the arguments name, or the user's own."""
    settings = settings_of(arguments)
    service = await open_service(arguments.library, arguments.image_root, arguments.data_dir, settings)
    async with service:
        yield service


async def on_library(arguments: Arguments, opener: Opener, command: Command) -> int:
    """A command on the library that `opener` opens, with the notices of both; the exit status."""
    async with opener(arguments) as service:
        if arguments.offline:
            await service.change_settings(dataclasses.replace(service.settings, offline=True))
        try:
            return await command(service, arguments)
        finally:
            for notice in service.notices:
                complain(notice)


async def _status(service: ImageService, arguments: Arguments) -> int:
    status = await service.status()
    if left := await service.interrupted_recache():
        pictures = "1 picture" if left == 1 else f"{left} pictures"
        complain(
            f"A recache was interrupted with {pictures} to go; recache --resume takes it up. "
            "(Or another gallery is at it just now.)"
        )
    emit(arguments, documents.status_document(status), texts.status_text(status))
    return DONE


async def _list(service: ImageService, arguments: Arguments) -> int:
    with showing_progress() as report:
        entries = await service.entries(report)
    for entry in itertools.islice((entry for entry in entries if _matches(entry, arguments)), arguments.limit):
        if arguments.json:
            say(json.dumps(documents.entry_document(entry), ensure_ascii=False))
        else:
            say(texts.entry_text(entry))
    return DONE


def _matches(entry: Entry, arguments: Arguments) -> bool:
    text = fold(f"{entry.entity.name} {entry.entity.artist or ''}")
    return (
        arguments.kind in (None, entry.entity.kind)
        and arguments.state in (None, entry.image.state)
        and all(word in text for word in fold(arguments.search).split())
    )


def selection_of(arguments: Arguments) -> Selection:
    """What a command is asked to deal with."""
    return Selection(
        frozenset([arguments.kind] if arguments.kind else []),
        frozenset(arguments.id),
        getattr(arguments, "state", None),
    )


def policy_of(arguments: Arguments) -> FetchPolicy:
    """How a recache is asked to go about it."""
    policy = FetchPolicy.FORCE if arguments.force else FetchPolicy.IF_NEEDED
    return FetchPolicy.REFRESH if arguments.refresh else policy


async def _recache(service: ImageService, arguments: Arguments) -> int:
    policy, selection = policy_of(arguments), selection_of(arguments)
    if arguments.resume and not selection.everything:
        raise UsageError("--resume takes up a recache as it was begun; leave out --kind, --id and --state.")
    with showing_progress() as report:
        if arguments.resume:
            done = await service.resume_recache(report)
        else:
            done = await service.recache(selection, policy, report)
    return tell_recache(arguments, done)


def tell_recache(arguments: Arguments, done: RecacheReport) -> int:
    """What a recache has done, and its exit status."""
    emit(arguments, documents.recache_document(done), texts.recache_text(done))
    refused = next((result.message for result in done.results if result.error is ErrorCode.OFFLINE), None)
    for said in (refused, done.ended_by):
        if said is not None:
            complain(said)
    return SOME_FAILED if refused is not None or done.count(Outcome.FAILED) else DONE


async def _validate(service: ImageService, arguments: Arguments) -> int:
    with showing_progress() as report:
        good_for = timedelta(days=arguments.older_than)
        done = await service.validate(selection_of(arguments), report, good_for=good_for)
    emit(arguments, documents.validate_document(done), texts.validate_text(done))
    return DONE


async def _optimize(service: ImageService, arguments: Arguments) -> int:
    if arguments.only and not arguments.apply:
        raise UsageError("--only goes with --apply PLAN; make a plan with optimize --dry-run first.")
    if arguments.apply and (arguments.dry_run or arguments.max_age_days is not None):
        raise UsageError("--apply takes a plan as it was made; leave out --dry-run and --max-age-days.")
    if arguments.apply:
        plan = await service.load_plan(arguments.apply)
        return await _apply(service, arguments, plan, frozenset(arguments.only) or plan.ticked)
    with showing_progress() as report:
        plan = await service.plan_cleanup(arguments.max_age_days, report)
    if arguments.dry_run:
        emit(arguments, documents.plan_document(plan, plan.brakes), texts.plan_text(plan))
        return DONE
    try:
        return await _apply(service, arguments, plan, plan.ticked)
    except BrakeHeld:
        emit(arguments, documents.plan_document(plan, plan.brakes), texts.plan_text(plan))
        raise


async def _apply(service: ImageService, arguments: Arguments, plan: CleanupPlan, ticked: frozenset[str]) -> int:
    removal = Removal.PERMANENT if arguments.permanent else Removal.TRASH
    with showing_progress() as report:
        result = await service.apply_cleanup(plan, ticked, frozenset(arguments.confirm), removal, report)
    emit(arguments, documents.cleanup_document(result), texts.cleanup_text(result, removal))
    return SOME_FAILED if result.failed else DONE


async def _restore(service: ImageService, arguments: Arguments) -> int:
    with showing_progress() as report:
        result = await service.restore(arguments.receipt, report)
    emit(arguments, documents.restore_document(result), texts.restore_text(result))
    return SOME_FAILED if result.failed else DONE


async def _trash(service: ImageService, arguments: Arguments) -> int:
    if arguments.empty:
        freed = await service.empty_trash()
        emit(arguments, {"freed_mb": freed / 1e6}, f"The trash is empty; {freed / 1e6:.1f} MB are free.")
        return DONE
    receipts = await service.receipts()
    emit(arguments, documents.trash_document(receipts), texts.trash_text(receipts))
    return DONE


async def _import(service: ImageService, arguments: Arguments) -> int:
    password = importing.password_for(arguments.source, arguments.user)
    with showing_progress() as report:
        plan = await service.plan_import(arguments.source, arguments.user, password, report)
        done = None if arguments.dry_run else await service.apply_import(plan, report)
    if done is None:
        emit(arguments, importing.plan_document(plan), importing.plan_text(plan))
        return SOME_FAILED if plan.left_out else DONE
    for notice in done.notices:
        complain(notice)
    emit(arguments, importing.report_document(done), importing.report_text(done))
    return SOME_FAILED if done.some_failed else DONE


async def _worker(service: ImageService, arguments: Arguments) -> int:
    def told(cleanup: ScheduledCleanup) -> None:
        if arguments.json:
            say(json.dumps(documents.scheduled_document(cleanup), ensure_ascii=False))
        else:
            say(texts.scheduled_text(cleanup))

    stopped = asyncio.Event()
    if sys.platform != "win32":  # Windows has no handlers on a loop; there Ctrl-C alone stops the worker.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    service.writing_allowed = True  # A command that writes is the permission.
    complain(f"The worker keeps the schedule of {service.library}; Ctrl-C stops it.")
    schedule = asyncio.create_task(keep_schedule(service, told, complain), name="schedule")
    waiting = asyncio.create_task(stopped.wait(), name="until stopped")
    try:
        await asyncio.wait({schedule, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # What runs is ended before the service is closed under it.
        schedule.cancel()
        waiting.cancel()
        await asyncio.wait({schedule, waiting})
    if not schedule.cancelled():
        schedule.result()
    return DONE


_COMMANDS: dict[str, Command] = {
    "status": _status,
    "list": _list,
    "recache": _recache,
    "validate": _validate,
    "optimize": _optimize,
    "restore": _restore,
    "trash": _trash,
    "import": _import,
    "worker": _worker,
    "add": source_commands.add,
    "sync": source_commands.sync,
    "sources": source_commands.sources,
    **repair_commands.COMMANDS,
    **offline_commands.COMMANDS,
    **review_commands.COMMANDS,
}
