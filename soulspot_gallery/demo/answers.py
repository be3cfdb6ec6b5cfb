"""What the sample CDN answers: drawn pictures, and every way in which a real host disappoints. No sockets here."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.catalogue import source_answer
from soulspot_gallery.demo.covers import DEFAULT_SIZE, draw, encode
from soulspot_gallery.demo.poor_covers import Cut, finished

SLOW_SECONDS = 1.5
"""How long a `slow` picture takes: a test of patience, no failure."""

STALLED_SECONDS = 120.0
"""How long a `stalled` picture takes: longer than anybody should wait."""

_LAST_MODIFIED = datetime(2025, 11, 3, 18, 30, tzinfo=UTC)
_CACHED_PICTURES = 256  # at about 70 KB each
_FORMATS = {"jpg": ("JPEG", "image/jpeg"), "png": ("PNG", "image/png"), "webp": ("WEBP", "image/webp")}
_PATH = re.compile(r"/(?P<route>[a-z-]+)/(?P<kind>artist|album|playlist)/(?P<seed>\d{1,6})\.(?P<ext>jpg|png|webp)")
_ART = re.compile(r"/itunes/art/(?P<kind>artist|album|playlist)/(?P<seed>\d{1,6})/(?P<side>\d{2,4})x\d+bb\.jpg")
_SIDE = re.compile(r"side=(\d{2,4})(?:&shape=(?P<shape>wide|blurred|framed))?")
_LARGEST_SIDE = 1200
_SMALLEST_SIDE = 32
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Route(StrEnum):
    """The first part of a path: how the host behaves for that picture."""

    COVERS = "covers"  # as it should be
    SILHOUETTE = "silhouette"  # the same grey figure for everybody
    MOVED = "moved"  # 301 to the good one
    FOUND = "found"  # 302 to the good one
    MISSING = "missing"  # 404
    GONE = "gone"  # 410
    DENIED = "denied"  # 403
    PAGE = "page"  # 200 with a page that says sorry
    BUSY = "busy"  # 503
    SLOW = "slow"  # the picture, after SLOW_SECONDS
    STALLED = "stalled"  # the picture, after STALLED_SECONDS
    THROTTLED = "throttled"  # 429 at first, then fine
    NO_HEAD = "no-head"  # 405 for HEAD, fine for GET
    UNTYPED = "untyped"  # a picture that is called application/octet-stream
    DAMAGED = "damaged"  # begins like a picture and is none
    TORN = "torn"  # the connection ends in the middle


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed request; the names of `headers` are in lower case, `target` is path and query."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Which picture is asked for: `side` px of its longer side."""

    kind: EntityType
    seed: int
    side: int = DEFAULT_SIZE
    cut: Cut = Cut.SQUARE


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `body` is left out for HEAD by the server; with `torn` it ends half-way. `delay` in seconds."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0
    torn: bool = False


