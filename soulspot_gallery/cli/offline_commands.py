"""The commands for being without a network: ready."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from typing import Any

from soulspot_gallery.cli import documents, offline_documents, texts
from soulspot_gallery.cli.output import complain, emit
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.core.model import ErrorCode, Outcome
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


def _scope(service: ImageService, arguments: argparse.Namespace) -> Scope:
    if arguments.playlist and not service.knows_tracks:
        complain("This library does not say which tracks are on a playlist, so only its own picture is counted.")
    kinds = frozenset([arguments.kind] if arguments.kind else [])
    return Scope(kinds, frozenset(arguments.id), frozenset(arguments.playlist))


COMMANDS: dict[str, Command] = {"ready": ready}
