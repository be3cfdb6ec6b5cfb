"""The part of ImageService that reviews pictures: audit, clones and placeholders, and what changed at the sources."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from soulspot_gallery.core import looking
from soulspot_gallery.core.journal.review_records import Judgement, Opinion
from soulspot_gallery.core.locate import safe_local_path
from soulspot_gallery.core.model import EntityType, Entry, Report, Selection, State, ignore_progress
from soulspot_gallery.core.pictures.appearance import near
from soulspot_gallery.core.repair.pictures import FromUrl
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.review.audit import AuditReport, audit, demands_of
from soulspot_gallery.core.review.clones import CloneGroup, clone_groups
from soulspot_gallery.core.review.drift import Asker, Change, Drifted, DriftReport, questions
from soulspot_gallery.core.review.measuring import Key, Seen, see
from soulspot_gallery.core.service_repairs import Repairs
from soulspot_gallery.core.threads import from_thread


@dataclass(frozen=True, slots=True)
class _Seen:
    entries: list[Entry]
    seen: dict[Key, Seen]
    judgements: list[Judgement]


class Reviews(Repairs):
    """Nothing here changes a picture unless it is told to; see `ImageService`."""

    async def audit(self, kind: EntityType | None = None, report: Report = ignore_progress) -> AuditReport:
        """Measure all whole pictures, or those of a kind, and say what each lacks. The first time takes some
        milliseconds a picture; what was measured once is known. Raises CannotOpen."""
        start = time.monotonic()
        known = await self._see(kind, report)
        placeholders = [each.look for each in known.judgements if each.opinion is Opinion.PLACEHOLDER]
        pictures = await self._threads.read(audit, known.entries, known.seen, demands_of(self.settings, placeholders))
        whole = sum(entry.image.state is State.CACHED for entry in known.entries)
        return AuditReport(tuple(pictures), whole - len(pictures), time.monotonic() - start)

    async def clones(self, report: Report = ignore_progress) -> list[CloneGroup]:
        """Pictures that several entities show, and those known to stand for none; by whom they stand for, most
        first. `in_doubt` says which want looking at. Raises CannotOpen."""
        known = await self._see(None, report)
        return await self._threads.read(clone_groups, known.entries, known.seen, known.judgements)

    async def mark_placeholder(self, groups: Sequence[CloneGroup], report: Report = ignore_progress) -> RepairReport:
        """These pictures stand for none: remembered, so that no source gives them again, and forgotten with
        their URLs wherever they are not locked. One change, and undoing it ends the memory too."""
        await self._begin_writing()
        await self._judge(groups, Opinion.PLACEHOLDER, None)
        done = await self.set_aside([key for group in groups for key in group.keys], report)
        await self._judge(groups, Opinion.PLACEHOLDER, done.batch)
        return done

    async def set_aside_to_look_again(
        self, groups: Sequence[CloneGroup], report: Report = ignore_progress
    ) -> RepairReport:
        """Forget these pictures and their URLs, so that a sync asks the sources anew. Locked ones are left. Raises
        PictureError while offline, with nothing changed."""
        self._require_online()
        return await self.set_aside([key for group in groups for key in group.keys], report)

    async def mark_fine(self, groups: Sequence[CloneGroup]) -> None:
        """These pictures stand for many, and that is right. Asked again only when a group has grown to over twice."""
        await self._judge(groups, Opinion.FINE, None)

    async def forget_opinion(self, groups: Sequence[CloneGroup]) -> None:
        """What was said of these pictures is taken back."""
        looks = [each.look for group in groups for each in group.seen]
        said = await self._threads.read(self._opened.journal.judgements)
        of_these = [each.sha256 for each in said if any(near(each.look, look) for look in looks)]
        await self._threads.write(self._opened.journal.forget_judgements, of_these)

    async def drift(self, selection: Selection = Selection(), report: Report = ignore_progress) -> DriftReport:  # noqa: B008
        """Ask the sources of a selection, or of all, whether their picture is still the one that was fetched.
        Nothing is changed. Raises UsageError for an unknown id, CannotOpen, PictureError while offline."""
        start = time.monotonic()
        self._require_online()
        entities = await self._threads.read(looking.select, self._opened, selection)
        entries = await self._threads.read(looking.view, self._opened, entities, from_thread(report))
        paths = [path for entity in entities if (path := safe_local_path(entity.path))]
        facts = await self._threads.read(self._opened.journal.pictures, paths)
        declined = await self._threads.read(self._opened.journal.declined)
        asked, unknown = questions(entries, facts, declined)
        asker = Asker(self._opened, self._threads, await self._fetcher(), self._converter, self.settings)
        found = await asker.ask(asked, report)
        await self._threads.write(self._opened.journal.note_pictures, found.refreshed)
        order = {change: place for place, change in enumerate(Change)}
        drifted = sorted(found.drifted, key=lambda each: (order[each.change], each.entry.entity.name.casefold()))
        answered = len(asked) - found.silent
        seconds = time.monotonic() - start
        return DriftReport(tuple(drifted), answered, found.same, unknown, found.silent, seconds)

    async def take_new(self, drifted: Iterable[Drifted], report: Report = ignore_progress) -> RepairReport:
        """Have the sources' new pictures in place of the old ones: one change, to be undone as one. Locked pictures
        are among them where they were named: that is a person's word. What is gone can't be taken."""
        wanted = {each.key: FromUrl(each.entry.entity.url or "") for each in drifted if each.picture is not None}
        return await self.take_new_pictures(wanted, report)

    async def keep_old(self, drifted: Iterable[Drifted]) -> None:
        """Keep what is there; these versions are not asked about again."""
        await self._threads.write(self._opened.journal.note_declined, [each.version for each in drifted])

    async def _see(self, kind: EntityType | None, report: Report) -> _Seen:
        await self.keep_shown()
        known = await self._threads.read(looking.entries, self._opened, from_thread(report))
        entries = [entry for entry in known if kind in (None, entry.entity.kind)]
        seen = await see(self._opened, self._threads, self._pool, entries, report)
        return _Seen(entries, seen, await self._threads.read(self._opened.journal.judgements))

    async def _judge(self, groups: Sequence[CloneGroup], opinion: Opinion, batch: int | None) -> None:
        now = datetime.now(UTC)
        said = [
            Judgement(each.sha256, opinion, now, len(group.members), each.look, batch)
            for group in groups
            for each in group.seen
        ]
        await self._threads.write(self._opened.journal.note_judgements, said)
