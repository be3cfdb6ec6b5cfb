"""Tests of the dialog that lists what failed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from soulspot_gallery.core.model import (
    CheckedBy,
    EntityType,
    ErrorCode,
    Outcome,
    RecacheReport,
    RecacheResult,
    UrlCheck,
    ValidateReport,
    ValidateResult,
    Verdict,
)
from soulspot_gallery.gui.jobs.failures_dialog import FailuresDialog

_LEFT = Qt.MouseButton.LeftButton
_NAMES = {"a": "Aurora", "b": "=Ночь", "c": ""}


def _failed(entity_id: str, error: ErrorCode, outcome: Outcome = Outcome.FAILED) -> RecacheResult:
    return RecacheResult(EntityType.ALBUM, entity_id, outcome, error, f"Message of {entity_id}.")


_RECACHE = RecacheReport(
    (
        RecacheResult(EntityType.ARTIST, "ok", Outcome.DOWNLOADED, path="artists/ok/ok.webp"),
        _failed("a", ErrorCode.MISSING),
        _failed("b", ErrorCode.MISSING),
        _failed("c", ErrorCode.TIMEOUT),
        _failed("d", ErrorCode.CANCELLED, Outcome.SKIPPED),
    ),
    2.5,
)


def _name_of(kind: EntityType, entity_id: str) -> str:
    return _NAMES.get(entity_id, "")


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def dialog(qtbot: QtBot, executor: ThreadPoolExecutor) -> FailuresDialog:
    dialog = FailuresDialog.for_recache(_RECACHE, _name_of, executor)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def _shown(dialog: FailuresDialog) -> list[str]:
    return [dialog.model.index(row, 0).data() for row in range(dialog.model.rowCount())]


def test_failures_are_listed_by_reason(dialog: FailuresDialog) -> None:
    assert dialog.failure_count == 3
    assert _shown(dialog) == ["Aurora", "=Ночь", "c"]
    texts = [dialog.groups.item(row).text() for row in range(dialog.groups.count())]
    assert texts == ["All  (3)", "Picture is gone  (2)", "No answer in time  (1)"]
    assert dialog.detail.text() == "Aurora: Message of a."


def test_choosing_a_reason_by_key_and_retrying_it(qtbot: QtBot, dialog: FailuresDialog) -> None:
    QTest.keyClick(dialog.groups, Qt.Key.Key_Down)
    assert _shown(dialog) == ["Aurora", "=Ночь"]
    assert dialog.retry_button.text() == "&Retry 2"
    with qtbot.waitSignal(dialog.retry_requested) as asked:
        QTest.mouseClick(dialog.retry_button, _LEFT)
    assert asked.args == [[(EntityType.ALBUM, "a"), (EntityType.ALBUM, "b")]]
    assert not dialog.isVisible()


def test_several_rows_are_selected_and_shown_in_the_grid(qtbot: QtBot, dialog: FailuresDialog) -> None:
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = dialog.table.visualRect(dialog.model.index(row, 0)).center()
        QTest.mouseClick(dialog.table.viewport(), _LEFT, modifier, place)
    with qtbot.waitSignal(dialog.show_in_grid) as asked:
        QTest.mouseClick(dialog.show_button, _LEFT)
    assert asked.args == [[(EntityType.ALBUM, "a"), (EntityType.ALBUM, "c")]]
    assert dialog.isVisible()


def test_copying_as_text(dialog: FailuresDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == [
        "Aurora\tPicture is gone\tMessage of a.",
        "=Ночь\tPicture is gone\tMessage of b.",
        "c\tNo answer in time\tMessage of c.",
    ]


def test_exporting(qtbot: QtBot, dialog: FailuresDialog, tmp_path: Path) -> None:
    dialog.export_to(tmp_path / "failures.csv")
    qtbot.waitUntil(lambda: dialog.said.text() == "Exported to failures.csv.")
    assert "album,b,'=Ночь,Picture is gone" in (tmp_path / "failures.csv").read_text("utf-8-sig")


def test_links_show_no_secrets(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    checks = {"a": Verdict.OK, "b": Verdict.BROKEN, "c": Verdict.TEMPORARY}
    results = tuple(
        ValidateResult(
            EntityType.ARTIST, key, f"https://cdn.example/{key}?token=secret", UrlCheck(verdict, "404.", CheckedBy.GET)
        )
        for key, verdict in checks.items()
    )
    dialog = FailuresDialog.for_validate(ValidateReport(results, 1.0), _name_of, executor)
    qtbot.addWidget(dialog)
    assert dialog.failure_count == 2
    dialog.copy()
    text = QGuiApplication.clipboard().text()
    assert "secret" not in text
    assert "https://cdn.example/b?…" in text


def test_without_failures_there_is_nothing_to_press(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    dialog = FailuresDialog.for_recache(RecacheReport((), 0.1), _name_of, executor)
    qtbot.addWidget(dialog)
    assert not dialog.retry_button.isEnabled()
    assert not dialog.copy_button.isEnabled()
