"""The sample's files and dates that no engine would produce: damage, strangers, orphans, and the passing of time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.locate import TEMPORARY_PREFIX, TEMPORARY_SUFFIX, cache_path
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.covers import draw, encode
from soulspot_gallery.demo.roster import Fate, Role

ORPHANS: tuple[tuple[str, EntityType, int], ...] = (
    ("albums/deezer/302127.webp", EntityType.ALBUM, 40),
    ("artists/3f/3f9d2c51-7a0e-4c7b-9c1d-0a4be1f7d210.webp", EntityType.ALBUM, 12),
    ("spotify/albums/4aawyAB9vmqN3uQ7FjRGTy.webp", EntityType.ARTIST, 200),
    ("playlist/c4/c4ca4238a0b923820dcc509a6f75849b.webp", EntityType.PLAYLIST, 150),
)
"""Managed files that no row names: path, kind and age in days. All four layouts are among them."""

LEFTOVER = f"albums/7b/{TEMPORARY_PREFIX}5f1c0d9e8a7b6c43{TEMPORARY_SUFFIX}"
"""What an interrupted write of the gallery left behind."""

STRANGERS: tuple[str, ...] = ("readme.txt", "albums/booklet.pdf", "backup/2024/cover.webp", "artists/folder.jpg")
"""Files of somebody else, which no cleanup may touch."""

_PROVIDERS = ("deezer", "caa", "spotify", "tidal")
_LONG_UNUSED = 190
_THUMBNAIL = 96
"""Side of old thumbnails, px."""

_STRANGE = b"This file belongs to somebody else.\n"


@dataclass(frozen=True, slots=True)
class Ages:
    """When a picture was fetched and last shown, in days before now."""

    fetched: int
    shown: int


def path_of(role: Role, now: datetime) -> str | None:
    """The path column of a row before the gallery did anything."""
    match role.fate:
        case Fate.ELSEWHERE | Fate.ELSEWHERE_OLD:
            return _provider_path(role)
        case Fate.LOST:
            return _provider_path(role) if role.index % 2 else cache_path(role.kind, role.id)
        case Fate.SHARED:
            return cache_path(role.kind, replace(role, index=role.partner).id)
        case Fate.MARKED:
            when = (now - timedelta(days=9, hours=role.index)).isoformat(timespec="seconds")
            return "FAILED" if role.kind is EntityType.PLAYLIST else f"FAILED|not_available|{when}"
        case Fate.OUTSIDE:
            return f"../outside/{role.id}.webp"
        case Fate.EMPTY:
            return "" if role.index % 4 else None
        case _:
            return None


def _provider_path(role: Role) -> str:
    return f"{role.kind.plural}/{_PROVIDERS[role.index % len(_PROVIDERS)]}/{410_000 + role.index * 7919}.webp"


def place_files(root: Path, roles: Iterable[Role], now: datetime) -> None:
    """Write the pictures of other programs, orphans, a leftover and strangers' files, with their dates."""
    for role in roles:
        if role.fate in (Fate.ELSEWHERE, Fate.ELSEWHERE_OLD):
            age = 12 if role.fate is Fate.ELSEWHERE else 160 + role.index
            _write(root / _provider_path(role), _of_another_program(role), now - timedelta(days=age))
    for number, (path, kind, age) in enumerate(ORPHANS):
        _write(root / path, encode(draw(kind, 80 + number, 300), "WEBP"), now - timedelta(days=age))
    _write(root / LEFTOVER, encode(draw(EntityType.ALBUM, 90, 300), "WEBP")[:4000], now - timedelta(days=3))
    for path in STRANGERS:
        _write(root / path, _STRANGE, now - timedelta(days=400))


def _of_another_program(role: Role) -> bytes:
    """What other programs keep: thumbnails of long ago, covers with their edges cut off."""
    if role.fate is Fate.ELSEWHERE_OLD:
        return encode(draw(role.kind, role.seed, _THUMBNAIL), "WEBP")
    return encode(draw(role.kind, role.seed, 400).crop((0, 40, 400, 360)), "WEBP")


def _write(file: Path, content: bytes, at: datetime) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    _date(file, at)


def _date(file: Path, at: datetime) -> None:
    os.utime(file, (at.timestamp(), at.timestamp()))


def damage(root: Path, roles: Iterable[Role]) -> None:
    """Lose the end of files as a crash does: zeros instead of it (same size), or nothing."""
    for role in roles:
        file = root / cache_path(role.kind, role.id)
        if role.fate is Fate.ZEROED:
            content = file.read_bytes()
            kept = len(content) * 2 // 3
            file.write_bytes(content[:kept] + bytes(len(content) - kept))
        elif role.fate is Fate.TRUNCATED:
            content = file.read_bytes()
            file.write_bytes(content[: len(content) // 2])


def ages(role: Role) -> Ages:
    """How long ago the picture of this row was fetched and shown."""
    if role.fate in (Fate.OLD, Fate.WITHDRAWN):
        return Ages(_LONG_UNUSED + 60 + role.index, _LONG_UNUSED - role.index)
    return Ages(5 + role.index * 11 % 70, role.index * 7 % 5)


def let_time_pass(root: Path, journal_file: Path, roles: Sequence[Role], now: datetime) -> None:
    """Move what the gallery fetched into the past: in the journal, and in the times of the files.

    Changes no picture, so the looks at whole files stay good and are dated along.
    """
    journal, store = Journal.open(journal_file), Store(root)
    try:
        known = journal.pictures(cache_path(role.kind, role.id) for role in roles)
        looks = journal.file_checks()
        facts, shown, checks = [], {}, []
        for role in roles:
            path = cache_path(role.kind, role.id)
            if not role.fetched or path not in known:
                continue
            age = ages(role)
            fetched = now - timedelta(days=age.fetched, minutes=7 * role.index)
            facts.append(replace(known[path], fetched_at=fetched))
            shown[path] = now - timedelta(days=age.shown, minutes=11 * role.index + 3)
            _date(root / path, fetched)
            stamp = store.stamp(path)
            if stamp is not None and role.fate not in (Fate.ZEROED, Fate.TRUNCATED):
                checks.append(looks[path]._replace(stamp=stamp))
        journal.note_pictures(facts)
        journal.note_shown(shown)
        journal.note_checks(checks)
    finally:
        journal.close()


def utc_now() -> datetime:
    return datetime.now(UTC)
