"""Tiles as they are painted: states told by shape, selection and focus seen in light and dark, any script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QTextOption
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from support.entries import make_entry
from support.thumbnail_bench import Bench

from soulspot_gallery.core.model import Entry, State, Verdict
from soulspot_gallery.gui.grid.card_delegate import CardDelegate
from soulspot_gallery.gui.grid.gallery_model import GalleryModel

Flag = QStyle.StateFlag
NONE = Flag.State_None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def palette(*, dark: bool) -> QPalette:
    colours = QPalette()
    colours.setColor(QPalette.ColorRole.Base, QColor("#16181c" if dark else "white"))
    colours.setColor(QPalette.ColorRole.Text, QColor("white" if dark else "#16181c"))
    colours.setColor(QPalette.ColorRole.Highlight, QColor("#2f66e0"))
    return colours


def painted(
    bench: Bench, entry: Entry, state: QStyle.StateFlag = NONE, *, dark: bool = False, tile: int = 160, ratio: float = 1
) -> QImage:
    """The tile of an entry, on the ground of the window."""
    card = CardDelegate(bench.thumbnails, tile, QFont())
    model = GalleryModel()
    model.set_entries([entry])
    size = card.cell_size()
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    colours = palette(dark=dark)
    image.fill(colours.color(QPalette.ColorRole.Base))
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, size.width(), size.height())
    option.state = state
    option.palette = colours
    painter = QPainter(image)
    card.paint(painter, option, model.index(0))
    painter.end()
    return image


def ink(image: QImage) -> int:
    """How many pixels differ from the corner's."""
    ground = image.pixel(0, 0)
    return sum(image.pixel(x, y) != ground for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("dark", [False, True])
def test_every_state_and_bad_link_looks_different_without_colour(bench: Bench, dark: bool) -> None:  # noqa: FBT001
    entries = [make_entry("a", state=state) for state in State]
    entries += [
        make_entry("a", verdict=verdict)
        for verdict in (Verdict.BROKEN, Verdict.DENIED, Verdict.NOT_IMAGE, Verdict.UNSAFE)
    ]
    entries.append(make_entry("a", locked=True))
    grey = [painted(bench, each, dark=dark).convertToFormat(QImage.Format.Format_Grayscale8) for each in entries]
    for number, image in enumerate(grey):
        assert all(image != other for other in grey[:number])


@pytest.mark.parametrize("dark", [False, True])
def test_selection_focus_and_hover_are_seen(bench: Bench, dark: bool) -> None:  # noqa: FBT001
    entry = make_entry("a")
    states = [
        NONE,
        Flag.State_MouseOver,
        Flag.State_Selected,
        Flag.State_HasFocus,
        Flag.State_Selected | Flag.State_HasFocus,
    ]
    images = [painted(bench, entry, state, dark=dark) for state in states]
    for number, image in enumerate(images):
        assert all(image != other for other in images[:number])


@pytest.mark.parametrize("tile", [96, 160, 320])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_tiles_of_all_sizes_and_densities_are_painted(bench: Bench, tile: int, ratio: float) -> None:
    image = painted(bench, make_entry("a", state=State.FAILED, verdict=Verdict.BROKEN), tile=tile, ratio=ratio)
    assert ink(image) > tile * tile * ratio * ratio / 2


@pytest.mark.parametrize(
    "name", ["", "م" * 300, "עברית ארוכה " * 20, "漢字かな" * 40, "🎵" * 80, "a\u0301\n\tb", "x" * 512]
)
def test_any_name_stays_within_its_tile(bench: Bench, name: str) -> None:
    image = painted(bench, make_entry("a", name, artist=name))
    edge = [image.pixel(x, y) for x in (0, 1, image.width() - 2, image.width() - 1) for y in range(image.height())]
    assert set(edge) == {image.pixel(0, 0)}


def test_texts_are_laid_out_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    card = CardDelegate(bench.thumbnails, 160, QFont())
    first = card.text_for("A name", 100)
    assert card.text_for("A name", 100) is first
    assert card.text_for("A name", 90) is not first


def test_a_text_is_plain_and_on_one_line(bench: Bench) -> None:
    text = CardDelegate(bench.thumbnails, 160, QFont()).text_for("<b>A name</b> that goes on", 100)
    assert text.textFormat() is Qt.TextFormat.PlainText
    assert text.textOption().wrapMode() is QTextOption.WrapMode.NoWrap
    assert (text.text()[:3], text.text()[-1]) == ("<b>", "…")
