"""What a cleanup plan is decided from: all files looked at cheaply, and all that is known of those in question."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from soulspot_gallery.core.cleanup.planning import Evidence, in_providers_folder, in_question
from soulspot_gallery.core.files.store import Scan, ScannedFile
from soulspot_gallery.core.journal.records import FileCheck
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import Entity, Progress, Report
from soulspot_gallery.core.opened import Opened

_FEW = 500
"""Up to so many texts are looked for in the rows' path columns, which have no index; of more, all rows are read."""

_MANY = 5000
"""Up to so many files in question the journal is asked for by name; of more, all of it is read."""

_UNDER_WAY = timedelta(hours=1)
"""A temporary file of a shared image root that is younger may be another gallery's, who is just writing it."""

_ROUNDING = timedelta(milliseconds=1)
"""By more than this, times that are stored in different ways do not differ."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The files that rows name; what stands in the rows' path columns; and spellings of paths but the plain one."""

    files: frozenset[str]
    texts: Sequence[str | None]
    spellings: dict[str, list[str]]


def gather(opened: Opened, max_age_days: int, report: Report) -> Evidence:
    """Look at every managed file, and gather all that is known of those in question. Raises LibraryError, JournalError.

    Nearly all files of a library are in order, which costs a few sets of paths to find out; what is known of their
    links, marks and rows is not read.
    """
    report(Progress("Looking through the image folder"))
    scan, now = managed_files(opened), datetime.now(UTC)
    damaged, unread = _look(opened, scan.files, report)
    names = _names(opened, scan.files)
    unused = _unused(opened, scan.files, now - timedelta(days=max_age_days) + _ROUNDING)
    files = in_question(scan.files, names.files, damaged, unused)
    evidence = Evidence(
        now,
        managed=len(scan.files),
        library_rows=len(names.texts),
        files=files,
        entities=_naming(opened, files, names),
        checks=_remembered(opened, files) | damaged,
        provider_ids=_provider_ids(opened, files, names),
        scan_errors=(*scan.errors, *unread),
    )
    return _with_known(opened, evidence)


def _naming(opened: Opened, files: Sequence[ScannedFile], names: _Names) -> Sequence[Entity]:
    """The rows that name these files."""
    paths = {file.path for file in files}
    spelled = {text for path in paths for text in (path, *names.spellings.get(path, ()))}
    if len(spelled) <= _FEW:
        entities = opened.library.naming(spelled)
        if len(entities) == sum(text in spelled for text in names.texts):
            return entities
    # Many, or a column holds bytes that no text finds, or rows have changed meanwhile.
    return [entity for entity in opened.library.entities() if safe_local_path(entity.path) in paths]


def _provider_ids(opened: Opened, files: Sequence[ScannedFile], names: _Names) -> frozenset[str]:
    """What providers call the library's entities, where that decides on any of these files."""
    decides = any(file.path not in names.files and in_providers_folder(file.path) for file in files)
    return opened.library.provider_ids() if decides else frozenset()


def _with_known(opened: Opened, evidence: Evidence) -> Evidence:
    """With what the journal knows of the files in question, and of the rows that name them."""
    journal, entities = opened.journal, evidence.entities
    if len(evidence.files) <= _MANY:
        return replace(
            evidence,
            last_used=journal.last_used(file.path for file in evidence.files),
            links=journal.links({url_hash(entity.url) for entity in entities if entity.url}),
            marks=journal.marks_of(entity.id for entity in entities),
        )
    known = journal.knowledge()
    used = dict(known.fetched)
    for path, at in known.shown.items():
        used[path] = max(at, used.get(path, at))
    return replace(evidence, last_used=used, links=known.links, marks=known.marks)


def managed_files(opened: Opened) -> Scan:
    """The managed files of the image root, but for those that another gallery of a shared library may be writing."""
    scan = opened.store.scan()
    if opened.library.shared is None:
        return scan
    under_way = (datetime.now(UTC) - _UNDER_WAY).timestamp() * 1e9
    left = (file for file in scan.files if not file.temporary or file.stamp.mtime_ns < under_way)
    return replace(scan, files=tuple(left))


def _look(opened: Opened, files: Sequence[ScannedFile], report: Report) -> tuple[dict[str, FileCheck], list[str]]:
    """The looks at the pictures that are not whole, by path; and a sentence for each that can't be read."""
    unsure = opened.checks.unsure(files)
    _recall(opened, unsure)
    damaged, unread = dict[str, FileCheck](), list[str]()
    for number, check in enumerate(opened.checks.survey([(path, stamp) for path, stamp, _ in unsure])):
        if check is not None and not check.whole:
            if check.read:
                damaged[check.path] = check
            else:
                unread.append(f"{check.path}: {check.problem}")  # nothing is known of it
        if number % 500 == 0:
            report(Progress("Checking files", len(files) - len(unsure) + number, len(files)))
    return damaged, unread


def _names(opened: Opened, files: Sequence[ScannedFile]) -> _Names:
    texts, there = opened.library.paths(), {file.path for file in files}
    plainly = there.intersection(texts)
    spellings = dict[str, list[str]]()
    for text in texts:
        if text not in plainly and (path := safe_local_path(text)) in there:
            spellings.setdefault(path or "", []).append(text or "")
    return _Names(frozenset(plainly.union(spellings)), texts, spellings)


def _unused(opened: Opened, files: Sequence[ScannedFile], since: datetime) -> Set[str]:
    """The files that were last used before `since`, by our own record or, where there is none, by their time."""
    before = since.timestamp() * 1e9
    unused = {file.path for file in files if file.stamp.mtime_ns <= before} | opened.journal.last_used_before(since)
    return unused - opened.journal.used_since(since) if unused else unused


def _recall(opened: Opened, files: Sequence[ScannedFile]) -> None:
    if len(files) > _MANY:
        opened.checks.recall_all()
    else:
        opened.checks.recall(file.path for file in files)


def _remembered(opened: Opened, files: Sequence[ScannedFile]) -> dict[str, FileCheck]:
    """The looks at these files that earlier runs remember, by path."""
    _recall(opened, files)
    looks = (opened.checks.known(path, stamp) for path, stamp, _ in files)
    return {check.path: check for check in looks if check is not None}
