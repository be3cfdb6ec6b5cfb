"""Sides of the comparisons that fetch, convert and store pictures."""

from __future__ import annotations

import asyncio
import http.client
import io
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import material
import sqlalchemy as sa
from measuring import Given, stretch
from PIL import Image, ImageMath

from soulspot_gallery.core.locate import cache_path
from soulspot_gallery.core.model import Entity, EntityType, Outcome
from soulspot_gallery.core.pictures.imaging import convert
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings

QUALITY = 85
LONGEST = 500


def _connections(host: str) -> int:
    connection = http.client.HTTPConnection(host)
    connection.request("GET", "/connections")
    return int(connection.getresponse().read())


def gallery(given: Given) -> dict[str, float]:
    """A recache through the service: from the server to file and row, fsync and all."""
    hosts, count = given["hosts"], given["count"]
    before = _connections(hosts[0])
    settings = Settings(
        allowed_hosts=tuple(hosts),
        artist_image_size=LONGEST,
        album_image_size=LONGEST,
        playlist_image_size=LONGEST,
        conversion_threads=given.get("threads", Settings().conversion_threads),
    )
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        folder = Path(place, "library")
        entities = material.rows(count, hosts, with_files=False)
        material.library(folder, entities)

        async def run() -> dict[str, float]:
            async with ImageService.open(
                folder / "library.db", folder / "images", folder / "data", settings
            ) as service:
                with stretch() as measured:
                    report = await service.recache()
                assert report.count(Outcome.DOWNLOADED) == count, report.results[0]
            sizes = [file.stat().st_size for file in (folder / "images").rglob("*.webp")]
            opened = _connections(hosts[0]) - before - 1
            like = _likeness(given, entities, lambda entity: folder / "images" / cache_path(entity.kind, entity.id))
            return measured.figures(count, bytes_a_picture=sum(sizes) / count, SSIM=like, connections=opened)

        return asyncio.run(run())


def gallery_far(given: Given) -> dict[str, float]:
    """As `gallery`, from hosts that are far away."""
    return gallery(given | {"hosts": given["far_hosts"]})


def gallery_one_host(given: Given) -> dict[str, float]:
    """As `gallery`, all from one host."""
    return gallery(given | {"hosts": given["hosts"][:1]})


def httpx_alone(given: Given) -> dict[str, float]:
    """The same pictures by httpx alone and thrown away: 10 connections of which 5 are kept alive, 10 at a time."""
    hosts, count = given["hosts"], given["count"]
    before = _connections(hosts[0])

    async def run() -> dict[str, float]:
        urls = iter([f"http://{hosts[number % len(hosts)]}/{number}.jpg" for number in range(count)])

        async def work(client: httpx.AsyncClient) -> None:
            for url in urls:
                assert (await client.get(url)).content

        limits = httpx.Limits(max_connections=10, max_keepalive_connections=5)
        async with httpx.AsyncClient(limits=limits) as client:
            with stretch() as measured:
                await asyncio.gather(*(work(client) for _ in range(10)))
        return measured.figures(count, connections=_connections(hosts[0]) - before - 1)

    return asyncio.run(run())


def soulspot(given: Given) -> dict[str, float]:
    """The same as SoulSpot does it: httpx with 5 of 10 connections kept alive, all of the picture decoded, method 6,
    a row read, changed and committed at a time."""
    hosts, count = given["hosts"], given["count"]
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        folder = Path(place, "library")
        entities = material.rows(count, hosts, with_files=False)
        material.library(folder, entities)
        engine = sa.create_engine(f"sqlite:///{folder / 'library.db'}")
        names = {"artist": "soulspot_artists", "album": "soulspot_albums", "playlist": "playlists"}
        columns = {"artist": "image_path", "album": "cover_path", "playlist": "cover_path"}
        written: list[int] = []

        def store(content: bytes, target: Path) -> int:
            picture = Image.open(io.BytesIO(content)).convert("RGB")
            picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=None)
            made = io.BytesIO()
            picture.save(made, "WEBP", quality=QUALITY, method=6)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made.getvalue())
            return len(made.getvalue())

        async def run() -> None:
            limits, gate = httpx.Limits(max_connections=10, max_keepalive_connections=5), asyncio.Semaphore(10)
            pool, loop = ThreadPoolExecutor(os.cpu_count()), asyncio.get_running_loop()
            async with httpx.AsyncClient(limits=limits) as client:

                async def one(kind: str, entity_id: str, url: str) -> None:
                    async with gate:
                        content = (await client.get(url)).content
                        target = folder / "images" / kind / f"{entity_id}.webp"
                        written.append(await loop.run_in_executor(pool, store, content, target))
                        with engine.begin() as connection:
                            statement = f"UPDATE {names[kind]} SET {columns[kind]} = :path WHERE id = :id"
                            connection.execute(sa.text(statement), {"path": str(target), "id": entity_id})

                await asyncio.gather(
                    *(one(e.kind.value, e.id, e.url or "") for each in entities.values() for e in each)
                )
            pool.shutdown()

        with stretch() as measured:
            asyncio.run(run())
        engine.dispose()
        like = _likeness(given, entities, lambda entity: folder / "images" / entity.kind.value / f"{entity.id}.webp")
        return measured.figures(count, bytes_a_picture=sum(written) / count, SSIM=like)


