"""Where an import comes from, as it is typed or chosen: a folder or file, or a music server with its login."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from soulspot_gallery.core.importing.subsonic import is_address
from soulspot_gallery.gui.jobs.busy_dialog import push_button
from soulspot_gallery.gui.opening.window_dialogs import choose_folder
from soulspot_gallery.gui.widgets.notices import muted_label

_EXPORTS = "Exports (*.zip *.csv *.json *.tsv *.txt);;All files (*)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What `ImageService.plan_import` takes."""

    source: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class ImportForm(QWidget):
    """`asked` is None as long as the form is not filled in."""

    changed = Signal()

    @property
    def asked(self) -> Asked | None:
        """What is asked for; an empty form asks for nothing."""
        return None


class FilesForm(ImportForm):
    """A path, with buttons to choose a folder or a file."""

    def __init__(self) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.setPlaceholderText("A music folder, Spotify's export (zip or folder), or an Exportify CSV")
        self.path.setAccessibleName("Folder or file to import")
        self.path.setClearButtonEnabled(True)
        self.path.textChanged.connect(self.changed)
        self.folder_button = push_button("F&older…", self._choose_folder)
        self.file_button = push_button("F&ile…", self._choose_file)
        line = QHBoxLayout()
        line.addWidget(self.path, 1)
        line.addWidget(self.folder_button)
        line.addWidget(self.file_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        column.addWidget(
            muted_label("Tags, covers beside the music and pictures in it are read; your files stay as they are.")
        )
        self.setFocusProxy(self.path)

    @property
    def asked(self) -> Asked | None:
        path = self.path.text().strip()
        return Asked(path) if path and not is_address(path) else None

    def _choose_folder(self) -> None:
        choose_folder(self, "Import a folder", self.path.setText)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Import an export", "", _EXPORTS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()


class ServerForm(ImportForm):
    """Address, user and password. Without the last two, the login of an earlier import is used."""

    def __init__(self) -> None:
        super().__init__()
        self.address, self.user, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("https://music.example.org")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        for label, line in (
            ("&Server", self.address),
            ("&User", self.user),
            ("Pass&word", self.password),
        ):
            line.setAccessibleName(label.replace("&", ""))
            line.textChanged.connect(self.changed)
            form.addRow(label, line)
        column.addLayout(form)
        column.addWidget(
            muted_label(
                "Navidrome, Gonic, LMS and others that speak OpenSubsonic. Once imported from, a server's login is "
                "kept on this computer (never the password itself) and may be left out here."
            )
        )
        self.setFocusProxy(self.address)

    @property
    def asked(self) -> Asked | None:
        address, user = self.address.text().strip(), self.user.text().strip()
        if not is_address(address):
            return None
        return Asked(address, user or None, self.password.text() or None)
