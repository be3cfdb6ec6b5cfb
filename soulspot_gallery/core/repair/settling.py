"""The last step of a change by hand: files that go, what is known of pictures, former ones, marks, the end."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from soulspot_gallery.core.caching.sharing import others_showing
from soulspot_gallery.core.errors import PictureError, UnsafePath
from soulspot_gallery.core.journal.records import PictureFacts
from soulspot_gallery.core.journal.repair_records import Action, Former, Settled, at_step
from soulspot_gallery.core.locate import safe_local_path
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.repair.steps import UNDOING, Done, Going, Way


@dataclass(frozen=True, slots=True)
class Settler:
    """Methods block. May be done twice: a crash in between is followed by the whole of it."""

    opened: Opened
    files: KeptFiles

    def finish(self, going: Sequence[Going], way: Way, most_formers: int, done: Done) -> None:
        """Rows and files are as they should be: the files that go, the facts, the marks, and that it is done."""
        if not going:
            return
        at = datetime.now(UTC)
        self._set_facts(going, self._remove_files(going, way, done))
        changes = [at_step(each.change, way.ended) for each in going]
        formers = [_former(each, at) for each in going if each.now.sha256 != each.then.sha256]
        marks = {each.change.key: each.then.mark for each in going}
        self.opened.journal.settle(Settled(changes, formers, marks))
        self._prune(formers, most_formers)
        done.changes += changes

    def _remove_files(self, going: Sequence[Going], way: Way, done: Done) -> list[str]:
        """Files that were there go where that is the action, or where the action that is taken back made them; the
        paths of those that are gone."""
        leaving = {path: each for each in going if (path := self._leaves(each, way)) is not None}
        others, removed = others_showing(self.opened, leaving), list[str]()
        for path, each in leaving.items():
            other = next((row for row in others.get(path, ()) if row.key != each.change.key), None)
            if other is not None:
                done.notes.append(f"{path} was left there: it is also the picture of “{other.name}”.")
                continue
            with contextlib.suppress(OSError, UnsafePath):  # what stays is an orphan, which a cleanup finds
                self.opened.store.delete(path)
                removed.append(path)
        return removed

    def _leaves(self, going: Going, way: Way) -> str | None:
        """The path of a file that is to go, where it is still the one that was there."""
        path, new = safe_local_path(going.now.path), safe_local_path(going.then.path)
        if path is None or going.now.picture is None or (path == new and going.then.picture is not None):
            return None
        deletes = going.change.action is Action.DELETE and way is not UNDOING
        unmakes = going.change.action in (Action.SET, Action.GO_BACK) and way is UNDOING
        there = self.opened.checks.look(path) if deletes or unmakes else None
        return path if there is not None and there.sha256 == going.now.sha256 else None

    def _set_facts(self, going: Sequence[Going], removed: Sequence[str]) -> None:
        """A picture that is back is what the journal knew of it then; of what is gone nothing is known."""
        facts, forgotten = list[PictureFacts](), list(removed)
        for each in going:
            picture, path = each.then.picture, safe_local_path(each.then.path)
            if picture is None or path is None or picture.sha256 == each.now.sha256:
                continue
            if picture.facts is not None and picture.whole:
                facts.append(replace(picture.facts, path=path))
            else:
                forgotten.append(path)
        self.opened.journal.note_pictures(facts)
        self.opened.journal.forget_pictures(forgotten)
        for path in forgotten:
            self.opened.checks.forget_written(path)

    def _prune(self, last: Sequence[Former], most: int) -> None:
        gone = self.opened.journal.formers_beyond([former.id for former in last], most)
        for former in gone:
            with contextlib.suppress(PictureError):  # one file too many harms nobody
                if former.picture is not None:
                    self.files.drop((former.kind, former.id), former.sha256)
        if gone:
            self.opened.journal.forget_formers(gone)


def _former(going: Going, at: datetime) -> Former:
    return Former(going.change.kind, going.change.id, at, going.now.url, going.now.picture)
