"""What an answer's status or a broken connection means: one picture's error in the words of the field."""

from __future__ import annotations

import asyncio
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import httpx

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.addresses import private_name
from soulspot_gallery.core.network.wire import UnsafeAddress

MISSING = frozenset({404, 410})
DENIED = frozenset({401, 403, 451})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
_LOST = re.compile("Connection[A-Za-z]*Error|OSError|TimeoutError")
"""How a body's error tells a lost connection from one that the server ended in order but too early."""

_LONGEST_DELAY = 7 * 24 * 3600.0


class Fault(PictureError):
    """An attempt failed. `tries`: how many attempts it is worth in all; `of_host`: the host itself is in trouble
    (network error or 5xx), which counts towards its pause."""

    def __init__(self, code: ErrorCode, message: str, *, tries: int = 1, of_host: bool = False) -> None:
        super().__init__(code, message)
        self.tries = tries
        self.of_host = of_host


def protocol_fault(key: str, what: str) -> Fault:
    """The host `key` broke the rules of HTTP; `what` continues "host …"."""
    return Fault(ErrorCode.PROTOCOL, f"{key} {what}; try again later or use another source.")


def status_fault(status: int, key: str) -> Fault:
    """Why this status of the host `key` is no picture. Other 4xx than those with a word of their own are `server`:
    the host would not serve it, and says neither that it is gone nor that it is forbidden."""
    if status in MISSING:
        return Fault(ErrorCode.MISSING, f"{key} has no such picture any more ({status}); choose another URL.")
    if status in DENIED:
        return Fault(ErrorCode.DENIED, f"{key} does not give out this picture ({status}); choose another URL.")
    if status == 429:
        return Fault(ErrorCode.RATE_LIMITED, f"{key} asks for fewer requests (429); try again later.", tries=3)
    if status == 206:
        return protocol_fault(key, "sent a part of the picture that was not asked for (206)")
    if status == 304:
        return protocol_fault(key, "answered “not modified” though nobody asked (304)")
    if status in (204, 205):
        return Fault(ErrorCode.EMPTY, f"{key} sent an empty answer ({status}); choose another URL.")
    if status >= 500:
        return Fault(ErrorCode.SERVER, f"{key} has trouble ({status}); try again later.", tries=3, of_host=status < 600)
    if 400 <= status < 500:
        return Fault(ErrorCode.SERVER, f"{key} refused the request ({status}); choose another URL.")
    return protocol_fault(key, f"gave an answer that is no picture ({status})")


def broken_connection(problem: Exception, host: str, port: int, key: str) -> Fault:
    """What an exception of the transport means. Takes nothing of its text: that may hold the whole URL."""
    if isinstance(problem, TimeoutError | asyncio.TimeoutError | httpx.TimeoutException):
        return Fault(ErrorCode.TIMEOUT, f"{key} took too long; try again later.", tries=3, of_host=True)
    if isinstance(problem, aiohttp.ClientConnectorDNSError):
        if isinstance(problem.os_error, UnsafeAddress):
            return Fault(ErrorCode.UNSAFE, private_name(host, port))
        sentence = f"The name {host} can't be looked up; check the network and the URL."
        return Fault(ErrorCode.NETWORK, sentence, tries=3, of_host=True)
    if isinstance(problem, aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch) or "SSL" in _names(problem):
        sentence = f"No secure connection to {key}: its certificate or TLS is not accepted; check the URL."
        return Fault(ErrorCode.TLS, sentence)
    if isinstance(problem, aiohttp.ClientPayloadError) and not _LOST.search(str(problem)):
        sentence = f"{key} ended the picture before its end; try again later."
        return Fault(ErrorCode.PROTOCOL, sentence, tries=3)
    if isinstance(problem, aiohttp.ClientPayloadError | aiohttp.ClientConnectionError | OSError | httpx.NetworkError):
        sentence = f"The connection to {key} failed; check the network or try again later."
        return Fault(ErrorCode.NETWORK, sentence, tries=3, of_host=True)
    # Worth a second try: an earlier answer on the same connection may have been longer than it said.
    return Fault(ErrorCode.PROTOCOL, f"{key} sent an answer that is no proper HTTP; use another source.", tries=2)


def _names(problem: BaseException) -> str:
    """The class names of the exception and of what caused it: tells a TLS alert that arrives as a plain OSError."""
    names: list[str] = []
    seen: BaseException | None = problem
    while seen is not None and len(names) < 5:
        names.append(type(seen).__name__)
        seen = seen.__cause__
    return " ".join(names)


def delay_of(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (a number, or an HTTP date), between 0 and a week; None for none."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_DELAY)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    seconds = (when - (now or datetime.now(UTC))).total_seconds()
    return min(max(0.0, seconds), _LONGEST_DELAY) if math.isfinite(seconds) else None
