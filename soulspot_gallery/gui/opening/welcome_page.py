"""The pages before there is a library to show: welcome, and "can't be opened"; and the read-only banner."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.resources import resource
from soulspot_gallery.gui.opening.opening_page import OpeningPage
from soulspot_gallery.gui.opening.option_card import OptionCard
from soulspot_gallery.gui.opening.window_dialogs import choose_folder
from soulspot_gallery.gui.widgets.notices import Notice, confirmation, muted_label, plain_label, title_label

_LOGO = 72
_DROPPED = (
    "Or drop something anywhere on this page: a database or its folder to open it; a music folder, a Spotify export or "
    "an Exportify CSV to import it into your own library."
)


def _icon(name: str) -> QIcon:
    return QIcon(str(resource(name)))


def _picture(name: str) -> QLabel:
    label = QLabel()
    label.setPixmap(_icon(name).pixmap(QSize(_LOGO, _LOGO), label.devicePixelRatioF()))
    return label


def _lines(*labels: QLabel) -> QVBoxLayout:
    """Labels close together, in the middle of the height there is."""
    lines = QVBoxLayout()
    lines.setSpacing(4)
    lines.addStretch(1)
    for label in labels:
        lines.addWidget(label)
    lines.addStretch(1)
    return lines


class WelcomePage(OpeningPage):
    """First start with an empty library: the sample library, and the ways to open one's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample_card = OptionCard(
            _icon("icon-picture.svg"),
            "Look at the sample library",
            "Drawn covers, made-up names, and every kind of trouble to try your hand at. Nothing of yours is touched.",
        )
        self.database_card = OptionCard(
            _icon("icon-open.svg"),
            "Open a SoulSpot database…",
            "A file such as soulspot.db. It is only looked at until you allow writing.",
        )
        self.folder_card = OptionCard(
            _icon("icon-folder.svg"),
            "Open a SoulSpot folder…",
            "The folder with soulspot.db and images in it, such as mnt/soulspot.",
        )
        self.embedded_card = OptionCard(
            _icon("icon-album.svg"),
            "Use the gallery's own library",
            "An empty library in your data folder, ready to be filled.",
        )
        self.sample_card.clicked.connect(self.sample_requested)
        self.database_card.clicked.connect(self.choose_file)
        self.folder_card.clicked.connect(self.choose_folder)
        self.embedded_card.clicked.connect(self.embedded_requested)
        self._lay_out()
        self.setFocusProxy(self.sample_card)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(18)
        head.addWidget(_picture("icon.svg"))
        words = title_label("Welcome to SoulSpot Gallery", 1.9)
        sentence = muted_label(
            "See the artwork of your music library, repair what is broken, and keep its cache clean."
        )
        head.addLayout(_lines(words, sentence), 1)
        cards = QGridLayout()
        cards.setSpacing(12)
        places = (
            (self.sample_card, 0, 0),
            (self.database_card, 0, 1),
            (self.folder_card, 1, 0),
            (self.embedded_card, 1, 1),
        )
        for card, row, column in places:
            cards.addWidget(card, row, column)
        self.column.addStretch(2)
        self.column.addLayout(head)
        self.column.addSpacing(14)
        self.column.addLayout(cards)
        self.column.addSpacing(6)
        self.column.addLayout(self.address_row(_DROPPED))
        self.column.addStretch(3)
        order = [card for card, _, _ in places]
        for before, after in zip(order, [*order[1:], self.address], strict=True):
            QWidget.setTabOrder(before, after)


