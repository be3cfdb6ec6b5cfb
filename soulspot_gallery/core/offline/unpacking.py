"""Importing a pack: look at it, and then bring in just what was shown, each row and each picture checked once more."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from soulspot_gallery.core import looking
from soulspot_gallery.core.caching.committing import Committer, Ready
from soulspot_gallery.core.caching.pipeline import BATCH
from soulspot_gallery.core.cleanup.applying import Watch
from soulspot_gallery.core.errors import DiskTrouble, PictureError, UnsafePath
from soulspot_gallery.core.locate import cache_path, url_hash
from soulspot_gallery.core.model import (
    By,
    Entity,
    EntityType,
    Entry,
    ErrorCode,
    Outcome,
    Progress,
    RecacheResult,
    Report,
)
from soulspot_gallery.core.offline import pack_plan
from soulspot_gallery.core.offline.pack import Packed, read_manifest, read_picture, reading
from soulspot_gallery.core.offline.pack_plan import Fate, PackItem, PackPlan, Replace
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.imaging import Converted, convert
from soulspot_gallery.core.pictures.webp import is_plain_webp
from soulspot_gallery.core.repair import overriding
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.repair.standing import standings

_LOOKING, _UNPACKING = "Looking through the pack", "Bringing in pictures"
_QUALITY = 90
"""For the few pictures that carry more than pixels and are made anew."""


@dataclass(frozen=True, slots=True)
class PackImported:
    """What became of the pictures that were to come in: `stored`, and with reasons what was `left`."""

    plan: PackPlan
    stored: int
    left: tuple[PackItem, ...]


@dataclass(slots=True)
class PackTally:
    """How far an import is; also when it was stopped in between."""

    stored: list[RecacheResult] = field(default_factory=list)
    left: list[PackItem] = field(default_factory=list)


def listed(file: Path) -> tuple[Packed, ...]:
    """What the pack says it holds. Blocks. Raises UsageError."""
    with reading(file) as pack:
        return read_manifest(pack)


def plan_import(opened: Opened, file: Path, pictures: Sequence[Packed], may: Replace) -> PackPlan:
    """What would come in, by the list alone; `verified` looks at the pictures. Blocks."""
    rows = pack_plan.match(pictures, opened.library.entities())
    entries = {entry.entity.key: entry for entry in looking.view(opened, list(rows.values()))}
    return PackPlan(str(file), may, tuple(pack_plan.make_items(pictures, rows, entries, may)))


def verified(plan: PackPlan, report: Report, stop: Callable[[], bool]) -> PackPlan:
    """The plan after every picture that would come in was read and found whole and the one that was listed."""
    items, coming = list[PackItem](), len(plan.coming)
    looked = 0
    with reading(Path(plan.file)) as pack:
        for item in plan.items:
            if item.fate.comes_in and not stop():
                report(Progress(_LOOKING, looked, coming))
                looked += 1
                items.append(_checked(pack, item))
            else:
                items.append(item)
    return replace(plan, items=tuple(items))


def _checked(pack: zipfile.ZipFile, item: PackItem) -> PackItem:
    try:
        read_picture(pack, item.packed)
    except PictureError as problem:
        return replace(item, fate=Fate.DAMAGED, reason=str(problem))
    return item


@dataclass(frozen=True, slots=True)
class Unpacker:
    """Brings pictures in, a batch at a time: between two batches it can be stopped, and all that was done is whole."""

    opened: Opened
    committer: Committer
    kept: KeptFiles

    def apply(self, plan: PackPlan, tally: PackTally, watch: Watch) -> None:
        """Carry out the plan. Blocks. Done again after a stop, it does the rest. Raises UsageError, DiskTrouble."""
        coming = iter(plan.coming)
        total, done = len(plan.coming), 0
        with reading(Path(plan.file)) as pack:
            while batch := list(itertools.islice(coming, BATCH)):
                if watch.stop():
                    return
                watch.report(Progress(_UNPACKING, done, total, len(tally.left)))
                self._bring_in(pack, batch, plan.replace, tally, watch)
                done += len(batch)
        watch.report(Progress(_UNPACKING, done, total, len(tally.left)))

    def _bring_in(
        self, pack: zipfile.ZipFile, batch: Sequence[PackItem], may: Replace, tally: PackTally, watch: Watch
    ) -> None:
        ready = dict[tuple[EntityType, str], tuple[PackItem, Ready]]()
        now = {entry.entity.key: entry for entry in looking.these(self.opened, [_row(item).key for item in batch])}
        over = [_row(item) for item in batch if item.fate is Fate.REPLACE and _row(item).key in now]
        stands = standings(self.opened, over)
        for entity in over:
            overriding.keep_picture(self.opened, self.kept, entity, stands[entity.key])
        try:
            for item in batch:
                if changed := self._changed(item, now.get(_row(item).key), may):
                    tally.left.append(replace(item, reason=changed))
                    continue
                try:
                    ready[_row(item).key] = item, self._ready(pack, item)
                except DiskTrouble:
                    raise
                except PictureError as problem:
                    tally.left.append(replace(item, reason=str(problem)))
            results = self._commit(ready, tally, watch)
        finally:
            for _, each in ready.values():  # what was not put in its place
                self.opened.store.unstage(each.staged.temporary)
        overriding.settle(self.opened, stands, results)
        tally.stored += results

    def _commit(
        self, ready: dict[tuple[EntityType, str], tuple[PackItem, Ready]], tally: PackTally, watch: Watch
    ) -> list[RecacheResult]:
        results, pictures = list[RecacheResult](), [each for _, each in ready.values()]
        problems = self.committer.commit(pictures, watch.waiting) if pictures else []
        for (item, each), problem in zip(ready.values(), problems, strict=True):
            if problem is None:
                results.append(RecacheResult(*each.entity.key, Outcome.DOWNLOADED, path=each.staged.path))
            else:
                tally.left.append(replace(item, reason=str(problem)))
        return results

    def _changed(self, item: PackItem, entry: Entry | None, may: Replace) -> str:
        """Why a picture does not come in after all, the row being another than the one that was shown."""
        row = _row(item)
        if entry is None:
            return "It is not in the library any more."
        if (entry.entity.url, entry.entity.path) != (row.url, row.path):
            return "Its row was changed since the preview; look at the pack again."
        fate = pack_plan.decide(item.packed, entry, may)
        return "" if fate.fate is item.fate else fate.reason or "Its picture is another one since the preview."

    def _ready(self, pack: zipfile.ZipFile, item: PackItem) -> Ready:
        row, packed = _row(item), item.packed
        content, whole = read_picture(pack, packed)
        made = Converted(content, whole.width, whole.height, whole.sha256, "webp", whole.width, whole.height)
        if not is_plain_webp(content):
            made = convert(content, max(whole.width, whole.height), _QUALITY)
        try:
            path = cache_path(row.kind, row.id)
        except UnsafePath as problem:
            raise PictureError(ErrorCode.UNSAFE, str(problem)) from problem
        # Of another URL than the row's, it is not taken for what the row's URL leads to.
        same = row.url is not None and url_hash(row.url) == packed.url_sha256
        origin = row.url if same and row.url is not None else f"pack:{packed.url_sha256}"
        by = By.HAND if item.fate is Fate.REPLACE else By.ITSELF
        return Ready(row, row.url, origin, self.opened.store.stage(path, made.webp), made, None, None, by)


def _row(item: PackItem) -> Entity:
    """The row that a picture that comes in is for."""
    assert item.entity is not None
    return item.entity
