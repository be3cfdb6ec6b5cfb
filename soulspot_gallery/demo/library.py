"""Makes the sample library in a temporary folder, with the real engine and the sample's own CDN; removes it again."""

from __future__ import annotations

import asyncio
import concurrent.futures
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from soulspot_gallery.core.library.opening import add_entities, create_library
from soulspot_gallery.core.model import Entity, EntityType, Progress, Report, Selection, ignore_progress
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.threads import unbroken
from soulspot_gallery.demo import files
from soulspot_gallery.demo.answers import Route
from soulspot_gallery.demo.cdn import DemoCdn
from soulspot_gallery.demo.roster import Fate, Role, roster

URL_LENGTH = 512
"""What SoulSpot's URL columns hold at most; one row of the sample uses all of it."""

SOURCES = ("deezer", "itunes")
"""Whose part the sample's own server plays, so that a search for pictures shows what it finds without the internet."""


@dataclass(frozen=True, slots=True)
class SampleLibrary:
    """Where the sample lies and how it wants to be opened; good until its context ends."""

    library: Path
    image_root: Path
    data_dir: Path
    settings: Settings
    cdn: DemoCdn


@asynccontextmanager
async def sample_library(
    executor: concurrent.futures.Executor | None = None, report: Report = ignore_progress
) -> AsyncIterator[SampleLibrary]:
    """A fresh sample, ready to be opened with ImageService; about two seconds of work. `executor` converts pictures.

    Everything lies in a temporary folder that is removed at the end: close the service before that. Raises OSError
    where there is no room for it or no port for the CDN.
    """
    async with AsyncExitStack() as at_the_end:
        # A thread goes on when its waiter is cancelled: nothing may be removed while one still writes.
        folder = await unbroken(_made(at_the_end))
        cdn = DemoCdn()
        at_the_end.push_async_callback(asyncio.to_thread, cdn.close)
        await unbroken(asyncio.to_thread(cdn.start))
        sample = _at(folder, cdn)
        await _furnish(sample, executor, report)
        yield sample


async def _made(at_the_end: AsyncExitStack) -> Path:
    folder = await asyncio.to_thread(_folder)
    at_the_end.push_async_callback(asyncio.to_thread, folder.cleanup)
    return Path(folder.name)


def _folder() -> tempfile.TemporaryDirectory[str]:
    # The real path: a temporary folder may be reached through a link, and the library's name is its real path.
    within = str(Path(tempfile.gettempdir()).resolve())
    return tempfile.TemporaryDirectory(prefix="soulspot-gallery-sample-", dir=within, ignore_cleanup_errors=True)


def _at(folder: Path, cdn: DemoCdn) -> SampleLibrary:
    # Nothing happens by itself here: looking around leaves every state as it is, until the user does something.
    settings = Settings(
        cache_images_locally=False,
        allowed_hosts=cdn.hosts,
        request_timeout=10,
        background_link_checks=False,
        link_check_days=0,
        cache_cleanup_schedule="",
        providers=SOURCES,
        provider_urls=tuple(
            f"{name}=http://{cdn.host}/{name}" for name in SOURCES
        ),  # made-up names are nobody's business
    )
    return SampleLibrary(folder / "library.db", folder / "images", folder / "data", settings, cdn)


async def _furnish(sample: SampleLibrary, executor: concurrent.futures.Executor | None, report: Report) -> None:
    roles, now = roster(), files.utc_now()
    report(Progress("Preparing the sample library"))
    await unbroken(asyncio.to_thread(_write_library, sample, roles, now))
    placing = asyncio.create_task(
        unbroken(asyncio.to_thread(files.place_files, sample.image_root, roles, now)), name="sample-files"
    )
    try:
        async with await ImageService.open(
            sample.library, sample.image_root, sample.data_dir, sample.settings, executor
        ) as service:
            await service.allow_writing()
            await _use(service, sample, roles, report)
    finally:
        await placing
    await unbroken(asyncio.to_thread(_grow_old, sample, roles, now))


async def _use(service: ImageService, sample: SampleLibrary, roles: Iterable[Role], report: Report) -> None:
    """What a user of some months has done: fetched a part, checked the links of a part."""
    later = [role for role in roles if role.fate in (Fate.WITHDRAWN, Fate.SHUT)]
    checked = [role for role in roles if role.checked and role not in later]
    async with asyncio.TaskGroup() as group:
        group.create_task(service.recache(_these(role for role in roles if role.fetched), report=report))
        group.create_task(service.validate(_these(checked)))
    for role in later:
        status = HTTPStatus.NOT_FOUND if role.fate is Fate.WITHDRAWN else HTTPStatus.FORBIDDEN
        sample.cdn.withdraw(url_of(role, sample.cdn) or "", status)
    for role in roles:
        if role.later is not None:
            sample.cdn.redraw(url_of(role, sample.cdn) or "", role.later)
    await service.validate(_these(later))


def _these(roles: Iterable[Role]) -> Selection:
    return Selection(ids=frozenset(role.id for role in roles))


def url_of(role: Role, cdn: DemoCdn) -> str | None:
    """The URL column of a row."""
    if role.fate is Fate.EMPTY:
        return None
    if role.url is not None:
        return role.url.replace("{host}", cdn.host)[:URL_LENGTH]
    return cdn.url(role.kind, role.seed, Route(role.route), role.extension)


def _write_library(sample: SampleLibrary, roles: Iterable[Role], now: datetime) -> None:
    sample.image_root.mkdir()
    create_library(sample.library)
    rows: dict[EntityType, list[tuple[Entity, int | None]]] = {kind: [] for kind in EntityType}
    for role in roles:
        entity = Entity(role.kind, role.id, role.name, url=url_of(role, sample.cdn), path=files.path_of(role, now))
        rows[role.kind].append((entity, role.artist))
    artists = [entity for entity, _ in rows[EntityType.ARTIST]]
    add_entities(
        sample.library,
        artists,
        [(entity, artists[artist or 0].id) for entity, artist in rows[EntityType.ALBUM]],
        [entity for entity, _ in rows[EntityType.PLAYLIST]],
    )


def _grow_old(sample: SampleLibrary, roles: tuple[Role, ...], now: datetime) -> None:
    files.damage(sample.image_root, roles)
    (journal,) = (sample.data_dir / "journals").glob("*.db")
    files.let_time_pass(sample.image_root, journal, roles, now)