class Answers:
    """Gives the answer to each request. Remembers drawn pictures and who was throttled; safe to call from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pictures: OrderedDict[tuple[Drawing, str], bytes] = OrderedDict()
        self._throttled: set[str] = set()
        self._withdrawn: dict[str, HTTPStatus] = {}
        self._redrawn: dict[str, Drawing] = {}

    def withdraw(self, target: str, status: HTTPStatus) -> None:
        """From now on answer this target with this status: the picture was there once."""
        with self._lock:
            self._withdrawn[target] = status

    def redraw(self, target: str, seed: int) -> None:
        """From now on answer this target with another drawing of its kind, of full size."""
        path = _PATH.fullmatch(target.partition("?")[0])
        if path is not None:
            with self._lock:
                self._redrawn[target] = Drawing(EntityType(path["kind"]), seed)

    def redrawn(self, target: str) -> Drawing | None:
        """What this target shows in place of its first drawing."""
        return self._redrawn.get(target)

    def bring_back(self, target: str) -> None:
        """Answer a withdrawn target as before."""
        with self._lock:
            self._withdrawn.pop(target, None)

    def answer(self, request: Request) -> Answer:
        """The answer, with a latency of 20 to 60 ms that depends on the target alone."""
        found = self._find(request)
        return replace(found, delay=found.delay + latency(request.target))

    def _find(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            return _text(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD.", ("Allow", "GET, HEAD"))
        if request.target in self._withdrawn:
            return _text(self._withdrawn[request.target], "This picture was withdrawn.")
        path = _PATH.fullmatch(request.target.partition("?")[0])
        if path is None or path["route"] not in _BEHAVIOURS:
            return self._of_source(request)
        return _BEHAVIOURS[Route(path["route"])](self, request, path)

    def _of_source(self, request: Request) -> Answer:
        """What the sample's sources say, and the pictures that only they have."""
        if art := _ART.fullmatch(request.target):
            drawing = Drawing(EntityType(art["kind"]), int(art["seed"]), _side(art["side"]))
            return Answer(HTTPStatus.OK, (("Content-Type", "image/jpeg"),), self.picture(drawing, "jpg"))
        document = source_answer(request.target, request.headers.get("host", ""))
        if document is None:
            return _text(HTTPStatus.NOT_FOUND, "There is nothing here.")
        return Answer(HTTPStatus.OK, (("Content-Type", "application/json"),), json.dumps(document).encode())

    def picture(self, drawing: Drawing, extension: str) -> bytes:
        """The encoded picture, drawn on first demand."""
        key = (drawing, extension)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        picture = finished(draw(drawing.kind, drawing.seed, drawing.side), drawing.cut)
        body = encode(picture, _FORMATS[extension][0])
        with self._lock:
            self._pictures[key] = body
            while len(self._pictures) > _CACHED_PICTURES:
                self._pictures.popitem(last=False)
        return body

    def first_time(self, target: str) -> bool:
        """True once for each target."""
        with self._lock:
            before = len(self._throttled)
            self._throttled.add(target)
            return len(self._throttled) > before


_Behaviour = Callable[[Answers, Request, re.Match[str]], Answer]


def latency(target: str) -> float:
    """Seconds from 0.020 to 0.060, fixed for each target."""
    return (20 + zlib.crc32(target.encode()) % 41) / 1000


