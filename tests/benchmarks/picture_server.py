"""A picture server in a process of its own: `picture_server.py FOLDER HOSTS LATENCY`; prints the ports it listens on.

Answers GET and HEAD of `/<number>.jpg` with one of the folder's pictures after the latency (s), and `/connections`
with how many connections were opened so far.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"


class Site(asyncio.Protocol):
    """One connection."""

    pictures: list[bytes]
    latency = 0.0
    opened = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        Site.opened += 1
        self._transport = transport
        self._got = b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        while b"\r\n\r\n" in self._got:
            head, _, self._got = self._got.partition(b"\r\n\r\n")
            method, path, _ = head.split(b" ", 2)
            answer = self._answer(method, path.decode())
            if self.latency:
                asyncio.get_running_loop().call_later(self.latency, self._transport.write, answer)
            else:
                self._transport.write(answer)

    def _answer(self, method: bytes, path: str) -> bytes:
        if path == "/connections":
            body = str(Site.opened).encode()
            return _HEAD.format("text/plain", len(body)).encode() + body
        picture = self.pictures[int(path[1:].partition(".")[0]) % len(self.pictures)]
        head = _HEAD.format("image/jpeg", len(picture)).encode()
        return head if method == b"HEAD" else head + picture


async def serve(hosts: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Site, "127.0.0.1", 0, backlog=512) for _ in range(hosts)]
    print(json.dumps([f"127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers]), flush=True)
    await asyncio.Event().wait()


Site.pictures = [file.read_bytes() for file in sorted(Path(sys.argv[1]).iterdir())]
Site.latency = float(sys.argv[3])
asyncio.run(serve(int(sys.argv[2])))
