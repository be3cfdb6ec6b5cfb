"""Sides of the comparisons over a whole library: opening, reading, rechecking, planning; and checking links."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import aiohttp
import httpx
import material
from measuring import Given, stretch

from soulspot_gallery.core.model import EntityType, Outcome, Selection, Verdict
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings

_ALL = Selection(kinds=frozenset(EntityType))


async def _opened(folder: Path) -> ImageService:
    return await ImageService.open(folder / "library.db", folder / "images", folder / "data")


def plan(given: Given) -> dict[str, float]:
    """A cleanup plan, with the journal read and every file looked at."""

    async def run() -> dict[str, float]:
        async with await _opened(Path(given["library"])) as service:
            with stretch() as measured:
                made = await service.plan_cleanup()
            assert made.managed == given["rows"]
            return measured.figures(given["rows"])

    return asyncio.run(run())


def scandir_and_stat(given: Given) -> dict[str, float]:
    """The floor of a plan: the names and the `stat` of all files."""
    found, pending = 0, [str(Path(given["library"], "images"))]
    with stretch() as measured:
        while pending:
            with os.scandir(pending.pop()) as folder:
                for each in folder:
                    if each.is_dir(follow_symlinks=False):
                        pending.append(each.path)
                    else:
                        each.stat(follow_symlinks=False)
                        found += 1
    assert found >= given["rows"]
    return measured.figures(given["rows"])


def recheck(given: Given) -> dict[str, float]:
    """A recache of rows whose pictures are all there."""

    async def run() -> dict[str, float]:
        async with await _opened(Path(given["library"])) as service:
            with stretch() as measured:
                report = await service.recache(_ALL)
            assert report.count(Outcome.ALREADY_CACHED) == given["rows"]
            return measured.figures(given["rows"])

    return asyncio.run(run())


def entries(given: Given) -> dict[str, float]:
    """The library opened and all that is known of each row read: what `list` and the window show."""

    async def run() -> dict[str, float]:
        with stretch() as measured:
            async with await _opened(Path(given["library"])) as service:
                found = await service.entries()
        assert len(found) == given["rows"]
        return measured.figures(given["rows"])

    return asyncio.run(run())


def validate(given: Given) -> dict[str, float]:
    """All links of a library, by HEAD, with verdicts written down."""
    hosts, count = given["hosts"][:3], given["count"]
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        folder = Path(place, "library")
        material.library(folder, material.rows(count, hosts, with_files=False))

        async def run() -> dict[str, float]:
            settings = Settings(allowed_hosts=tuple(hosts))
            async with ImageService.open(
                folder / "library.db", folder / "images", folder / "data", settings
            ) as service:
                with stretch() as measured:
                    report = await service.validate()
            assert report.count(Verdict.OK) == count
            return measured.figures(count)

        return asyncio.run(run())


def heads_by_httpx(given: Given) -> dict[str, float]:
    """The same HEAD requests by httpx alone: 10 connections of which 5 are kept alive, 10 at a time."""
    hosts, count = given["hosts"][:3], given["count"]

    async def run() -> dict[str, float]:
        limits = httpx.Limits(max_connections=10, max_keepalive_connections=5)
        urls = iter([f"http://{hosts[number % 3]}/{number}.jpg" for number in range(count)])

        async def work(client: httpx.AsyncClient) -> None:
            for url in urls:
                assert (await client.head(url)).status_code == 200

        async with httpx.AsyncClient(limits=limits) as client:
            with stretch() as measured:
                await asyncio.gather(*(work(client) for _ in range(10)))
        return measured.figures(count)

    return asyncio.run(run())


def heads_by_aiohttp(given: Given) -> dict[str, float]:
    """The same HEAD requests by aiohttp alone, 10 connections."""
    hosts, count = given["hosts"][:3], given["count"]

    async def run() -> dict[str, float]:
        urls = iter([f"http://{hosts[number % 3]}/{number}.jpg" for number in range(count)])

        async def work(session: aiohttp.ClientSession) -> None:
            for url in urls:
                async with session.head(url) as response:
                    assert response.status == 200

        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=10)) as session:
            with stretch() as measured:
                await asyncio.gather(*(work(session) for _ in range(10)))
        return measured.figures(count)

    return asyncio.run(run())
