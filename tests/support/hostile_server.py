"""A server on the loopback that speaks raw bytes: every fault that HTTP libraries repair before one can test them."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8 + b"\xff\xd9"
"""Begins as a JPEG does; enough for what looks at first bytes only."""


def answer(body: bytes = JPEG, status: str = "200 OK", **headers: str) -> bytes:
    """A whole, correct answer. `content_type="image/png"` becomes a header; a header set to "" is left out."""
    fields = {"content_type": "image/jpeg", "content_length": str(len(body))} | headers
    lines = [f"{name.replace('_', '-').title()}: {value}" for name, value in fields.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came; header names in lower case; `connection` counted from 1."""

    method: str
    path: str
    headers: dict[str, str]
    connection: int


@dataclass(slots=True)
class Line:
    """The connection while a request is answered."""

    socket: socket.socket
    heard: Heard
    stopped: threading.Event
    open: bool = True

    def send(self, data: bytes) -> None:
        """Send, or notice that the client has left."""
        try:
            self.socket.sendall(data)
        except OSError:
            self.open = False

    def hang(self, seconds: float = 20.0) -> None:
        """Say nothing for so long, or until the server stops."""
        if self.stopped.wait(seconds):
            self.open = False

    def close(self) -> None:
        """End the connection in order (FIN)."""
        self.open = False

    def reset(self) -> None:
        """End the connection the hard way (RST)."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.open = False


Behaviour = bytes | Callable[[Line], None]
"""Bytes are sent as they are; a function does as it likes with the line. The connection stays open unless closed."""


@dataclass(slots=True)
class HostileServer:
    """Answers paths (without query) by `routes`; what has none gets a 404. Counts connections, keeps requests.

    `greeting` is sent to whoever connects; `tls` wraps what is accepted.
    """

    routes: dict[str, Behaviour] = field(default_factory=dict)
    greeting: bytes = b""
    tls: ssl.SSLContext | None = None
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    _busy: int = 0
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listener: socket.socket = field(default_factory=socket.socket)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> HostileServer:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(5)

    @property
    def host(self) -> str:
        """`127.0.0.1:port`, as `allowed_hosts` takes it."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def open(self) -> int:
        """How many connections are open now."""
        with self._lock:
            return len(self._open)

    def url(self, path: str = "/a.jpg") -> str:
        return f"http://{self.host}{path}"

    def serve(self, path: str, behaviour: Behaviour) -> str:
        """Set a route; returns the whole URL."""
        self.routes[path] = behaviour
        return self.url(path)

    def requests(self, path: str | None = None) -> list[Heard]:
        return [each for each in list(self.heard) if path in (None, each.path.partition("?")[0])]

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="hostile server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            self._start(self._converse, connection, number)

    def _converse(self, accepted: socket.socket, number: int) -> None:
        buffer, connection = b"", accepted
        try:
            connection.sendall(self.greeting)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            while not self._stopped.is_set():
                while b"\r\n\r\n" not in buffer:
                    data = connection.recv(65536)
                    if not data:
                        return
                    buffer += data
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                if not self._answer(connection, _parsed(head.decode("latin-1"), number)):
                    return
        except OSError:
            return
        finally:
            with self._lock:
                self._open.discard(accepted)
            connection.close()
            accepted.close()

    def _answer(self, connection: socket.socket, heard: Heard) -> bool:
        """Whether the connection goes on."""
        with self._lock:
            self.heard.append(heard)
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
        line = Line(connection, heard, self._stopped)
        try:
            behaviour = self.routes.get(heard.path.partition("?")[0], answer(b"", "404 Not Found"))
            if not isinstance(behaviour, bytes):
                behaviour(line)
            elif heard.method == "HEAD":
                line.send(behaviour.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            else:
                line.send(behaviour)
        finally:
            with self._lock:
                self._busy -= 1
        return line.open


def _parsed(head: str, number: int) -> Heard:
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Heard(method, path, headers, number)
