"""Tests of the small pictures in the cleanup table."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from soulspot_gallery.core.errors import UnsafePath
from soulspot_gallery.gui.cleanup.plan_thumbnails import PlanThumbnails, decode_webp


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A red WebP of 120 by 60 px."""
    image = QImage(120, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(tmp_path / "red.webp"))
    return tmp_path / "red.webp"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_a_picture_is_scaled_to_fit_and_never_enlarged(picture: Path) -> None:
    small, large = decode_webp(picture, 40), decode_webp(picture, 500)
    assert small is not None
    assert large is not None
    assert (small.width(), small.height()) == (40, 20)
    assert (large.width(), large.height()) == (120, 60)
    assert small.pixelColor(5, 5).red() > 200


def test_what_is_no_whole_webp_is_no_picture(picture: Path, tmp_path: Path) -> None:
    whole = picture.read_bytes()
    # A VP8X header that claims 16,384 by 16,384 px: refused before a byte is decoded.
    huge = b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + bytes(4) + b"\xff\x3f\x00" * 2
    for number, content in enumerate((b"", whole[:12], whole[:40], b"<svg/>", b"\x89PNG\r\n\x1a\n", huge)):
        file = tmp_path / f"{number}.webp"
        file.write_bytes(content)
        assert decode_webp(file, 40) is None
    assert decode_webp(tmp_path, 40) is None
    assert decode_webp(tmp_path / "missing.webp", 40) is None


def test_a_picture_arrives_later_and_is_kept(qtbot: QtBot, picture: Path, executor: ThreadPoolExecutor) -> None:
    owner, opened = QObject(), list[str]()

    def local_file(path: str) -> Path:
        opened.append(path)
        return picture

    thumbnails = PlanThumbnails(local_file, executor, owner)
    thumbnails.pixel_ratio = 2.0
    with qtbot.waitSignal(thumbnails.arrived) as arrived:
        assert thumbnails.get("a.webp") is None
        assert thumbnails.get("a.webp") is None
    assert arrived.args == ["a.webp"]
    pixmap = thumbnails.get("a.webp")
    assert pixmap is not None
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (80, 2.0)
    assert opened == ["a.webp"]


def test_an_unsafe_path_is_no_picture(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    owner = QObject()

    def local_file(path: str) -> Path:
        raise UnsafePath("The path does not stay in the image root.")

    thumbnails = PlanThumbnails(local_file, executor, owner)
    with qtbot.waitSignal(thumbnails.arrived):
        thumbnails.get("../x.webp")
    assert thumbnails.get("../x.webp") is None


def test_rows_scrolled_past_are_not_decoded(qtbot: QtBot, picture: Path, executor: ThreadPoolExecutor) -> None:
    owner, opened, arrived = QObject(), list[str](), list[str]()

    def local_file(path: str) -> Path:
        opened.append(path)
        return picture

    thumbnails = PlanThumbnails(local_file, executor, owner)
    thumbnails.arrived.connect(lambda path: arrived.append(path))
    for number in range(1000):
        thumbnails.get(f"{number}.webp")
    qtbot.waitUntil(lambda: "999.webp" in arrived)
    qtbot.waitUntil(lambda: len(arrived) == 102)
    assert "500.webp" not in opened
    thumbnails.stop()
