"""The commands that repair by hand: set, unset, no-picture, delete, lock, unlock, history, why, undo, redo."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from soulspot_gallery.cli import repair_documents as documents
from soulspot_gallery.cli.output import emit
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.journal.repair_records import Key
from soulspot_gallery.core.model import Report
from soulspot_gallery.core.repair.pictures import FromFile, FromUrl, Picture
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.repair.why import why_text
from soulspot_gallery.core.service import ImageService

DONE, SOME_FAILED = 0, 1

Command = Callable[[ImageService, argparse.Namespace], Coroutine[Any, Any, int]]
_Act = Callable[[Sequence[Key], Report], Awaitable[RepairReport]]


async def set_picture(service: ImageService, arguments: argparse.Namespace) -> int:
    """Give an entity the picture of a file or a URL."""
    with showing_progress() as report:
        done = await service.set_picture(arguments.of, arguments.one, _picture(arguments.picture), report)
    return _told(arguments, done)


async def unset(service: ImageService, arguments: argparse.Namespace) -> int:
    return await _act(arguments, service.unset_pictures)


async def no_picture(service: ImageService, arguments: argparse.Namespace) -> int:
    return await _act(arguments, service.refuse_pictures)


async def delete(service: ImageService, arguments: argparse.Namespace) -> int:
    return await _act(arguments, service.delete_pictures)


async def lock(service: ImageService, arguments: argparse.Namespace) -> int:
    return await _act(arguments, service.lock)


async def unlock(service: ImageService, arguments: argparse.Namespace) -> int:
    return await _act(arguments, service.unlock)


async def history(service: ImageService, arguments: argparse.Namespace) -> int:
    """List an entity's former pictures, or go back to one."""
    entries = await service.history(arguments.of, arguments.one)
    if arguments.back is None:
        document = documents.history_document(arguments.of, arguments.one, entries)
        emit(arguments, document, documents.history_text(entries))
        return DONE
    entry = next((each for each in entries if each.number == arguments.back), None)
    if entry is None:
        raise UsageError(f"There is no former picture {arguments.back}; there are {len(entries)}, 1 is the last one.")
    return _told(arguments, await service.go_back(arguments.of, arguments.one, entry))


async def why(service: ImageService, arguments: argparse.Namespace) -> int:
    """Say why an entity's picture is what it is."""
    found = await service.why(arguments.of, arguments.one)
    emit(arguments, documents.why_document(found), why_text(found))
    return DONE


async def undo(service: ImageService, arguments: argparse.Namespace) -> int:
    """Take back the last change made by hand, or list what can be taken back."""
    if arguments.list:
        groups = await service.changes()
        emit(arguments, documents.changes_document(groups), documents.changes_text(groups))
        return DONE
    with showing_progress() as report:
        done = await service.undo(report)
    return _told(arguments, done, "Undone: ")


async def redo(service: ImageService, arguments: argparse.Namespace) -> int:
    """Do again what was taken back last."""
    with showing_progress() as report:
        done = await service.redo(report)
    return _told(arguments, done, "Done again: ")


async def _act(arguments: argparse.Namespace, act: _Act) -> int:
    with showing_progress() as report:
        done = await act([(arguments.of, each) for each in arguments.several], report)
    return _told(arguments, done)


def _told(arguments: argparse.Namespace, done: RepairReport, head: str = "") -> int:
    emit(arguments, documents.repair_document(done), head + documents.repair_text(done))
    return SOME_FAILED if any(each.error is not None for each in done.left) else DONE


def _picture(text: str) -> Picture:
    return FromUrl(text) if "://" in text else FromFile(Path(text).expanduser())


COMMANDS: dict[str, Command] = {
    "set": set_picture,
    "unset": unset,
    "no-picture": no_picture,
    "delete": delete,
    "lock": lock,
    "unlock": unlock,
    "history": history,
    "why": why,
    "undo": undo,
    "redo": redo,
}
