"""Staged pictures become files and rows, a batch at a time, so that a crash at any point can be put right."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from soulspot_gallery.core.caching.sharing import give_own_copy, needs_own_copy, others_showing
from soulspot_gallery.core.errors import PictureError, UnsafePath
from soulspot_gallery.core.files.store import Staged
from soulspot_gallery.core.journal.records import NO_MARK, Attempt, FileCheck, Mark, PictureFacts, WriteIntent
from soulspot_gallery.core.library.catalog import RowChange
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import By, Entity, EntityType, ErrorCode, FileStamp, Outcome
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.pictures.webp import inspect_webp


@dataclass(frozen=True, slots=True)
class Ready:
    """A picture that is fetched, converted and staged: all that is missing is its place and its row.

    `url` is what the row's URL becomes, `origin` what the picture was made from: that URL, or one of `origins`.
    """

    entity: Entity
    url: str | None
    origin: str
    staged: Staged
    picture: Converted
    etag: str | None
    last_modified: str | None
    by: By = By.ITSELF


@dataclass(frozen=True, slots=True)
class Committer:
    """Makes files and rows agree, with the journal between them. Methods block.

    `parted`: rows that got a copy of a shared picture, as they were and as they are.
    """

    opened: Opened
    parted: dict[tuple[EntityType, str], tuple[Entity, Entity]] = field(default_factory=dict)

    def commit(self, batch: Sequence[Ready], waiting: Callable[[float], None]) -> list[PictureError | None]:
        """Put each picture in its place and its row in the library; what went wrong, if anything, for each.

        Order: intent, old file aside, new file in place, compare-and-set of the row, facts, intent ended.
        A row that has changed meanwhile, and a library that can't be written, put the old file back.
        """
        with self.opened.turn():
            return self._commit(batch, waiting)

    def _commit(self, batch: Sequence[Ready], waiting: Callable[[float], None]) -> list[PictureError | None]:
        refused = self._part(batch, waiting) | self._held(batch)
        batch = [replace(ready, entity=self._as_it_is(ready.entity)) for ready in batch]
        intents = [_intent(ready) for ready in batch]
        self.opened.journal.begin_writes(intents)
        outcome: list[PictureError | None] = [
            self._refuse(ready, refused[ready.staged.path])
            if ready.staged.path in refused
            else self._put(ready, intent)
            for ready, intent in zip(batch, intents, strict=True)
        ]
        # Where even the old file could not be put back, the intent stays: the next recovery does it.
        unfinished = {
            intent.id
            for ready, intent, problem in zip(batch, intents, outcome, strict=True)
            if problem is not None and self._is_in_place(ready.staged) and not self._put_back(intent)
        }
        placed = [index for index, problem in enumerate(outcome) if problem is None]
        for index, problem in zip(placed, self._rows([batch[index] for index in placed], waiting), strict=True):
            outcome[index] = problem
            if problem is not None and not self._put_back(intents[index]):
                unfinished.add(intents[index].id)
        self._record([ready for ready, problem in zip(batch, outcome, strict=True) if problem is None])
        self._end([intent for intent in intents if intent.id not in unfinished])
        return outcome

    def _part(self, batch: Sequence[Ready], waiting: Callable[[float], None]) -> dict[str, PictureError]:
        """Every other row that shows a picture about to be replaced gets its own copy; what went wrong, by path."""
        refused = dict[str, PictureError]()
        showing = others_showing(self.opened, [ready.staged.path for ready in batch])
        for ready in batch:
            path = ready.staged.path
            try:
                for other in showing.get(path, ()):
                    if needs_own_copy(other, ready.entity, ready.url):
                        self.parted[other.key] = (other, give_own_copy(self.opened, other, path, waiting))
            except PictureError as problem:
                refused[path] = problem
        return refused

    def _held(self, batch: Sequence[Ready]) -> dict[str, PictureError]:
        """What a person has locked since it was asked for, by path."""
        marks = self.opened.journal.marks_of(ready.entity.id for ready in batch if ready.by is By.ITSELF)
        held = ((ready, marks.get(ready.entity.key, NO_MARK)) for ready in batch if ready.by is By.ITSELF)
        return {ready.staged.path: picture_held(mark) for ready, mark in held if mark.held}

    def _as_it_is(self, entity: Entity) -> Entity:
        """The row as `_part` left it, where it was read before."""
        before, after = self.parted.get(entity.key, (None, entity))
        return after if before is not None and (before.url, before.path) == (entity.url, entity.path) else entity

    def _refuse(self, ready: Ready, problem: PictureError) -> PictureError:
        self.opened.store.unstage(ready.staged.temporary)
        return problem

    def _is_in_place(self, staged: Staged) -> bool:
        """Whether the file in the picture's place is the staged one itself, and not an older one of the same bytes."""
        return self.opened.store.stamp(staged.path) == staged.stamp

    def _end(self, intents: Sequence[WriteIntent]) -> None:
        self.opened.journal.end_writes(intent.id for intent in intents)
        for intent in intents:
            self.opened.store.drop_aside(intent.path, intent.id)

    def recover(self) -> list[str]:
        """Put right what a crash left: forward where file and row agree on the new picture, else back.

        Returns a sentence for each picture that was put right.
        """
        told, done = list[str](), list[WriteIntent]()
        for intent in self.opened.journal.write_intents():
            self.opened.store.unstage(intent.temporary)
            settled, sentence = self._settle(intent)
            done += [intent] if settled else []
            told += [f"{intent.path}: {sentence}"] if sentence else []
        self._forget_other_facts([intent.path for intent in done])
        self._end(done)
        return told + self._settle_strays()

    def _settle(self, intent: WriteIntent) -> tuple[bool, str]:
        """Whether all is right now, and what was done, if anything."""
        store, found = self.opened.store, self._content(intent.path)
        aside = store.is_aside(intent.path, intent.id)
        new = found is not None and hashlib.sha256(found).hexdigest() == intent.sha256
        if new and (self._row_agrees(intent) or (not aside and self.opened.library.naming([intent.path]))):
            return True, "the new picture was kept after an interruption."
        if not new and (_whole(found) or not aside):
            return True, ""  # The new picture never came to its place: what lay there still lies there.
        if self._put_back(intent):
            return True, "the former picture was put back after an interruption."
        return False, "the former picture is kept aside until it can be put back."

    def _settle_strays(self) -> list[str]:
        """What is kept aside though no intent says why (the journal was lost): back where its place has no whole
        picture, else away."""
        told, open_ids = list[str](), {intent.id for intent in self.opened.journal.write_intents()}
        for path, name in self.opened.store.aside():
            if name in open_ids or safe_local_path(path) != path:
                continue
            if _whole(self._content(path)):
                self.opened.store.drop_aside(path, name)
                continue
            with contextlib.suppress(OSError, UnsafePath):
                self.opened.store.put_back(path, name)
                told.append(f"{path}: the former picture was put back after an interruption.")
        return told

    def _forget_other_facts(self, paths: Sequence[str]) -> None:
        """Where the crash came between a picture and the record of it, the record is of another picture."""
        facts = self.opened.journal.pictures(paths)
        other = [path for path, each in facts.items() if each.sha256 != self._sha256(path)]
        self.opened.journal.forget_pictures(other)
        for path in other:
            self.opened.checks.forget_written(path)

    def _row_agrees(self, intent: WriteIntent) -> bool:
        return any(
            safe_local_path(row.path) == intent.path and url_hash(row.url or "") == intent.url_hash
            for row in self.opened.library.find(intent.kind, [intent.entity])
        )

    def _content(self, path: str) -> bytes | None:
        # Straight from the disk: the file may have a second name just now, which `checks` takes for foreign.
        try:
            return self.opened.store.read(path)
        except (OSError, UnsafePath):
            return None

    def _sha256(self, path: str) -> str | None:
        content = self._content(path)
        return None if content is None else hashlib.sha256(content).hexdigest()

    def _put(self, ready: Ready, intent: WriteIntent) -> PictureError | None:
        try:
            self.opened.store.put(ready.staged, intent.id)
        except PictureError as problem:
            self.opened.store.unstage(ready.staged.temporary)
            return problem
        return None

    def _put_back(self, intent: WriteIntent) -> bool:
        """False where it can't be done now: then the intent and the old file are kept for the next recovery."""
        try:
            self.opened.store.put_back(intent.path, intent.id)
        except (OSError, UnsafePath):
            return False
        return True

    def _rows(self, batch: Sequence[Ready], waiting: Callable[[float], None]) -> list[PictureError | None]:
        if not batch:
            return []
        try:
            done = self.opened.library.change(
                [RowChange(ready.entity, ready.url, ready.staged.path) for ready in batch], waiting
            )
        except PictureError as problem:
            return [problem] * len(batch)
        return [
            None if each or self._says_so_already(ready) else _conflict(ready.entity)
            for each, ready in zip(done, batch, strict=True)
        ]

    def _says_so_already(self, ready: Ready) -> bool:
        """Whether somebody else who fetched the same picture at the same time has changed the row to just this."""
        return any(
            (row.url, row.path) == (ready.url, ready.staged.path)
            for row in self.opened.library.find(ready.entity.kind, [ready.entity.id])
        )

    def _record(self, batch: Sequence[Ready]) -> None:
        now = datetime.now(UTC)
        for ready in batch:
            # A replaced file keeps the inode, size and time of its temporary file.
            self.opened.checks.wrote(_check(ready, self.opened.store.stamp(ready.staged.path) or ready.staged.stamp))
        self.opened.journal.note_pictures(_facts(ready, now) for ready in batch)
        self.opened.journal.note_attempts(
            Attempt(ready.entity.kind, ready.entity.id, now, Outcome.DOWNLOADED, None, None) for ready in batch
        )
        self.opened.note_looks()


