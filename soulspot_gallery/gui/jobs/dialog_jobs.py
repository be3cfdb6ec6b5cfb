"""Jobs that a dialog has asked for: it shows their progress and their end as long as it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.model import Report
from soulspot_gallery.gui.desk import Desk
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog
from soulspot_gallery.gui.jobs.jobs import Job, JobState, Summary, Work

T = TypeVar("T")


def _nothing() -> None:
    """For jobs that leave nothing to be looked at again."""


def run_for(
    desk: Desk,
    dialog: BusyDialog,
    name: str,
    title: str,
    work: Work[T],
    done: Callable[[T], object],
    summarize: Callable[[T], Summary] | None = None,
    ended: Callable[[], object] = _nothing,
    cancelled: str = "Cancelled.",
) -> None:
    """Start a job for an open dialog. An expected failure is a sentence there (and in the line that stays, where
    `summarize` makes one); `done` is called whether or not the dialog is still open, and before it `ended`, which is
    called however it ends. `cancelled` is what to say then."""
    if desk.jobs.running(name) is not None:
        dialog.show_problem(f"{title}: this is still running. Wait for it, or cancel it below the grid.")
        return

    async def told(report: Report) -> T | GalleryError:
        try:
            return await work(report)
        except GalleryError as problem:
            return problem

    def took(result: T | GalleryError) -> None:
        if not isinstance(result, GalleryError):
            done(result)
        elif shiboken6.isValid(dialog):
            dialog.show_problem(str(result))

    def summed(result: T | GalleryError) -> Summary:
        assert summarize is not None
        return Summary(str(result)) if isinstance(result, GalleryError) else summarize(result)

    job = desk.jobs.start(name, title, told, took, summarize=None if summarize is None else summed)
    _follow(desk, dialog, job, ended, cancelled)


def _follow(desk: Desk, dialog: BusyDialog, job: Job, ended: Callable[[], object], cancelled: str) -> None:
    """Show the job in its dialog until it ends; and that it was cancelled, or broke."""

    def changed(other: Job) -> None:
        if other is job and shiboken6.isValid(dialog):
            dialog.show_busy(job.progress)

    def finished(other: Job) -> None:
        if other is not job:
            return
        desk.jobs.changed.disconnect(changed)
        desk.jobs.finished.disconnect(finished)
        ended()
        if not shiboken6.isValid(dialog):
            return
        if job.state is JobState.CANCELLED:
            dialog.show_problem(cancelled)
        elif job.state is JobState.FAILED:
            dialog.show_problem(f"{job.title}: this went wrong in a way that was not foreseen.")

    desk.jobs.changed.connect(changed)
    desk.jobs.finished.connect(finished)
    if job.running:
        dialog.show_busy(job.progress)
