"""Tests of reading an open library: selections, what a recache deals with, and looks that are taken once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from support import pictures
from support.world import World, close

from soulspot_gallery.core import looking
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import CheckedBy, EntityType, Selection, State, UrlCheck, Verdict
from soulspot_gallery.core.opened import Opened

URL = "https://cdn.example/a.jpg"


def test_selections(world: World, opened: Opened) -> None:
    whole = world.library.add_artist("A", URL, world.picture("artists/spotify/a.webp"))
    remote = world.library.add_artist("B", URL)
    bare = world.library.add_playlist("C")

    def selected(selection: Selection) -> set[str]:
        return {entity.id for entity in looking.select(opened, selection)}

    assert selected(Selection()) == {whole, remote, bare}
    assert selected(Selection(kinds=frozenset([EntityType.PLAYLIST]))) == {bare}
    assert selected(Selection(ids=frozenset([whole, bare]))) == {whole, bare}
    assert selected(Selection(state=State.CACHED)) == {whole}
    assert selected(Selection(frozenset([EntityType.ARTIST]), frozenset([remote]), State.REMOTE)) == {remote}
    assert selected(Selection(ids=frozenset([remote]), state=State.CACHED)) == set()
    for unknown in (
        Selection(ids=frozenset([whole, "nobody"])),
        Selection(frozenset([EntityType.ALBUM]), frozenset([whole])),
    ):
        with pytest.raises(UsageError, match="There is no"):
            looking.select(opened, unknown)


def test_a_file_is_read_once_until_it_changes(world: World, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.picture("artists/spotify/a.webp")
    world.library.add_artist("A", None, path)
    reads = list[str]()
    real = Store.read

    def read(self: Store, wanted: str, *more: int) -> bytes:
        reads.append(wanted)
        return real(self, wanted, *more)

    monkeypatch.setattr(Store, "read", read)
    for _ in range(3):
        looking.status(opened)
    assert reads == [path]
    again = world.opened()  # the next start
    looking.status(again)
    close(again)
    assert reads == [path]
    world.picture(path, pictures.webp((9, 9)))
    os.utime(world.images / path, (1, 1))
    (entry,) = looking.view(opened, opened.library.entities())
    assert (entry.image.width, len(reads)) == (9, 2)


def test_stale_links_come_first_that_were_never_asked(world: World, opened: Opened) -> None:
    urls = [f"https://cdn.example/{number}.jpg" for number in range(4)]
    ids = [world.library.add_artist("A", url) for url in urls]
    world.library.add_artist("none")
    ok = UrlCheck(Verdict.OK, "", CheckedBy.HEAD)
    opened.journal.note_links({url_hash(url): ok for url in urls[:3]})
    assert [entity.id for entity in looking.stale_links(opened, 10)] == [ids[3]]
    week = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    with opened.journal._write() as connection:
        connection.exec_driver_sql("UPDATE link SET checked_at = ? WHERE url_hash = ?", (week, url_hash(urls[1])))
    assert [entity.id for entity in looking.stale_links(opened, 10)] == [ids[3], ids[1]]
    assert [entity.id for entity in looking.stale_links(opened, 1)] == [ids[3]]


def test_names_of_plans_and_receipts_are_unique_and_sort_by_time() -> None:
    names = [looking.new_id("p") for _ in range(50)]
    assert len(set(names)) == 50
    assert all(name.startswith("p2") for name in names)
