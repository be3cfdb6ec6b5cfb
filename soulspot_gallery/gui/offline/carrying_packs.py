"""Packs in the window: exported and imported as jobs, an import only after it has been looked at."""

from __future__ import annotations

import asyncio
from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from soulspot_gallery.core.model import Report
from soulspot_gallery.core.offline.pack_plan import PackPlan, Replace
from soulspot_gallery.core.offline.packing import PackMade
from soulspot_gallery.core.offline.scope import Scope
from soulspot_gallery.core.offline.unpacking import PackImported
from soulspot_gallery.gui.desk import Desk, open_dialog
from soulspot_gallery.gui.jobs.dialog_jobs import run_for
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.offline.making_ready import scopes_of
from soulspot_gallery.gui.offline.offline_wording import imported_sentence, made_sentence
from soulspot_gallery.gui.offline.pack_dialogs import PackExportDialog, PackImportDialog, rows_of
from soulspot_gallery.gui.sources.source_wording import LOOK_ONLY
from soulspot_gallery.gui.widgets.rows_model import Row

_EXPORT, _LOOK, _IMPORT = "export pack", "look at pack", "import pack"
_PACKS = "Packs (*.zip)"


def show_export(desk: Desk) -> None:
    """The dialog of what goes into a pack, then its file."""
    dialog = PackExportDialog(scopes_of(desk), desk.window)
    dialog.file_requested.connect(lambda scope: _choose_target(desk, dialog, scope))
    dialog.cancel_requested.connect(lambda: desk.jobs.cancel(_EXPORT))
    open_dialog(desk, dialog)


def _choose_target(desk: Desk, dialog: PackExportDialog, scope: Scope) -> None:
    chooser = _chooser(dialog, "Export pack")
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setFileMode(QFileDialog.FileMode.AnyFile)
    chooser.setDefaultSuffix("zip")
    chooser.selectFile("pictures.zip")
    chooser.fileSelected.connect(lambda path: export(desk, dialog, scope, Path(path)))
    chooser.open()


def export(desk: Desk, dialog: PackExportDialog, scope: Scope, file: Path) -> None:
    """Write the pack; whether it may replace a file has been asked."""

    async def work(report: Report) -> PackMade:
        return await desk.page.service.export_pack(file, scope, report)

    def done(made: PackMade) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_said(made_sentence(made))
            dialog.close_button.setFocus()

    run_for(
        desk,
        dialog,
        _EXPORT,
        "Export pack",
        work,
        done,
        lambda made: Summary(made_sentence(made)),
        cancelled="Cancelled. No pack was written.",
    )


def choose_pack(desk: Desk) -> None:
    """The file of a pack, then what is in it."""
    chooser = _chooser(desk.window, "Import pack")
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    chooser.fileSelected.connect(lambda path: show_pack(desk, Path(path)))
    chooser.open()


def show_pack(desk: Desk, file: Path) -> None:
    """The dialog with what would come in."""
    dialog = PackImportDialog(file, desk.window)
    dialog.look_requested.connect(lambda may: _look(desk, dialog, may))
    dialog.import_requested.connect(lambda plan: _import(desk, dialog, plan))
    dialog.cancel_requested.connect(lambda: _cancel(desk))
    dialog.finished.connect(lambda: desk.jobs.cancel(_LOOK))  # an import goes on in the job bar
    open_dialog(desk, dialog)
    _look(desk, dialog, dialog.may)


def _cancel(desk: Desk) -> None:
    for name in (_LOOK, _IMPORT):
        desk.jobs.cancel(name)


def _look(desk: Desk, dialog: PackImportDialog, may: Replace) -> None:
    async def work(report: Report) -> tuple[PackPlan, list[Row]]:
        plan = await desk.page.service.plan_pack(dialog.file, may, report)
        return plan, await asyncio.wrap_future(desk.executor.submit(rows_of, plan))

    def done(found: tuple[PackPlan, list[Row]]) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_said("")
            dialog.show_plan(*found)

    run_for(desk, dialog, _LOOK, "Look at the pack", work, done)


def _import(desk: Desk, dialog: PackImportDialog, plan: PackPlan) -> None:
    if not desk.page.writable:
        dialog.show_problem(LOOK_ONLY)
        return

    async def work(report: Report) -> PackImported:
        return await desk.page.service.apply_pack(plan, report)

    def done(imported: PackImported) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_imported(imported_sentence(imported))

    run_for(
        desk,
        dialog,
        _IMPORT,
        "Import pack",
        work,
        done,
        lambda imported: Summary(imported_sentence(imported)),
        desk.page.reload,
        "Cancelled. What came in by then stays; the same import again does the rest.",
    )


def _chooser(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilter(_PACKS)
    return dialog