def picture_held(mark: Mark) -> PictureError:
    """The error of a picture that nothing that runs by itself may give."""
    why = "It has no picture on purpose; unset it" if mark.refused else "The picture is locked; unlock it"
    return PictureError(ErrorCode.PICTURE_LOCKED, f"{why} to have another one, or name it by hand.")


def _whole(content: bytes | None) -> bool:
    try:
        return content is not None and bool(inspect_webp(content))
    except PictureError:
        return False


def _intent(ready: Ready) -> WriteIntent:
    return WriteIntent(
        secrets.token_hex(8),
        ready.staged.path,
        ready.staged.temporary,
        ready.picture.sha256,
        ready.entity.kind,
        ready.entity.id,
        url_hash(ready.url or ""),
    )


def _conflict(entity: Entity) -> PictureError:
    return PictureError(
        ErrorCode.CONFLICT,
        f"Another program changed this {entity.kind.value} meanwhile; nothing was overwritten, try again.",
    )


def _check(ready: Ready, stamp: FileStamp) -> FileCheck:
    picture = ready.picture
    return FileCheck(ready.staged.path, stamp, picture.sha256, picture.width, picture.height, None)


def _facts(ready: Ready, now: datetime) -> PictureFacts:
    picture = ready.picture
    return PictureFacts(
        ready.staged.path,
        url_hash(ready.origin),
        ready.etag,
        ready.last_modified,
        len(picture.webp),
        picture.width,
        picture.height,
        picture.sha256,
        picture.source_width,
        picture.source_height,
        picture.source_format,
        now,
    )
