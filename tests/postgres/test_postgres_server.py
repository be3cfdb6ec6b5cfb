"""The server that the tests are given ends with them, however they end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"

HOLDER = """
import postgres_server, sys
with postgres_server.test_server() as variables:
    print(variables["SOULSPOT_TEST_POSTGRES"], flush=True)
    sys.stdin.read()
"""


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _gone_after(end: str) -> tuple[bool, bool]:
    """Whether server and folder are gone when the one who holds them ends so."""
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(command, cwd=PACKAGING, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        assert _is_there(server)
        if end == "killed":
            holder.kill()
        holder.stdin.close()
        holder.wait(60)
    until = time.monotonic() + 30
    while (_is_there(server) or folder.exists()) and time.monotonic() < until:
        time.sleep(0.05)
    return not _is_there(server), not folder.exists()


def test_it_ends_with_who_began_it() -> None:
    assert _gone_after("done") == (True, True)


def test_it_ends_though_who_began_it_is_killed() -> None:
    assert _gone_after("killed") == (True, True)
