"""What the dialog "Add to library" asks for: searches, previews, additions and imports, each as a job."""

from __future__ import annotations

import asyncio
from pathlib import Path

import shiboken6

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.importing.plans import ImportPlan, ImportReport
from soulspot_gallery.core.model import EntityType, Outcome, RecacheResult, Report
from soulspot_gallery.core.places import find_library
from soulspot_gallery.core.sources.sync_reports import AddResult, SearchReport, Synced
from soulspot_gallery.gui.adding.add_dialog import AddDialog
from soulspot_gallery.gui.adding.import_forms import Asked
from soulspot_gallery.gui.adding.import_preview import Preview, preview_of
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY, NOT_OWN, added_sentence, import_sentence

_LOOKING = "search sources", "plan import"
_CHANGING = "add", "import"
_EXPORTS = (".zip", ".csv", ".json", ".tsv", ".txt")


def can_be_imported(path: str) -> bool:
    """Whether what was dropped is to be imported: a folder without a library in it, a zip, a CSV. Reads the disk."""
    if not Path(path).is_dir():
        return Path(path).suffix.casefold() in _EXPORTS
    try:
        find_library(path)
    except LibraryError:
        return True
    return False


def show_add(desk: Desk, path: str = "") -> None:
    """The dialog, with the preview of `path` where one is given; a sentence where nothing can be added."""
    if not desk.page.service.own:
        desk.messages.notice(NOT_OWN)
        return
    if not desk.page.writable:
        desk.messages.notice(LOOK_ONLY)
        return
    dialog = AddDialog(desk.window)
    dialog.search_requested.connect(lambda words, kind: _search(desk, dialog, words, kind))
    dialog.add_requested.connect(lambda target, kind: _add(desk, dialog, target, kind))
    dialog.preview_requested.connect(lambda asked: _look(desk, dialog, asked))
    dialog.import_requested.connect(lambda plan: _import(desk, dialog, plan))
    dialog.cancel_requested.connect(lambda: _cancel(desk, (*_LOOKING, *_CHANGING)))
    dialog.finished.connect(lambda: _cancel(desk, _LOOKING))  # what changes the library goes on in the job bar
    open_dialog(desk, dialog)
    if path:
        dialog.look_at(path)


def _cancel(desk: Desk, names: tuple[str, ...]) -> None:
    for name in names:
        desk.jobs.cancel(name)


def _search(desk: Desk, dialog: AddDialog, words: str, kind: EntityType | None) -> None:
    async def work(report: Report) -> SearchReport:
        return await (await desk.page.service.sync_service()).search(words, kind, report)

    def done(found: SearchReport) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_candidates(found)

    run_for(desk, dialog, _LOOKING[0], "Search", work, done)


def _add(desk: Desk, dialog: AddDialog, target: str, kind: EntityType | None) -> None:
    async def work(report: Report) -> AddResult:
        return await (await desk.page.service.sync_service()).add(target, kind, report)

    def done(added: AddResult) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_added(added_sentence(added))

    run_for(desk, dialog, _CHANGING[0], "Add to library", work, done, _added, desk.page.reload)


def _added(added: AddResult) -> Summary:
    return Summary(added_sentence(added), int(added.synced.outcome is Synced.FAILED))


def _look(desk: Desk, dialog: AddDialog, asked: Asked) -> None:
    async def work(report: Report) -> Preview:
        plan = await desk.page.service.plan_import(asked.source, asked.user, asked.password, report)
        return await asyncio.wrap_future(desk.executor.submit(preview_of, plan))

    def done(preview: Preview) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_preview(preview)

    run_for(desk, dialog, _LOOKING[1], "Look at the import", work, done)


def _import(desk: Desk, dialog: AddDialog, plan: ImportPlan) -> None:
    def stored(result: RecacheResult) -> None:
        if result.outcome is not Outcome.ALREADY_CACHED:
            desk.page.read_again([(result.kind, result.id)])

    def done(report: ImportReport) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_imported(import_sentence(report))

    run_for(
        desk,
        dialog,
        _CHANGING[1],
        "Import",
        lambda report: desk.page.service.apply_import(plan, report, stored),
        done,
        _imported,
        desk.page.reload,
        "Cancelled. What was stored by then stays; the same import again does the rest.",
    )


def _imported(report: ImportReport) -> Summary:
    return Summary(import_sentence(report), report.pictures.count(Outcome.FAILED))
