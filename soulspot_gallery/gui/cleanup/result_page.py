"""The page of the cleanup dialog that says what became of the plan: planned = removed + skipped + failed, with Undo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from soulspot_gallery.core.model import CleanupResult, NotDone, Removal, RestoreResult
from soulspot_gallery.gui.look.wording import count_words, number_words, size_words
from soulspot_gallery.gui.widgets.notices import information, muted_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable


class _Figure(QWidget):
    """A large number with a word beneath it."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.number, self.word = title_label("0", 2.2), muted_label(word)
        layout = QVBoxLayout(self)
        for label in (self.number, self.word):
            label.setWordWrap(False)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)

    def show_number(self, number: int, word: str) -> None:
        self.number.setText(number_words(number))
        self.word.setText(word)
        self.setAccessibleName(f"{number_words(number)} {word}")


def _rows(skipped: tuple[NotDone, ...], failed: tuple[NotDone, ...]) -> list[Row]:
    lists = (("Failed", failed), ("Skipped", skipped))
    return [Row((each.path, word, each.reason), each, word) for word, items in lists for each in items]


class CleanupResultPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.headline = title_label()
        self.sentence = muted_label()
        self.restored = information()
        self.restored.hide()
        self.planned, self.removed = _Figure("planned"), _Figure("moved to the trash")
        self.skipped, self.failed = _Figure("skipped"), _Figure("failed")
        self.model = RowsModel(("File", "What", "Why"), parent=self)
        self.table = TextTable(self.model, "Files that were left as they are", stretched=2)
        self.table.setColumnWidth(0, 320)
        self._lay_out()

    def _lay_out(self) -> None:
        figures = QHBoxLayout()
        figures.addStretch(1)
        parts = ((self.planned, "="), (self.removed, "+"), (self.skipped, "+"), (self.failed, ""))
        for figure, sign in parts:
            figures.addWidget(figure)
            if sign:
                between = _Figure(" ")  # of the same height: the sign stands in the line of the numbers
                between.number.setText(sign)
                figures.addWidget(between)
        figures.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for label in (self.headline, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addWidget(self.headline)
        layout.addWidget(self.sentence)
        layout.addLayout(figures)
        layout.addWidget(self.restored)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)

    def show_result(self, result: CleanupResult, removal: Removal) -> None:
        """Planned is what was ticked: everything that was removed, skipped or failed."""
        trash = removal is Removal.TRASH
        self.restored.hide()
        self.headline.setText(_headline(result))
        freed = size_words(result.freed_bytes)
        self.sentence.setText(
            f"{freed} become free when the trash is emptied; until then everything can be brought back."
            if trash and result.removed
            else f"{freed} have been freed."
            if result.removed
            else "Every file lies where it lay."
        )
        planned = result.removed + len(result.skipped) + len(result.failed)
        self.planned.show_number(planned, "planned")
        self.removed.show_number(result.removed, "moved to the trash" if trash else "deleted for good")
        self.skipped.show_number(len(result.skipped), "skipped")
        self.failed.show_number(len(result.failed), "failed")
        self._show_rows(_rows(result.skipped, result.failed))

    def show_restored(self, result: RestoreResult) -> None:
        text = f"{count_words(result.restored, 'file')} and their entries in the library are back."
        if result.skipped or result.failed:
            left = len(result.skipped) + len(result.failed)
            text += f" {count_words(left, 'file')} could not be brought back; the reasons are listed below."
        self.headline.setText("The cleanup was undone")
        self.sentence.setText("")
        self.restored.say(text)
        self._show_rows(_rows(result.skipped, result.failed))

    def _show_rows(self, rows: list[Row]) -> None:
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))


def _headline(result: CleanupResult) -> str:
    if result.failed:
        return "The cleanup is done, but some files failed"
    if not result.removed:
        return "Nothing was removed"
    return "The cleanup is done"
