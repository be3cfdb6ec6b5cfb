"""Jobs for a dialog: what runs already is not begun twice, what breaks is said, what ends without it is not lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.own_home import move_in
from support.window import a_window, until

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Progress, Report
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.error_dialog import ErrorDialog
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.opening.libraries import Wanted


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move_in(tmp_path / "home", monkeypatch)


async def test_what_runs_what_breaks_and_what_outlives_its_dialog(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def counts(report: Report) -> int:
        report(Progress("Counting", 3, 10))
        await go_on.wait()
        raise UsageError("There is nothing to count.")

    async def breaks(report: Report) -> int:
        raise ZeroDivisionError

    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        window = user.window
        desk = Desk(window, user.page, window.jobs, window.messages, window._executor)
        dialog = BusyDialog(window)
        for part in (dialog.problem, dialog.said, dialog.working):
            part.setParent(dialog)
        open_dialog(desk, dialog)
        counted = list[int]()
        run_for(desk, dialog, "count", "Count", counts, counted.append, lambda number: Summary(f"{number} counted."))
        await until(lambda: dialog.doing.text() == "Counting: 3 of 10")
        assert (dialog.progress.value(), dialog.progress.maximum(), dialog.busy) == (3, 10, True)
        run_for(desk, dialog, "break", "Break", breaks, counted.append)
        await until(lambda: dialog.problem.label.text().startswith("Break: this went wrong"))
        (await user.sees(ErrorDialog)).reject()
        run_for(desk, dialog, "count", "Count", counts, counted.append)
        assert dialog.problem.label.text().startswith("Count: this is still running.")
        dialog.reject()
        go_on.set()
        await user.rests()
        assert counted == []
        assert user.summaries == ["There is nothing to count."]
