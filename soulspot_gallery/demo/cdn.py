"""The sample's own CDN: a small HTTP/1.1 server on 127.0.0.1, on a loop and thread of its own. What it says is in
`answers`."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType
from typing import Self

from soulspot_gallery.core.background import give_way
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.demo.answers import Answer, Answers, Request, Route

_HOST = "127.0.0.1"
_CONNECTIONS = 64
_HEADERS = 64
_LINE_BYTES = 8192
_IDLE_SECONDS = 30.0
_HEADER_SECONDS = 10.0
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class _BadRequest(Exception):
    """A request that is not worth an answer with content; the connection ends after it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class DemoCdn:
    """Context manager. Two hosts (ports): `host` behaves, `troubled_host` is the one whose pictures make trouble, so
    that a program which slows down for a troubled host goes on with the other. Both know every route."""

    def __init__(self) -> None:
        self._answers = Answers()
        self._started: Future[tuple[int, int]] = Future()
        self._thread = threading.Thread(target=self._run, name="demo-cdn", daemon=True)
        self._pool = ThreadPoolExecutor(2, "demo-cdn-draw", give_way)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._ports = (0, 0)
        self.served = 0
        """Requests answered so far."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to listen. Once only; raises OSError where no port can be had."""
        self._thread.start()
        self._ports = self._started.result(_START_SECONDS)

    def close(self) -> None:
        """Stop listening, end all connections and the threads. May be called twice."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def host(self) -> str:
        """`127.0.0.1:port` of the host that behaves."""
        return f"{_HOST}:{self._ports[0]}"

    @property
    def troubled_host(self) -> str:
        """`127.0.0.1:port` of the host with the troublesome pictures."""
        return f"{_HOST}:{self._ports[1]}"

    @property
    def hosts(self) -> tuple[str, str]:
        """Both, as the setting `allowed_hosts` wants them."""
        return self.host, self.troubled_host

    def url(self, kind: EntityType, seed: int, route: Route = Route.COVERS, extension: str = "jpg") -> str:
        """The URL of a picture of 640 px; other routes than COVERS live on the troubled host."""
        host = self.host if route is Route.COVERS else self.troubled_host
        return f"http://{host}/{route}/{kind}/{seed}.{extension}"

    def withdraw(self, url: str, status: HTTPStatus) -> None:
        """From now on answer this URL of ours with this status, such as 404."""
        self._answers.withdraw(_target(url), status)

    def redraw(self, url: str, seed: int) -> None:
        """From now on answer this URL of ours with another drawing: its owner has another picture by now."""
        self._answers.redraw(_target(url), seed)

    def bring_back(self, url: str) -> None:
        """Answer a withdrawn URL as before: its host has been mended."""
        self._answers.bring_back(_target(url))

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as problem:
            if self._started.done():
                raise
            self._started.set_exception(problem)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        servers = [await asyncio.start_server(self._connected, _HOST, 0, limit=_LINE_BYTES) for _ in range(2)]
        self._started.set_result((_port(servers[0]), _port(servers[1])))
        await self._stop.wait()
        for server in servers:
            server.close()
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= _CONNECTIONS or self._stop.is_set():
            writer.close()
            return
        self._connections.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, EOFError, TimeoutError):
            pass  # the other side went away, or said nothing for long
        except asyncio.CancelledError:
            pass  # closing; asyncio.streams would report a cancelled connection as an error
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False where the connection ends with it."""
        try:
            request = await _read_request(reader)
        except _BadRequest as problem:
            writer.write(_head(Answer(problem.status), "close"))
            await writer.drain()
            return False
        answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._answers.answer, request)
        await asyncio.sleep(answer.delay)
        keep = request.headers.get("connection", "").lower() != "close" and not answer.torn
        body = b"" if request.method == "HEAD" else answer.body
        writer.write(
            _head(answer, "keep-alive" if keep else "close") + (body[: len(body) // 2] if answer.torn else body)
        )
        await writer.drain()
        self.served += 1
        return keep


def _target(url: str) -> str:
    """What a request for one of our URLs names."""
    return "/" + url.removeprefix("http://").partition("/")[2]


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _line(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError as problem:
        raise _BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from problem
    return line.decode("latin-1").rstrip("\r\n")


async def _read_request(reader: asyncio.StreamReader) -> Request:
    """The next request. Raises TimeoutError, EOFError, and _BadRequest for what is not HTTP/1.1 or has a body."""
    async with asyncio.timeout(_IDLE_SECONDS):
        words = (await _line(reader)).split(" ")
    if len(words) != 3 or not words[1].startswith("/") or words[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise _BadRequest(HTTPStatus.BAD_REQUEST)
    headers: dict[str, str] = {}
    async with asyncio.timeout(_HEADER_SECONDS):
        while line := await _line(reader):
            name, colon, value = line.partition(":")
            if not colon or len(headers) >= _HEADERS:
                raise _BadRequest(HTTPStatus.BAD_REQUEST)
            headers[name.strip().lower()] = value.strip()
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        raise _BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if words[2] == "HTTP/1.0":
        headers["connection"] = "close"
    return Request(words[0], words[1], headers)


def _head(answer: Answer, connection: str) -> bytes:
    lines = [f"HTTP/1.1 {answer.status.value} {answer.status.phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.body or answer.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        lines.append(f"Content-Length: {len(answer.body)}")
    elif answer.status is HTTPStatus.OK:
        # The answer to HEAD: without this, some clients wait for the end of a body and give up the connection.
        lines.append("Transfer-Encoding: chunked")
    lines += [f"Date: {formatdate(usegmt=True)}", "Server: sample-cdn"]
    lines.append(f"Connection: {connection}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
