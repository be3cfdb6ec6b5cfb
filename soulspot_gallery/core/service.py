"""ImageService: the one object that front ends and other programs use. It joins the parts and decides nothing."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable, Generator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from soulspot_gallery.core import looking
from soulspot_gallery.core.caching.pipeline import Want, in_pages
from soulspot_gallery.core.cleanup import manifest, planning
from soulspot_gallery.core.cleanup.applying import REMOVED, WAITING
from soulspot_gallery.core.errors import DiskTrouble, GalleryError, PictureError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.importing.plans import ImportPlan, ImportReport
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.neighbours import Neighbours
from soulspot_gallery.core.journal.together import Together
from soulspot_gallery.core.library.opening import open_library
from soulspot_gallery.core.locate import choose_display, safe_local_path, url_hash
from soulspot_gallery.core.model import (
    OF_OUR_DISK,
    By,
    CheckedBy,
    Entity,
    EntityType,
    Entry,
    ErrorCode,
    Event,
    FetchPolicy,
    ImageInfo,
    Outcome,
    Progress,
    RecacheResult,
    Report,
    SaveImageResult,
    Source,
    Status,
    UrlCheck,
    Verdict,
    ignore_progress,
)
from soulspot_gallery.core.network.fetch import Fetched
from soulspot_gallery.core.network.validation import check_url
from soulspot_gallery.core.service_candidates import Candidates
from soulspot_gallery.core.service_cleanups import Cleanups
from soulspot_gallery.core.service_offline import OfflineWork
from soulspot_gallery.core.service_pictures import ignore_result
from soulspot_gallery.core.settings import Settings, default_data_dir, default_settings_file, load_settings
from soulspot_gallery.core.sources.sync import SyncService
from soulspot_gallery.core.sources.sync_host import SyncHost
from soulspot_gallery.core.threads import from_thread

__all__ = ["ImageService", "Opening", "ignore_result"]

_KINDS = frozenset(EntityType)

_SHOWN_ALL_THE_SAME = OF_OUR_DISK | {ErrorCode.PICTURE_LOCKED}
"""Errors of keeping a picture that do not keep it from being looked at."""


class Opening:
    """A service about to be opened: awaiting it opens it, `async with` opens it and closes it in the end."""

    def __init__(self, open_service: Callable[[], Awaitable[ImageService]]) -> None:
        self._open_service = open_service
        self._service: ImageService | None = None

    def __await__(self) -> Generator[Any, None, ImageService]:
        return self._open().__await__()

    async def __aenter__(self) -> ImageService:
        self._service = await self._open()
        return self._service

    async def _open(self) -> ImageService:
        """Opened in a thread, which goes on when its waiter is cancelled: what it has opened by then is closed."""
        opening = asyncio.ensure_future(self._open_service())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with contextlib.suppress(GalleryError):
                await (await opening).aclose()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._service is not None:
            await self._service.aclose()


class ImageService(OfflineWork, Cleanups, Candidates):
    """An open library with its image root. Belongs to the event loop it was opened on and never blocks it;
    `get_display_url` alone looks at the disk itself, being synchronous by contract.

    Expected failures are GalleryErrors. A job is cancelled by cancelling its task.
    """

    @classmethod
    def open(
        cls,
        library: str | Path,
        image_root: Path,
        data_dir: Path | None = None,
        settings: Settings | None = None,
        executor: concurrent.futures.Executor | None = None,
    ) -> Opening:
        """Open an existing library and image root; nothing is created or changed in either.

        Use it as `async with ImageService.open(…) as service`, or await it and call `aclose` at the end.
        `library`: a SQLite file or an SQLAlchemy URL. `data_dir`: the gallery's own state (default: the user's data
        folder). `settings`: by default the user's, as on the command line: their file and SOULSPOT_GALLERY_*.
        `executor`: where pictures are converted (default: a thread pool of its own).
        Raises CannotOpen, SettingsError.
        """
        return Opening(lambda: asyncio.to_thread(cls._open, library, image_root, data_dir, settings, executor))

    @classmethod
    def _open(
        cls,
        library: str | Path,
        image_root: Path,
        data_dir: Path | None,
        settings: Settings | None,
        executor: concurrent.futures.Executor | None,
    ) -> Self:
        settings = settings or load_settings(default_settings_file())
        opened = open_library(library)
        with contextlib.ExitStack() as unless_all_goes_well:
            unless_all_goes_well.callback(opened.close)
            store = Store(Path(image_root))
            state = Path(data_dir or default_data_dir())
            others: Neighbours | Together
            if opened.shared is not None:
                journal = Journal.on_server(opened.shared)
                others = Together(opened.shared)
            else:
                journal = Journal.open(state / "journals" / f"{opened.key}.db")
                others = Neighbours(state / "limits.db")
            unless_all_goes_well.callback(journal.close)
            service = cls(opened, store, journal, settings, executor, others)
            adopted = manifest.adopt_if_possible(store, opened.key, journal, REMOVED)
            service.notices += [adopted] if adopted else []
            service._tell_half_done()
            unless_all_goes_well.pop_all()
            return service

    # -- the methods of SoulSpot's image-service design

    def get_display_url(self, source_url: str | None, local_path: str | None, entity_type: EntityType | str) -> str:
        """What to show now: local file, else the URL unless known broken, else a placeholder. Never raises.

        Looks at the disk (the first time at the whole file), never at the network. What is no artist, album or
        playlist gets an album's placeholder: a track shows its album's cover.
        """
        kind = EntityType(entity_type) if entity_type in _KINDS else EntityType.ALBUM
        path = safe_local_path(str(local_path or ""))  # never raises, also for a Path
        source_url = str(source_url or "")
        check = self._opened.checks.look(path) if path else None
        whole = path if check is not None and check.whole else None
        if path is not None and check is not None:
            self._shown[path] = datetime.now(UTC)
        verdict = self._verdict_on(source_url) if source_url else Verdict.UNCHECKED
        display = choose_display(kind, whole, source_url, verdict)
        if display.source is Source.LOCAL:
            return f"{self.settings.local_url_prefix.rstrip('/')}/{display.location}"
        if display.source is Source.PLACEHOLDER:
            return f"{self.settings.placeholder_url_prefix.rstrip('/')}/{display.location}"
        return display.location

    async def get_image(self, entity_type: EntityType | str, entity_id: str | uuid.UUID) -> ImageInfo | None:
        """All that is known of an entity's picture; None for an unknown entity. Counts as use."""
        entry = await self.entry(EntityType(entity_type), str(entity_id))
        if entry is None:
            return None
        if entry.image.local_path:
            self._shown[entry.image.local_path] = datetime.now(UTC)
        return entry.image

    async def download_and_cache(
        self,
        source_url: str,
        entity_type: EntityType | str,
        entity_id: str | uuid.UUID,
        force: bool = False,  # noqa: FBT001, FBT002 (the name and place are given by the interface)
    ) -> SaveImageResult:
        """Fetch, convert, store and record one picture. A failure is a result, the old picture stays."""
        try:
            return await self._keep(source_url, EntityType(entity_type), str(entity_id), force)
        except DiskTrouble as problem:
            return SaveImageResult.failure(problem.code, str(problem))

    async def _keep(
        self,
        source_url: str,
        entity_type: EntityType,
        entity_id: str,
        force: bool = False,  # noqa: FBT001, FBT002 (as above)
    ) -> SaveImageResult:
        """As `download_and_cache`, for who deals with many: raises DiskTrouble, with which they end."""
        policy = FetchPolicy.FORCE if force else FetchPolicy.IF_NEEDED
        results = list[RecacheResult]()
        # Of calls for one picture at the same time the first fetches it, the others find it there.
        async with self._turns.setdefault((entity_type, entity_id), asyncio.Lock()):
            found = await self._threads.read(self._opened.library.find, entity_type, [entity_id])
            if not found:
                unknown = f"There is no {entity_type.value} with the id {entity_id} in the library."
                return SaveImageResult.failure(ErrorCode.DATABASE, unknown)
            await self._begin_writing()
            wants = [Want(found[0], source_url, policy)]
            await self._run(in_pages(wants), results.append, ignore_progress)
        result = results[0]
        info = await self.entry(entity_type, entity_id)
        if result.error is not None or info is None:
            return SaveImageResult(False, image_info=info.image if info else None, error=result.error,
                                   message=result.message)  # fmt: skip
        if result.outcome is Outcome.ALREADY_CACHED:
            return SaveImageResult.success_cached(info.image)
        return SaveImageResult.success_downloaded(info.image)

    async def validate_image(self, url: str | None) -> bool:
        """True where a picture answers at this URL; there is none at no URL."""
        return (await self.check_url(url)).verdict.answers

    async def check_url(self, url: str | None) -> UrlCheck:
        """The verdict on a URL, asked now and written down; `temporary`, and not written down, while offline."""
        url = url or ""
        try:
            check = await check_url(await self._fetcher(), url)
        except PictureError as problem:
            return UrlCheck(Verdict.TEMPORARY, str(problem), CheckedBy.NONE)
        await self._note_links({url_hash(url): check})
        return check

    async def optimize_cache(self, max_age_days: int = 90, dry_run: bool = False) -> dict[str, float]:  # noqa: FBT001, FBT002
        """Plan a cleanup and, unless `dry_run`, apply what it ticks: a thin call over `plan_cleanup` and
        `apply_cleanup`. Sizes in MB of 10⁶ bytes. Raises BrakeHeld."""
        plan = await self.plan_cleanup(max_age_days)
        if dry_run:
            return planning.preview_numbers(plan)
        result = await self.apply_cleanup(plan)
        return {"removed": result.removed, "kept": result.kept, "freed_mb": result.freed_bytes / 1e6}

    # -- for front ends

    async def entries(self, report: Report = ignore_progress) -> Sequence[Entry]:
        """All artists, albums and playlists, each kind by name, with all that is known of their pictures: a sequence
        whose entries are made as they are asked for."""
        report(Progress("Reading the library"))
        await self.keep_shown()
        return await self._threads.read(looking.entries, self._opened, from_thread(report))

    async def entries_of(self, keys: Sequence[tuple[EntityType, str]]) -> list[Entry]:
        """These entities, fresh from library, disk and journal; unknown ones are left out."""
        await self.keep_shown()
        return await self._threads.read(looking.these, self._opened, keys)

    async def entry(self, kind: EntityType, entity_id: str) -> Entry | None:
        """One entity, fresh from library, disk and journal."""
        found = await self.entries_of([(kind, entity_id)])
        return found[0] if found else None

    async def events(self, kind: EntityType, entity_id: str) -> list[Event]:
        """What happened to an entity's picture, newest first."""
        return await self._threads.read(looking.events, self._opened, kind, entity_id)

    async def status(self) -> Status:
        return await self._threads.read(looking.status, self._opened)

    async def preview(self, entity: Entity) -> bytes:
        """A remote picture for display, as WebP; stored where the settings and the user allow it.

        Raises PictureError.
        """
        self._require_online()
        url = entity.url or ""
        if self.settings.cache_images_locally and self.writing_allowed:
            result = await self.download_and_cache(url, entity.kind, entity.id)
            if result.success and result.image_info is not None and result.image_info.local_path:
                return await self._threads.read(self._opened.store.read, result.image_info.local_path)
            if result.error is not None and result.error not in _SHOWN_ALL_THE_SAME:
                raise PictureError(result.error, result.message or "")
        fetched = await (await self._fetcher()).fetch(url)
        assert isinstance(fetched, Fetched)
        size = self.settings.image_size(entity.kind)
        return (await self._converter.convert(fetched.content, size, self.settings.webp_quality)).webp

    async def plan_import(
        self, source: str, user: str | None = None, password: str | None = None, report: Report = ignore_progress
    ) -> ImportPlan:
        """Read a source and say what importing it would add; nothing is written.

        `source`: a folder of music, Spotify's export (zip or folder), an Exportify CSV, or the URL of an OpenSubsonic
        server, for which `user` and `password` are given, stand in the URL, or were kept by an earlier import.
        What can't be read is a problem of the plan. Raises UsageError, LibraryError.
        """
        return await self._importer.plan(source, user, password, report)

    async def apply_import(
        self,
        plan: ImportPlan,
        report: Report = ignore_progress,
        on_result: Callable[[RecacheResult], None] = ignore_result,
    ) -> ImportReport:
        """Add what the plan says, in one transaction, then store the pictures that come with it one by one. When
        cancelled, what is stored stays, and the same import again does the rest. Raises CannotOpen."""
        start = time.monotonic()
        report(Progress("Adding to the library"))
        await self._begin_writing()
        told = from_thread(report)
        done, wants, notices = await self._importer.write(plan, lambda seconds: told(Progress(WAITING)))
        lot = await self._line_up(iter([wants]), FetchPolicy.REFRESH)
        pictures = await self._fetch_all(lot, report, on_result)
        notices += await self._importer.remarks(done, pictures)
        return ImportReport(done, pictures, time.monotonic() - start, tuple(notices))

    async def sync_service(self) -> SyncService:
        """The sources of pictures: asks them, adds what they know. Loaded at the first call."""
        async with self._opening:
            if self._sync is None:
                host = SyncHost(
                    self._opened,
                    self._threads,
                    lambda: self.settings,
                    self._fetcher,
                    self._others,
                    self._begin_writing,
                    self._keep,
                    partial(self.recache, by=By.ITSELF),
                )
                self._sync = await asyncio.to_thread(SyncService, host)
            return self._sync
