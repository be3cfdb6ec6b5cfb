"""Reading an answer's headers and the rest of its body without trusting either. No requests, no verdicts."""

from __future__ import annotations

import asyncio

import httpx

_SHORT_REST = 64 * 1024
"""Bytes of an answer that nobody wants which are read all the same, so that the connection can be used again."""

_SHORT_WAIT = 0.25
"""Seconds for that."""


def content_type(response: httpx.Response) -> str:
    """The Content-Type without parameters, in lower case; empty where there is none."""
    value: str = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower()[:100]


def declared_length(response: httpx.Response) -> int:
    """The Content-Length, -1 where there is none."""
    value: str = response.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else -1


def sensible_header(response: httpx.Response, name: str) -> str | None:
    """A header that may be kept and sent back: of at most 512 printable ASCII characters, else None."""
    value: str | None = response.headers.get(name)
    return value if value and len(value) <= 512 and value.isascii() and value.isprintable() else None


def body_of(response: httpx.Response) -> httpx.AsyncByteStream:
    """The body as it arrives, not decoded."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


async def read_short_rest(response: httpx.Response) -> None:
    """Read a short rest, so that the connection can be used again; what is long or slow is cut off by closing it."""
    if response.request.method == "HEAD" or declared_length(response) > _SHORT_REST:
        return
    received = 0
    try:
        async with asyncio.timeout(_SHORT_WAIT):
            async for chunk in body_of(response):
                received += len(chunk)
                if received > _SHORT_REST:
                    return
    except Exception:  # noqa: S110  the answer is known already; closing the connection is the remedy
        pass
