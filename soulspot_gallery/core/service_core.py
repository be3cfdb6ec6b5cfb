"""What all parts of ImageService share: what is open, its threads, the right to write, the door to the network."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from weakref import WeakValueDictionary

from soulspot_gallery.core import looking
from soulspot_gallery.core.background import give_way
from soulspot_gallery.core.caching.committing import Committer
from soulspot_gallery.core.cleanup.applying import Cleaner
from soulspot_gallery.core.credentials import default_credentials
from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.importing.importer import Importer
from soulspot_gallery.core.importing.logins import Logins
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.neighbours import Neighbours
from soulspot_gallery.core.journal.together import Together
from soulspot_gallery.core.library.catalog import Library
from soulspot_gallery.core.model import EntityType, Verdict
from soulspot_gallery.core.network.door import Door
from soulspot_gallery.core.network.fetch import Fetcher
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.pictures.conversion import Converter
from soulspot_gallery.core.repair.carrying import Carrier
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.sources.sync import SyncService
from soulspot_gallery.core.threads import Threads

T = TypeVar("T")


class ServiceCore:
    """An open library with its image root, on one event loop. Closed by `aclose`."""

    def __init__(
        self,
        library: Library,
        store: Store,
        journal: Journal,
        settings: Settings,
        executor: concurrent.futures.Executor | None,
        others: Neighbours | Together,
    ) -> None:
        """Use `ImageService.open`."""
        self.library = library.name
        self.image_root = store.root
        self.settings = settings
        self.notices: list[str] = [journal.notice] if journal.notice else []
        self.writing_allowed = journal.get("writing_allowed") == "yes"
        self._opened = Opened(library, store, journal, FileChecks(store, journal), self._turn)
        self._committer = Committer(self._opened)
        self._cleaner = Cleaner(self._opened)
        self._carrier = Carrier(self._opened, self._committer, KeptFiles(store))
        self._own_executor = concurrent.futures.ThreadPoolExecutor(
            settings.conversion_threads, "gallery-converter", give_way
        )
        self._pool = executor or self._own_executor
        self._converter = Converter(self._pool)
        self._threads = Threads()
        self._door = Door(shut=settings.offline)
        self._fetchers: list[tuple[Settings, Fetcher]] = []
        self._opening = asyncio.Lock()
        self._turns = WeakValueDictionary[tuple[EntityType, str], asyncio.Lock]()
        self._sync: SyncService | None = None
        self._logins = Logins(default_credentials())
        self._others = others
        self._importer = Importer(self._opened, self._threads, self._logins, self._fetcher)
        self._half_done = ""
        self._closed = False
        self._shown: dict[str, datetime] = {}
        self._verdicts: dict[str, Verdict] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Write down what is pending, close connections and files. May be called twice."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(GalleryError):  # Nobody is left to be told; what was shown is not worth a crash.
            await self._flush()
        for _, fetcher in self._fetchers:
            await fetcher.aclose()
        self._fetchers.clear()
        self._converter.close()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.close()
        self._others.close()
        self._own_executor.shutdown(wait=True, cancel_futures=True)
        self._opened.store.end_writing()
        self._opened.journal.close()
        self._opened.library.close()

    @property
    def paused_hosts(self) -> tuple[str, ...]:
        """Hosts that asked for rest or keep failing."""
        return tuple(sorted({host for _, fetcher in self._fetchers for host in fetcher.paused_hosts()}))

    @property
    def own(self) -> bool:
        """Whether the gallery made this library: only there can something be added."""
        return self._opened.library.own

    @property
    def shared(self) -> bool:
        """Whether several galleries write to this library at the same time."""
        return self._opened.library.shared is not None

    def local_file(self, location: str) -> Path:
        """The file of a Display with source `local`."""
        return self._opened.store.file(location)

    def note_shown(self, paths: Iterable[str]) -> None:
        """These pictures were painted in the window. Written down in batches."""
        now = datetime.now(UTC)
        self._shown.update((path, now) for path in paths)

    async def keep_shown(self) -> None:
        """Write down now what was shown; where that can't be done (a full disk), it is tried again with the next."""
        shown, self._shown = self._shown, {}
        if shown:
            try:
                await self._threads.read(self._opened.journal.note_shown, shown)
            except GalleryError:
                self._shown = shown | self._shown

    async def allow_writing(self) -> None:
        """Let this library and its image root be written from now on; remembered. Raises AnotherGallery."""
        await self._begin_writing()
        await self._threads.write(self._opened.journal.set, "writing_allowed", "yes")
        self.writing_allowed = True

    async def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on; work under way ends with those it began with. `offline` alone holds for that
        too: whatever has not been sent yet is not sent."""
        self.settings = settings
        self._door.shut = settings.offline

    @property
    def offline(self) -> bool:
        """Whether no request may leave."""
        return self._door.shut

    def _require_online(self) -> None:
        """Raises PictureError (offline) where what follows would only be refused piece by piece."""
        self._door.pass_through()

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact about this library in the journal, such as when the schedule last ran."""
        await self._threads.write(self._opened.journal.set, key, value)

    async def recall(self, key: str) -> str | None:
        return await self._threads.read(self._opened.journal.get, key)

    def _tell_half_done(self) -> None:
        """Say what a crash left: it is put right as soon as something may be written, and not before."""
        if self._opened.library.shared is not None:
            return  # another gallery at work looks just so; what a dead one left is put right by the next turn
        if half := looking.half_done(self._opened):
            self._half_done = (
                f"{half} of the pictures were left half written or half removed; that is put right before anything "
                "else is written. (Or another gallery is at work just now.)"
            )
            self.notices.append(self._half_done)

    async def in_turn(self, work: Callable[[Opened], T]) -> T:
        """Do this, which blocks, while no other gallery of a shared library writes. Raises CannotOpen."""
        await self._begin_writing()

        def in_turn() -> T:
            with self._opened.turn():
                return work(self._opened)

        return await self._threads.write(in_turn)

    async def _begin_writing(self) -> None:
        if not self._opened.store.writing:
            told = await self._threads.write(self._take_over)
            self.notices = [notice for notice in self.notices if notice != self._half_done] + told

    def _take_over(self) -> list[str]:
        if self._opened.store.writing:  # by a job that asked at the same time
            return []
        self._opened.library.require_writable()
        if self._opened.library.shared is not None:
            self._opened.store.begin_sharing()
        else:
            self._opened.store.begin_writing()
        try:
            with self._opened.library.turn():
                return self._recover()
        except BaseException:
            # Nothing is written before what a crash left is put right: the next job tries again.
            self._opened.store.end_writing()
            raise

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """A step's turn at a shared library: what a gallery left half done that died in its turn is put right first."""
        with self._opened.library.turn() as begins:
            if begins and looking.half_done(self._opened):
                self.notices += self._recover()
            yield

    def _recover(self) -> list[str]:
        told = self._committer.recover() + self._cleaner.recover()
        return told + self._carrier.recover(self.settings.history_pictures)

    async def _fetcher(self) -> Fetcher:
        async with self._opening:
            if not self._fetchers or self._fetchers[-1][0] != self.settings:
                self._fetchers.append(
                    (self.settings, await Fetcher.open(self.settings, door=self._door, others=self._others))
                )
            return self._fetchers[-1][1]

    async def _flush(self) -> None:
        """Write down what was shown and looked at."""
        await self.keep_shown()
        await self._threads.write(looking.keep_checks, self._opened)
