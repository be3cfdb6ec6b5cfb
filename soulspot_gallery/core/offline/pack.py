"""The format of a pack: a zip of stored WebP files, called by their sha256, and a list that says whose they are.

Names in the zip are made from hashes alone, so none of them is ever used as a path. What is written here is read back
with distrust: a pack may come from anyone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from soulspot_gallery.core.errors import PictureError, UsageError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.pictures.webp import WholeWebp, inspect_webp

MANIFEST = "manifest.json"
LARGEST_PICTURE = 16 * 1024 * 1024
"""Bytes. A WebP of 4096 × 4096 at quality 100 has some ten million."""

LARGEST_SIDE = 4096
"""Pixels: what the settings allow."""

_LARGEST_MANIFEST = 256 * 1024 * 1024
_MOST_PICTURES = 1_000_000
_FORMAT, _VERSION = "soulspot-gallery-pack", 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HASH = re.compile("[0-9a-f]{64}")
_LONGEST_TEXT = 2_000
_BROKEN = OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError
"""What `zipfile` raises for a file that is no zip, or a broken one."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A picture in a pack and the entity that it belongs to. `url_sha256`: of the URL in the row, empty where there was
    none; URLs themselves may hold tokens and stay at home."""

    kind: EntityType
    id: str
    name: str
    artist: str | None
    url_sha256: str
    sha256: str
    bytes: int
    width: int
    height: int

    @property
    def key(self) -> tuple[EntityType, str]:
        return self.kind, self.id

    @property
    def file(self) -> str:
        """Its name in the zip."""
        return f"pictures/{self.sha256}.webp"


def manifest_text(pictures: Sequence[Packed]) -> str:
    """The same text for the same pictures, whatever their order, the day or the machine."""
    ordered = sorted(pictures, key=lambda each: (each.kind.value, each.id))
    document = {"format": _FORMAT, "version": _VERSION, "pictures": [asdict(each) for each in ordered]}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def entry_of(name: str) -> zipfile.ZipInfo:
    """A stored entry without anything of today or of this machine."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_STORED, 3, 0o644 << 16
    return info


@contextlib.contextmanager
def reading(file: Path) -> Iterator[zipfile.ZipFile]:
    """The opened zip. Raises UsageError for what is none."""
    try:
        pack = zipfile.ZipFile(file)
    except _BROKEN as problem:
        told = problem.strerror if isinstance(problem, OSError) and problem.strerror else "it is no zip, or damaged"
        raise UsageError(f"The pack {file} can't be read: {told}.") from problem
    with pack:
        yield pack


def read_manifest(pack: zipfile.ZipFile) -> tuple[Packed, ...]:
    """What the pack says it holds, each entity once. Raises UsageError for a list that is none of ours."""
    content = _read(pack, MANIFEST, _LARGEST_MANIFEST)
    try:
        document = json.loads(content)
        if (document["format"], document["version"]) != (_FORMAT, _VERSION):
            raise UsageError("This pack was made by a newer gallery, or is none; update the gallery to read it.")
        listed = document["pictures"]
        if not isinstance(listed, list) or len(listed) > _MOST_PICTURES:
            raise ValueError
        found = [_packed(each) for each in listed]
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise UsageError("The list in this pack is damaged; make the pack again.") from problem
    if len({each.key for each in found}) != len(found):
        raise UsageError("The list in this pack names something twice; make the pack again.")
    return tuple(found)


def read_picture(pack: zipfile.ZipFile, packed: Packed) -> tuple[bytes, WholeWebp]:
    """The whole picture, just as the list says. Raises PictureError where it is missing, another, damaged or too
    large."""
    if packed.bytes > LARGEST_PICTURE or max(packed.width, packed.height) > LARGEST_SIDE:
        raise PictureError(ErrorCode.TOO_LARGE, "The picture in the pack is larger than any that a gallery makes.")
    try:
        content = _read(pack, packed.file, packed.bytes)
    except UsageError as problem:
        raise PictureError(ErrorCode.MISSING, str(problem)) from problem
    if len(content) != packed.bytes or hashlib.sha256(content).hexdigest() != packed.sha256:
        raise PictureError(ErrorCode.DECODE, "The picture in the pack is not the one that its list names.")
    whole = inspect_webp(content)
    if max(whole.width, whole.height) > LARGEST_SIDE:
        raise PictureError(ErrorCode.TOO_MANY_PIXELS, "The picture in the pack has more pixels than it says.")
    return content, whole


def _read(pack: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """An entry that is stored, so that no small file becomes a large one, and not larger than `limit` bytes."""
    try:
        info = pack.getinfo(name)
    except KeyError:
        raise UsageError(f"This is no pack of a gallery, or a part of one: {name} is not in it.") from None
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.flag_bits & 1:
        raise UsageError(f"{name} is packed in a way that no gallery uses; make the pack again.")
    if info.file_size > limit:
        raise UsageError(f"{name} in the pack is larger than it may be; make the pack again.")
    try:
        with pack.open(info) as stream:
            return stream.read(limit + 1)
    except _BROKEN as problem:
        raise UsageError(f"{name} in the pack is damaged; make the pack again.") from problem


def _packed(values: Any) -> Packed:
    """A line of the list. Raises ValueError, TypeError, KeyError for anything that we don't write."""
    texts = {name: values[name] for name in ("id", "name", "url_sha256", "sha256")}
    numbers = {name: values[name] for name in ("bytes", "width", "height")}
    artist = values["artist"]
    if not all(isinstance(each, str) and len(each) <= _LONGEST_TEXT for each in (*texts.values(), artist or "")):
        raise ValueError
    if not all(type(each) is int and each > 0 for each in numbers.values()):
        raise ValueError
    if not _HASH.fullmatch(texts["sha256"]) or not (texts["url_sha256"] == "" or _HASH.fullmatch(texts["url_sha256"])):
        raise ValueError
    return Packed(EntityType(values["kind"]), artist=artist, **texts, **numbers)
