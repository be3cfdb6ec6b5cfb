"""Tests of the defaults: which library, which image root, and what may be made on first use."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.soulspot import SoulspotDatabase

from soulspot_gallery.core.errors import ImageRootError, LibraryError
from soulspot_gallery.core.opening import image_root_of, open_service
from soulspot_gallery.core.places import embedded_library, find_library
from soulspot_gallery.core.settings import Settings


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing was opened yet."""
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "share"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "share"


async def test_the_embedded_library_is_created_on_first_use_and_kept(data: Path) -> None:
    for _ in range(2):
        async with await open_service(None, None, None, Settings()) as service:
            assert service.library == str(embedded_library())
            assert service.image_root == embedded_library().parent / "images"
            assert await service.entries() == []
    assert embedded_library().is_relative_to(data)


async def test_the_embedded_library_with_an_image_root_of_ones_own(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ImageRootError):
        await open_service(None, tmp_path / "pictures", None, Settings())
    assert not (tmp_path / "pictures").exists()
    (tmp_path / "pictures").mkdir()
    async with await open_service(None, tmp_path / "pictures", None, Settings()) as service:
        assert service.image_root == tmp_path / "pictures"
    assert not (embedded_library().parent / "images").exists()


async def test_a_named_library_is_never_created(data: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        await open_service(tmp_path / "none.db", tmp_path, None, Settings())
    assert not (tmp_path / "none.db").exists()
    assert not data.exists()  # noqa: ASYNC240


async def test_the_image_root_beside_a_library(library: SoulspotDatabase, tmp_path: Path) -> None:
    images = library.path.parent / "images"
    for named in (library.path, str(library.path), f"sqlite:///{library.path}"):
        async with await open_service(named, None, tmp_path / "data", Settings()) as service:
            assert service.library == str(library.path)
            assert service.image_root == images
    assert image_root_of(library.path, Settings(cache_dir="/elsewhere")) == Path("/elsewhere")
    images.rmdir()
    with pytest.raises(ImageRootError, match="--image-root"):
        await open_service(library.path, None, tmp_path / "data", Settings())


def test_a_server_has_no_folder_beside_it() -> None:
    with pytest.raises(ImageRootError, match="--image-root") as wrong:
        image_root_of("postgresql://somebody:secret@db.example/soulspot", Settings())
    assert "secret" not in str(wrong.value)


def test_a_folder_stands_for_the_library_in_it(library: SoulspotDatabase, tmp_path: Path) -> None:
    assert find_library(str(library.path.parent)) == str(library.path)
    assert find_library(str(library.path)) == str(library.path)
    with pytest.raises(LibraryError):
        find_library(str(tmp_path))
