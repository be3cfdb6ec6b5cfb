"""Shows how far a job is: a bar on a terminal, a plain line now and then in a pipe. Always on standard error."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from soulspot_gallery.core.model import Progress, Report

_PLAIN_AFTER, _PLAIN_EVERY = 1.0, 5.0
"""Seconds until the first line of a step in a pipe, and between two of them."""


@contextlib.contextmanager
def showing_progress() -> Iterator[Report]:
    """A report for jobs of the engine. What the command answers is printed after it: a bar erases its lines."""
    if sys.stderr.isatty():
        with Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,  # else the output of `list > file` would end up on the terminal
            redirect_stderr=False,
        ) as bars:
            task = bars.add_task("", total=None, failed="")

            def show(progress: Progress) -> None:
                failed = f"{progress.failed} failed" if progress.failed else ""
                bars.update(
                    task,
                    description=progress.doing,
                    total=progress.total or None,
                    completed=progress.done,
                    failed=failed,
                )

            yield show
    else:
        yield _plain()


def _plain() -> Report:
    last = 0.0
    said = ""

    def show(progress: Progress) -> None:
        nonlocal last, said
        now = time.monotonic()
        if progress.doing != said:
            last, said = now + _PLAIN_AFTER - _PLAIN_EVERY, progress.doing
        if now - last < _PLAIN_EVERY:
            return
        last = now
        of = f": {progress.done} of {progress.total}" if progress.total else ""
        failed = f", {progress.failed} failed" if progress.failed else ""
        print(f"{progress.doing}{of}{failed}", file=sys.stderr, flush=True)  # noqa: T201 (its purpose)

    return show