def _text(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> Answer:
    page = f"<!doctype html><title>{status.value} {status.phrase}</title><p>{text}</p>\n".encode()
    return Answer(status, (("Content-Type", "text/html; charset=utf-8"), *headers), page)


def _good(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
    # A drawing follows from its path, so its tag does too: HEAD and 304 need no drawing, and HEAD tells no length.
    now = answers.redrawn(request.target)
    tag = f'"{hashlib.sha256(f"{request.target}{now or str()}".encode()).hexdigest()[:20]}"'
    headers = (
        ("Content-Type", _FORMATS[path["ext"]][1]),
        ("ETag", tag),
        ("Last-Modified", format_datetime(_LAST_MODIFIED, usegmt=True)),
        ("Cache-Control", "public, max-age=86400"),
        ("Accept-Ranges", "bytes"),
    )
    if _unchanged(request.headers, tag):
        return Answer(HTTPStatus.NOT_MODIFIED, headers[1:])
    if request.method == "HEAD":
        return Answer(HTTPStatus.OK, headers)
    body = answers.picture(now or _drawing(path, request.target), path["ext"])
    return _part(request, Answer(HTTPStatus.OK, headers, body), tag)


def _drawing(path: re.Match[str], target: str) -> Drawing:
    """What a path names; its query may say how large and in which outline."""
    asked = _SIDE.fullmatch(target.partition("?")[2])
    if path["route"] == Route.SILHOUETTE:
        return Drawing(EntityType.ARTIST, 0, cut=Cut.SILHOUETTE)
    if asked is None:
        return Drawing(EntityType(path["kind"]), int(path["seed"]))
    cut = Cut(asked["shape"] or Cut.SQUARE)
    return Drawing(EntityType(path["kind"]), int(path["seed"]), _side(asked[1]), cut)


def _side(text: str) -> int:
    return min(max(int(text), _SMALLEST_SIDE), _LARGEST_SIDE)


def _unchanged(headers: Mapping[str, str], tag: str) -> bool:
    if "if-none-match" in headers:
        known = [each.strip().removeprefix("W/") for each in headers["if-none-match"].split(",")]
        return tag in known or "*" in known
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return (since if since.tzinfo else since.replace(tzinfo=UTC)) >= _LAST_MODIFIED


def _part(request: Request, whole: Answer, tag: str) -> Answer:
    """The bytes asked for: one range, of a GET; everything else is answered with the whole."""
    wanted = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if (
        request.method != "GET"
        or wanted is None
        or request.headers.get("if-range", tag) != tag
        or not any(wanted.groups())
    ):
        return whole
    size = len(whole.body)
    if wanted[1]:
        first, last = int(wanted[1]), min(int(wanted[2] or size), size - 1)
        malformed = bool(wanted[2]) and int(wanted[2]) < first
        if malformed:
            return whole
    else:
        first, last = max(0, size - int(wanted[2])), size - 1
    if first >= size or first > last:
        return _text(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "Not so long.", ("Content-Range", f"bytes */{size}"))
    shown = ("Content-Range", f"bytes {first}-{last}/{size}")
    return Answer(HTTPStatus.PARTIAL_CONTENT, (*whole.headers, shown), whole.body[first : last + 1])


def _redirect(status: HTTPStatus) -> _Behaviour:
    def behave(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
        good = f"/{Route.COVERS}/{path['kind']}/{path['seed']}.{path['ext']}"
        return _text(status, "The picture lives elsewhere.", ("Location", good))

    return behave


def _refused(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> _Behaviour:
    def behave(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
        return _text(status, text, *headers)

    return behave


def _late(seconds: float) -> _Behaviour:
    def behave(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
        return replace(_good(answers, request, path), delay=seconds)

    return behave


def _throttled(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
    if answers.first_time(request.target):
        return _text(HTTPStatus.TOO_MANY_REQUESTS, "Not so fast.", ("Retry-After", "1"))
    return _good(answers, request, path)


def _no_head(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
    if request.method == "HEAD":
        return _text(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET.", ("Allow", "GET"))
    return _good(answers, request, path)


def _untyped(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
    good = _good(answers, request, path)
    kept = tuple(each for each in good.headers if each[0] != "Content-Type")
    return replace(good, headers=(("Content-Type", "application/octet-stream"), *kept))


def _damaged(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
    headers = (("Content-Type", _FORMATS[path["ext"]][1]),)
    if request.method == "HEAD":
        return Answer(HTTPStatus.OK, headers)
    whole = answers.picture(_drawing(path, request.target), path["ext"])
    return _part(request, Answer(HTTPStatus.OK, headers, whole[:200] + bytes(4000)), "")


def _torn(answers: Answers, request: Request, path: re.Match[str]) -> Answer:
    headers = (("Content-Type", _FORMATS[path["ext"]][1]),)
    if request.method == "HEAD":
        return Answer(HTTPStatus.OK, headers)
    body = answers.picture(_drawing(path, request.target), path["ext"])
    return Answer(HTTPStatus.OK, headers, body, torn=True)


_BEHAVIOURS: dict[str, _Behaviour] = {
    Route.COVERS: _good,
    Route.SILHOUETTE: _good,
    Route.MOVED: _redirect(HTTPStatus.MOVED_PERMANENTLY),
    Route.FOUND: _redirect(HTTPStatus.FOUND),
    Route.MISSING: _refused(HTTPStatus.NOT_FOUND, "There is no such picture."),
    Route.GONE: _refused(HTTPStatus.GONE, "This picture was taken down."),
    Route.DENIED: _refused(HTTPStatus.FORBIDDEN, "This picture is not for you."),
    Route.PAGE: _refused(HTTPStatus.OK, "Sorry, our pictures are being moved."),
    Route.BUSY: _refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too much to do; later, please."),
    Route.SLOW: _late(SLOW_SECONDS),
    Route.STALLED: _late(STALLED_SECONDS),
    Route.THROTTLED: _throttled,
    Route.NO_HEAD: _no_head,
    Route.UNTYPED: _untyped,
    Route.DAMAGED: _damaged,
    Route.TORN: _torn,
}
