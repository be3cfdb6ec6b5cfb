"""The trash: one line per cleanup that can still be undone. Restores and empties by signals only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.model import Progress, ReceiptSummary
from soulspot_gallery.gui.look.wording import count_words, number_words, size_words
from soulspot_gallery.gui.widgets.notices import confirmation, information, muted_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable


class TrashDialog(QDialog):
    restore_requested = Signal(str)
    empty_requested = Signal()

    def __init__(self, receipts: Sequence[ReceiptSummary], keep_days: int, parent: QWidget | None = None) -> None:
        """`keep_days`: after how many days the trash empties itself (the setting `trash_days`)."""
        super().__init__(parent)
        self.setWindowTitle("Trash")
        self.resize(640, 440)
        self._keep_days = keep_days
        self._receipts: tuple[ReceiptSummary, ...] = ()
        self.model = RowsModel(("Cleaned up on", "Files", "Size"), parent=self)
        self.table = TextTable(self.model, "Cleanups in the trash", stretched=0)
        self.table.setSelectionMode(TextTable.SelectionMode.SingleSelection)
        self.table.setSortingEnabled(False)  # newest first; sorting numbers as texts would mislead
        self.summary = muted_label()
        self.message = information()
        self.progress = QProgressBar()
        self.empty_page = self._empty_page()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty_page)
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._follow)
        self.table.doubleClicked.connect(self._restore)
        self.set_receipts(receipts)

    def set_receipts(self, receipts: Sequence[ReceiptSummary]) -> None:
        """Show these cleanups, newest first; ends what `show_busy` began."""
        self._receipts = tuple(sorted(receipts, key=lambda receipt: receipt.made_at, reverse=True))
        self.progress.hide()
        self.model.set_rows(
            [
                Row(
                    (f"{each.made_at.astimezone():%d %B %Y, %H:%M}", number_words(each.files), size_words(each.bytes)),
                    each,
                )
                for each in self._receipts
            ]
        )
        self.pages.setCurrentWidget(self.table if receipts else self.empty_page)
        if receipts:
            self.table.selectRow(0)
        files, size = sum(each.files for each in receipts), sum(each.bytes for each in receipts)
        kept = f"Files are kept for {count_words(self._keep_days, 'day')}, then deleted for good."
        self.summary.setText(f"{count_words(files, 'file')}, {size_words(size)}. {kept}" if receipts else kept)
        self._follow()

    def show_busy(self, progress: Progress) -> None:
        self.message.say(progress.doing)
        self.progress.setRange(0, progress.total)
        self.progress.setValue(progress.done)
        self.progress.setAccessibleName(progress.doing)
        self.progress.show()
        self._follow()

    def show_message(self, sentence: str) -> None:
        """What came of it, or what went wrong; ends what `show_busy` began."""
        self.progress.hide()
        self.message.say(sentence)
        self._follow()

    def _empty_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addStretch(1)
        for label in (
            title_label("The trash is empty", 1.3),
            muted_label("What a cleanup removes can be restored here."),
        ):
            label.setAlignment(label.alignment() | label.alignment().AlignHCenter)
            layout.addWidget(label)
        layout.addStretch(2)
        return page

    def _lay_out(self) -> None:
        for column, sample in ((1, "999 999"), (2, "999.9 MB")):
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 40)
        self.empty_button = self._button("&Empty trash…", self._ask_empty)
        self.close_button = self._button("&Close", self.reject)
        self.restore_button = self._button("&Restore", self._restore)
        self.restore_button.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.empty_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.restore_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        self.progress.setTextVisible(False)
        self.message.hide()
        for widget in (title_label("Trash"), self.summary, self.message, self.progress):
            layout.addWidget(widget)
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _follow(self) -> None:
        free = self.progress.isHidden()
        self.restore_button.setEnabled(free and bool(self.table.selected()))
        self.empty_button.setEnabled(free and bool(self._receipts))

    def _restore(self) -> None:
        for row in self.table.selected():
            if self.restore_button.isEnabled() and isinstance(row.about, ReceiptSummary):
                self.restore_requested.emit(row.about.id)

    def _ask_empty(self) -> None:
        files = sum(each.files for each in self._receipts)
        size = sum(each.bytes for each in self._receipts)
        question = f"Delete {count_words(files, 'file')} ({size_words(size)}) for good?"
        box = confirmation(self, question, "They can't be restored after that.", "Empty trash")
        box.accepted.connect(self.empty_requested)
        box.open()
