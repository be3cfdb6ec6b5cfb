"""The detail pane: one entry, several, none; buttons ask; events come later and never for another entry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.entries import make_entry
from support.thumbnail_bench import Bench, picture_file

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.model import EntityType, Event, State, Verdict
from soulspot_gallery.core.repair.reports import HistoryEntry
from soulspot_gallery.gui.detail.detail_pane import DetailPane
from soulspot_gallery.gui.look.theme import apply_theme


async def no_history(kind: EntityType, entity_id: str) -> list[tuple[HistoryEntry, QImage | None]]:
    return []


class Pane(DetailPane):
    """A pane over a bench; events are `Happened to <id>.`, and fail for the id `bad`."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.thumbnails, self.happened, bench.pictures.local_file, bench.spawn, no_history)
        self.gate: asyncio.Event | None = None

    async def happened(self, kind: EntityType, entity_id: str) -> list[Event]:
        if self.gate is not None and entity_id == "slow":
            await self.gate.wait()
        if entity_id == "bad":
            raise LibraryError("The journal can't be read.")
        return [Event(datetime.now(UTC), f"Happened to {entity_id}.")]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def pane(bench: Bench, qtbot: QtBot) -> Pane:
    pane = Pane(bench)
    qtbot.addWidget(pane)
    pane.resize(320, 700)
    pane.show()
    return pane


def test_nothing_selected_says_what_to_do(pane: Pane) -> None:
    pane.show_entries([])
    assert pane.currentIndex() == 0


def test_one_entry_shows_all_that_is_known(pane: Pane, bench: Bench) -> None:
    entry = make_entry("a1", "Low Tide", kind=EntityType.ALBUM, artist="Nina", size=34_120, verdict=Verdict.BROKEN)
    pane.show_entries([entry])
    page = pane.one
    assert (page.name.text(), page.kind.text()) == ("Low Tide", "Album by Nina")
    assert page.state.label.text() == "A whole picture lies in the cache."
    assert "broken" in page.link.label.text()
    assert [line.label.font().bold() for line in page.sources] == [True, False, False]
    assert page.url.text() == "https://cdn.example/a1.jpg"
    assert page.path.text() == str(bench.pictures.root / "albums" / "a1.webp")
    assert page.pixels.text() == "300 × 300 px"
    assert "Happened to a1." in page.events.text()


def test_the_current_entry_is_shown_where_none_is_selected(pane: Pane) -> None:
    pane.show_entries([], make_entry("a1", "Low Tide"))
    assert pane.one.name.text() == "Low Tide"


@pytest.mark.parametrize("name", ["x" * 255, "218013ce-96a8-490e-82ae-694c1cf0a0b3-and-more"])
def test_a_name_without_spaces_is_not_cut_off(pane: Pane, qtbot: QtBot, name: str) -> None:
    pane.resize(320, 600)
    pane.show_entries([make_entry("a1", name)])
    pane.show()
    qtbot.waitUntil(lambda: pane.one.name.width() > 200)
    label = pane.one.name
    room = label.fontMetrics().boundingRect(0, 0, label.width(), 0, Qt.TextFlag.TextWordWrap, label.text())
    assert room.width() <= label.width()


def test_secrets_in_a_link_are_not_shown(pane: Pane) -> None:
    entry = make_entry("a1?token=secret", state=State.REMOTE)
    pane.show_entries([entry])
    assert "secret" not in pane.one.url.text()


def test_buttons_are_there_for_what_can_be_done(pane: Pane) -> None:
    buttons = pane.one.buttons
    pane.show_entries([make_entry("a1")])
    assert all(each.isEnabled() for each in (buttons.recache, buttons.validate, buttons.show_file, buttons.copy_url))
    pane.show_entries([make_entry("a1", state=State.NONE)])
    assert not any(
        each.isEnabled() for each in (buttons.recache, buttons.validate, buttons.show_file, buttons.copy_url)
    )


def test_buttons_ask(pane: Pane, qtbot: QtBot) -> None:
    pane.show_entries([make_entry("a1")])
    buttons = pane.one.buttons
    for button, signal in (
        (buttons.recache, pane.recache_requested),
        (buttons.validate, pane.validate_requested),
        (buttons.show_file, pane.show_file_requested),
        (buttons.copy_url, pane.copy_url_requested),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pane.show_entries([make_entry("a1"), make_entry("a2")])
    with qtbot.waitSignal(pane.recache_requested):
        QTest.mouseClick(pane.several.buttons.recache, Qt.MouseButton.LeftButton)


def test_several_entries_are_summed_up(pane: Pane) -> None:
    pane.show_entries([make_entry("a1", size=1_000), make_entry("a2", state=State.REMOTE, verdict=Verdict.BROKEN)])
    page = pane.several
    assert (page.title.text(), page.kinds.text(), page.in_cache.text()) == ("2 selected", "2 artists", "1.0 kB")
    shown = [line.label.text() for line in page.states if not line.isHidden()]
    assert shown == ["1 picture: in the cache", "1 picture: only on the web"]
    assert page.broken.label.text() == "1 broken link"


def test_events_that_fail_say_why(pane: Pane) -> None:
    pane.show_entries([make_entry("bad")])
    assert "The journal can't be read." in pane.one.events.text()


async def test_late_events_of_another_entry_are_not_shown(pane: Pane, bench: Bench) -> None:
    pane.gate = asyncio.Event()
    pane.show_entries([make_entry("slow")])
    pane.show_entries([make_entry("quick")])
    await asyncio.sleep(0)
    pane.gate.set()
    await asyncio.gather(*bench.tasks)
    assert "quick" in pane.one.events.text()
    assert "slow" not in pane.one.events.text()


def test_the_picture_comes_and_counts_as_used(pane: Pane, bench: Bench, qtbot: QtBot) -> None:
    entry = make_entry("a1")
    picture_file(bench.pictures.root / entry.image.display.location, "crimson")
    pane.show_entries([entry])
    box = pane.one.picture
    qtbot.waitUntil(lambda: box.grab().toImage().pixelColor(box.rect().center()).name() == "#dc143c")
    bench.close()
    assert bench.pictures.shown == [entry.image.display.location]


def test_a_narrow_pane_needs_no_sideways_scrolling(pane: Pane, qapp: QApplication) -> None:
    """Also with the theme's buttons, which are wider than the style's own."""
    pane.show_entries([make_entry("a1", "W" * 200, artist="W" * 200)])
    palette, sheet = qapp.palette(), qapp.styleSheet()
    apply_theme(qapp, "light")
    try:
        pane.resize(pane.minimumWidth(), 400)
        assert pane.one.width() <= pane.minimumWidth() <= 260
    finally:
        qapp.setStyleSheet(sheet)
        qapp.setPalette(palette)
