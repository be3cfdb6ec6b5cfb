"""Downloads from servers that misbehave: every fault its word, in time, with nobody contacted who must not be."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import ssl
import threading
import time
import zlib
from pathlib import Path

import httpx
import pytest
from support.fetching import fetched, fetcher_for, fetcher_trusting, lookup_of
from support.hostile_server import JPEG, Behaviour, HostileServer, Line, answer

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.fetch import USER_AGENT, Fetched, Fetcher, NotModified, Patience, Validators
from soulspot_gallery.core.network.hosts import Manners
from soulspot_gallery.core.settings import Settings

UNTRUSTED = Path(__file__).resolve().parents[2] / "data" / "untrusted.pem"
MB = 1024 * 1024


def raw(head: str, body: bytes = JPEG) -> bytes:
    """Bytes as they go out: status and header lines, parted by `|`, then the body."""
    return b"HTTP/1.1 " + head.replace("|", "\r\n").encode("latin-1") + b"\r\n\r\n" + body


def then_close(data: bytes) -> Behaviour:
    def behave(line: Line) -> None:
        line.send(data)
        line.close()

    return behave


def then_reset(data: bytes) -> Behaviour:
    def behave(line: Line) -> None:
        line.send(data)
        line.hang(0.1)
        line.reset()

    return behave


def drip(start: bytes, piece: bytes) -> Behaviour:
    """A byte now and then, for ever: no read time-out ever passes."""

    def behave(line: Line) -> None:
        line.send(start)
        while line.open:
            line.send(piece)
            line.hang(0.05)

    return behave


def location(where: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, location=where)


async def fault(fetcher: Fetcher, url: str) -> PictureError:
    with pytest.raises(PictureError) as caught:
        await fetcher.fetch(url)
    return caught.value


N = len(JPEG)
PACKED = gzip.compress(JPEG)
FAULTS: list[tuple[str, Behaviour, ErrorCode, int]] = [
    # what, behaviour, error, requests
    ("404", answer(b"", "404 Not Found"), ErrorCode.MISSING, 1),
    ("410", answer(b"gone", "410 Gone"), ErrorCode.MISSING, 1),
    ("401", answer(b"", "401 Unauthorized", www_authenticate="Basic"), ErrorCode.DENIED, 1),
    ("403", answer(b"", "403 Forbidden"), ErrorCode.DENIED, 1),
    ("451", answer(b"", "451 Unavailable"), ErrorCode.DENIED, 1),
    ("400", answer(b"", "400 Bad Request"), ErrorCode.SERVER, 1),
    ("418", answer(b"", "418 Teapot"), ErrorCode.SERVER, 1),
    ("429", answer(b"", "429 Too Many"), ErrorCode.RATE_LIMITED, 3),
    ("500", answer(b"", "500 Oops"), ErrorCode.SERVER, 3),
    ("503", answer(b"", "503 Busy"), ErrorCode.SERVER, 3),
    ("204", raw("204 No Content", b""), ErrorCode.EMPTY, 1),
    ("206 unasked", answer(JPEG, "206 Partial Content"), ErrorCode.PROTOCOL, 1),
    ("304 unasked", raw("304 Not Modified", b""), ErrorCode.PROTOCOL, 1),
    ("101", raw("101 Switching Protocols|Upgrade: x|Connection: upgrade", b""), ErrorCode.PROTOCOL, 1),
    ("201", answer(JPEG, "201 Created"), ErrorCode.PROTOCOL, 1),
    ("300", answer(b"", "300 Multiple Choices"), ErrorCode.PROTOCOL, 1),
    ("empty", answer(b""), ErrorCode.EMPTY, 1),
    ("html", answer(b"<!DOCTYPE html><title>Gone</title>", content_type="text/html"), ErrorCode.NOT_IMAGE, 1),
    ("html as jpeg", answer(b"<html><body>Gone</body></html>"), ErrorCode.NOT_IMAGE, 1),
    ("html in UTF-16", answer("<html>Gone</html>".encode("utf-16")), ErrorCode.NOT_IMAGE, 1),
    ("long html", answer(b"<html>" + b"x" * 100_000), ErrorCode.NOT_IMAGE, 1),
    ("json", answer(b'{"error": "gone"}', content_type="application/json"), ErrorCode.NOT_IMAGE, 1),
    ("text", answer(b"Nothing here \xe2\x98\xb9", content_type="text/plain"), ErrorCode.NOT_IMAGE, 1),
    ("bytes as text", answer(b"\x01\x02\xff\xfe" * 9, content_type="text/plain"), ErrorCode.NOT_IMAGE, 1),
    ("length too large", then_close(raw(f"200 OK|Content-Length: {N + 9}")), ErrorCode.PROTOCOL, 3),
    ("length too small", raw("200 OK|Content-Length: 100"), ErrorCode.PROTOCOL, 2),
    ("length negative", raw("200 OK|Content-Length: -5"), ErrorCode.PROTOCOL, 2),
    ("length doubled", raw(f"200 OK|Content-Length: 5|Content-Length: {N}"), ErrorCode.PROTOCOL, 2),
    ("length no number", raw("200 OK|Content-Length: many"), ErrorCode.PROTOCOL, 2),
    ("length and chunks", raw("200 OK|Transfer-Encoding: chunked|Content-Length: 5", b"0"), ErrorCode.PROTOCOL, 2),
    ("length of 40 MB", raw("200 OK|Content-Length: 40000000"), ErrorCode.TOO_LARGE, 1),
    ("bad chunks", raw("200 OK|Transfer-Encoding: chunked", b"zz\r\nabc\r\n"), ErrorCode.PROTOCOL, 2),
    ("cut chunks", then_close(raw("200 OK|Transfer-Encoding: chunked", b"50\r\nabc\r\n")), ErrorCode.PROTOCOL, 3),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.9\r\n", ErrorCode.PROTOCOL, 2),
    ("garbage before", b"garbage\r\n" + answer(), ErrorCode.PROTOCOL, 2),
    ("body only", then_close(JPEG), ErrorCode.PROTOCOL, 2),
    ("long header", raw("200 OK|X: " + "y" * 100_000), ErrorCode.PROTOCOL, 2),
    ("many headers", raw("200 OK" + "|X: y" * 5000), ErrorCode.PROTOCOL, 2),
    ("closed", then_close(b""), ErrorCode.NETWORK, 3),
    ("reset", then_reset(b""), ErrorCode.NETWORK, 3),
    ("reset in the body", then_reset(raw(f"200 OK|Content-Length: {N + 9}")), ErrorCode.NETWORK, 3),
    ("gzip twice", answer(gzip.compress(PACKED), content_encoding="gzip, gzip"), ErrorCode.PROTOCOL, 1),
    ("brotli", answer(b"12345", content_encoding="br"), ErrorCode.PROTOCOL, 1),
    ("no gzip", answer(content_encoding="gzip"), ErrorCode.PROTOCOL, 1),
    ("half a gzip", answer(PACKED[:-20], content_encoding="gzip"), ErrorCode.PROTOCOL, 1),
    ("gzip bomb", answer(gzip.compress(JPEG + bytes(33 * MB)), content_encoding="gzip"), ErrorCode.TOO_LARGE, 1),
    ("redirect to nowhere", answer(b"", "302 Found"), ErrorCode.PROTOCOL, 1),
    ("redirect to itself", location("/it"), ErrorCode.REDIRECTS, 1),
    ("redirect to a file", location("file:///etc/passwd"), ErrorCode.UNSAFE, 1),
    ("redirect with a password", location("http://u:p@example.com/"), ErrorCode.UNSAFE, 1),
    ("redirect to no URL", location("http://[::1"), ErrorCode.UNSAFE, 1),
]  # fmt: skip


@pytest.mark.parametrize(("behaviour", "code", "requests"), [case[1:] for case in FAULTS], ids=[c[0] for c in FAULTS])
async def test_every_fault_has_its_word(behaviour: Behaviour, code: ErrorCode, requests: int) -> None:
    with HostileServer() as server:
        good = server.serve("/good", answer())
        async with fetcher_for(server.host) as fetcher:
            problem = await fault(fetcher, server.serve("/it", behaviour))
            assert problem.code is code
            assert str(problem).endswith(".")
            assert len(server.requests("/it")) == requests
            # What follows on the same host gets its own answer: no connection that is not clean is used again.
            for _ in range(3):
                assert (await fetched(fetcher, good)).content == JPEG


GOOD: list[tuple[str, Behaviour]] = [
    ("plain", answer()),
    ("203", answer(status="203 Transformed")),
    ("no content type", answer(content_type="")),
    ("labelled as text", answer(content_type="text/html; charset=utf-8")),
    ("until the end of the connection", then_close(raw("200 OK|X: y"))),
    ("HTTP/1.0", then_close(b"HTTP/1.0 200 OK\r\n\r\n" + JPEG)),
    ("chunked", raw("200 OK|Transfer-Encoding: chunked", b"%x\r\n%b\r\n0\r\n\r\n" % (N, JPEG))),
    ("gzip", answer(PACKED, content_encoding="gzip")),
    ("deflate", answer(zlib.compress(JPEG), content_encoding="deflate")),
    ("deflate without header", answer(zlib.compress(JPEG, wbits=-15), content_encoding="deflate")),
    ("identity", answer(content_encoding="identity")),
    ("after early hints", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer()),
]


@pytest.mark.parametrize("behaviour", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
async def test_what_is_odd_but_right_is_taken(behaviour: Behaviour) -> None:
    with HostileServer() as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fetched(fetcher, server.serve("/it", behaviour))).content == JPEG


@pytest.mark.parametrize("body", [b"%!PS-Adobe", b"II*\x00tiff", b"<svg/>", b"%PDF-1.7", b"\x00\x01\xfe\xff unknown"])
async def test_what_may_be_a_picture_is_handed_over(body: bytes) -> None:
    with HostileServer() as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fetched(fetcher, server.serve("/it", answer(body)))).content == body


@pytest.mark.parametrize(
    "behaviour",
    [
        drip(raw("200 OK|Content-Length: 99999", b""), b"\xff"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        drip(b"HTTP/1.1 200 ", b"K"),
        lambda line: line.hang(),
    ],
    ids=["body", "headers", "status", "silence"],
)
async def test_one_deadline_over_everything(behaviour: Behaviour) -> None:
    with HostileServer() as server:
        async with fetcher_for(server.host, patience=Patience(backoff=0.01, deadline=0.5)) as fetcher:
            begun = time.monotonic()
            assert (await fault(fetcher, server.serve("/it", behaviour))).code is ErrorCode.TIMEOUT
            assert 0.4 < time.monotonic() - begun < 3


async def test_the_deadline_counts_over_redirects_too() -> None:
    def slow(line: Line) -> None:
        line.hang(0.3)
        line.send(location(f"/{int(line.heard.path[1:]) + 1}"))

    with HostileServer({f"/{number}": slow for number in range(6)}) as server:
        async with fetcher_for(server.host, patience=Patience(deadline=0.7)) as fetcher:
            assert (await fault(fetcher, server.url("/0"))).code is ErrorCode.TIMEOUT
            assert len(server.heard) <= 3


async def test_trouble_that_passes_is_survived() -> None:
    def behave(line: Line) -> None:
        number = len(server.heard)
        if number == 1:
            line.reset()
        else:
            line.send(answer(b"", "503 Busy") if number == 2 else answer())

    with HostileServer({"/it": behave}) as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fetched(fetcher, server.url("/it"))).content == JPEG


async def test_more_than_32_mb_are_not_read() -> None:
    sent = 0

    def behave(line: Line) -> None:
        nonlocal sent
        line.send(raw("200 OK|Content-Type: image/jpeg", JPEG))
        while line.open:
            line.send(bytes(MB))
            sent += 1

    with HostileServer({"/it": behave}) as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fault(fetcher, server.url("/it"))).code is ErrorCode.TOO_LARGE
    assert 32 <= sent < 50


async def test_few_large_bodies_at_a_time_and_waiting_for_room_costs_no_deadline() -> None:
    def behave(line: Line) -> None:
        line.send(raw(f"200 OK|Content-Length: {N + 17 * MB}", JPEG + bytes(16 * MB)))
        line.hang(0.6)  # begins when the client has read nearly all: when it has got room
        line.send(bytes(MB))

    with HostileServer({"/1": behave, "/2": behave, "/3": behave}) as server:
        patience = Patience(attempts=1, deadline=1.1, large_at_once=1)
        async with fetcher_for(server.host, patience=patience) as fetcher:
            begun = time.monotonic()
            bodies = await asyncio.gather(*(fetched(fetcher, server.url(f"/{number}")) for number in (1, 2, 3)))
    assert time.monotonic() - begun > 1.7
    assert [len(body.content) for body in bodies] == [N + 17 * MB] * 3


async def test_redirects_are_followed_five_times() -> None:
    routes: dict[str, Behaviour] = {f"/{number}": location(f"/{number - 1}") for number in range(1, 7)}
    with HostileServer({"/0": answer(), **routes}) as server:
        async with fetcher_for(server.host) as fetcher:
            assert not (await fetched(fetcher, server.url("/5"))).moved
            assert (await fault(fetcher, server.url("/6"))).code is ErrorCode.REDIRECTS


@pytest.mark.parametrize(
    ("status", "moved"), [("301", True), ("308", True), ("302", False), ("303", False), ("307", False)]
)
async def test_permanent_redirects_are_told(status: str, moved: bool) -> None:  # noqa: FBT001
    with HostileServer({"/a": location("/b", f"{status} Moved"), "/b": location("/c"), "/c": answer()}) as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fetched(fetcher, server.url("/a"))).moved is moved


async def test_nobody_is_contacted_whom_the_rules_refuse() -> None:
    with HostileServer({"/a.jpg": answer()}) as canary, HostileServer() as server:
        port = canary.host.partition(":")[2]
        async with fetcher_for(server.host) as fetcher:
            for number, host in enumerate(["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "0.0.0.0"]):  # noqa: S104
                url = f"http://{host}:{port}/a.jpg"
                assert (await fault(fetcher, url)).code is ErrorCode.UNSAFE
                hop = server.serve(f"/{number}", location(url, "301 Moved"))
                assert (await fault(fetcher, hop)).code is ErrorCode.UNSAFE
        assert canary.connections == 0
        assert len(server.heard) == 6  # and none of it was tried again


async def test_a_name_that_leads_home_is_refused() -> None:
    with HostileServer({"/a.jpg": answer()}) as canary:
        port = canary.host.partition(":")[2]
        async with fetcher_for(lookup=lookup_of(["127.0.0.1", "::1"])) as fetcher:
            problem = await fault(fetcher, f"http://pictures.example.com:{port}/a.jpg?token=s3cret")
        assert problem.code is ErrorCode.UNSAFE
        assert "allowed hosts" in str(problem)
        async with fetcher_for(f"pictures.example.com:{port}", lookup=lookup_of(["127.0.0.1"])) as fetcher:
            assert (await fetched(fetcher, f"http://pictures.example.com:{port}/a.jpg")).content == JPEG
        assert canary.connections == 1


async def test_a_name_that_changes_its_mind_is_checked_where_it_is_connected() -> None:
    """DNS rebinding: whatever a name led to before, the addresses that are connected to are the ones checked."""
    with HostileServer({"/a.jpg": answer()}) as canary:
        url = f"http://pictures.example.com:{canary.host.partition(':')[2]}/a.jpg"
        answers = lookup_of(["203.0.113.1"], ["127.0.0.1"], ["10.1.2.3", "::ffff:127.0.0.1"])
        async with fetcher_for(lookup=answers) as fetcher:
            for _ in range(3):
                assert (await fault(fetcher, url)).code is ErrorCode.UNSAFE
        assert canary.connections == 0


async def test_an_unknown_name_is_network_trouble() -> None:
    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, str]]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with fetcher_for(lookup=lookup) as fetcher:
        problem = await fault(fetcher, "https://pictures.example.com/a.jpg")
    assert problem.code is ErrorCode.NETWORK
    assert "pictures.example.com" in str(problem)


async def test_a_lookup_that_hangs_is_a_timeout_and_holds_up_nothing() -> None:
    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, str]]:
        release.wait(20)
        return []

    release = threading.Event()
    async with fetcher_for(lookup=lookup, patience=Patience(attempts=1, deadline=0.3)) as fetcher:
        begun = time.monotonic()
        assert (await fault(fetcher, "https://pictures.example.com/a.jpg")).code is ErrorCode.TIMEOUT
    assert time.monotonic() - begun < 3
    release.set()


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        async with fetcher_for(host) as fetcher:
            assert (await fault(fetcher, f"http://{host}/a.jpg")).code is ErrorCode.NETWORK


async def test_conditional_requests() -> None:
    def behave(line: Line) -> None:
        if line.heard.headers.get("if-none-match") == '"v1"':
            line.send(raw('304 Not Modified|ETag: "v1"', b""))
        else:
            line.send(answer(etag='"v1"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT"))

    with HostileServer({"/it": behave}) as server:
        async with fetcher_for(server.host) as fetcher:
            first = await fetched(fetcher, server.url("/it"))
            assert first.validators == Validators('"v1"', "Mon, 01 Jan 2024 00:00:00 GMT")
            assert isinstance(await fetcher.fetch(server.url("/it"), first.validators), NotModified)
            assert server.heard[-1].headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
            again = await fetcher.fetch(server.url("/it"), Validators('"v0"', "bad\r\nX-Header: 1"))
            assert isinstance(again, Fetched)
            assert "x-header" not in server.heard[-1].headers
            assert isinstance(await fetcher.fetch(server.url("/it"), Validators()), Fetched)


async def test_what_a_request_carries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with HostileServer() as server:
        server.serve("/a", answer(b"", "302 Found", location="/b?token=x", set_cookie="session=1; Path=/"))
        server.serve("/b", answer(set_cookie="session=2; Path=/"))
        async with fetcher_for(server.host) as fetcher:
            for _ in range(2):
                await fetched(fetcher, server.url("/a"))
        assert len(server.heard) == 4
        for heard in server.heard:
            assert set(heard.headers) == {"host", "user-agent", "accept", "accept-encoding"}
            assert heard.headers["user-agent"] == USER_AGENT
            assert heard.headers["accept-encoding"] == "identity"
            assert heard.headers["host"] == server.host


async def test_no_secret_in_logs_or_errors(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "aiohttp", "aiohttp.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    behaviours = [behaviour for name, behaviour, *_ in FAULTS if name in _TELLING] + [answer()]
    texts = []
    with HostileServer() as server:
        patience = Patience(attempts=2, backoff=0.01, deadline=1.0)
        async with fetcher_for(server.host, patience=patience) as fetcher:
            urls = [server.serve(f"/{number}", each) for number, each in enumerate(behaviours)]
            private = ["http://127.0.0.1:9/", "http://localhost:9/", "http://u:s3cret@example.com/", "s3cret://x/"]
            for url in [*urls, *private]:
                try:
                    await fetcher.fetch(url + "?token=s3cret#s3cret")
                except PictureError as problem:
                    texts += [repr(problem), repr(problem.__cause__), str(problem.__context__)]
    assert len(texts) > 12
    assert "s3cret" not in "".join(texts)
    assert "s3cret" not in caplog.text


_TELLING = {
    "404", "503", "html", "length negative", "no HTTP", "closed", "reset", "cut chunks", "gzip bomb",
    "redirect to itself",
}  # fmt: skip


async def test_httpx_may_not_log_urls_whoever_uses_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="httpx")
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
        await client.get("https://pictures.example.com/a.jpg?token=s3cret")
    assert "s3cret" not in caplog.text


async def test_retry_after_is_obeyed() -> None:
    def behave(line: Line) -> None:
        times.append(time.monotonic())
        line.send(answer(b"", "429 Too Many", retry_after="1") if len(times) == 1 else answer())

    times: list[float] = []
    with HostileServer({"/it": behave}) as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fetched(fetcher, server.url("/it"))).content == JPEG
    assert 0.95 < times[1] - times[0] < 5


async def test_a_long_retry_after_postpones_the_host_and_others_go_on() -> None:
    slow = answer(b"", "503 Busy", retry_after="3600")
    with HostileServer({"/it": slow}) as server, HostileServer({"/it": answer()}) as other:
        async with fetcher_for(server.host, other.host) as fetcher:
            begun = time.monotonic()
            first = await fault(fetcher, server.url("/it"))
            second = await fault(fetcher, server.url("/it"))
            assert (await fetched(fetcher, other.url("/it"))).content == JPEG
            assert time.monotonic() - begun < 3
            assert fetcher.paused_hosts() == (server.host,)
        assert (first.code, second.code) == (ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED)
        assert "60 min" in str(second)
        assert len(server.heard) == 1


async def test_a_host_that_keeps_failing_is_paused() -> None:
    manners = Manners(failures=3, pause=0.3)
    with HostileServer({"/it": answer(b"", "500 Oops"), "/no": answer(b"", "403 No")}) as server:
        async with fetcher_for(server.host, manners=manners) as fetcher:
            for _ in range(6):
                await fault(fetcher, server.url("/no"))
            assert fetcher.paused_hosts() == ()
            for _ in range(6):
                assert (await fault(fetcher, server.url("/it"))).code is ErrorCode.SERVER
            assert fetcher.paused_hosts() == (server.host,)
            assert len(server.requests("/it")) == 9
            server.serve("/it", answer())
            await asyncio.sleep(0.35)
            assert (await fetched(fetcher, server.url("/it"))).content == JPEG
            assert fetcher.paused_hosts() == ()


async def test_connections_are_used_again_and_four_a_host() -> None:
    with HostileServer({"/a.jpg": answer()}) as server, HostileServer({"/a.jpg": answer()}) as other:
        async with fetcher_for(server.host, other.host, max_connections=6) as fetcher:
            urls = [each.url(f"/a.jpg?{number}") for number in range(100) for each in (server, other)]
            await asyncio.gather(*(fetcher.fetch(url) for url in urls))
        assert len(server.heard) + len(other.heard) == 200
        assert server.connections <= 4
        assert other.connections <= 4
        assert server.most_at_once <= 4


async def test_errors_keep_the_connection_too() -> None:
    def late(head: str, body: bytes) -> Behaviour:
        def behave(line: Line) -> None:
            line.send(raw(head, b""))
            line.hang(0.02)
            line.send(body)

        return behave

    chunked = late("404 Not Found|Transfer-Encoding: chunked", b"4\r\ngone\r\n0\r\n\r\n")
    redirect = late("302 Found|Location: /c|Content-Length: 4", b"away")
    with HostileServer({"/a": chunked, "/b": redirect, "/c": answer(b"gone", "410 Gone")}) as server:
        async with fetcher_for(server.host) as fetcher:
            for _ in range(5):
                await fault(fetcher, server.url("/a"))
                await fault(fetcher, server.url("/b"))
        assert server.connections == 1


async def test_cancelling_ends_at_once_and_leaves_no_slot_behind() -> None:
    with HostileServer({"/slow": lambda line: line.hang(), "/it": answer()}) as server:
        async with fetcher_for(server.host) as fetcher:
            tasks = [asyncio.create_task(fetcher.fetch(server.url("/slow"))) for _ in range(12)]
            await asyncio.sleep(0.2)
            begun = time.monotonic()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert all(task.cancelled() for task in tasks)
            await asyncio.gather(*(fetched(fetcher, server.url("/it")) for _ in range(8)))
            assert time.monotonic() - begun < 2


async def test_tls() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(UNTRUSTED)
    with HostileServer({"/a.jpg": answer()}, tls=context) as server, HostileServer(greeting=b"220 mail\r\n") as plain:
        secure, wrong = (each.url("/a.jpg").replace("http:", "https:") for each in (server, plain))
        async with fetcher_for(server.host, plain.host) as fetcher:
            assert (await fault(fetcher, secure)).code is ErrorCode.TLS
            assert (await fault(fetcher, wrong)).code is ErrorCode.TLS
        assert not server.heard
        async with fetcher_trusting(UNTRUSTED, server.host) as fetcher:
            assert (await fetched(fetcher, secure)).content == JPEG


async def test_another_transport_can_be_given() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=JPEG, headers={"Content-Type": "image/jpeg"})

    fetcher = await Fetcher.open(Settings(), httpx.MockTransport(handle))
    assert (await fetched(fetcher, "https://pictures.example.com/a.jpg")).content_type == "image/jpeg"
    await fetcher.aclose()
