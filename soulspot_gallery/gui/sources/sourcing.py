"""What the sources' dialog asks for: the list, a test, the order, Spotify's login; each as a job."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from soulspot_gallery.core.model import Report
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.sources.sync_reports import Purge, SourceInfo, SourceTest
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY, purge_sentence
from soulspot_gallery.gui.sources.sources_dialog import SourcesDialog

_ASKING = "test source", "connect spotify"
_DISCONNECT = "disconnect spotify"


def show_sources(desk: Desk, change_settings: Callable[[Settings], object]) -> None:
    """The dialog, once the sources are read."""

    async def read() -> tuple[list[SourceInfo], tuple[str, ...]]:
        sync = await desk.page.service.sync_service()
        return await sync.sources(), sync.problems

    desk.jobs.run_quietly("sources", read, lambda found: _show(desk, *found, change_settings))


def _show(
    desk: Desk, sources: list[SourceInfo], problems: tuple[str, ...], change_settings: Callable[[Settings], object]
) -> None:
    dialog = SourcesDialog(sources, problems, os.environ, desk.window)
    dialog.order_changed.connect(
        lambda order: change_settings(dataclasses.replace(desk.page.service.settings, providers=order))
    )
    dialog.test_requested.connect(lambda name: _test(desk, dialog, name))
    dialog.connect_requested.connect(lambda client_id, secret: _connect(desk, dialog, client_id, secret))
    dialog.disconnect_requested.connect(lambda: _disconnect(desk, dialog))
    dialog.cancel_requested.connect(lambda: _cancel(desk, *_ASKING, _DISCONNECT))
    dialog.finished.connect(lambda: _cancel(desk, *_ASKING))
    open_dialog(desk, dialog)


def _cancel(desk: Desk, *names: str) -> None:
    for name in names:
        desk.jobs.cancel(name)


def _test(desk: Desk, dialog: SourcesDialog, name: str) -> None:
    async def work(report: Report) -> SourceTest:
        return await (await desk.page.service.sync_service()).test(name)

    def done(test: SourceTest) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_test(test)

    run_for(desk, dialog, _ASKING[0], "Asking the source", work, done)


def _connect(desk: Desk, dialog: SourcesDialog, client_id: str, secret: str | None) -> None:
    async def work(report: Report) -> None:
        sync = await desk.page.service.sync_service()
        await sync.connect_spotify(client_id, secret, _open_page)

    def done(nothing: None) -> None:
        if shiboken6.isValid(dialog):
            dialog.details.credentials.forget()
            dialog.show_said("Connected. Tick “Ask this source” to have it asked.")
            _read_again(desk, dialog)

    title = "Connecting Spotify" if secret else "Waiting for your login in the browser"
    run_for(desk, dialog, _ASKING[1], title, work, done)


def _open_page(page: str) -> None:
    QDesktopServices.openUrl(QUrl(page))


def _disconnect(desk: Desk, dialog: SourcesDialog) -> None:
    if not desk.page.writable:
        dialog.show_problem(LOOK_ONLY)
        return

    async def work(report: Report) -> Purge:
        return await (await desk.page.service.sync_service()).disconnect_spotify(report)

    def done(purge: Purge) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_said(purge_sentence(purge))
            _read_again(desk, dialog)

    def summed(purge: Purge) -> Summary:
        return Summary(purge_sentence(purge))

    run_for(desk, dialog, _DISCONNECT, "Disconnect Spotify", work, done, summed, desk.page.reload)


def _read_again(desk: Desk, dialog: SourcesDialog) -> None:
    async def read() -> list[SourceInfo]:
        return await (await desk.page.service.sync_service()).sources()

    def show(sources: list[SourceInfo]) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_sources(sources)

    desk.jobs.run_quietly("sources", read, show)
