"""Carries out changes made by hand, takes them back and does them again: rows, files and journal, safe against crashes.

For each batch: look again, keep the picture that is there, write down what is about to be done, change files and rows,
write down that it is done. What has changed meanwhile is left alone and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from soulspot_gallery.core.caching.committing import Committer, Ready
from soulspot_gallery.core.cleanup.applying import Watch
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.repair_records import (
    Change,
    Kept,
    Key,
    at_step,
)
from soulspot_gallery.core.library.catalog import RowChange
from soulspot_gallery.core.locate import safe_local_path
from soulspot_gallery.core.model import By, EntityType, ErrorCode, Progress
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.repair.overriding import keep_picture
from soulspot_gallery.core.repair.reports import Left
from soulspot_gallery.core.repair.settling import Settler
from soulspot_gallery.core.repair.standing import same_picture, standings
from soulspot_gallery.core.repair.steps import WAYS, Arrival, Done, Going, Way

_BATCH = 32
_PASSING = (ErrorCode.DATABASE_BUSY, ErrorCode.CANCELLED, ErrorCode.DISK, ErrorCode.DATABASE)
"""What may go better another time: then a change stays where it is, and can be undone later."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Methods block and run on the writer's thread, one after the other."""

    opened: Opened
    committer: Committer
    files: KeptFiles

    def carry(
        self,
        changes: Sequence[Change],
        way: Way,
        arrivals: Mapping[Key, Arrival],
        most_formers: int,
        done: Done,
        watch: Watch,
    ) -> None:
        """Go this way with every change. `most_formers`: so many former pictures are kept of an entity."""
        for start in range(0, len(changes), _BATCH):
            if watch.stop():
                return
            watch.report(Progress(way.doing, start, len(changes), len(done.left)))
            self._carry(changes[start : start + _BATCH], way, arrivals, most_formers, done, watch)
        watch.report(Progress(way.doing, len(changes), len(changes), len(done.left)))

    def recover(self, most_formers: int) -> list[str]:
        """Put right what a crash cut off: forward where row and file agree with it, else back. A sentence for each."""
        told = list[str]()
        for change in self.opened.journal.changes_in_transit():
            way = WAYS[change.step]
            rows = self.opened.library.find(change.kind, [change.id])
            now = standings(self.opened, rows).get(change.key)
            _, then = way.ends(change)
            if now is not None and same_picture(now, then):
                Settler(self.opened, self.files).finish(
                    [Going(change, rows[0], *way.ends(change))], way, most_formers, Done()
                )
                told.append(f"{change.name}: the change by hand was completed after an interruption.")
            else:
                self._step_back([change], way)
                told.append(f"{change.name}: the change by hand was taken back after an interruption.")
        return told

    def _carry(
        self,
        batch: Sequence[Change],
        way: Way,
        arrivals: Mapping[Key, Arrival],
        most_formers: int,
        done: Done,
        watch: Watch,
    ) -> None:
        going, readies = list[Going](), dict[Key, Ready]()
        for each in self._still_so(batch, way, done):
            try:
                self._keep(each)
                ready = self._ready(each, arrivals.get(each.change.key))
            except PictureError as problem:
                self._leave(each.change, way, problem, done)
                continue
            going.append(each)
            if ready is not None:
                readies[each.change.key] = ready
        try:
            self.opened.journal.note_changes(at_step(each.change, way.during) for each in going)
            problems = self._change(going, readies, watch)
        except BaseException:
            for ready in readies.values():
                self.opened.store.unstage(ready.staged.temporary)
            raise
        Settler(self.opened, self.files).finish(
            [each for each in going if each.change.key not in problems], way, most_formers, done
        )
        for each in going:
            if each.change.key in problems:
                self._leave(each.change, way, problems[each.change.key], done)

    def _still_so(self, batch: Sequence[Change], way: Way, done: Done) -> Iterator[Going]:
        """The changes whose entities stand as they did; the others are left, and said."""
        rows = {row.key: row for kind in EntityType for row in self.opened.library.find(kind, _ids(batch, kind))}
        now = standings(self.opened, list(rows.values()))
        for change in batch:
            was, then = way.ends(change)
            if change.key not in now:
                gone = f"This {change.kind.value} is not in the library any more."
                self._leave(change, way, PictureError(ErrorCode.MISSING, gone), done)
            elif not same_picture(now[change.key], was):
                other = "It has another picture by now, so it was left as it is."
                self._leave(change, way, PictureError(ErrorCode.CONFLICT, other), done)
            else:
                yield Going(change, rows[change.key], now[change.key], then)

    def _keep(self, going: Going) -> None:
        """Keep what lies there, where it is about to be another."""
        if going.now.sha256 != going.then.sha256:
            keep_picture(self.opened, self.files, going.row, going.now)

    def _ready(self, going: Going, arrival: Arrival | None) -> Ready | None:
        """The picture to be put in place; None where what lies there is the right one, or none is to lie there."""
        then, path = going.then, safe_local_path(going.then.path)
        if arrival is not None:
            staged, picture = arrival.staged, arrival.picture
            etag, modified = arrival.etag, arrival.last_modified
            return Ready(going.row, then.url, arrival.origin, staged, picture, etag, modified, By.HAND)
        if then.picture is None or path is None:
            return None
        there = self.opened.checks.look(path)
        if there is not None and there.sha256 == then.sha256:
            return None
        content = self.files.read(going.change.key, then.sha256)
        staged = self.opened.store.stage(path, content)
        return Ready(going.row, then.url, "", staged, _converted(then.picture, content), None, None, By.HAND)

    def _change(self, going: Sequence[Going], readies: Mapping[Key, Ready], watch: Watch) -> dict[Key, PictureError]:
        """Pictures by the committer, plain rows in one step; what went wrong, by entity."""
        problems = dict[Key, PictureError]()
        committed = self.committer.commit(list(readies.values()), watch.waiting) if readies else []
        for key, problem in zip(readies, committed, strict=True):
            if problem is not None:
                problems[key] = problem
        plain = [
            each
            for each in going
            if each.change.key not in readies and (each.row.url, each.row.path) != (each.then.url, each.then.path)
        ]
        rows = [RowChange(each.row, each.then.url, each.then.path) for each in plain]
        try:
            changed = self.opened.library.change(rows, watch.waiting) if rows else []
        except PictureError as problem:
            return problems | {each.change.key: problem for each in plain}
        for each, ok in zip(plain, changed, strict=True):
            if not ok:
                text = f"Another program changed this {each.change.kind.value} meanwhile; nothing was overwritten."
                problems[each.change.key] = PictureError(ErrorCode.CONFLICT, text)
        return problems

    def _leave(self, change: Change, way: Way, problem: PictureError, done: Done) -> None:
        done.left.append(Left(change.kind, change.id, str(problem), problem.code))
        if way.otherwise is not None and problem.code not in _PASSING:
            self.opened.journal.drop_changes([change])  # it can't be taken back any more, and is in nobody's way
        else:
            self._step_back([change], way)

    def _step_back(self, changes: Sequence[Change], way: Way) -> None:
        if way.otherwise is None:
            self.opened.journal.drop_changes(changes)
        else:
            self.opened.journal.note_changes(at_step(change, way.otherwise) for change in changes)


def _ids(batch: Sequence[Change], kind: EntityType) -> list[str]:
    return [change.id for change in batch if change.kind is kind]


def _converted(picture: Kept, content: bytes) -> Converted:
    """The record of a picture that comes back as it is kept."""
    facts, width, height = picture.facts, picture.width or 0, picture.height or 0
    if facts is None:
        return Converted(content, width, height, picture.sha256, "webp", width, height)
    source = (facts.source_format, facts.source_width, facts.source_height)
    return Converted(content, width, height, picture.sha256, *source)
