"""Rows that share a file: before one of them gets a new picture there, the others get a copy of the old one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

from soulspot_gallery.core.disk import disk_trouble
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.library.catalog import RowChange
from soulspot_gallery.core.locate import cache_path, safe_local_path, url_hash
from soulspot_gallery.core.model import Entity, ErrorCode
from soulspot_gallery.core.opened import Opened


def others_showing(opened: Opened, paths: Iterable[str]) -> dict[str, list[Entity]]:
    """The rows that show what lies at each of these paths, where it is a whole picture. Raises LibraryError.

    A server that merges two artists hands the file of one to the other, so a file's name does not say whose it is.
    """
    whole = [path for path in paths if (check := opened.checks.look(path)) is not None and check.whole]
    found = dict[str, list[Entity]]()
    if whole:
        for entity in opened.library.naming([*whole, *(path.replace("/", "\\") for path in whole)]):
            found.setdefault(safe_local_path(entity.path) or "", []).append(entity)
    return found


def give_own_copy(opened: Opened, other: Entity, path: str, waiting: Callable[[float], None]) -> Entity:
    """Copy the picture at `path` to the place of `other`'s own and let its row name that; the row as it is now.

    A crash in between leaves a file that no row names, and nothing lost. Raises PictureError; then nothing is changed.
    """
    with disk_trouble(path):
        own = cache_path(other.kind, other.id)
        if own == path or opened.store.stamp(own) is not None:
            raise _shared(other, path)
        content = opened.store.read(path)
        opened.store.put(opened.store.stage(own, content), secrets.token_hex(8))
    try:
        changed = opened.library.change([RowChange(other, other.url, own)], waiting) == [True]
    except PictureError:
        _remove(opened, own)
        raise
    if not changed:
        _remove(opened, own)
        raise _shared(other, path)
    facts = opened.journal.pictures([path]).get(path)
    if facts is not None:
        opened.journal.note_pictures([replace(facts, path=own)])
    return other._replace(path=own)


def needs_own_copy(other: Entity, entity: Entity, url: str | None) -> bool:
    """Whether `other` would show a wrong picture once `entity`'s from `url` lies in the file they share."""
    return other.key != entity.key and url_hash(other.url or "") != url_hash(url or "")


def _remove(opened: Opened, path: str) -> None:
    with disk_trouble(path):
        opened.store.delete(path)


def _shared(other: Entity, path: str) -> PictureError:
    return PictureError(
        ErrorCode.CONFLICT,
        f"{path} is also the picture of the {other.kind.value} “{other.name}”; recache that one first.",
    )
