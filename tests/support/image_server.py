"""A real HTTP server on the loopback, whose answers a test sets and whose log it reads."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: `path` with its query, header names in lower case, `connection` counted from 1, `at` the
    time in s (monotonic)."""

    method: str
    path: str
    headers: Mapping[str, str]
    connection: int
    body: bytes = b""
    at: float = 0.0


Body = bytes | Iterator[bytes]
"""Bytes go out with a Content-Length, an iterator goes out in chunks, as long as the client stays."""

Answer = tuple[int, Mapping[str, str], Body | Callable[[Request], Body]]
Route = Answer | Callable[[Request], Answer]


class ImageServer:
    """Serves `routes` (path with query, or path alone -> answer) until closed; anything else is a 404.

    `latency` (s) delays every answer. A `Range: bytes=a-b` on plain bytes is honoured unless `ranges` is off.
    `log` and `connections` may be read at any time.
    """

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.latency = 0.0
        self.ranges = True
        self.log: list[Request] = []
        self.connections = 0
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="image server", daemon=True
        )
        self._thread.start()

    @property
    def host(self) -> str:
        """`127.0.0.1:port`, as `allowed_hosts` takes it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def serve(self, path: str, body: Body, content_type: str = "image/jpeg", status: int = 200) -> str:
        """Answer `path` with these bytes; returns the whole URL."""
        self.routes[path] = (status, {"Content-Type": content_type}, body)
        return self.url(path)

    def requests(self, path: str | None = None, method: str | None = None) -> list[Request]:
        """The log, or the part of it that has this path and method."""
        with self._lock:
            return [each for each in self.log if path in (None, each.path) and method in (None, each.method)]

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()

    def __enter__(self) -> ImageServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _connected(self) -> int:
        with self._lock:
            self.connections += 1
            return self.connections

    def _answer(self, request: Request) -> tuple[int, dict[str, str], Body]:
        with self._lock:
            self.log.append(request)
        if self.latency:
            self.closing.wait(self.latency)
        route = self.routes.get(request.path) or self.routes.get(request.path.partition("?")[0])
        if route is None:
            return 404, {"Content-Type": "text/plain"}, b"nothing here"
        status, headers, body = route(request) if callable(route) else route
        body = body(request) if callable(body) else body
        if self.ranges and status == 200 and isinstance(body, bytes):
            return _ranged(request, headers, body)
        return status, dict(headers), body


def _ranged(request: Request, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    unit, _, span = request.headers.get("range", "").partition("=")
    first, _, last = span.partition("-")
    if unit != "bytes" or not first.isdigit() or int(first) >= len(body):
        return 200, dict(headers), body
    end = min(int(last), len(body) - 1) if last.isdigit() else len(body) - 1
    return 206, {**headers, "Content-Range": f"bytes {first}-{end}/{len(body)}"}, body[int(first) : end + 1]


class _Server(ThreadingHTTPServer):
    owner: ImageServer
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends the connections that clients still keep open, so that no handler outlives the server."""
        for each in tuple(self._open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the handler was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests, not news for standard error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def setup(self) -> None:
        super().setup()
        self.connection_number = self.server.owner._connected()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        body_sent = self.rfile.read(int(length)) if length.isdigit() and self.command == "POST" else b""
        request = Request(self.command, self.path, headers, self.connection_number, body_sent, time.monotonic())
        status, fields, body = self.server.owner._answer(request)
        given = {name.lower() for name in fields}
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if not isinstance(body, bytes):
            self.send_header("Transfer-Encoding", "chunked")
        elif "content-length" not in given and status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self._send(body)

    do_HEAD = do_GET  # noqa: N815 - names that http.server looks for
    do_POST = do_GET  # noqa: N815

    def _send(self, body: Body) -> None:
        if isinstance(body, bytes):
            self.wfile.write(body)
            return
        for chunk in body:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Quiet: the log is `ImageServer.log`."""
