"""The sources' dialog by itself: what it shows of each, and what a variable of the environment fixes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.sources.sync_reports import Limit, SourceInfo
from soulspot_gallery.gui.sources.sources_dialog import SourcesDialog


def source(name: str, position: int | None, problem: str | None = None) -> SourceInfo:
    limits = (Limit(name, "https://api.example", 50, 5.0),)
    return SourceInfo(
        name, name.title(), (EntityType.ARTIST, EntityType.ALBUM), position, "none", "names", "not for sale", 30,
        limits, problem, 0.0, 3, 1, 0, datetime(2026, 1, 2, 12, tzinfo=UTC), "It was away.",
    )  # fmt: skip


def shown(qtbot: QtBot, environment: Mapping[str, str] | None = None) -> SourcesDialog:
    sources = [source("deezer", 0), source("itunes", 1), source("spotify", None, "Connect it.")]
    dialog = SourcesDialog(sources, ["There is no source called 'x'."], environment or {})
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def facts_of(dialog: SourcesDialog) -> dict[str, str]:
    return {label.text(): text.text() for label, text in dialog.details._labels.values() if text.isVisible()}


def test_all_that_is_known_of_a_source_is_shown(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    dialog = shown(qtbot)
    qtmodeltester.check(dialog.model)  # type: ignore[no-untyped-call]
    facts = facts_of(dialog)
    assert facts.pop("Last answers").startswith("3 found, 1 not known, 0 failed, last on 02 January 2026")
    assert facts == {
        "Gives": "pictures of artists, albums",
        "Key": "none",
        "Sends": "names",
        "Limits": "deezer: 50 requests in 5 s",
        "Terms": "not for sale",
        "Kept for": "30 days at most",
        "Last trouble": "It was away.",
    }
    assert "There is no source called 'x'." in dialog.note.text()
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.details.title.text() == "Itunes"
    dialog.choose("spotify")
    assert facts_of(dialog)["Just now"] == "Connect it."


def test_each_change_of_the_order_is_told(qtbot: QtBot) -> None:
    dialog = shown(qtbot)
    orders = list[tuple[str, ...]]()
    dialog.order_changed.connect(orders.append)
    dialog.choose("spotify")
    QTest.keyClick(dialog.details.on, Qt.Key.Key_Space)
    QTest.mouseClick(dialog.details.earlier_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.details.earlier_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.details.earlier_button, Qt.MouseButton.LeftButton)
    assert orders == [("deezer", "itunes", "spotify"), ("deezer", "spotify", "itunes"), ("spotify", "deezer", "itunes")]
    dialog.show_sources([source("deezer", 0), source("itunes", 1), source("spotify", None)])
    assert dialog.order == orders[-1], "what was put here counts, also before it is saved"


def test_a_variable_fixes_the_order_but_not_the_test(qtbot: QtBot) -> None:
    dialog = shown(qtbot, {"SOULSPOT_GALLERY_PROVIDERS": "deezer,itunes"})
    assert "SOULSPOT_GALLERY_PROVIDERS" in dialog.note.text()
    assert not dialog.details.on.isEnabled()
    assert not dialog.details.later_button.isEnabled()
    with qtbot.waitSignal(dialog.test_requested) as asked:
        QTest.mouseClick(dialog.details.test_button, Qt.MouseButton.LeftButton)
    assert asked.args == ["deezer"]
