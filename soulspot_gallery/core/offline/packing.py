"""Making a pack: every whole picture of a scope into one file, which is there complete or not at all."""

from __future__ import annotations

import os
import secrets
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from soulspot_gallery.core.errors import GalleryError, PictureError, UnsafePath
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import Entry, Progress, Report, State
from soulspot_gallery.core.offline.pack import MANIFEST, Packed, entry_of, manifest_text
from soulspot_gallery.core.pictures.webp import inspect_webp

_PACKING = "Packing pictures"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entity whose picture is not in the pack, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class PackMade:
    """`pictures` entities have a picture in the pack; `without` of the scope have none here. `bytes` of the file."""

    file: str
    pictures: int
    without: int
    bytes: int
    left_out: tuple[LeftOut, ...] = ()


class Stopped(GalleryError):
    """The pack was given up; nothing is left of it."""


def write_pack(
    store: Store, entries: Sequence[Entry], file: Path, report: Report, stop: Callable[[], bool]
) -> PackMade:
    """Write the pack beside `file` and put it in its place in the end, in place of what lies there. Blocks.

    The same pictures make the same bytes. Raises Stopped, and GalleryError where it can't be written.
    """
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with half.open("xb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as pack:
                packed, left_out = _fill(pack, store, entries, report, stop)
            stream.flush()
            os.fsync(stream.fileno())
        size = half.stat().st_size
        half.replace(file)
    except OSError as problem:
        raise GalleryError(f"The pack {file} can't be written: {problem.strerror or problem}.") from problem
    finally:
        half.unlink(missing_ok=True)
    return PackMade(str(file), len(packed), len(entries) - len(packed) - len(left_out), size, tuple(left_out))


def _fill(
    pack: zipfile.ZipFile, store: Store, entries: Sequence[Entry], report: Report, stop: Callable[[], bool]
) -> tuple[list[Packed], list[LeftOut]]:
    packed, left_out, written = list[Packed](), list[LeftOut](), set[str]()
    whole = [entry for entry in entries if entry.image.state is State.CACHED]
    for number, entry in enumerate(sorted(whole, key=lambda each: each.entity.key)):
        if stop():
            raise Stopped("The pack was given up; nothing was written.")
        report(Progress(_PACKING, number, len(whole), len(left_out)))
        try:
            content, each = _read(store, entry)
        except PictureError as problem:
            left_out.append(LeftOut(entry.entity.name, str(problem)))
            continue
        except (OSError, UnsafePath) as problem:
            left_out.append(LeftOut(entry.entity.name, f"It can't be read: {problem}."))
            continue
        packed.append(each)
        if each.file not in written:  # two that show the same picture share it
            written.add(each.file)
            pack.writestr(entry_of(each.file), content)
    report(Progress(_PACKING, len(whole), len(whole), len(left_out)))
    pack.writestr(entry_of(MANIFEST), manifest_text(packed))
    return packed, left_out


def _read(store: Store, entry: Entry) -> tuple[bytes, Packed]:
    """The bytes as they are now, looked at once more: a damaged picture is not carried to another machine."""
    entity, content = entry.entity, store.read(entry.image.local_path or "")
    found = inspect_webp(content)
    url = url_hash(entity.url) if entity.url else ""
    size = len(content), found.width, found.height
    return content, Packed(entity.kind, entity.id, entity.name, entity.artist, url, found.sha256, *size)
