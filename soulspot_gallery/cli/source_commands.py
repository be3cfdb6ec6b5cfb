"""The commands that ask sources: add, sync, sources."""

from __future__ import annotations

import argparse
import getpass
import sys

from soulspot_gallery.cli import source_documents as documents
from soulspot_gallery.cli.output import complain, emit
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Selection
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.sources.sync import SyncService
from soulspot_gallery.core.sources.sync_reports import Synced

DONE, SOME_FAILED = 0, 1


async def add(service: ImageService, arguments: argparse.Namespace) -> int:
    """Add what an address or words name to the user's own library."""
    sync = await service.sync_service()
    _tell_problems(sync)
    with showing_progress() as report:
        added = await sync.add(" ".join(arguments.target), arguments.kind, report)
    emit(arguments, documents.add_document(added), documents.add_text(added))
    return SOME_FAILED if added.synced.outcome is Synced.FAILED else DONE


async def sync(service: ImageService, arguments: argparse.Namespace) -> int:
    """Find pictures for what has none."""
    selection = Selection(frozenset([arguments.kind] if arguments.kind else []), frozenset(arguments.id))
    sources = await service.sync_service()
    _tell_problems(sources)
    if arguments.target:
        if arguments.id:
            raise UsageError("Name what to sync by --id or by an address or words, not by both.")
        selection = await sources.named(" ".join(arguments.target), arguments.kind)
    with showing_progress() as report:
        done = await sources.sync(selection, report, again=arguments.again)
    emit(arguments, documents.sync_document(done), documents.sync_text(done))
    return SOME_FAILED if done.count(Synced.FAILED) else DONE


async def sources(service: ImageService, arguments: argparse.Namespace) -> int:
    """Show the sources, try them out, connect or disconnect one."""
    sync = await service.sync_service()
    if arguments.connect:
        return await _connect(sync, arguments)
    if arguments.disconnect:
        with showing_progress() as report:
            purge = await sync.disconnect_spotify(report)
        emit(arguments, documents.purge_document(purge), documents.purge_text(purge))
        return SOME_FAILED if purge.left else DONE
    if arguments.test is not None:
        names = arguments.test or [each.name for each in await sync.sources() if each.position is not None]
        tests = [await sync.test(name) for name in names]
        emit(arguments, documents.tests_document(tests), documents.tests_text(tests))
        return DONE if all(each.works for each in tests) else SOME_FAILED
    found = await sync.sources()
    _tell_problems(sync)
    emit(arguments, documents.sources_document(found, sync.problems), documents.sources_text(found))
    return DONE


async def _connect(sync: SyncService, arguments: argparse.Namespace) -> int:
    if not arguments.client_id:
        raise UsageError("--connect spotify goes with --client-id ID, which Spotify shows for your application.")

    def show(page: str) -> None:
        complain(f"Open this page to log in: {page}")

    if arguments.secret:
        # Typed unseen, or piped; on the command line other users of the machine could read it.
        secret = getpass.getpass("Client secret: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
        await sync.connect_spotify(arguments.client_id, secret)
    else:
        await sync.connect_spotify(arguments.client_id, None, show, arguments.port)
    on = any(each.name == "spotify" for each in sync.active)
    told = "Connected." if on else "Connected; add spotify to the setting providers to have it asked."
    emit(arguments, {"connected": "spotify"}, told)
    return DONE


def _tell_problems(sync: SyncService) -> None:
    for problem in sync.problems:
        complain(problem)
