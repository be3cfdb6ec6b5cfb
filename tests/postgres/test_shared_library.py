"""A library on PostgreSQL: made, opened, written by several at a time; and what can be wrong with one, as sentences."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import replace

import pytest
from support import pictures
from support.shared import SharedLibrary

from soulspot_gallery.core.errors import LibraryError, PictureError
from soulspot_gallery.core.journal.records import WriteIntent
from soulspot_gallery.core.library.catalog import RowChange
from soulspot_gallery.core.library.opening import open_library
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import Entity, EntityType, FetchPolicy, Selection, State
from soulspot_gallery.core.postgres import parse_url, shown_url


def test_it_is_made_once_and_what_is_there_stays(empty: SharedLibrary) -> None:
    assert empty.gallery().run_here("init-library", empty.url).status == 0
    empty.add_albums(["https://example.org/1.jpg"])
    assert "geheim" not in empty.gallery().json("init-library", empty.url)["library"]
    assert empty.execute("SELECT count(*) FROM soulspot_albums") == [(1,)]


def test_the_password_is_shown_nowhere(shared: SharedLibrary) -> None:
    for arguments in (["status"], ["status", "--json"], ["list"], ["recache", "--join"], ["init-library", shared.url]):
        done = shared.gallery().run_here(*arguments)
        assert done.status == 0, done
        assert "geheim" not in done.out + done.err
    assert not any("geheim" in file.name for file in shared.images.parent.rglob("*"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://me:pw@DB.example/soulspot", "postgresql://db.example:5432/soulspot"),
        ("postgres://db.example:5433/x?sslmode=require&password=pw", "postgresql://db.example:5433/x"),
        ("postgresql:///x?host=/run/postgresql&user=me", "postgresql:///run/postgresql:5432/x"),
    ],
)
def test_one_library_has_one_name_whoever_opens_it(url: str, shown: str) -> None:
    assert shown_url(parse_url(url)) == shown


@pytest.mark.parametrize("url", ["postgresql://me:geheim@[", "mysql://me:geheim@host/x", "postgresql://me:geheim@host"])
def test_what_is_no_url_is_not_repeated(url: str) -> None:
    with pytest.raises(LibraryError) as refused:
        parse_url(url)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


def _refused(library: SharedLibrary, url: str, command: str = "status") -> str:
    named = ["--library", url] if "://" in url else []
    said = replace(library, database=url).gallery().refused(3, command, *named)
    assert "geheim" not in said
    return said


def test_what_is_wrong_with_a_library_is_said(empty: SharedLibrary) -> None:
    assert "can't be reached" in _refused(empty, "postgresql+psycopg://me:geheim@127.0.0.1:9/x")
    not_there = _refused(empty, "not-there")
    assert 'refuses the connection (database "not-there" does not exist)' in not_there
    assert "createdb" in not_there
    nothing = _refused(empty, empty.database)
    assert "holds nothing yet" in nothing
    assert "init-library" in nothing
    empty.execute("CREATE TABLE photographs (id text)")
    assert "is no SoulSpot library" in _refused(empty, empty.database)
    assert "with other tables" in empty.gallery().refused(3, "init-library", empty.url)


def test_a_user_without_rights_is_told_so(shared: SharedLibrary) -> None:
    role = f"guest_{secrets.token_hex(4)}"
    shared.execute(f"CREATE ROLE {role} LOGIN")
    try:
        url = f"postgresql+psycopg://{role}:geheim@/{shared.database}?host={shared.folder}"
        said = _refused(shared, url)
        assert f"lacks a right in the library postgresql://{shared.folder}" in said, said
        assert "LINE" not in said
    finally:
        shared.execute(f"DROP ROLE {role}")


def test_a_server_that_lets_nobody_in_any_more_is_told_in_its_own_words(shared: SharedLibrary) -> None:
    library = open_library(shared.url)
    try:
        with shared.out_of_reach():
            for _ in range(2):  # thrown out, and not let in again
                with pytest.raises(LibraryError, match=r"can't be reached|refuses the connection"):
                    library.entities()
                with pytest.raises(PictureError, match=r"can't be reached|refuses the connection"):
                    library.change([RowChange(Entity(EntityType.ALBUM, "1", "A"), None, None)])
    finally:
        library.close()


def test_a_library_of_another_version_is_not_used(shared: SharedLibrary) -> None:
    shared.execute("UPDATE gallery.meta SET value = '999' WHERE key = 'version'")
    assert "another version" in _refused(shared, shared.database)


async def test_two_galleries_write_at_the_same_time(shared: SharedLibrary) -> None:
    """To the same rows, which is the hardest: each ends with a whole picture, and nothing half done."""
    urls = [shared.server.serve(f"/{each}.jpg", pictures.jpeg((80, 60 + each))) for each in range(40)]
    ids = shared.add_albums(urls)
    async with shared.service() as one, shared.service() as two:
        await asyncio.gather(*(each.recache(policy=FetchPolicy.FORCE) for each in (one, two, one)))
        status = await two.status()
    assert status.kinds[EntityType.ALBUM].states[State.CACHED] == len(ids)
    assert not shared.execute("SELECT * FROM gallery.write_intent")
    assert not list((shared.images / ".soulspot-gallery").rglob("*.old"))


async def test_a_cleanup_of_one_is_taken_back_by_another(shared: SharedLibrary) -> None:
    shared.add_albums([shared.server.serve("/1.jpg", pictures.jpeg())])
    async with shared.service() as one, shared.service() as two:
        await one.recache()
        being_written = shared.images / "albums" / "ab" / ".soulspot-gallery-0123456789abcdef.part"
        being_written.parent.mkdir(exist_ok=True)
        being_written.touch()
        plan = await one.plan_cleanup(max_age_days=0)
        again = await two.load_plan(plan.id)
        removed = await two.apply_cleanup(again, frozenset(item.path for item in again.items), frozenset(plan.brakes))
        assert (removed.removed, removed.kept) == (1, plan.managed - 1), removed
        assert being_written.exists(), "somebody else's, who may be at it just now"
        assert (await one.status()).kinds[EntityType.ALBUM].states[State.REMOTE] == 1
        assert (await one.restore(removed.receipt)).restored == 1
        assert (await two.status()).kinds[EntityType.ALBUM].states[State.CACHED] == 1


async def test_what_a_dead_gallery_left_half_done_is_put_right_by_the_next_turn(shared: SharedLibrary) -> None:
    """And what a living one is about to do is left alone: it has its turn, or has not begun."""
    first, second = shared.add_albums([shared.server.serve(f"/{each}.jpg", pictures.jpeg()) for each in "12"])
    async with shared.service() as living, shared.service() as dead:
        await living.recache(Selection(ids=frozenset({first})))
        path = next(iter(shared.images.rglob("*.webp"))).relative_to(shared.images).as_posix()
        before = (shared.images / path).read_bytes()
        opened = dead._opened
        other = pictures.webp(colour="red")
        staged, sha256 = opened.store.stage(path, other), hashlib.sha256(other).hexdigest()
        url = shared.server.url("/other.jpg")
        with opened.library.turn():  # a process that is killed here loses its turn with its session
            opened.journal.begin_writes(
                [WriteIntent("dead", path, staged.temporary, sha256, EntityType.ALBUM, first, url_hash(url))]
            )
            opened.store.put(staged, "dead")
            waiting = asyncio.create_task(living.recache(Selection(ids=frozenset({second}))))
            await asyncio.sleep(0.5)
            assert not waiting.done(), "it is not its turn"
            assert (shared.images / path).read_bytes() != before
        await waiting
    assert (shared.images / path).read_bytes() == before
    assert not shared.execute("SELECT * FROM gallery.write_intent")
    assert any("put back" in notice for notice in living.notices)
