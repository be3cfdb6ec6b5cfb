"""The program as a user runs it, with a home of its own: in a process of its own, or its `main` in this one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from soulspot_gallery.__main__ import main

LIMIT = 60.0
"""Seconds after which a command has hung."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit status and both its outputs."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Runs commands on one library; `home` holds the user's folders, `environment` adds to the process's own,
    `before` is a program that runs ours."""

    home: Path
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """Start a command; `more` goes to Popen."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [*self.before, sys.executable, "-m", "soulspot_gallery", *self.options, *arguments]
        return subprocess.Popen(command, env=self._environment(), text=True, encoding="utf-8", **(pipes | more))

    def run(self, *arguments: str, **more: Any) -> Ran:
        """Run a command to its end."""
        with self.start(*arguments, **more) as process:
            try:
                out, err = process.communicate(timeout=LIMIT)
            except BaseException:
                process.kill()
                raise
        return Ran(process.returncode, out, err)

    def run_here(self, *arguments: str) -> Ran:
        """Run a command in this process: the same from the first argument on, and ten times as quick."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with (
            mock.patch.dict(os.environ, self._environment(), clear=True),
            mock.patch.object(sys, "argv", ["soulspot-gallery", *self.options, *arguments]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                status = main()
            except SystemExit as end:
                status = int(end.code or 0)
        said, told = (stream.detach().getvalue().decode("utf-8") for stream in (out, err))
        return Ran(status, said, told)

    def json(self, *arguments: str) -> Any:
        """The JSON document of a command that must end well."""
        ran = self.run_here(*arguments, "--json")
        assert ran.status == 0, ran
        return ran.json

    def refused(self, status: int, *arguments: str) -> str:
        """The one line that a command leaves when it ends with this status."""
        ran = self.run(*arguments) if self.before else self.run_here(*arguments)
        assert ran.status == status, ran
        assert "Traceback" not in ran.err
        assert len(ran.err.splitlines()) == 1, ran.err
        assert ran.err.startswith("soulspot-gallery"), ran.err
        return ran.err.strip()

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SOULSPOT_GALLERY_", "XDG_")) and not name.lower().endswith("_proxy")
        }
        folders = {f"XDG_{name}_HOME": str(self.home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        windows = {name: str(self.home / name.lower()) for name in ("APPDATA", "LOCALAPPDATA")}
        return kept | {"HOME": str(self.home), "USERPROFILE": str(self.home)} | folders | windows | self.environment