class CannotOpenPage(OpeningPage):
    """A library that can't be opened: the sentence that says why and what to do, another try, another library."""

    retry_requested = Signal()
    image_root_chosen = Signal(str)
    """A folder for the pictures of the library that was to be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = title_label("This library can't be opened", 1.7)
        self.library = muted_label()
        self.library.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem = Notice(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self.retry_button = QPushButton("&Try again")
        self.image_root_button = QPushButton("Choose its &image folder…")
        self.file_button = QPushButton("Open another &database…")
        self.folder_button = QPushButton("Open a folde&r…")
        self.sample_button = QPushButton("&Sample library")
        self.embedded_button = QPushButton("The gallery's o&wn library")
        self.retry_button.clicked.connect(self.retry_requested)
        self.image_root_button.clicked.connect(self._choose_image_root)
        self.file_button.clicked.connect(self.choose_file)
        self.folder_button.clicked.connect(self.choose_folder)
        self.sample_button.clicked.connect(self.sample_requested)
        self.embedded_button.clicked.connect(self.embedded_requested)
        self._lay_out()
        self.setFocusProxy(self.retry_button)

    def show_problem(self, sentence: str, library: str, *, folder_missing: bool = False) -> None:
        """`sentence` says what is wrong and what to do; `library` is the path or address, its password masked.
        `folder_missing`: what is missing is the folder with its pictures, which can be chosen."""
        self.problem.say(sentence)
        self.library.setText(library)
        self.image_root_button.setVisible(folder_missing)

    def _choose_image_root(self) -> None:
        choose_folder(self, "Choose the folder with the pictures of this library", self.image_root_chosen.emit)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(18)
        head.addWidget(_picture("icon.svg"))
        head.addLayout(_lines(self.headline, self.library), 1)
        same, others = QHBoxLayout(), QHBoxLayout()
        for row, buttons in (
            (same, (self.retry_button, self.image_root_button)),
            (others, (self.file_button, self.folder_button, self.sample_button, self.embedded_button)),
        ):
            for button in buttons:
                button.setMinimumHeight(34)
                button.setAutoDefault(True)  # Return presses it, as Space does
                row.addWidget(button)
            row.addStretch(1)
        self.column.addStretch(2)
        self.column.addLayout(head)
        self.column.addSpacing(6)
        self.column.addWidget(self.problem)
        self.column.addSpacing(6)
        self.column.addLayout(same)
        self.column.addLayout(others)
        self.column.addSpacing(14)
        self.column.addWidget(plain_label("Or open another library by its path or address:"))
        self.column.addLayout(self.address_row("Or drop a database file or its folder anywhere on this page."))
        self.column.addStretch(3)


class ReadOnlyBanner(Notice):
    """A line above the grid: this library is only looked at. Hidden until it has something to say."""

    allow_writing_requested = Signal()
    """After the consequence was shown and agreed to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QStyle.StandardPixmap.SP_MessageBoxInformation, parent)
        self.allow_button = QPushButton("Allow &writing…")
        self._asks_first = True  # whether the consequence has yet to be agreed to
        self.allow_button.setAutoDefault(True)  # Return presses it, as Space does
        self.allow_button.clicked.connect(self._ask)
        self.side.addWidget(self.allow_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_foreign(self) -> None:
        """For a library that is not the gallery's own, until the user allows writing."""
        self._asks_first = True
        self.allow_button.setText("Allow &writing…")
        self.allow_button.show()
        self.say("Read-only: you can look at everything, but nothing is stored in this library or its image folder.")

    def show_another(self, sentence: str) -> None:
        """For a library that another gallery is writing: it can be asked for again once that is closed."""
        self._asks_first = False
        self.allow_button.setText("&Try again")
        self.allow_button.show()
        self.say(sentence)

    def show_reason(self, sentence: str) -> None:
        """For a library that can't be written now, whatever the user wants: `sentence` says why and what to do."""
        self.allow_button.hide()
        self.say(sentence)

    def _ask(self) -> None:
        if not self._asks_first:
            self.allow_writing_requested.emit()
            return
        box = confirmation(
            self,
            "Allow the gallery to write to this library?",
            "It will store pictures in the image folder, and keep the address and path of each entry's picture up to "
            "date in the database. Nothing else in it is changed. This is remembered for this library.",
            "Allow writing",
        )
        box.accepted.connect(self.allow_writing_requested)
        box.open()
