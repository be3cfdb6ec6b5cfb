"""The hostile server in a process of its own, for tests of what a client's threads and loop suffer from it.

Argument: how many pictures there are. Says its `host:port`, and ends when its standard input does. The picture `/N` is
sound for two of three numbers; the others are bad answers of every sort, one after the other.
"""

from __future__ import annotations

import gzip
import random
import sys

from support import odd_pictures, pictures
from support.hostile_server import Behaviour, HostileServer, Line, answer

_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n"


def _endless(line: Line) -> None:
    """A body without an end, in large pieces."""
    line.send(_CHUNKED)
    while line.open and not line.stopped.is_set():
        line.send(b"10000\r\n" + bytes(65536) + b"\r\n")


def _drip(line: Line) -> None:
    """A body that comes a byte at a time."""
    line.send(answer(b"", content_length="100000"))
    while line.open and not line.stopped.wait(0.1):
        line.send(b"x")


def _endless_headers(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        if not line.open:
            return
        line.send(f"X-{number}: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".encode())


def _bad_answers() -> list[Behaviour]:
    large = odd_pictures.photo(3000, 2200)
    bomb = gzip.compress(odd_pictures.saved(odd_pictures.photo(64), "JPEG") + bytes(300 << 20))
    return [
        _endless,
        _drip,
        _endless_headers,
        answer(bomb, content_encoding="gzip"),
        answer(odd_pictures.jpeg_of_scans(4000)),
        answer(odd_pictures.webp_bomb()),
        answer(odd_pictures.saved(large, "JPEG")),
        answer(odd_pictures.saved(large, "PNG"), content_type="image/png"),
        answer(random.Random(1).randbytes(24 << 20)),
        answer(b"<html>" + b"x" * 2_000_000, content_type="text/html"),
        answer(b"", "500 Internal Server Error"),
        answer(b"", "302 Found", location="/3"),
        b"garbage\r\n" * 200,
        lambda line: line.reset(),
    ]


def main() -> None:
    bad = _bad_answers()
    sound = [answer(odd_pictures.saved(odd_pictures.photo(side), "JPEG")) for side in (300, 640, 1200, 2000)]
    with HostileServer() as server:
        for number in range(int(sys.argv[1])):
            among = bad if number % 3 == 2 else sound
            server.serve(f"/{number}", among[number // 3 % len(among)])
        server.serve("/small", answer(pictures.jpeg()))
        sys.stdout.write(server.host + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
