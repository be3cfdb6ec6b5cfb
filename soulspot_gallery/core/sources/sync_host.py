"""What an open gallery lends to those who ask sources: rows and journal, threads, the network, the way of pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from soulspot_gallery.core import looking
from soulspot_gallery.core.journal.records import SourceAnswer
from soulspot_gallery.core.model import (
    Entity,
    EntityType,
    Entry,
    RecacheReport,
    Report,
    SaveImageResult,
    Selection,
)
from soulspot_gallery.core.network.fetch import Fetcher
from soulspot_gallery.core.network.hosts import Others
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.threads import Threads


class KeepPicture(Protocol):
    """`ImageService.download_and_cache`; but raises DiskTrouble, which is no fault of this one picture."""

    async def __call__(
        self,
        source_url: str,
        entity_type: EntityType,
        entity_id: str,
        force: bool = False,  # noqa: FBT001, FBT002 (given by the interface)
    ) -> SaveImageResult: ...


class Recache(Protocol):
    """`ImageService.recache`."""

    async def __call__(self, selection: Selection, *, report: Report) -> RecacheReport: ...


@dataclass(frozen=True, slots=True)
class SyncHost:
    opened: Opened
    threads: Threads
    settings: Callable[[], Settings]
    fetcher: Callable[[], Awaitable[Fetcher]]
    others: Others
    begin_writing: Callable[[], Awaitable[None]]
    keep: KeepPicture
    recache: Recache

    async def note(self, answer: SourceAnswer) -> None:
        """Write an answer into the journal."""
        await self.threads.write(self.opened.journal.note_answers, [answer])

    async def fresh(self, entities: Sequence[Entity]) -> list[Entity]:
        """The rows of these entities as they stand now; those that are gone are left out."""
        found = list[Entity]()
        for kind in EntityType:
            ids = [each.id for each in entities if each.kind is kind]
            found += await self.threads.read(self.opened.library.find, kind, ids) if ids else []
        return found

    async def origins(self) -> dict[tuple[EntityType, str], str]:
        """Where pictures are taken from before their URLs are asked."""
        return await self.threads.read(self.opened.journal.origins)

    async def selected(self, selection: Selection) -> Sequence[Entry]:
        """The entities of a selection with their pictures. Raises UsageError for an unknown id."""
        return await self.threads.read(lambda: looking.view(self.opened, looking.select(self.opened, selection)))
