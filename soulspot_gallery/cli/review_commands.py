"""The commands that review pictures: audit, clones, drift."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from soulspot_gallery.cli import repair_documents, source_documents
from soulspot_gallery.cli import review_documents as documents
from soulspot_gallery.cli.output import complain, emit
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.cli.repair_commands import Command
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Report, Selection
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.review.clones import CloneGroup
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.sources.sync_reports import Synced

DONE, SOME_FAILED = 0, 1


async def audit(service: ImageService, arguments: argparse.Namespace) -> int:
    """Say what is poor about pictures."""
    with showing_progress() as report:
        found = await service.audit(arguments.kind, report)
    emit(arguments, documents.audit_document(found), documents.audit_text(found))
    return DONE


async def clones(service: ImageService, arguments: argparse.Namespace) -> int:
    """List pictures that stand for many, or do something about some of them."""
    with showing_progress() as report:
        groups = await service.clones(report)
        if arguments.placeholder:
            return _told(arguments, await service.mark_placeholder(_named(groups, arguments.placeholder), report))
        if arguments.look_again:
            return await _look_again(service, arguments, _named(groups, arguments.look_again), report)
    if arguments.fine:
        await service.mark_fine(_named(groups, arguments.fine))
    elif arguments.forget:
        await service.forget_opinion(_named(groups, arguments.forget))
    if arguments.fine or arguments.forget:
        groups = await service.clones()
    shown = [each for each in groups if arguments.all or each.in_doubt]
    emit(arguments, documents.clones_document(shown), documents.clones_text(shown))
    return DONE


async def drift(service: ImageService, arguments: argparse.Namespace) -> int:
    """List pictures that are others by now at their sources, and have or decline them."""
    selection = Selection(frozenset([arguments.kind] if arguments.kind else []), frozenset(arguments.id))
    with showing_progress() as report:
        found = await service.drift(selection, report)
        if arguments.take:
            free = [
                each for each in found.drifted if not each.entry.image.locked or each.entry.entity.id in arguments.id
            ]
            if left := len(found.drifted) - len(free):
                complain(f"{left} locked pictures were left as they are; name them with --id to change them.")
            return _told(arguments, await service.take_new(free, report))
    if arguments.keep:
        await service.keep_old(found.drifted)
    emit(arguments, documents.drift_document(found), documents.drift_text(found))
    return DONE


async def _look_again(
    service: ImageService, arguments: argparse.Namespace, groups: Sequence[CloneGroup], report: Report
) -> int:
    aside = await service.set_aside_to_look_again(groups, report)
    wanted = Selection(frozenset(kind for kind, _ in aside.done), frozenset(each for _, each in aside.done))
    if not aside.done:
        return _told(arguments, aside)
    done = await (await service.sync_service()).sync(wanted, report, again=True)
    emit(arguments, source_documents.sync_document(done), source_documents.sync_text(done))
    return SOME_FAILED if done.count(Synced.FAILED) else DONE


def _named(groups: Sequence[CloneGroup], names: Sequence[str]) -> list[CloneGroup]:
    """Raises UsageError for a name that no group has."""
    found = {group.id: group for group in groups}
    for name in names:
        if name not in found:
            raise UsageError(f"There is no group {name}; clones --all lists their names.")
    return [found[name] for name in dict.fromkeys(names)]


def _told(arguments: argparse.Namespace, done: RepairReport) -> int:
    emit(arguments, repair_documents.repair_document(done), repair_documents.repair_text(done))
    return SOME_FAILED if any(each.error is not None for each in done.left) else DONE


COMMANDS: dict[str, Command] = {"audit": audit, "clones": clones, "drift": drift}
