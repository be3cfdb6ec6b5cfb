"""Readiness in the window: shown for a scope, and made so by an ordinary recache."""

from __future__ import annotations

import shiboken6

from soulspot_gallery.core.model import EntityType, RecacheReport, RecacheResult, Report
from soulspot_gallery.core.network.door import SHUT
from soulspot_gallery.core.offline.readiness import Readiness
from soulspot_gallery.core.offline.scope import Scope
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.offline.readiness_dialog import NamedScope, ReadinessDialog
from soulspot_gallery.gui.operations import recache_summary
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY

_COUNT, _MAKE = "count readiness", "make ready"


def scopes_of(desk: Desk) -> list[NamedScope]:
    """Everything, and what is selected; selected playlists with the albums and artists of their tracks."""
    entities = desk.page.view.selected_entries().entities
    scopes = [NamedScope("The whole library", Scope())]
    if not entities:
        return scopes
    ids = frozenset(entity.id for entity in entities)
    one = (
        f"“{entities[0].name}”"
        if len(entities) == 1
        else count_words(len(entities), "selected entry", "selected entries")
    )
    playlists = [entity for entity in entities if entity.kind is EntityType.PLAYLIST]
    if playlists and desk.page.service.knows_tracks:
        names = f"“{playlists[0].name}”" if len(playlists) == 1 else count_words(len(playlists), "selected playlist")
        whole = Scope(playlists=frozenset(each.id for each in playlists))
        scopes.append(NamedScope(f"{names}, with albums and artists of the tracks", whole))
    scopes.append(NamedScope(one, Scope(ids=ids)))
    return scopes


def show_readiness(desk: Desk) -> None:
    """The dialog; counted is the scope that is chosen there."""
    dialog = ReadinessDialog(scopes_of(desk), desk.window)
    dialog.scope_chosen.connect(lambda scope: _count(desk, dialog))
    dialog.make_requested.connect(lambda found: _make(desk, dialog, found))
    dialog.show_in_grid.connect(desk.page.show_keys)
    dialog.cancel_requested.connect(lambda: desk.jobs.cancel(_MAKE))
    dialog.finished.connect(lambda: desk.jobs.cancel(_COUNT))
    open_dialog(desk, dialog)
    _count(desk, dialog)


def _count(desk: Desk, dialog: ReadinessDialog) -> None:
    async def work(report: Report) -> Readiness:
        return await desk.page.service.readiness(dialog.scope, report)

    def done(found: Readiness) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_found(found)
            dialog.show_said("")

    run_for(desk, dialog, _COUNT, "Count what is ready", work, done)


def _make(desk: Desk, dialog: ReadinessDialog, found: Readiness) -> None:
    if not desk.page.writable:
        dialog.show_problem(LOOK_ONLY)
        return
    if desk.page.service.offline:
        dialog.show_problem(SHUT)
        return

    def changed(result: RecacheResult) -> None:
        desk.page.read_again([(result.kind, result.id)])

    async def work(report: Report) -> RecacheReport:
        return await desk.page.service.make_ready(found, report, changed)

    def done(report: RecacheReport) -> None:
        desk.page.settle()
        if shiboken6.isValid(dialog):
            _count(desk, dialog)

    run_for(
        desk,
        dialog,
        _MAKE,
        "Make ready for offline",
        work,
        done,
        lambda report: recache_summary(report, desk.page.name_of),
        cancelled="Cancelled. What was fetched by then stays; making ready again does the rest.",
    )
