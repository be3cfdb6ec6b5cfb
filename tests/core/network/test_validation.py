"""Verdicts: only what is confirmed is broken, trouble is temporary, and the unsafe is never contacted."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
from support.fetching import CALM, fetcher_for, lookup_of
from support.hostile_server import JPEG, Behaviour, HostileServer, Line, answer

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.model import CheckedBy, Entity, EntityType, UrlCheck, Verdict
from soulspot_gallery.core.network.fetch import Patience
from soulspot_gallery.core.network.hosts import Manners
from soulspot_gallery.core.network.validation import check_many, check_pages, check_url


def entity(number: int, url: str | None) -> Entity:
    return Entity(EntityType.ALBUM, f"{number:032x}", f"Album {number}", url=url)


def unless_head(get: bytes, head: bytes = answer(b"", "405 Method Not Allowed")) -> Behaviour:
    """One answer to HEAD, another to GET."""
    return lambda line: line.send(head if line.heard.method == "HEAD" else get)


PART = answer(JPEG[:1024], "206 Partial Content", content_range="bytes 0-1023/2061")
GET, HEAD, RULE = CheckedBy.GET, CheckedBy.HEAD, CheckedBy.RULE
VERDICTS: list[tuple[str, Behaviour, Verdict, CheckedBy]] = [
    ("image", answer(), Verdict.OK, HEAD),
    ("image type with parameters", answer(content_type="Image/PNG; x=y"), Verdict.OK, HEAD),
    ("HEAD not allowed", unless_head(answer()), Verdict.OK, GET),
    ("HEAD says 404, GET has it", unless_head(answer(), answer(b"", "404 Not Found")), Verdict.OK, GET),
    ("HEAD says 500, GET has it", unless_head(PART, answer(b"", "500 Oops")), Verdict.OK, GET),
    ("HEAD with a body", unless_head(answer(), answer(b"nobody asked for this", "404 Not Found")), Verdict.OK, GET),
    ("HEAD hangs up", lambda line: line.close() if line.heard.method == "HEAD" else line.send(PART), Verdict.OK, GET),
    ("HEAD of nothing", unless_head(answer(b""), answer(b"")), Verdict.NOT_IMAGE, GET),
    ("image as text", answer(content_type="text/html"), Verdict.OK, GET),
    ("image without type", answer(content_type=""), Verdict.OK, GET),
    ("SVG", answer(b"<svg xmlns='x'/>", content_type="text/plain"), Verdict.OK, GET),
    ("no ranges", unless_head(answer(), answer(b"", content_type="")), Verdict.OK, GET),
    ("ranges refused", lambda line: line.send(
        answer(b"", "416 Range") if "range" in line.heard.headers else answer(content_type="")), Verdict.OK, GET),
    ("HTML", answer(b"<html>Gone</html>", content_type="text/html"), Verdict.NOT_IMAGE, GET),
    ("JSON", answer(b"{}", content_type="application/json"), Verdict.NOT_IMAGE, GET),
    ("PDF", answer(b"%PDF-1.7", content_type="application/pdf"), Verdict.NOT_IMAGE, GET),
    ("404", answer(b"", "404 Not Found"), Verdict.BROKEN, GET),
    ("410", answer(b"", "410 Gone"), Verdict.BROKEN, GET),
    ("HEAD has it not, GET is busy", unless_head(answer(b"", "503 Busy"), answer(b"", "404 Not Found")),
     Verdict.TEMPORARY, GET),
    ("401", answer(b"", "401 Unauthorized"), Verdict.DENIED, GET),
    ("403", answer(b"", "403 Forbidden"), Verdict.DENIED, GET),
    ("451", answer(b"", "451 Unavailable"), Verdict.DENIED, GET),
    ("429", answer(b"", "429 Too Many"), Verdict.TEMPORARY, GET),
    ("429 for long", answer(b"", "429 Too Many", retry_after="30"), Verdict.TEMPORARY, HEAD),
    ("500", answer(b"", "500 Oops"), Verdict.TEMPORARY, GET),
    ("400", answer(b"", "400 Bad Request"), Verdict.TEMPORARY, GET),
    ("304", answer(b"", "304 Not Modified"), Verdict.TEMPORARY, GET),
    ("closed", lambda line: line.close(), Verdict.TEMPORARY, GET),
    ("reset", lambda line: line.reset(), Verdict.TEMPORARY, GET),
    ("silence", lambda line: line.hang(), Verdict.TEMPORARY, GET),
    ("no HTTP", lambda line: line.send(b"garbage\r\n\r\n"), Verdict.TEMPORARY, GET),
    ("circle", answer(b"", "302 Found", location="/it"), Verdict.TEMPORARY, GET),
    ("redirect home", answer(b"", "302 Found", location="http://127.0.0.1:9/"), Verdict.UNSAFE, RULE),
    ("redirect to a file", answer(b"", "301 Moved", location="file:///etc/passwd"), Verdict.UNSAFE, RULE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("behaviour", "verdict", "by"), [case[1:] for case in VERDICTS], ids=[case[0] for case in VERDICTS]
)
async def test_verdicts(behaviour: Behaviour, verdict: Verdict, by: CheckedBy) -> None:
    with HostileServer() as server:
        async with fetcher_for(server.host, patience=Patience(deadline=1.0)) as fetcher:
            check = await check_url(fetcher, server.serve("/it", behaviour) + "?token=s3cret")
    assert (check.verdict, check.checked_by) == (verdict, by)
    assert check.detail.endswith(".")
    assert "s3cret" not in check.detail


@pytest.mark.parametrize(("status", "verdict"), [("301", Verdict.MOVED), ("308", Verdict.MOVED), ("307", Verdict.OK)])
async def test_a_permanent_redirect_on_the_way_is_moved(status: str, verdict: Verdict) -> None:
    with HostileServer({"/c": answer(), "/d": answer(content_type="")}) as server:
        server.serve("/b", answer(b"", "302 Found", location="/c"))
        server.serve("/a", answer(b"", f"{status} Moved", location="/b"))
        server.serve("/e", answer(b"", f"{status} Moved", location="/d"))
        async with fetcher_for(server.host) as fetcher:
            by_head = await check_url(fetcher, server.url("/a"))
            by_get = await check_url(fetcher, server.url("/e"))
    assert (by_head.verdict, by_head.checked_by) == (verdict, HEAD)
    assert (by_get.verdict, by_get.checked_by) == (verdict, GET)


async def test_a_body_on_head_that_comes_late_spoils_nothing() -> None:
    def behave(line: Line) -> None:
        line.send(answer(b"", "405 Method Not Allowed", content_length="400") if line.heard.method == "HEAD" else PART)
        if line.heard.method == "HEAD":
            line.hang(0.01)
            line.send(b"x" * 400)

    with HostileServer() as server:
        async with fetcher_for(server.host) as fetcher:
            for number in range(20):
                check = await check_url(fetcher, server.serve(f"/{number}", behave))
                assert check.verdict is Verdict.OK


async def test_a_range_is_asked_for_and_no_more_is_read() -> None:
    sent = 0

    def behave(line: Line) -> None:
        nonlocal sent
        line.send(answer(content_type="", content_length=str(2**30)))
        while line.open and line.heard.method == "GET":
            line.send(bytes(65536))
            sent += 65536

    with HostileServer({"/it": behave}) as server:
        async with fetcher_for(server.host) as fetcher:
            check = await check_url(fetcher, server.url("/it"))
        assert check.verdict is Verdict.OK
        assert [heard.headers.get("range") for heard in server.heard] == [None, "bytes=0-1023"]
    assert sent < 2**25


@pytest.mark.parametrize(
    "url",
    ["", "example.com/a.jpg", "file:///etc/passwd", "spotify:image:ab", "http://u:p@example.com/", "http://10.0.0.1/"],
)
async def test_the_unsafe_is_refused_by_rule(url: str) -> None:
    async with fetcher_for() as fetcher:
        check = await check_url(fetcher, url)
    assert (check.verdict, check.checked_by) == (Verdict.UNSAFE, RULE)


async def test_the_unsafe_is_never_contacted() -> None:
    with HostileServer({"/a.jpg": answer()}) as canary:
        port = canary.host.partition(":")[2]
        async with fetcher_for(lookup=lookup_of(["127.0.0.1"], ["::1"])) as fetcher:
            for url in (canary.url("/a.jpg"), f"http://localhost:{port}/", f"http://pictures.example.com:{port}/"):
                assert (await check_url(fetcher, url)).verdict is Verdict.UNSAFE
        assert canary.connections == 0


async def test_without_a_network_everything_is_temporary() -> None:
    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, str]]:
        raise socket.gaierror(socket.EAI_AGAIN, "no network")

    results: list[UrlCheck] = []
    async with fetcher_for(lookup=lookup, manners=Manners()) as fetcher:
        rows = [entity(number, f"https://cdn{number % 3}.example.com/{number}.jpg") for number in range(60)]
        await check_many(fetcher, rows, 10, lambda row, check: results.append(check))
        assert fetcher.paused_hosts() == ("cdn0.example.com", "cdn1.example.com", "cdn2.example.com")
    assert {check.verdict for check in results} == {Verdict.TEMPORARY}
    assert len(results) == 60
    # A paused host is not asked: said so.
    assert {check.checked_by for check in results} == {CheckedBy.GET, CheckedBy.NONE}


async def test_many_rows_each_url_once() -> None:
    with HostileServer({"/a.jpg": answer()}) as server:
        rows = [entity(number, server.url(f"/a.jpg?{number % 10}")) for number in range(50)]
        rows += [entity(50, "spotify:x"), entity(51, None), entity(52, server.url("/gone.jpg"))]
        verdicts: dict[str, Verdict] = {}
        async with fetcher_for(server.host) as fetcher:
            await check_many(fetcher, rows, 10, lambda row, check: verdicts.update({row.id: check.verdict}))
        assert Counter(verdicts.values()) == {Verdict.OK: 50, Verdict.UNSAFE: 2, Verdict.BROKEN: 1}
        assert len(server.requests("/a.jpg")) == 10


async def test_connections_are_used_again() -> None:
    with HostileServer({"/a.jpg": answer()}) as one, HostileServer({"/a.jpg": answer()}) as two:
        rows = [entity(number, (one, two)[number % 2].url(f"/a.jpg?{number}")) for number in range(200)]
        checked: list[Entity] = []
        async with fetcher_for(one.host, two.host) as fetcher:
            await check_many(fetcher, rows, 10, lambda row, check: checked.append(row))
        assert len(checked) == 200
        for server in (one, two):
            assert len(server.heard) == 100
            assert server.connections <= 4
            assert server.most_at_once <= 4
        # Hosts are worked on side by side, not one after the other.
        assert len({row.url.partition("/a.jpg")[0] for row in checked[:100] if row.url}) == 2


async def test_never_more_in_flight_than_the_limit() -> None:
    def behave(line: Line) -> None:
        line.hang(0.02)
        line.send(answer(b""))

    with HostileServer({"/a.jpg": behave}) as server:
        rows = [entity(number, server.url(f"/a.jpg?{number}")) for number in range(12)]
        async with fetcher_for(server.host) as fetcher:
            await check_many(fetcher, rows, 2, lambda row, check: None)
        assert server.most_at_once == 2


async def test_a_postponed_host_does_not_hold_up_the_others() -> None:
    slow, good = answer(b"", "429 Too Many", retry_after="1"), answer()
    with HostileServer({"/a.jpg": slow}) as one, HostileServer({"/a.jpg": good}) as two:
        rows = [entity(number, one.url(f"/a.jpg?{number}")) for number in range(41)]
        rows += [entity(number, two.url(f"/a.jpg?{number}")) for number in range(40)]
        done: list[Verdict] = []
        async with fetcher_for(one.host, two.host, manners=Manners(failures=1000, refusals=3)) as fetcher:
            await check_many(fetcher, rows, 1, lambda row, check: done.append(check.verdict))
        # The one worker leaves the host that asks for patience, and comes back when nothing else is to do.
        assert done == [Verdict.TEMPORARY] + [Verdict.OK] * 40 + [Verdict.TEMPORARY] * 40
        assert len(one.heard) == 3  # then it is left alone, and the rest of its links wait for another run


async def in_pages(rows: Sequence[Entity], size: int) -> AsyncIterator[Sequence[Entity]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


async def test_pages_are_checked_one_after_the_other_and_a_postponed_host_comes_last() -> None:
    slow, good = answer(b"", "429 Too Many", retry_after="1"), answer()
    with HostileServer({"/a.jpg": slow}) as one, HostileServer({"/a.jpg": good}) as two:
        rows = [entity(number, (one, two)[number % 2].url(f"/a.jpg?{number}")) for number in range(80)]
        done: list[Verdict] = []
        async with fetcher_for(one.host, two.host, manners=Manners(failures=1000, refusals=3)) as fetcher:
            await check_pages(fetcher, in_pages(rows, 10), 1, lambda row, check: done.append(check.verdict))
        assert Counter(done) == {Verdict.OK: 40, Verdict.TEMPORARY: 40}
        assert set(done[-39:]) == {Verdict.TEMPORARY}, "of all pages"
        assert len(one.heard) == 3


async def test_a_url_of_many_rows_is_asked_once_though_pages_go_by() -> None:
    with HostileServer({"/a.jpg": answer()}) as server:
        rows = [entity(number, server.url(f"/a.jpg?{number % 2 and number}")) for number in range(60)]
        verdicts: dict[str, Verdict] = {}
        async with fetcher_for(server.host) as fetcher:
            await check_pages(
                fetcher, in_pages(rows, 6), 4, lambda row, check: verdicts.update({row.id: check.verdict})
            )
        assert Counter(verdicts.values()) == {Verdict.OK: 60}
        assert len(server.requests("/a.jpg")) == 31


async def test_no_page_is_read_before_the_one_before_is_done() -> None:
    with HostileServer({"/a.jpg": answer()}) as server:
        held = most = 0

        async def pages() -> AsyncIterator[Sequence[Entity]]:
            nonlocal held, most
            for start in range(0, 200, 20):
                held += 20
                most = max(most, held)
                yield [entity(number, server.url(f"/a.jpg?{number}")) for number in range(start, start + 20)]

        def take(row: Entity, check: UrlCheck) -> None:
            nonlocal held
            held -= 1

        async with fetcher_for(server.host) as fetcher:
            await check_pages(fetcher, pages(), 10, take)
        assert (held, most) == (0, 20)


async def test_thousands_of_hosts_cost_no_more_than_their_links() -> None:
    async with fetcher_for(lookup=lookup_of(), manners=CALM) as fetcher:
        rows = [entity(number, f"http://10.{number >> 8}.{number & 255}.1/") for number in range(5000)]
        rows += [entity(number, f"http://h{number}.example.com/") for number in range(300)]
        verdicts: Counter[Verdict] = Counter()
        begun = time.process_time()
        await check_many(fetcher, rows, 10, lambda row, check: verdicts.update([check.verdict]))
        assert verdicts == {Verdict.UNSAFE: 5000, Verdict.TEMPORARY: 300}
        assert time.process_time() - begun < 5
        assert fetcher.gate.known <= 300


async def test_cancelling_ends_at_once() -> None:
    with HostileServer({"/a.jpg": lambda line: line.hang()}) as server:
        rows = [entity(number, server.url(f"/a.jpg?{number}")) for number in range(50)]
        async with fetcher_for(server.host) as fetcher:
            task = asyncio.create_task(check_many(fetcher, rows, 10, lambda row, check: None))
            await asyncio.sleep(0.2)
            begun = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - begun < 1
        assert len(server.heard) == 4


async def test_what_the_listener_raises_ends_the_run() -> None:
    def listen(row: Entity, check: UrlCheck) -> None:
        raise LibraryError("The library is gone.")

    with HostileServer({"/a.jpg": answer()}) as server:
        async with fetcher_for(server.host) as fetcher:
            with pytest.raises(LibraryError):
                await check_many(fetcher, [entity(n, server.url(f"/a.jpg?{n}")) for n in range(9)], 4, listen)
