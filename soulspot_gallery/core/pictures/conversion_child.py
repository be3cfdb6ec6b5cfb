"""A process of its own for one heavy picture, which can be killed: both its ends, the caller's and the child's.

The child is this interpreter, or, where the program was frozen into one file, the program itself with CHILD_ARGUMENT
as its first argument: `__main__` then calls `main` before anything else. No shell, no other program.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
import warnings
from typing import Any

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.imaging import Converted, convert

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

CHILD_ARGUMENT = "--convert-one-picture"
MEMORY_LIMIT = 1024**3
"""Bytes of address space that the child may have, where the system can be told so (not on macOS and Windows)."""

TIME_LIMIT = 10.0
"""Seconds from starting the child to its answer."""

_ORDER = struct.Struct(">II")
_ANSWER = struct.Struct(">I")


class ChildConversion:
    """One conversion in a process. `run` blocks, for a thread; `cancel` may be called from any other thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """Kills the process, or keeps it from being started. `run` then ends at once."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    def run(self, data: bytes, longest_side: int, quality: int, time_limit: float = TIME_LIMIT) -> Converted:
        """As `imaging.convert`. Raises PictureError also as `decode-timeout` and `cancelled`. Leaves no process."""
        with self._lock:
            if self._cancelled:
                raise _cancelled()
            process = self._process = _start()
        try:
            answer, _ = process.communicate(_ORDER.pack(longest_side, quality) + data, timeout=time_limit)
        except subprocess.TimeoutExpired:
            raise PictureError(
                ErrorCode.DECODE_TIMEOUT,
                f"The picture took more than {time_limit:g} seconds to decode; use a simpler one.",
            ) from None
        finally:
            with self._lock:
                self._process = None
            process.kill()
            process.communicate()
        if self._cancelled:
            raise _cancelled()
        return _read_answer(answer, process.returncode)


def _cancelled() -> PictureError:
    return PictureError(ErrorCode.CANCELLED, "The conversion was cancelled.")


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_ARGUMENT]
    return [sys.executable, "-P", "-m", "soulspot_gallery.core.pictures.conversion_child"]


def _start() -> subprocess.Popen[bytes]:
    """Starts the child with the caller's import path. Raises PictureError where no process can be started."""
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    try:
        return subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError) as problem:
        raise PictureError(
            ErrorCode.DECODE, "The picture is large, and no process could be started to convert it; try again later."
        ) from problem


def _read_answer(answer: bytes, status: int) -> Converted:
    """The child's answer. One that ended by itself without any ran out of memory or was brought down by the picture."""
    try:
        (length,) = _ANSWER.unpack_from(answer)
        told: dict[str, Any] = json.loads(answer[_ANSWER.size : _ANSWER.size + length])
    except (struct.error, ValueError):
        raise PictureError(
            ErrorCode.DECODE, f"The decoder broke down over this picture (status {status}); use another one."
        ) from None
    if "error" in told:
        raise PictureError(ErrorCode(told["error"]), told["message"])
    return Converted(webp=answer[_ANSWER.size + length :], **told)


def _limit_memory() -> None:
    """Has the system refuse memory above MEMORY_LIMIT and processor time above the time limit. POSIX only: elsewhere
    the caps on pixels bound the memory, and the caller's time limit the time."""
    if resource is None:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        seconds = int(TIME_LIMIT) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _answer(order: bytes) -> tuple[dict[str, Any], bytes]:
    longest_side, quality = _ORDER.unpack_from(order)
    try:
        made = convert(order[_ORDER.size :], longest_side, quality)
    except PictureError as problem:
        return {"error": problem.code.value, "message": str(problem)}, b""
    told = {name: getattr(made, name) for name in Converted.__slots__ if name != "webp"}
    return told, made.webp


def main() -> None:
    """The child: reads the order and the picture from standard input, writes the answer, ends."""
    _limit_memory()
    warnings.simplefilter("ignore")
    told, webp = _answer(sys.stdin.buffer.read())
    head = json.dumps(told).encode()
    sys.stdout.buffer.write(_ANSWER.pack(len(head)) + head + webp)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
