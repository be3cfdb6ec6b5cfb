"""The right half of the sources' dialog: one source with all that it is, its switch, its place, its test, its login."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.providers.spotify import SpotifyPlugin
from soulspot_gallery.core.sources.sync_reports import SourceInfo
from soulspot_gallery.gui.jobs.busy_dialog import push_button
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.sources.source_wording import answers_words, hindrance_words, kinds_words, limits_words
from soulspot_gallery.gui.widgets.notices import muted_label, plain_label, title_label

_FACTS = "Just now", "Gives", "Key", "Sends", "Limits", "Terms", "Kept for", "Last answers", "Last trouble"

_WHERE = (
    "Both are on the page of your application at developer.spotify.com. A login needs http://127.0.0.1/callback among "
    "the redirect URIs there."
)


def facts_of(source: SourceInfo) -> dict[str, str]:
    """What is said of a source, by label; empty texts are left out of sight."""
    last = f", last on {source.last_answer.astimezone():%d %B %Y, %H:%M}" if source.last_answer else ""
    return {
        "Just now": hindrance_words(source),
        "Gives": f"pictures of {kinds_words(source.kinds)}",
        "Key": source.key,
        "Sends": source.sends,
        "Limits": limits_words(source),
        "Terms": source.terms,
        "Kept for": count_words(source.max_age_days, "day") + " at most" if source.max_age_days is not None else "",
        "Last answers": answers_words(source) + last if last else "not asked yet",
        "Last trouble": source.last_problem or "",
    }


class CredentialsForm(QWidget):
    """The user's own application at Spotify."""

    connect_requested = Signal(str, object)
    """Client id, and secret or None: then by a login in the browser."""

    disconnect_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.client_id, self.secret = QLineEdit(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.setPlaceholderText("without it, you log in with your browser")
        self.connect_button = push_button("C&onnect", self._connect)
        self.disconnect_button = push_button("&Disconnect…", self.disconnect_requested.emit)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for label, line in (("Client &id", self.client_id), ("Client s&ecret", self.secret)):
            line.setAccessibleName(label.replace("&", ""))
            line.textChanged.connect(lambda text: self.follow())
            form.addRow(label, line)
        buttons = QHBoxLayout()
        buttons.addWidget(self.connect_button)
        buttons.addWidget(self.disconnect_button)
        buttons.addStretch(1)
        form.addRow("", buttons)
        form.addRow("", muted_label(_WHERE))
        self.follow()

    def follow(self) -> None:
        self.connect_button.setEnabled(bool(self.client_id.text().strip()))

    def forget(self) -> None:
        """Nothing secret stays in the form once it was used."""
        self.secret.clear()

    def _connect(self) -> None:
        self.connect_requested.emit(self.client_id.text().strip(), self.secret.text().strip() or None)


class SourceDetails(QWidget):
    switched = Signal(bool)
    moved = Signal(int)
    """-1: earlier, 1: later."""

    test_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = title_label("", 1.25)
        self.on = QCheckBox("As&k this source")
        self.on.clicked.connect(self.switched)
        self.earlier_button = push_button("E&arlier", lambda: self.moved.emit(-1))
        self.later_button = push_button("&Later", lambda: self.moved.emit(1))
        self.test_button = push_button("&Test", self.test_requested.emit)
        self.credentials = CredentialsForm()
        self._labels = {name: (QLabel(name), plain_label()) for name in _FACTS}
        self._lay_out()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.on)
        line.addStretch(1)
        for button in (self.earlier_button, self.later_button, self.test_button):
            line.addWidget(button)
        content = QWidget()
        facts = QFormLayout(content)
        facts.setContentsMargins(0, 0, 8, 0)
        facts.setVerticalSpacing(4)
        for name, text in self._labels.values():
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            facts.addRow(name, text)
        facts.addRow(self.credentials)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("What is known of the source")
        scroll.setWidget(content)
        for area in (scroll.viewport(), content):
            area.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addLayout(line)
        column.addWidget(scroll, 1)

    def show_source(self, source: SourceInfo) -> None:
        """What is known of it; its switch and place are the business of `follow`."""
        self.title.setText(source.title)
        self.test_button.setAccessibleName(f"Test {source.title}")
        facts = facts_of(source)
        for name, (label, text) in self._labels.items():
            text.setText(facts[name])
            label.setVisible(bool(facts[name]))
            text.setVisible(bool(facts[name]))
        self.credentials.setVisible(source.name == SpotifyPlugin.name)

    def follow(self, place: int | None, count: int, enabled: Callable[[QWidget], bool]) -> None:
        """`place` among `count` sources that are on, None where it is off; `enabled` says what may be used now."""
        self.on.setChecked(place is not None)
        self.on.setEnabled(enabled(self.on))
        self.earlier_button.setEnabled(place is not None and place > 0 and enabled(self.earlier_button))
        self.later_button.setEnabled(place is not None and place < count - 1 and enabled(self.later_button))
        self.test_button.setEnabled(enabled(self.test_button))
        self.credentials.setEnabled(enabled(self.credentials))
