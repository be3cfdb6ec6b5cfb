"""The commands for being without a network: ready, pack."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from typing import Any

from soulspot_gallery.cli import documents, offline_documents, pack_documents, texts
from soulspot_gallery.cli.output import complain, emit
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import ErrorCode, Outcome
from soulspot_gallery.core.offline.pack_plan import Fate, Replace
from soulspot_gallery.core.offline.scope import Scope
from soulspot_gallery.core.service import ImageService

DONE, SOME_FAILED = 0, 1

Command = Callable[[ImageService, argparse.Namespace], Coroutine[Any, Any, int]]


async def ready(service: ImageService, arguments: argparse.Namespace) -> int:
    """Say how ready the library is to be looked at without a network; with --make, make it so."""
    scope = _scope(service, arguments)
    with showing_progress() as report:
        found = await service.readiness(scope, report)
        if not arguments.make:
            emit(arguments, offline_documents.ready_document(found), offline_documents.ready_text(found))
            return DONE
        done = await service.make_ready(found, report)
        after = await service.readiness(scope, report)
    document = offline_documents.ready_document(after) | {"recache": documents.recache_document(done)}
    emit(arguments, document, f"{texts.recache_text(done)}\n{offline_documents.ready_text(after)}")
    refused = next((result.message for result in done.results if result.error is ErrorCode.OFFLINE), None)
    if refused is not None:
        complain(refused)
    return SOME_FAILED if refused is not None or done.count(Outcome.FAILED) else DONE


async def pack(service: ImageService, arguments: argparse.Namespace) -> int:
    """Write a pack, or bring one in."""
    chosen = bool(arguments.kind or arguments.id or arguments.playlist)
    if arguments.way == "export":
        if arguments.dry_run or arguments.replace or arguments.replace_locked:
            raise UsageError("--dry-run, --replace and --replace-locked go with pack import.")
        return await _export(service, arguments)
    if chosen:
        raise UsageError("--kind, --id and --playlist go with pack export; an import takes all of a pack.")
    return await _import(service, arguments)


async def _export(service: ImageService, arguments: argparse.Namespace) -> int:
    if arguments.file.exists():
        raise UsageError(f"{arguments.file} is there already; name another file, nothing was written.")
    with showing_progress() as report:
        made = await service.export_pack(arguments.file, _scope(service, arguments), report)
    emit(arguments, pack_documents.made_document(made), pack_documents.made_text(made))
    return SOME_FAILED if made.left_out else DONE


async def _import(service: ImageService, arguments: argparse.Namespace) -> int:
    may = Replace.WHOLE if arguments.replace else Replace.NOTHING
    may = Replace.LOCKED if arguments.replace_locked else may
    with showing_progress() as report:
        plan = await service.plan_pack(arguments.file, may, report)
        done = None if arguments.dry_run else await service.apply_pack(plan, report)
    emit(arguments, pack_documents.import_document(plan, done), pack_documents.import_text(plan, done))
    return SOME_FAILED if plan.count(Fate.DAMAGED) or (done is not None and done.left) else DONE


def _scope(service: ImageService, arguments: argparse.Namespace) -> Scope:
    if arguments.playlist and not service.knows_tracks:
        complain("This library does not say which tracks are on a playlist, so only its own picture is counted.")
    kinds = frozenset([arguments.kind] if arguments.kind else [])
    return Scope(kinds, frozenset(arguments.id), frozenset(arguments.playlist))


COMMANDS: dict[str, Command] = {"ready": ready, "pack": pack}
