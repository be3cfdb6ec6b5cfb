"""Reads a source, whatever it is: a folder of music, an export, CSV files, a music server. Writes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import TypeVar

from soulspot_gallery.core.audio import ENDINGS, shown_path
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.importing.documents import Refused, files_in, read_documents
from soulspot_gallery.core.importing.exportify import read_csv
from soulspot_gallery.core.importing.items import Found, Item, Problem, Stop, Stopped
from soulspot_gallery.core.importing.music_folder import read_music_folder
from soulspot_gallery.core.importing.spotify_export import is_export, read_export
from soulspot_gallery.core.model import Progress, Report
from soulspot_gallery.core.threads import from_thread

T = TypeVar("T")

Memory = Callable[[str], Mapping[str, tuple[str, str]]]
"""The address of a folder to what is known of the music files in it: stamp and facts by address."""

_EXPORT_DEPTH = 2
_MUSIC_DEPTH = 8


def source_path(source: str) -> Path:
    """The file or folder that is to be imported. Raises UsageError where it is not there or is nothing of the kind."""
    try:
        path = Path(source).expanduser().absolute()
        there = path.exists()
    except (RuntimeError, ValueError, OSError):
        there = False
    if not there:
        raise UsageError(f"There is no {shown_path(Path(source))}; name a folder, a zip, a CSV file or a server's URL.")
    if not path.is_dir() and path.suffix.casefold() not in (".zip", ".csv", ".json", ".txt", ".tsv"):
        raise UsageError(
            f"{shown_path(path)} can't be imported; name a folder of music, Spotify's export (zip or folder), "
            "an Exportify CSV, or the URL of an OpenSubsonic server."
        )
    return path


async def read_path(path: Path, memory: Memory, report: Report) -> Found:
    """What a file or folder names. A source that can't be read at all is a Found with that one problem."""
    told = from_thread(report)

    def read(stop: Stop) -> Found:
        try:
            if path.is_dir() and not _is_export_folder(path, stop):
                return read_music_folder(path, memory(origins.address_of(path)), told, stop)
            return _read_documents(path, told, stop)
        except Refused as problem:
            return _unreadable(path, str(problem))
        except OSError as problem:
            return _unreadable(path, f"can't be read: {problem.strerror or problem}.")

    return await _stoppably(read)


def _unreadable(path: Path, why: str) -> Found:
    return Found(shown_path(path), problems=(Problem(shown_path(path), why),))


def _is_export_folder(path: Path, stop: Stop) -> bool:
    """True for a folder with documents of Spotify's export or with CSV files, and no music anywhere in it."""
    if not files_in(path, _is_document, stop, _EXPORT_DEPTH):
        return False
    return not files_in(path, lambda name: PurePath(name).suffix.casefold() in ENDINGS, stop, _MUSIC_DEPTH)


def _read_documents(path: Path, report: Report, stop: Stop) -> Found:
    """What the documents name, each whole or not at all."""
    report(Progress("Reading the export"))
    items, problems, documents = list[Item](), list[Problem](), 0
    alone = path.is_file() and path.suffix.casefold() != ".zip"
    for document in read_documents(path, lambda name: alone or _is_document(name), problems, stop):
        documents += 1
        is_json = document.name.casefold().endswith(".json")
        items += read_export(document, problems) if is_json else read_csv(document, problems)
        report(Progress("Reading the export", documents))
    if not documents and not problems:
        problems.append(Problem(shown_path(path), "holds no document of Spotify's export and no CSV of Exportify."))
    return Found(shown_path(path), tuple(items), tuple(problems))


def _is_document(name: str) -> bool:
    return is_export(name) or PurePath(name).suffix.casefold() == ".csv"


async def _stoppably(work: Callable[[Stop], T]) -> T:
    """Run work in a thread; when cancelled, tell it to stop and wait until it has."""
    stop = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(work, stop.is_set))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(Stopped):
            await running
        raise
