"""Which library and which image root a person means who points at a file, a folder, a container's volume."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.soulspot import soulspot_database

from soulspot_gallery.core.errors import ImageRootError, LibraryError
from soulspot_gallery.core.opening import image_root_of, open_service
from soulspot_gallery.core.places import find_library
from soulspot_gallery.core.settings import Settings


@pytest.mark.parametrize(
    ("layout", "pointed"),
    [
        ("mnt/soulspot/soulspot.db", "mnt/soulspot"),
        ("mnt/soulspot/soulspot.db", "mnt/soulspot/images"),
        ("mnt/soulspot/soulspot.db", "mnt/soulspot/images/artists/spotify"),
        ("mnt/soulspot/soulspot.db", "mnt/soulspot/config"),
        ("mnt/soulspot/soulspot.db", "mnt"),
        ("mnt/soulspot/soulspot.db", "."),
        ("mnt/soulspot/config/soulspot.db", "mnt"),
        ("mnt/soulspot/data/soulspot.db", "mnt/soulspot"),
        ("data/soulspot.db", "."),
        ("config/soulspot.db", "config"),
        ("config/soulspot.db", "."),
        ("soulspot.db", "."),
        ("library.db", "."),
    ],
)
async def test_the_folder_that_is_pointed_at_is_enough(
    layout: str, pointed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / layout
    soulspot_database(file)
    images = file.parent / "images"
    images.mkdir()
    (tmp_path / pointed).mkdir(parents=True, exist_ok=True)
    for named in (str(tmp_path / pointed), pointed):
        monkeypatch.chdir(tmp_path)
        service = await open_service(named, None, tmp_path / "data", Settings())
        assert (service.library, service.image_root) == (str(file.resolve()), images.resolve())
        await service.aclose()


async def test_the_file_is_enough_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soulspot_database(tmp_path / "soulspot.db")
    (tmp_path / "images").mkdir()
    monkeypatch.chdir(tmp_path)
    async with await open_service("soulspot.db", None, tmp_path / "data", Settings()) as service:
        assert service.image_root == (tmp_path / "images").resolve()


def test_urls_of_files_have_image_roots_too(tmp_path: Path) -> None:
    file = tmp_path / "soulspot.db"
    (tmp_path / "images").mkdir()
    for url in (f"sqlite:///{file}", f"sqlite+pysqlite:///{file}", f"sqlite:///file:{file}?mode=ro&uri=true"):
        assert image_root_of(url, Settings()) == tmp_path / "images"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_linked_database_may_have_its_pictures_at_either_end(tmp_path: Path) -> None:
    volume, desk = tmp_path / "volume", tmp_path / "desk"
    soulspot_database(volume / "soulspot.db")
    (volume / "images").mkdir()
    desk.mkdir()
    (desk / "soulspot.db").symlink_to(volume / "soulspot.db")
    assert image_root_of(desk / "soulspot.db", Settings()) == volume / "images"
    (desk / "images").mkdir()
    assert image_root_of(desk / "soulspot.db", Settings()) == desk / "images"


def test_the_setting_comes_first(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert image_root_of(tmp_path / "soulspot.db", Settings(cache_dir="/elsewhere")) == Path("/elsewhere")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"looked for soulspot\.db"):
        find_library(str(tmp_path))
    with pytest.raises(ImageRootError, match="--image-root"):
        image_root_of(tmp_path / "soulspot.db", Settings())
    with pytest.raises(ImageRootError, match="--image-root"):
        image_root_of("postgresql+psycopg://me@example.org/soulspot", Settings())
