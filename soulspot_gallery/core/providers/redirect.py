"""Waits on the loopback for the browser to come back from a login. One answer, checked, within a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

PATH = "/callback"
_READ_SECONDS = 5.0
_LONGEST_LINE = 8192
_CONNECTIONS = 8


class RedirectReceiver:
    """A server on 127.0.0.1 for one login (RFC 8252, 7.3). Requests that do not carry our `state` are turned away and
    end nothing: any page in the browser can send one."""

    def __init__(self, state: str, port: int = 0) -> None:
        """`port` 0: any that is free."""
        self._state = state
        self._port = port
        self._code: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None
        self._under_way = 0

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=_LONGEST_LINE)
        except (OSError, OverflowError) as problem:
            raise PictureError(
                ErrorCode.NETWORK, f"Port {self._port} can't be used for the login: {problem}; choose another one."
            ) from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._code.cancel()

    @property
    def address(self) -> str:
        """Where the browser is to be sent back to."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{PATH}"

    async def code(self, seconds: float) -> str:
        """The code of the login. Raises PictureError: `denied` where the person refused, `timeout`."""
        try:
            async with asyncio.timeout(seconds):
                return await self._code
        except TimeoutError:
            raise PictureError(ErrorCode.TIMEOUT, "Nobody logged in within the time limit; start again.") from None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._under_way += 1
        try:
            if self._under_way <= _CONNECTIONS:
                async with asyncio.timeout(_READ_SECONDS):
                    line = await reader.readline()
                    writer.write(self._answer(line.decode("latin-1")))
                    await writer.drain()
        except (OSError, ValueError, TimeoutError):  # whoever it was has gone, or speaks no HTTP
            pass
        finally:
            self._under_way -= 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _answer(self, line: str) -> bytes:
        method, _, rest = line.partition(" ")
        parts = urlsplit(rest.partition(" ")[0])
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        given = query.get("state", "").encode("utf-8", "replace")
        if method != "GET" or parts.path != PATH or not hmac.compare_digest(given, self._state.encode()):
            return _page("404 Not Found", "This is not the login that was asked for.")
        if not self._code.done():
            if "code" in query:
                self._code.set_result(query["code"])
            else:
                refused = PictureError(ErrorCode.DENIED, "The login was refused; start again to allow it.")
                self._code.set_exception(refused)
        if "code" in query:
            return _page("200 OK", "Logged in. You can close this page and go back to SoulSpot Gallery.")
        return _page("200 OK", "The login was refused. You can close this page.")


def _page(status: str, text: str) -> bytes:
    body = f"<!doctype html><meta charset=utf-8><title>SoulSpot Gallery</title><p>{text}".encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
