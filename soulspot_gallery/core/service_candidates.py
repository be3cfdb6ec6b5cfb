"""The part of ImageService that says what needs a hand, and which pictures there are to choose from."""

from __future__ import annotations

from collections.abc import Container

from soulspot_gallery.core import looking
from soulspot_gallery.core.candidates.candidate import Asked, Gathering, OnArrival, PictureCandidate, ignore_arrival
from soulspot_gallery.core.candidates.fix_queue import FixItem, Key, Known, fix_queue
from soulspot_gallery.core.candidates.gathering import GatherHost, gather
from soulspot_gallery.core.candidates.taking import picture_of
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.journal.review_records import Opinion
from soulspot_gallery.core.model import EntityType, Progress, Report, ignore_progress
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.core.review.audit import demands_of
from soulspot_gallery.core.service_reviews import Reviews
from soulspot_gallery.core.sources.sync import SyncService
from soulspot_gallery.core.threads import from_thread


class Candidates(Reviews):
    """See `ImageService`."""

    async def sync_service(self) -> SyncService:
        """The sources; see `ImageService`."""
        raise NotImplementedError

    async def needing_a_hand(
        self,
        skipped: Container[Key] = frozenset(),
        keys: Container[Key] | None = None,
        report: Report = ignore_progress,
    ) -> list[FixItem]:
        """What needs a hand, the worst first, without those that were skipped; of `keys` alone, where they are given.

        What stands for no picture is known by what was said of clones, and only of pictures that were measured.
        """
        report(Progress("Looking for what needs a hand"))
        return await self._threads.read(self._needing, skipped, keys, from_thread(report))

    def _needing(self, skipped: Container[Key], keys: Container[Key] | None, report: Report) -> list[FixItem]:
        journal = self._opened.journal
        entities = self._opened.library.entities()
        if keys is not None:
            entities = [each for each in entities if each.key in keys]
        placeholders = [each.look for each in journal.judgements() if each.opinion is Opinion.PLACEHOLDER]
        looks = journal.appearances() if placeholders else {}
        known = Known(demands_of(self.settings, placeholders), looks, skipped)
        return fix_queue(looking.view(self._opened, entities, report), known)

    async def candidates(
        self,
        kind: EntityType,
        entity_id: str,
        asked: Asked = Asked(),  # noqa: B008 (frozen)
        on_arrival: OnArrival = ignore_arrival,
    ) -> Gathering:
        """Pictures to choose from, from beside the music, the row's URL and all sources at once; nothing is stored.
        What a source can't say is its line. Raises UsageError for an unknown id, CannotOpen."""
        found = await self._threads.read(self._opened.library.find, kind, [entity_id])
        if not found:
            raise UsageError(f"There is no {kind.value} with the id {entity_id} in the library.")
        active = (await self.sync_service()).active
        return await gather(self._gather_host(), active, found[0], asked, on_arrival)

    async def take_candidate(
        self, kind: EntityType, entity_id: str, candidate: PictureCandidate, report: Report = ignore_progress
    ) -> RepairReport:
        """Set a candidate as an entity's picture; as `set_picture`. Its source is remembered with it."""
        picture = await picture_of(self._gather_host(), candidate)
        done = await self.set_picture(kind, entity_id, picture, report)
        if candidate.answer is not None:
            await self._threads.write(self._opened.journal.note_answers, [candidate.answer])
        return done

    def _gather_host(self) -> GatherHost:
        return GatherHost(
            self._opened, self._threads, lambda: self.settings, self._fetcher, self._converter, self._logins.unlock
        )
