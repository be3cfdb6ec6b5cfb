"""What stays after a job that did not succeed everywhere: the failures by reason, to be read, copied and retried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.model import (
    EntityType,
    ErrorCode,
    Outcome,
    RecacheReport,
    RecacheResult,
    ValidateReport,
    ValidateResult,
)
from soulspot_gallery.gui.cleanup.plan_export import failures_csv, write_csv
from soulspot_gallery.gui.jobs.background import Background
from soulspot_gallery.gui.look.wording import (
    count_words,
    error_words,
    kind_words,
    number_words,
    outcome_words,
    safe_url,
    verdict_counts_words,
    verdict_words,
)
from soulspot_gallery.gui.widgets.group_list import GroupList
from soulspot_gallery.gui.widgets.notices import muted_label, plain_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

NameOf = Callable[[EntityType, str], str]
Key = tuple[EntityType, str]


_NO_FAILURES = (ErrorCode.CANCELLED, ErrorCode.PICTURE_LOCKED)


class Failure(NamedTuple):
    """One line: what it is about, its name, the reason it is grouped by, the sentence, the address without secrets."""

    kind: EntityType
    id: str
    name: str
    reason: str
    message: str
    address: str


def failure_of(result: RecacheResult | ValidateResult, name_of: NameOf) -> Failure:
    name = name_of(result.kind, result.id) or result.id
    if isinstance(result, ValidateResult):
        check = result.check
        return Failure(result.kind, result.id, name, verdict_words(check.verdict), check.detail, safe_url(result.url))
    return Failure(result.kind, result.id, name, error_words(result.error), result.message or "", "")


def failed_results(report: RecacheReport) -> list[RecacheResult]:
    """What failed or was left out for a reason; what was merely cancelled, or is locked, is no failure."""
    return [
        result
        for result in report.results
        if result.outcome in (Outcome.FAILED, Outcome.SKIPPED) and result.error not in _NO_FAILURES
    ]


def failed_checks(report: ValidateReport) -> list[ValidateResult]:
    """The links that do not answer with a picture, those not reachable just now among them."""
    return [result for result in report.results if not result.check.verdict.answers]


def recache_sentence(report: RecacheReport) -> str:
    counts = [(outcome_words(outcome).lower(), report.count(outcome)) for outcome in Outcome]
    parts = ", ".join(f"{number_words(count)} {words}" for words, count in counts if count)
    return f"{count_words(len(report.results), 'picture')} in {report.seconds:.1f} s: {parts or 'nothing to do'}."


def validate_sentence(report: ValidateReport) -> str:
    parts = verdict_counts_words(report.count) or "nothing to do"
    return f"{count_words(len(report.results), 'link')} in {report.seconds:.1f} s: {parts}."


class FailuresDialog(QDialog):
    """Show it with `show()`. Without a selection, its buttons are about all rows that are shown."""

    retry_requested = Signal(list)
    """list[tuple[EntityType, str]]"""

    show_in_grid = Signal(list)
    """list[tuple[EntityType, str]]"""

    def __init__(
        self,
        title: str,
        summary: str,
        failures: Sequence[RecacheResult | ValidateResult],
        name_of: NameOf,
        executor: Executor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(860, 520)
        self.failure_count = len(failures)
        found = [failure_of(result, name_of) for result in failures]
        rows = [Row((each.name, kind_words(each.kind), each.reason, each.message), each, each.reason) for each in found]
        self.model = RowsModel(("Name", "Kind", "Reason", "What happened"), rows, self)
        self.table = TextTable(self.model, "Failures", stretched=3)
        self.groups = self._group_list()
        self.said, self.detail = muted_label(), plain_label()
        self._background = Background(executor, self)
        self._lay_out(title, summary)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self, self.copy)
        self.table.selectionModel().selectionChanged.connect(self._follow)
        self.table.selectionModel().currentRowChanged.connect(lambda index: self._tell(index.row()))
        self.model.modelReset.connect(self._follow)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(self.model.index(0, 0), flags.NoUpdate)
        self._follow()

    @classmethod
    def for_recache(
        cls, report: RecacheReport, name_of: NameOf, executor: Executor, parent: QWidget | None = None
    ) -> FailuresDialog:
        return cls("Recache: what failed", recache_sentence(report), failed_results(report), name_of, executor, parent)

    @classmethod
    def for_validate(
        cls, report: ValidateReport, name_of: NameOf, executor: Executor, parent: QWidget | None = None
    ) -> FailuresDialog:
        return cls(
            "Links: what does not answer", validate_sentence(report), failed_checks(report), name_of, executor, parent
        )

    def chosen(self) -> list[Failure]:
        """The selected failures, or all that are shown where none is selected."""
        rows = self.table.selected() or [self.model.row(number) for number in range(self.model.rowCount())]
        return [row.about for row in rows if isinstance(row.about, Failure)]

    def copy(self) -> None:
        """Put the chosen failures on the clipboard, one per line, tabs between."""
        chosen = self.chosen()
        lines = ("\t".join((each.name, each.reason, each.message, each.address)).rstrip() for each in chosen)
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.setText(f"{count_words(len(chosen), 'line')} copied.")

    def export_to(self, file: Path) -> None:
        """Write the failures of the shown group to this CSV file, in the background, and say how it went."""
        rows = [self.model.row(number).about for number in range(self.model.rowCount())]
        failures = [each for each in rows if isinstance(each, Failure)]

        def work() -> str:
            try:
                write_csv(file, failures_csv(failures))
            except OSError as problem:
                return f"{file.name} could not be written: {problem.strerror}. Choose another place."
            return f"Exported to {file.name}."

        self._background.run(work, self.said.setText)

    def _group_list(self) -> GroupList:
        counted: list[tuple[str, str | None, int]] = [("All", None, len(self.model.rows))]
        counted += [(reason, reason, count) for reason, count in self.model.groups.most_common()]
        groups = GroupList("Reasons", [f"{text}  ({number_words(count)})" for text, _, count in counted], 24)
        groups.currentRowChanged.connect(lambda row: self.model.show_group(counted[row][1]))
        return groups

    def _lay_out(self, title: str, summary: str) -> None:
        for column, sample in ((0, "The Paper Lanterns and more"), (1, "Playlist "), (2, "Not reachable just now ")):
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        middle = QHBoxLayout()
        middle.addWidget(self.groups)
        middle.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        self.copy_button = self._button("&Copy", self.copy)
        self.export_button = self._button("&Export…", self._ask_export)
        self.show_button = self._button("&Show in grid", self._show)
        self.close_button = self._button("C&lose", self.reject)
        self.retry_button = self._button("&Retry", self._retry)
        self.retry_button.setDefault(True)
        for button in (self.copy_button, self.export_button):
            buttons.addWidget(button)
        buttons.addWidget(self.said, 1)
        for button in (self.show_button, self.close_button, self.retry_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(title_label(title))
        layout.addWidget(muted_label(summary))
        layout.addLayout(middle, 1)
        layout.addWidget(self.detail)
        layout.addLayout(buttons)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _follow(self) -> None:
        """The buttons say how many rows they are about."""
        count = sum(1 for _ in self.table.selected()) or self.model.rowCount()
        for button in (self.retry_button, self.show_button, self.copy_button, self.export_button):
            button.setEnabled(count > 0)
        self.retry_button.setText(f"&Retry {number_words(count)}" if count else "&Retry")

    def _tell(self, row: int) -> None:
        """The whole of what happened to the current row: its cell may be too narrow."""
        about = self.model.row(row).about if row >= 0 else None
        text = f"{about.name}: {about.message} {about.address}".strip() if isinstance(about, Failure) else ""
        self.detail.setText(text)

    def _keys(self) -> list[Key]:
        return [(each.kind, each.id) for each in self.chosen()]

    def _retry(self) -> None:
        self.retry_requested.emit(self._keys())
        self.accept()

    def _show(self) -> None:
        self.show_in_grid.emit(self._keys())

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, "Export as CSV", "failures.csv", "CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()
