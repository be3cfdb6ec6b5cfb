"""Audit, clones and drift through the engine: on real files, with real servers, and what undo brings back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageFilter
from support.image_server import Answer, Request
from support.world import World

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, FetchPolicy, Outcome, Selection, State
from soulspot_gallery.core.pictures import appearance
from soulspot_gallery.core.review import measuring
from soulspot_gallery.core.review.clones import Known
from soulspot_gallery.core.review.drift import Change
from soulspot_gallery.core.review.faults import Fault
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.demo.covers import draw, encode

ARTIST = EntityType.ARTIST


def cover(seed: int, side: int = 400) -> bytes:
    return encode(draw(EntityType.ALBUM, seed, 400).resize((side, side), Image.Resampling.LANCZOS), "JPEG")


def serve(world: World, path: str, body: bytes, etag: str | None = None) -> str:
    """With an ETag: 304 to those who have it."""

    def answer(request: Request) -> Answer:
        headers = {"Content-Type": "image/jpeg"} | ({"ETag": etag} if etag else {})
        if etag and request.headers.get("if-none-match") == etag:
            return 304, headers, b""
        return 200, headers, body

    world.server.routes[path] = answer
    return world.server.url(path)


async def cached(world: World, service: ImageService, bodies: dict[str, bytes], etag: str | None = None) -> list[str]:
    """Artists of these names with whole pictures, fetched."""
    ids = [world.library.add_artist(name, serve(world, f"/{name}.jpg", body, etag)) for name, body in bodies.items()]
    done = await service.recache(Selection(ids=frozenset(ids)))
    assert done.count(Outcome.DOWNLOADED) == len(ids)
    return ids


async def state(service: ImageService, artist: str) -> State:
    entry = await service.entry(ARTIST, artist)
    assert entry is not None
    return entry.image.state


async def test_an_audit_says_what_each_picture_lacks(world: World) -> None:
    blurred = io.BytesIO()
    draw(ARTIST, 0, 400).filter(ImageFilter.GaussianBlur(8)).save(blurred, "JPEG")
    wide = encode(draw(EntityType.ALBUM, 6, 400).crop((0, 0, 400, 300)), "JPEG")
    async with world.service() as service:
        bodies = {"Good": cover(1), "Small": cover(2, 100), "Blurred": blurred.getvalue(), "Wide": wide}
        ids = await cached(world, service, bodies)
        report = await service.audit()
        found = {each.entry.entity.id: each.faults for each in report.pictures}
    assert [found[each] for each in ids] == [(), (Fault.TOO_SMALL,), (Fault.BLURRY,), (Fault.NOT_SQUARE,)]
    assert (len(report.poor), report.count(Fault.BLURRY), report.unread) == (3, 1, 0)


async def test_a_picture_is_measured_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = list[int]()

    def counting(content: bytes) -> appearance.Appearance:
        measured.append(len(content))
        return appearance.measure(content)

    monkeypatch.setattr(measuring, "measure", counting)
    async with world.service() as service:
        ids = await cached(world, service, {"One": cover(1), "Two": cover(2)})
        await service.audit()
        await service.clones()
    async with world.service() as service:
        await service.audit()
        assert len(measured) == 2
        serve(world, "/One.jpg", cover(3))
        await service.recache(Selection(ids=frozenset(ids[:1])), FetchPolicy.FORCE)
        await service.audit()
    assert len(measured) == 3


async def test_a_placeholder_is_set_aside_never_taken_again_and_undone_as_one(world: World) -> None:
    async with world.service() as service:
        gray = cover(5)
        ids = await cached(world, service, {"One": gray, "Two": cover(5, 390), "Three": gray, "Other": cover(9)})
        await service.lock([(ARTIST, ids[2])])
        (group,) = await service.clones()
        assert (group.stands_for, set(group.keys)) == (3, {(ARTIST, each) for each in ids[:3]})
        urls = [world.library.row("artist", each).url for each in ids]
        done = await service.mark_placeholder([group])
        assert len(done.done) == 2
        assert [left.id for left in done.left] == [ids[2]]
        assert [await state(service, each) for each in ids] == [State.NONE, State.NONE, State.CACHED, State.CACHED]
        # A source that gives it once more, in another size, is refused.
        again = await service.download_and_cache(serve(world, "/again.jpg", cover(5, 350)), ARTIST, ids[0])
        assert not again.success
        assert "placeholder" in (again.message or "")
        (left,) = await service.clones()
        assert (left.known, left.keys) == (Known.MARKED, ((ARTIST, ids[2]),))
        await service.undo()
        assert [await state(service, each) for each in ids] == [State.CACHED] * 4
        assert [world.library.row("artist", each).url for each in ids] == urls
        (group,) = await service.clones()
        assert group.known is Known.NOTHING, "undone, nothing was said"
        await service.redo()
        (left,) = await service.clones()
        assert left.known is Known.MARKED
        await service.undo()
    world.assert_sound()


async def test_an_opinion_is_forgotten_in_whatever_form_the_picture_has(world: World) -> None:
    async with world.service() as service:
        ids = await cached(world, service, {"One": cover(5), "Two": cover(5, 390)})
        await service.mark_fine(await service.clones())
        serve(world, "/One.jpg", cover(5, 350))
        serve(world, "/Two.jpg", cover(5, 350))
        await service.recache(Selection(ids=frozenset(ids)), FetchPolicy.FORCE)
        (group,) = await service.clones()
        assert group.known is Known.FINE
        await service.forget_opinion([group])
        (group,) = await service.clones()
        assert group.known is Known.NOTHING


async def test_what_is_fine_is_remembered(world: World) -> None:
    async with world.service() as service:
        await cached(world, service, {"One": cover(5), "Two": cover(5)})
        await service.mark_fine(await service.clones())
    async with world.service() as service:
        (group,) = await service.clones()
    assert (group.known, group.in_doubt) == (Known.FINE, False)


async def drifted(world: World, service: ImageService) -> list[str]:
    """Four artists; by now the sources have: the same, a larger one, another one, none."""
    bodies = {"Same": cover(1), "Larger": cover(2, 200), "Other": cover(3), "Gone": cover(4)}
    ids = await cached(world, service, bodies, '"1"')
    serve(world, "/Larger.jpg", cover(2, 400), '"2"')
    serve(world, "/Other.jpg", cover(7), '"2"')
    del world.server.routes["/Gone.jpg"]
    return ids


async def test_what_changed_at_the_sources_is_found_and_nothing_is_changed(world: World) -> None:
    async with world.service() as service:
        ids = await drifted(world, service)
        files = world.files()
        report = await service.drift()
        assert [(each.change, each.entry.entity.id) for each in report.drifted] == [
            (Change.LARGER, ids[1]), (Change.OTHER, ids[2]), (Change.GONE, ids[3]),
        ]  # fmt: skip
        larger = report.drifted[0]
        assert (larger.old_width, larger.width) == (200, 400)
        assert (report.asked, report.same, report.unknown, report.silent) == (4, 1, 0, 0)
        assert world.files() == files


async def test_new_pictures_are_taken_as_one_change_that_locks_nothing(world: World) -> None:
    async with world.service() as service:
        ids = await drifted(world, service)
        before = world.files()
        report = await service.drift()
        done = await service.take_new(report.drifted)
        assert {entity_id for _, entity_id in done.done} == set(ids[1:3])
        entry = await service.entry(ARTIST, ids[1])
        assert entry is not None
        assert (entry.image.width, entry.image.locked) == (300, False)
        assert [each.change for each in (await service.drift()).drifted] == [Change.GONE]
        await service.undo()
        assert world.files() == before
    world.assert_sound()


async def test_a_version_that_was_declined_is_not_asked_about_again(world: World) -> None:
    async with world.service() as service:
        await drifted(world, service)
        await service.keep_old((await service.drift()).drifted)
    async with world.service() as service:
        report = await service.drift()
        assert (report.drifted, report.same) == ((), 4)
        serve(world, "/Other.jpg", cover(8), '"3"')
        assert [each.entry.entity.name for each in (await service.drift()).drifted] == ["Other"]


@pytest.mark.parametrize("make", [lambda: cover(1), lambda: encode(draw(EntityType.ALBUM, 1, 400), "PNG")])
async def test_the_same_picture_sent_in_another_way_is_no_drift(world: World, make: Callable[[], bytes]) -> None:
    async with world.service() as service:
        await cached(world, service, {"One": cover(1)}, '"1"')
        serve(world, "/One.jpg", make(), '"2"')
        assert (await service.drift()).drifted == ()
        before = len(world.server.requests("/One.jpg"))
        assert (await service.drift()).same == 1
        last = world.server.requests("/One.jpg")[before]
    assert last.headers["if-none-match"] == '"2"'


async def test_sources_that_are_down_or_never_said_how_to_ask_are_counted(world: World) -> None:
    async with world.service() as service:
        await cached(world, service, {"Plain": cover(1)})
        await cached(world, service, {"Down": cover(2)}, '"1"')
        world.server.routes["/Down.jpg"] = (503, {}, b"")
        report = await service.drift()
    assert (report.drifted, report.asked, report.unknown, report.silent) == ((), 0, 1, 1)


async def test_offline_nothing_is_asked_and_nothing_set_aside(world: World) -> None:
    async with world.service() as service:
        ids = await cached(world, service, {"One": cover(5), "Two": cover(5)}, '"1"')
        await service.change_settings(replace(service.settings, offline=True))
        groups = await service.clones()
        with pytest.raises(PictureError, match="offline"):
            await service.drift()
        with pytest.raises(PictureError, match="offline"):
            await service.set_aside_to_look_again(groups)
        assert [await state(service, each) for each in ids] == [State.CACHED] * 2
