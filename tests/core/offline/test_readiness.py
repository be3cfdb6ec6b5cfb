"""How ready a library is, what is missing and what it would cost: arithmetic, and the same on a real library."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import pictures
from support.entries import make_entry
from support.world import World

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import EntityType, Entry, Outcome, State, Verdict
from soulspot_gallery.core.offline.readiness import Cost, Lack, Share, measure
from soulspot_gallery.core.offline.scope import Scope

ARTIST, ALBUM = EntityType.ARTIST, EntityType.ALBUM


def _refused(entry: Entry) -> Entry:
    return replace(entry, image=entry.image._replace(no_picture=True))


def _without_link(entry: Entry) -> Entry:
    return replace(entry, entity=entry.entity._replace(url=None))


def test_each_entity_counts_once_and_for_one_reason() -> None:
    entries = [
        make_entry("whole", size=100),
        _refused(make_entry("refused", state=State.NONE)),
        make_entry("nothing", state=State.NONE),
        make_entry("remote", state=State.REMOTE),
        make_entry("gone", state=State.MISSING_FILE),
        make_entry("damaged", state=State.CORRUPT, kind=ALBUM),
        make_entry("failed", state=State.FAILED),
        make_entry("broken", state=State.REMOTE, verdict=Verdict.BROKEN),
        _without_link(make_entry("lost", state=State.MISSING_FILE)),
        make_entry("locked", state=State.CORRUPT, locked=True),
        make_entry("doubtful", state=State.REMOTE, verdict=Verdict.TEMPORARY),
    ]
    found = measure(entries)
    assert found.whole == Share(2, 10)
    assert found.kinds == {ARTIST: Share(2, 9), ALBUM: Share(0, 1)}
    assert (found.on_purpose, found.without) == (1, 1)
    assert {each.id: each.lack for each in found.missing} == {
        "remote": Lack.REMOTE,
        "gone": Lack.MISSING_FILE,
        "damaged": Lack.CORRUPT,
        "failed": Lack.FAILED,
        "broken": Lack.BROKEN_LINK,
        "lost": Lack.NO_LINK,
        "locked": Lack.LOCKED,
        "doubtful": Lack.REMOTE,
    }
    assert {each.id for each in found.obtainable} == {"remote", "gone", "damaged", "failed", "doubtful"}


def test_what_an_import_can_give_again_needs_no_link() -> None:
    lost, nothing = _without_link(make_entry("lost", state=State.MISSING_FILE)), make_entry("new", state=State.NONE)
    broken = make_entry("broken", state=State.REMOTE, verdict=Verdict.BROKEN)
    found = measure([lost, nothing, broken], {each.entity.key for each in (lost, nothing, broken)})
    assert found.whole == Share(0, 3)
    assert len(found.obtainable) == 3


def test_a_hundred_percent_is_said_of_all_alone() -> None:
    entries = [make_entry(f"w{number}") for number in range(9_999)]
    assert measure(entries).whole.percent == 100.0
    assert measure([*entries, make_entry("x", state=State.REMOTE)]).whole.percent == 99.9
    assert measure([]).whole.percent == 100.0
    assert Share(1, 1000).percent == 0.1


def test_the_cost_is_the_median_of_the_kind_times_the_count() -> None:
    whole = [make_entry(f"w{size}", size=size) for size in (1_000, 2_000, 90_000)]
    missing = [make_entry(f"m{number}", state=State.REMOTE) for number in range(10)]
    album = make_entry("a", kind=ALBUM, state=State.REMOTE)
    assert measure([*whole, *missing], pace=4.0).cost == Cost(10, 20_000, 2.5)
    assert measure([*whole, album]).cost == Cost(1, 2_000, None), "of a kind that is not there yet: that of all"
    assert measure(missing).cost == Cost(10, None, None)
    assert measure(whole).cost == Cost(0, 0, 0.0)


async def test_a_playlist_is_itself_and_the_artists_and_albums_of_its_tracks(world: World) -> None:
    library, url = world.library, world.server.serve("/a.jpg", pictures.jpeg((30, 30)))
    guest, host, other = (library.add_artist(name, url) for name in ("Guest", "Host", "Other"))
    album = library.add_album("Album", url, artist_id=host)
    library.add_album("Not on it", url, artist_id=other)
    mix, empty = library.add_playlist("Mix", url), library.add_playlist("Empty", url)
    for number, (artist, on) in enumerate(((guest, album), (host, album), (guest, None))):
        library.add_track(f"t{number}", artist, on, [mix])
    async with world.service() as service:
        found = await service.readiness(Scope(playlists=frozenset([mix])))
        assert {each.id for each in found.missing} == {mix, guest, host, album}
        found = await service.readiness(Scope(frozenset([ALBUM]), playlists=frozenset([mix])))
        assert {each.id for each in found.missing} == {album}
        assert (await service.readiness(Scope(playlists=frozenset([empty])))).whole == Share(0, 1)
        with pytest.raises(UsageError, match="no playlist with the id"):
            await service.readiness(Scope(playlists=frozenset([album])))


async def test_making_ready_fetches_what_can_be_had_and_leaves_locked_pictures_alone(world: World) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg((30, 30)))
    for number in range(6):
        world.library.add_artist(f"A{number}", url)
    gone = world.library.add_artist("Gone", world.server.url("/gone.jpg"))
    locked = world.library.add_artist("Locked", url, "artists/spotify/nothing.webp")
    async with world.service() as service:
        await service.validate()
        await service.lock([(ARTIST, locked)])
        before = await service.readiness()
        assert {each.id: each.lack for each in before.missing if not each.lack.can_be_had} == {
            gone: Lack.BROKEN_LINK,
            locked: Lack.LOCKED,
        }
        assert (before.cost.pictures, before.cost.bytes, before.cost.seconds) == (6, None, None)
        report = await service.make_ready(before)
        assert report.count(Outcome.DOWNLOADED) == len(report.results) == 6
        after = await service.readiness()
        assert after.whole == Share(6, 8)
        assert (await service.make_ready(after)).results == ()
        for each in (await service.entries())[:1]:
            (service.image_root / (each.image.local_path or "")).unlink()
        dearer = await service.readiness()
        assert dearer.cost.bytes
        assert dearer.cost.seconds
        assert 0.0 < dearer.cost.seconds < 10.0
