"""What is measured with: photo-like pictures, and libraries of any size with a file for each row. Always the same."""

from __future__ import annotations

import io
import random
import uuid
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageChops

from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.records import Attempt, PictureFacts
from soulspot_gallery.core.library.opening import add_entities, create_library, open_library
from soulspot_gallery.core.locate import cache_path, url_hash
from soulspot_gallery.core.model import CheckedBy, Entity, EntityType, Outcome, UrlCheck, Verdict

_LAYERS = ((3, 1.0), (9, 0.5), (40, 0.25), (160, 0.12), (640, 0.22))
"""Points a side and weight of the noise that a picture is made of: large forms, and ever finer detail."""


def photo(side: int, seed: int) -> Image.Image:
    """A square of smooth noise that compresses about as a photograph does."""
    rng = random.Random(seed)
    bands = []
    for _ in range(3):
        band = Image.new("L", (side, side), 128)
        for points, weight in _LAYERS:
            points = min(points, side)
            layer = Image.frombytes("L", (points, points), rng.randbytes(points * points))
            layer = layer.resize((side, side), Image.Resampling.BICUBIC)
            band = ImageChops.add(
                band, layer.point(lambda value, part=weight: round((value - 128) * part / 2) + 128), 1, -128
            )
        bands.append(band)
    return Image.merge("RGB", bands)


def photos(folder: Path, side: int, count: int) -> None:
    """That many JPEGs of this size in the folder, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / f"{number}.jpg"
        if not file.exists():
            photo(side, number).save(file, "JPEG", quality=90)


def rows(count: int, hosts: list[str], *, with_files: bool) -> dict[EntityType, list[Entity]]:
    """Entities of all kinds with URLs at these hosts in turn."""
    rng, kinds = random.Random(count), list(EntityType)
    found: dict[EntityType, list[Entity]] = {kind: [] for kind in kinds}
    for number in range(count):
        kind = kinds[number % 3]
        entity_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        path = cache_path(kind, entity_id) if with_files else None
        name = f"{rng.choice(('Northern', 'Paper', 'Ångström', 'Slow', 'Velvet'))} {rng.randrange(10**6)}"
        url = f"http://{hosts[number % len(hosts)]}/{number}.jpg"
        found[kind].append(Entity(kind, entity_id, name, None, url, path))
    return found


def library(folder: Path, entities: dict[EntityType, list[Entity]]) -> None:
    """`library.db` and an empty `images` in a new folder."""
    (folder / "images").mkdir(parents=True)
    create_library(folder / "library.db")
    artists = entities[EntityType.ARTIST]
    albums = [(album, artists[number % len(artists)].id) for number, album in enumerate(entities[EntityType.ALBUM])]
    add_entities(folder / "library.db", artists, albums, entities[EntityType.PLAYLIST])


def full_library(folder: Path, count: int) -> None:
    """A library that the gallery has looked through: a small file for each row, and a journal that knows them all."""
    if (folder / "done").exists():
        return
    entities = rows(count, ["127.0.0.1:9", "127.0.0.2:9", "127.0.0.3:9"], with_files=True)
    library(folder, entities)
    content = io.BytesIO()
    photo(48, 1).save(content, "WEBP", quality=85)
    store = Store(folder / "images")
    for each in (entity for kind in entities.values() for entity in kind):
        file = folder / "images" / (each.path or "")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.getvalue())
    opened = open_library(folder / "library.db")
    journal = Journal.open(folder / "data" / "journals" / f"{opened.key}.db")
    _fill(journal, store, [entity for kind in entities.values() for entity in kind])
    journal.close()
    opened.close()
    (folder / "done").touch()


def _fill(journal: Journal, store: Store, entities: list[Entity]) -> None:
    now, looks, facts = datetime.now(UTC), FileChecks(store, journal), []
    for entity in entities:
        check = looks.look(entity.path or "")
        assert check is not None
        facts.append(
            PictureFacts(check.path, url_hash(entity.url or ""), '"tag"', None, check.stamp.size, 48, 48, check.sha256,
                         640, 640, "jpeg", now)
        )  # fmt: skip
    journal.note_checks(looks.take_new())
    journal.note_pictures(facts)
    journal.note_shown({entity.path or "": now for entity in entities[::5]})
    answered = UrlCheck(Verdict.OK, "The host has the picture.", CheckedBy.HEAD)
    journal.note_links({url_hash(entity.url or ""): answered for entity in entities})
    journal.note_attempts([Attempt(e.kind, e.id, now, Outcome.DOWNLOADED, None, None) for e in entities])
