"""A PostgreSQL for the tests: on a temporary folder and a Unix socket, gone with the run. Standard library only.

It runs as the user that Debian's package brings, because PostgreSQL refuses to run as root; so it needs root, and a
Linux with apt. Elsewhere the tests of shared libraries are left out, which is said.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import system_packages
from system_packages import SetupError

VARIABLE = "SOULSPOT_TEST_POSTGRES"
"""What the tests find the server by: the folder of its socket. Its user is postgres."""

_USER = "postgres"
_PROGRAMS = Path("/usr/lib/postgresql")
_OPTIONS = "-c listen_addresses='' -c fsync=off -c max_connections=200 -k {folder}"
_STARTING = 60
_AT_THE_END = 'read _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2"'


@contextlib.contextmanager
def test_server() -> Iterator[dict[str, str]]:
    """The variable for the tests while a server runs; nothing where there can be none, with a line on why."""
    try:
        programs = _programs()
    except SetupError as problem:
        print(f"The tests of libraries on PostgreSQL are left out: {problem}", flush=True)
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="gallery-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        shutil.chown(folder, _USER)
        _as_postgres(programs / "initdb", "-D", folder / "data", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        control = (programs / "pg_ctl", "-D", folder / "data", "-w", "-t", str(_STARTING))
        _as_postgres(*control, "-l", folder / "log", "-o", _OPTIONS.format(folder=folder), "start")
        with _ending_with_us(programs / "pg_ctl", folder):
            yield {VARIABLE: name}


@contextlib.contextmanager
def _ending_with_us(control: Path, folder: Path) -> Iterator[None]:
    """Stops the server of this folder in the end, also where this process is killed: by one that waits for our end of
    a pipe to close."""
    command: list[str | Path] = ["runuser", "-u", _USER, "--", "sh", "-c", _AT_THE_END, "sh", control, folder]
    keeper = subprocess.Popen(
        command, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        keeper.communicate(timeout=2 * _STARTING)


def _programs() -> Path:
    """The folder of the newest server's programs, installed where there is none. Raises SetupError with the reason."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("runuser") is None:
        raise SetupError("a server of their own is started by root on Linux alone.")
    if not _versions():
        system_packages.ensure_packages(("postgresql",), "The tests of shared libraries need PostgreSQL.")
    if not _versions():
        raise SetupError(f"there is no PostgreSQL in {_PROGRAMS}.")
    return _versions()[-1]


def _versions() -> list[Path]:
    found = [path.parent for path in _PROGRAMS.glob("*/bin/initdb")]
    return sorted(found, key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()])


def _as_postgres(*command: str | Path) -> None:
    # pg_ctl leaves the server behind, which would hold a pipe open: its output goes to a file.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            ["runuser", "-u", _USER, "--", *command], cwd="/", stdin=subprocess.DEVNULL, stdout=said,
            stderr=subprocess.STDOUT, timeout=2 * _STARTING, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            said.seek(0)
            raise SetupError(f"PostgreSQL for the tests does not start: {said.read().decode(errors='replace')}")