def _sources(given: Given) -> list[bytes]:
    return [file.read_bytes() for file in sorted(Path(given["pictures"]).iterdir())]


def _plainly(content: bytes) -> Image.Image:
    """Decoded whole and resized with LANCZOS: what all are compared with."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=None)
    return picture


def _likeness(given: Given, entities: dict[EntityType, list[Entity]], file_of: Callable[[Entity], Path]) -> float:
    """How like the plain pictures the first few stored ones are: SSIM."""
    sources, found = _sources(given), []
    for entity in [entity for kind in entities.values() for entity in kind[:3]]:
        number = int((entity.url or "").rpartition("/")[2].removesuffix(".jpg"))
        found.append(similarity(_plainly(sources[number % len(sources)]), file_of(entity).read_bytes()))
    return sum(found) / len(found)


def encode_alone(given: Given) -> dict[str, float]:
    """The floor: libwebp's encoder, quality 85 and method 4, on pictures that have their size already; one after the
    other, or in `threads`."""
    pictures, count = [_plainly(each) for each in _sources(given)], given["count"]

    def encode(number: int) -> int:
        made = io.BytesIO()
        pictures[number % len(pictures)].save(made, "WEBP", quality=QUALITY, method=4)
        return made.tell()

    with stretch() as measured, ThreadPoolExecutor(given.get("threads", 1)) as pool:
        written = sum(pool.map(encode, range(count)))
    return measured.figures(count, bytes_a_picture=written / count)


def conversions(given: Given, one: Callable[[bytes], bytes]) -> dict[str, float]:
    sources, count = _sources(given), given["count"]
    with stretch() as measured:
        made = [one(sources[number % len(sources)]) for number in range(count)]
    likeness = [similarity(_plainly(source), webp) for source, webp in list(zip(sources, made, strict=False))[:8]]
    return measured.figures(count, bytes_a_picture=sum(map(len, made)) / count, SSIM=sum(likeness) / len(likeness))


def convert_gallery(given: Given) -> dict[str, float]:
    return conversions(given, lambda content: convert(content, LONGEST, QUALITY).webp)


def convert_pillow(given: Given) -> dict[str, float]:
    def one(content: bytes) -> bytes:
        made = io.BytesIO()
        _plainly(content).save(made, "WEBP", quality=QUALITY, method=4)
        return made.getvalue()

    return conversions(given, one)


def convert_soulspot(given: Given) -> dict[str, float]:
    def one(content: bytes) -> bytes:
        made = io.BytesIO()
        _plainly(content).save(made, "WEBP", quality=QUALITY, method=6)
        return made.getvalue()

    return conversions(given, one)


def similarity(plain: Image.Image, webp: bytes) -> float:
    """SSIM of the luma, by blocks of 8 × 8 (Wang et al. 2004, with even windows)."""
    a = plain.convert("L").convert("F")
    b = Image.open(io.BytesIO(webp)).convert("L").resize(plain.size).convert("F")

    def times(x: Image.Image, y: Image.Image) -> Image.Image:
        product: Image.Image = ImageMath.lambda_eval(lambda known: known["x"] * known["y"], x=x, y=y)
        return product

    mean_a, mean_b = a.reduce(8), b.reduce(8)
    aa, bb, ab = times(a, a).reduce(8), times(b, b).reduce(8), times(a, b).reduce(8)
    total = 0.0
    values = zip(*(each.getdata() for each in (mean_a, mean_b, aa, bb, ab)), strict=True)
    for ma, mb, saa, sbb, sab in values:
        va, vb, vab = saa - ma * ma, sbb - mb * mb, sab - ma * mb
        total += (2 * ma * mb + 6.5025) * (2 * vab + 58.5225) / ((ma * ma + mb * mb + 6.5025) * (va + vb + 58.5225))
    return total / (mean_a.width * mean_a.height)
