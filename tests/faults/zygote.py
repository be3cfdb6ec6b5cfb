"""A process that has loaded the program and forks one child a command: the real program, without loading it each time.

Reads one JSON object a line (arguments, environment, fault, files for both outputs), answers one a line (status).
"""

from __future__ import annotations

import gc
import json
import os
import signal
import ssl
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

import httpx
import httpx_aiohttp
import sqlalchemy.dialects.sqlite
from faults.interposing import Fault, arm

from soulspot_gallery import __main__
from soulspot_gallery.cli import commands

LIMIT = 20.0
"""Seconds after which a command has hung."""

PRELOADED = (httpx_aiohttp, sqlalchemy.dialects.sqlite, commands)
"""What commands load late."""


class _NoContext(ssl.SSLContext):
    """Stands for the authorities of the system: loading them takes longer than the rest of most commands, and the
    server of these tests speaks plain HTTP."""

    def load_default_certs(self, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
        return


def main() -> None:
    """Serve until standard input ends."""
    context = _NoContext(ssl.PROTOCOL_TLS_CLIENT)
    setattr(httpx, "create_ssl_context", lambda **options: context)  # noqa: B010 - for all who import it
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        answer = {"status": _run(json.loads(line))}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _run(order: Mapping[str, Any]) -> int | None:
    """The child's exit status, negative for a signal; None where it had hung."""
    child = os.fork()
    if child == 0:
        _become(order)
    end = time.monotonic() + LIMIT
    pause = 0.001
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _become(order: Mapping[str, Any]) -> None:
    status = 70
    try:
        os.environ.clear()
        os.environ.update(order["environment"])
        for number, name in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
            opened = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            os.dup2(opened, number)
        sys.argv = ["soulspot-gallery", *order["arguments"]]
        if order["fault"] is not None:
            arm(Fault(**order["fault"]))
        status = __main__.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
