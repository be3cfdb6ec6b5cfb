"""What is dropped onto the window: imports are looked at, libraries are opened."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from support.music_files import music
from support.own_home import drop, move_in
from support.soulspot import SoulspotDatabase
from support.window import a_window, until

from soulspot_gallery.gui.adding.add_dialog import AddDialog
from soulspot_gallery.gui.opening.libraries import Wanted


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move_in(tmp_path / "home", monkeypatch)


async def test_a_folder_on_the_welcome_is_looked_at(tmp_path: Path) -> None:
    music(tmp_path / "music" / "1.mp3", artist="A", album="One")
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        assert drop(user.window.welcome, tmp_path / "music")
        dialog = await user.sees(AddDialog)
        await until(lambda: dialog.files.preview is not None)
        assert len(dialog.files.added.rows) == 2
        user.clicks(dialog.add_button)
        await until(dialog.said.isVisible)
        dialog.reject()
        await user.rests()
        assert len(user.shown()) == 2
        await user.is_in_grid()


async def test_a_zip_on_the_grid_is_looked_at_and_says_what_it_lacks(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing of Spotify's")
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        user.clicks(user.window.welcome.embedded_card)
        assert drop(user.window, tmp_path / "export.zip")
        dialog = await user.sees(AddDialog)
        await until(lambda: dialog.files.preview is not None)
        assert len(dialog.files.problems.rows) == 1
        assert not dialog.add_button.isEnabled()
        dialog.reject()


async def test_the_links_of_a_csv_are_left_to_a_recache(tmp_path: Path) -> None:
    (tmp_path / "liked.csv").write_text(
        "Track Name,Artist Name(s),Album Name,Album Image URL,Spotify ID\n"
        "Song,Her,One,https://pictures.invalid/a.jpg,4tZwfgrHOc3mvqYlEYSvVi\n",
        "utf-8",
    )
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        assert drop(user.window, tmp_path / "liked.csv")
        dialog = await user.sees(AddDialog)
        await until(lambda: dialog.files.preview is not None)
        user.clicks(dialog.add_button)
        await until(dialog.said.isVisible)
        assert "1 link to pictures came with it: Recache all fetches those." in dialog.said.label.text()
        dialog.reject()


async def test_a_library_is_opened_wherever_it_is_dropped(library: SoulspotDatabase, tmp_path: Path) -> None:
    library.add_artist("Artist")
    async with a_window(tmp_path / "state") as user:
        for dropped in (library.path, library.path.parent):
            await user.opens(Wanted())
            assert drop(user.window, dropped)
            page = await user.sees_gallery()
            assert page.model.total == 1
            assert not user.page.service.own
        assert user.dialogs(AddDialog) == []


async def test_on_a_foreign_library_an_import_is_refused_in_a_sentence(
    library: SoulspotDatabase, tmp_path: Path
) -> None:
    (tmp_path / "liked.csv").write_text("Track Name\n")
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted(str(library.path)))
        assert drop(user.window, tmp_path / "liked.csv")
        await until(lambda: user.said)
        assert user.said[0].text.startswith("Only your own library can be added to")
        assert not user.page.service.own
