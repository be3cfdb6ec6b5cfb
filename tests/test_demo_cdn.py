"""The sample's CDN over real sockets: what a good picture answers, every kind of trouble, and that it ends."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http import HTTPStatus

import pytest
from PIL import Image

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.answers import SLOW_SECONDS, STALLED_SECONDS, Answers, Request, Route, latency
from soulspot_gallery.demo.cdn import DemoCdn

ALBUM = EntityType.ALBUM


@pytest.fixture(scope="module")
def cdn() -> Iterator[DemoCdn]:
    with DemoCdn() as running:
        yield running


def ask(url: str, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[http.client.HTTPResponse, bytes]:
    """One request on a connection of its own, redirects not followed."""
    host, _, path = url.removeprefix("http://").partition("/")
    with closing(http.client.HTTPConnection(host, timeout=10)) as connection:
        connection.request(method, "/" + path, headers=headers or {})
        response = connection.getresponse()
        return response, response.read()


@pytest.mark.parametrize(
    ("extension", "media", "name"),
    [("jpg", "image/jpeg", "JPEG"), ("png", "image/png", "PNG"), ("webp", "image/webp", "WEBP")],
)
def test_a_good_picture(cdn: DemoCdn, extension: str, media: str, name: str) -> None:
    response, body = ask(cdn.url(ALBUM, 1, extension=extension))
    assert (response.status, response.headers["Content-Type"]) == (200, media)
    with Image.open(io.BytesIO(body)) as picture:
        assert (picture.format, picture.size) == (name, (640, 640))


def test_head_promises_what_get_delivers(cdn: DemoCdn) -> None:
    url = cdn.url(EntityType.ARTIST, 2)
    head, nothing = ask(url, "HEAD")
    got, _ = ask(url)
    assert (head.status, nothing) == (200, b"")
    for name in ("Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == got.headers[name]


def test_an_unchanged_picture_is_not_sent_again(cdn: DemoCdn) -> None:
    url = cdn.url(ALBUM, 1)
    first, _ = ask(url)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": f'"other", W/{tag}'}, {"If-None-Match": "*"}, {"If-Modified-Since": modified}):
        response, body = ask(url, headers=headers)
        assert (response.status, body, response.headers["ETag"]) == (304, b"", tag)
    old = {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
    for headers in ({"If-None-Match": '"other"'}, old, {"If-Modified-Since": "yesterday"}):
        assert ask(url, headers=headers)[0].status == 200


def test_ranges(cdn: DemoCdn) -> None:
    url = cdn.url(ALBUM, 1)
    whole = ask(url)[1]
    size = len(whole)
    for wanted, part in (("0-15", whole[:16]), (f"{size - 4}-", whole[-4:]), ("-6", whole[-6:]), ("0-", whole)):
        response, body = ask(url, headers={"Range": f"bytes={wanted}"})
        assert (response.status, body) == (206, part)
        assert response.headers["Content-Range"].endswith(f"/{size}")
    response, _ = ask(url, headers={"Range": f"bytes={size}-"})
    assert (response.status, response.headers["Content-Range"]) == (416, f"bytes */{size}")
    for ignored in ("bytes=9-3", "bytes=0-1,4-5", "lines=1-2", "bytes=-"):
        assert ask(url, headers={"Range": ignored})[0].status == 200
    assert ask(url, headers={"Range": "bytes=0-3", "If-Range": '"other"'})[1] == whole


@pytest.mark.parametrize(
    ("route", "head", "get", "media"),
    [
        (Route.MISSING, 404, 404, "text/html"),
        (Route.GONE, 410, 410, "text/html"),
        (Route.DENIED, 403, 403, "text/html"),
        (Route.PAGE, 200, 200, "text/html"),
        (Route.BUSY, 503, 503, "text/html"),
        (Route.NO_HEAD, 405, 200, "image/jpeg"),
        (Route.UNTYPED, 200, 200, "application/octet-stream"),
        (Route.DAMAGED, 200, 200, "image/jpeg"),
    ],
)
def test_every_kind_of_trouble(cdn: DemoCdn, route: Route, head: int, get: int, media: str) -> None:
    url = cdn.url(ALBUM, 1, route)
    assert ask(url, "HEAD")[0].status == head
    response, body = ask(url)
    assert (response.status, response.headers["Content-Type"].partition(";")[0]) == (get, media)
    assert len(body) == int(response.headers["Content-Length"])


@pytest.mark.parametrize(("route", "status"), [(Route.MOVED, 301), (Route.FOUND, 302)])
def test_a_redirect_leads_to_the_picture(cdn: DemoCdn, route: Route, status: int) -> None:
    response, _ = ask(cdn.url(ALBUM, 4, route))
    target = f"http://{cdn.troubled_host}{response.headers['Location']}"
    assert response.status == status
    assert ask(target)[1] == ask(cdn.url(ALBUM, 4))[1]


def test_a_throttled_picture_comes_at_the_second_time(cdn: DemoCdn) -> None:
    url = cdn.url(ALBUM, 5, Route.THROTTLED)
    response, _ = ask(url)
    assert (response.status, response.headers["Retry-After"]) == (429, "1")
    assert ask(url)[0].status == 200


def test_a_torn_picture_ends_half_way(cdn: DemoCdn) -> None:
    with pytest.raises(http.client.IncompleteRead):
        ask(cdn.url(ALBUM, 1, Route.TORN))


def test_a_damaged_picture_begins_like_one_and_can_not_be_decoded(cdn: DemoCdn) -> None:
    _, body = ask(cdn.url(ALBUM, 1, Route.DAMAGED))
    assert body.startswith(b"\xff\xd8\xff")
    with pytest.raises(OSError, match="image"), Image.open(io.BytesIO(body)) as picture:
        picture.load()


@pytest.mark.parametrize(("route", "seconds"), [(Route.SLOW, SLOW_SECONDS), (Route.STALLED, STALLED_SECONDS)])
def test_late_pictures_are_good_ones(route: Route, seconds: float) -> None:
    late = Answers().answer(Request("GET", f"/{route}/album/1.jpg"))
    good = Answers().answer(Request("GET", "/covers/album/1.jpg"))
    assert (late.status, late.body) == (200, good.body)
    assert seconds < late.delay < seconds + 0.1


def test_a_picture_can_be_withdrawn() -> None:
    with DemoCdn() as running:
        gone, stays = running.url(ALBUM, 1), running.url(ALBUM, 2)
        assert ask(gone, "HEAD")[0].status == 200
        running.withdraw(gone, HTTPStatus.NOT_FOUND)
        assert ask(gone, "HEAD")[0].status == 404
        assert ask(gone)[0].status == 404
        assert ask(stays, "HEAD")[0].status == 200


def test_the_latency_is_fixed_and_felt(cdn: DemoCdn) -> None:
    targets = [f"/covers/album/{seed}.jpg" for seed in range(200)]
    assert all(0.020 <= latency(target) <= 0.060 for target in targets)
    assert len({latency(target) for target in targets}) > 20
    url = cdn.url(ALBUM, 1)
    ask(url)
    started = time.monotonic()
    ask(url)
    # Timers of some systems are coarse by 16 ms, and may fire that much early.
    assert time.monotonic() - started >= latency("/covers/album/1.jpg") - 0.017


def test_one_connection_serves_many_requests(cdn: DemoCdn) -> None:
    with closing(http.client.HTTPConnection(cdn.host, timeout=10)) as connection:
        connection.request("GET", "/covers/album/1.jpg")
        connection.getresponse().read()
        before = connection.sock.getsockname()
        for method in ("HEAD", "GET", "HEAD"):
            connection.request(method, "/covers/album/1.jpg")
            assert connection.getresponse().read() is not None
            assert connection.sock.getsockname() == before


@pytest.mark.parametrize(
    "target", ["/", "/covers/track/1.jpg", "/covers/album/x.jpg", "/nowhere/album/1.jpg", "/../etc"]
)
def test_what_it_does_not_know_is_not_found(cdn: DemoCdn, target: str) -> None:
    assert ask(f"http://{cdn.host}{target}")[0].status == 404


def test_only_get_and_head(cdn: DemoCdn) -> None:
    response, _ = ask(cdn.url(ALBUM, 1), "DELETE")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"HELLO\r\n\r\n", b"400"),
        (b"GET http://elsewhere/ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 20000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"h%d: 1\r\n" % n for n in range(80)) + b"\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", b"413"),
    ],
)
def test_nonsense_is_refused_and_the_connection_ended(cdn: DemoCdn, sent: bytes, status: bytes) -> None:
    port = int(cdn.host.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        # Unread input makes some systems reset the connection after the answer.
        with suppress(ConnectionResetError):
            while part := connection.recv(4096):
                answer += part
        assert answer.split(b" ")[1] == status


def test_it_listens_on_the_loopback_alone(cdn: DemoCdn) -> None:
    assert all(host.startswith("127.0.0.1:") for host in cdn.hosts)
    assert cdn.host != cdn.troubled_host


def test_closing_ends_waiting_requests_ports_and_threads() -> None:
    before = set(threading.enumerate())
    running = DemoCdn()
    with running:
        port = int(running.troubled_host.rpartition(":")[2])
        waiting = socket.create_connection(("127.0.0.1", port), timeout=10)
        waiting.sendall(b"GET /stalled/album/1.jpg HTTP/1.1\r\nHost: x\r\n\r\n")
        idle = socket.create_connection(("127.0.0.1", port), timeout=10)
        ask(running.url(ALBUM, 1, Route.GONE))
        started = time.monotonic()
    assert time.monotonic() - started < 5
    with waiting, idle:
        for connection in (waiting, idle):
            with suppress(ConnectionResetError):
                assert connection.recv(100) == b""
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    assert set(threading.enumerate()) <= before
    running.close()
