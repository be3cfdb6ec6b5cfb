"""The part of ImageService that repairs by hand: set, unset, refuse, delete, lock, history, why, undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from soulspot_gallery.core.cleanup.applying import Watch
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.repair_records import Action, Key
from soulspot_gallery.core.model import EntityType, ErrorCode, Progress, Report, ignore_progress
from soulspot_gallery.core.repair import doing, why
from soulspot_gallery.core.repair.arriving import Arrivals
from soulspot_gallery.core.repair.doing import Doer
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.repair.pictures import Picture
from soulspot_gallery.core.repair.reports import ChangeGroup, HistoryEntry, RepairReport
from soulspot_gallery.core.repair.why import Why
from soulspot_gallery.core.service_core import ServiceCore
from soulspot_gallery.core.threads import from_thread


class Repairs(ServiceCore):
    """What a person does to pictures. Every change, of one or of many, is undone as one; see `ImageService`."""

    async def set_picture(
        self, kind: EntityType, entity_id: str, picture: Picture, report: Report = ignore_progress
    ) -> RepairReport:
        """Make this the picture of an entity, and lock it. The one that it replaces goes to the history.

        Checked and converted like every other: at most 32 MiB. Raises PictureError with nothing changed, UsageError
        for an unknown id.
        """
        key = (kind, entity_id)
        arrivals = await self._arrivals([key])
        try:
            report(Progress("Reading the picture"))
            arrival = await arrivals.one(key, picture)
            return _whole(await self._do(lambda doer, watch: doer.set({key: picture}, {key: arrival}, watch), report))
        finally:
            arrivals.close()

    async def set_pictures(self, pictures: Mapping[Key, Picture], report: Report = ignore_progress) -> RepairReport:
        """As `set_picture` for many, as one change; those that can't be had are left and said in the report."""
        arrivals = await self._arrivals(list(pictures))
        try:
            came, left = await arrivals.many(pictures, report)
            done = await self._do(lambda doer, watch: doer.set(pictures, came, watch), report)
        finally:
            arrivals.close()
        return replace(done, left=(*left, *done.left))

    async def take_new_pictures(
        self, pictures: Mapping[Key, Picture], report: Report = ignore_progress
    ) -> RepairReport:
        """As `set_pictures`, for newer ones from where these pictures came: nothing is locked by it, or unlocked."""
        arrivals = await self._arrivals(list(pictures))
        try:
            came, left = await arrivals.many(pictures, report)
            done = await self._do(lambda doer, watch: doer.take_new(pictures, came, watch), report)
        finally:
            arrivals.close()
        return replace(done, left=(*left, *done.left))

    async def set_aside(self, keys: Sequence[Key], report: Report = ignore_progress) -> RepairReport:
        """Forget pictures that stand for none, and the URLs that gave them. Locked ones are left."""
        return await self._act(Action.SET_ASIDE, keys, report)

    async def unset_pictures(self, keys: Sequence[Key], report: Report = ignore_progress) -> RepairReport:
        """Forget these pictures, locks and refusals: they may be fetched again. The files stay for a cleanup.

        Raises UsageError for an unknown id.
        """
        return await self._act(Action.UNSET, keys, report)

    async def refuse_pictures(self, keys: Sequence[Key], report: Report = ignore_progress) -> RepairReport:
        """These have no picture on purpose: nothing that runs by itself gives them one. Unset ends it."""
        return await self._act(Action.NO_PICTURE, keys, report)

    async def delete_pictures(self, keys: Sequence[Key], report: Report = ignore_progress) -> RepairReport:
        """Unset these pictures and remove their files; the history keeps them. A file of several rows stays."""
        return await self._act(Action.DELETE, keys, report)

    async def lock(self, keys: Sequence[Key], report: Report = ignore_progress) -> RepairReport:
        """Keep these as they are: nothing that runs by itself changes them."""
        return await self._act(Action.LOCK, keys, report)

    async def unlock(self, keys: Sequence[Key], report: Report = ignore_progress) -> RepairReport:
        return await self._act(Action.UNLOCK, keys, report)

    async def history(self, kind: EntityType, entity_id: str) -> list[HistoryEntry]:
        """The pictures that an entity had, the last one first. Raises UsageError for an unknown id."""
        return await self._threads.read(doing.history, self._opened, (kind, entity_id))

    async def history_picture(self, kind: EntityType, entity_id: str, entry: HistoryEntry) -> bytes | None:
        """A former picture as WebP; None for none. Raises PictureError where it is not kept any more."""
        if entry.sha256 is None:
            return None
        files = KeptFiles(self._opened.store)
        return await self._threads.read(files.read, (kind, entity_id), entry.sha256)

    async def go_back(self, kind: EntityType, entity_id: str, entry: HistoryEntry) -> RepairReport:
        """Make a former picture the picture again, and lock it. Raises UsageError, PictureError."""
        return _whole(
            await self._do(lambda doer, watch: doer.go_back((kind, entity_id), entry, watch), ignore_progress)
        )

    async def undo(self, report: Report = ignore_progress) -> RepairReport:
        """Take back the last change; what is another picture by now is left, and said. Raises UsageError where there
        is none."""
        return await self._do(lambda doer, watch: doer.undo(watch), report)

    async def redo(self, report: Report = ignore_progress) -> RepairReport:
        """Do again what was undone last. Raises UsageError where there is nothing."""
        return await self._do(lambda doer, watch: doer.redo(watch), report)

    async def changes(self) -> list[ChangeGroup]:
        """What can be undone (the first that is not `undone`) and redone (the last that is), the newest first."""
        return await self._threads.read(doing.groups, self._opened)

    async def why(self, kind: EntityType, entity_id: str) -> Why:
        """Why an entity's picture is what it is. Raises UsageError for an unknown id."""
        await self.keep_shown()
        return await self._threads.read(why.why, self._opened, (kind, entity_id))

    # -- how

    async def _act(self, action: Action, keys: Sequence[Key], report: Report) -> RepairReport:
        return await self._do(lambda doer, watch: doer.act(action, keys, watch), report)

    async def _do(self, work: Callable[[Doer, Watch], RepairReport], report: Report) -> RepairReport:
        await self._begin_writing()
        told, done = from_thread(report), list[RepairReport]()
        doer = Doer(self._opened, self._carrier, self.settings.history_pictures)

        def in_turn(stop: Callable[[], bool]) -> None:
            with self._opened.turn():  # a whole group is one: its number is nobody else's
                done.append(work(doer, Watch(told, stop)))

        await self._threads.write_stoppably(in_turn)
        return done[0]

    async def _arrivals(self, keys: Sequence[Key]) -> Arrivals:
        await self._threads.read(doing.these, self._opened, keys)
        await self._begin_writing()
        return Arrivals(await self._fetcher(), self._converter, self._opened.store, self.settings)


def _whole(done: RepairReport) -> RepairReport:
    """The report of a change of one. Raises PictureError where that one was left."""
    if not done.done:
        left = done.left[0]
        raise PictureError(left.error or ErrorCode.CONFLICT, left.reason)
    return done
