"""The one road for errors: from every corner to the right place, nothing lost, no secrets, no hundred dialogs."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from soulspot_gallery.core.errors import ImageRootError, LibraryError
from soulspot_gallery.gui.banner import Banner
from soulspot_gallery.gui.error_dialog import ErrorDialog
from soulspot_gallery.gui.messages import Kind, Message, Messages, without_secrets


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    """A window that is closed with its dialogs."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    yield window
    for dialog in dialogs():
        dialog.close()


def dialogs() -> list[ErrorDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, ErrorDialog) and each.isVisible()]


def error(number: int = 0) -> RuntimeError:
    """An error from always the same place."""
    try:
        raise RuntimeError(f"number {number} at https://user:pw@cdn.example/a.jpg?token=geheim#top")
    except RuntimeError as raised:
        return raised


@pytest.fixture(autouse=True)
def stderr(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    return capsys


def test_nothing_is_lost_before_the_window_exists(messages: Messages, window: QWidget) -> None:
    posted = list[Message]()
    messages.posted.connect(posted.append)
    messages.problem("The image folder is not there.")
    messages.notice("Library opened.")
    messages.unexpected(error())
    assert [each.kind for each in messages.waiting] == [Kind.PROBLEM, Kind.NOTICE, Kind.UNEXPECTED]
    assert (posted, dialogs()) == ([], [])
    messages.attach(window)
    assert [each.text for each in posted] == ["The image folder is not there.", "Library opened."]
    assert len(dialogs()) == 1
    assert messages.waiting == ()


def test_the_expected_is_a_sentence_the_rest_a_dialog(messages: Messages, window: QWidget) -> None:
    posted = list[Message]()
    messages.posted.connect(posted.append)
    messages.attach(window)
    messages.report(LibraryError("The library is locked."))
    messages.report(LibraryError("The library is locked."), "Opening the library")
    assert [each.text for each in posted] == ["The library is locked.", "Opening the library: The library is locked."]
    assert dialogs() == []
    messages.report(error(), "Opening the library")
    assert len(posted) == 2
    assert len(dialogs()) == 1


def test_no_secret_of_a_url_is_shown(
    messages: Messages, window: QWidget, stderr: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    messages.attach(window)
    messages.unexpected(error())
    (dialog,) = dialogs()
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "https://cdn.example/a.jpg" in copied
    assert "Traceback" in copied
    assert "PySide6" in copied
    for text in (copied, dialog.what.text(), dialog.view.toPlainText(), stderr.readouterr().err):
        assert "geheim" not in text
        assert "pw" not in text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("GET https://a.example/x?k=v failed", "GET https://a.example/x failed"),
        ("('http://u:p@a.example:81/x#f')", "('http://a.example:81/x')"),
        ("postgresql+psycopg://me:pw@db/x broke", "postgresql+psycopg:… broke"),
        ("no address: here", "no address: here"),
    ],
)
def test_without_secrets(text: str, clean: str) -> None:
    assert without_secrets(text) == clean


def test_a_storm_opens_one_dialog_and_never_the_same_twice(messages: Messages, window: QWidget) -> None:
    messages.attach(window)
    for number in range(100):
        messages.unexpected(error(number))
    (dialog,) = dialogs()
    assert dialog.count == 100
    assert dialog.heading.text().startswith("100 things")
    assert dialog.text().count("Traceback") == 20
    assert dialog.text().endswith("… and 80 more")
    dialog.close_button.click()
    assert dialogs() == []
    messages.unexpected(error(101))
    assert dialogs() == []
    messages.unexpected(LookupError("another"))
    assert len(dialogs()) == 1


async def test_hooks_catch_from_everywhere(messages: Messages) -> None:
    loop = asyncio.get_running_loop()
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    class Grave:
        def __del__(self) -> None:
            raise LookupError("in a finalizer")

    async def forgotten() -> None:
        raise LookupError("in a forgotten task")

    def fail(where: str) -> None:
        raise LookupError(where)

    with messages.hooks(loop):
        QTimer.singleShot(0, lambda: fail("in a slot"))
        loop.call_soon(fail, "in a callback")
        task = asyncio.create_task(forgotten())
        thread = threading.Thread(target=fail, args=("in a thread",), name="worker")
        thread.start()
        await asyncio.sleep(0.02)
        thread.join()
        del task
        gc.collect()
        Grave()
        loop.call_exception_handler({"message": "without an exception"})
        await asyncio.sleep(0.01)
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert loop.get_exception_handler() is None
    details = [each.details for each in messages.waiting]
    for where in ("a slot", "a callback", "a forgotten task", "a thread", "a finalizer"):
        assert sum(f"LookupError: in {where}" in each for each in details) == 1, where
    assert sum("without an exception" in each for each in details) == 1
    assert len(details) == 6


def test_an_expected_error_from_a_slot_is_a_sentence(messages: Messages) -> None:
    with messages.hooks():
        sys.excepthook(ImageRootError, ImageRootError("The folder is gone."), None)
    assert messages.waiting == (Message(Kind.PROBLEM, "The folder is gone."),)


def test_ctrl_c_is_no_error(messages: Messages, stderr: pytest.CaptureFixture[str]) -> None:
    with messages.hooks():
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert messages.waiting == ()
    assert "KeyboardInterrupt" in stderr.readouterr().err


async def test_from_a_thread_it_is_shown_on_the_gui_thread(messages: Messages) -> None:
    window, threads = QWidget(), list[int]()
    messages.attach(window)
    messages.posted.connect(lambda message: threads.append(threading.get_ident()))
    await asyncio.to_thread(messages.problem, "The disk is full.")
    while not threads:  # noqa: ASYNC110  # Qt has no event to await
        await asyncio.sleep(0.001)
    assert threads == [threading.get_ident()]


def test_without_stderr_it_still_works(messages: Messages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    messages.unexpected(error())
    assert len(messages.waiting) == 1


class TestBanner:
    @pytest.fixture
    def banner(self, messages: Messages, window: QWidget) -> Banner:
        banner = Banner(messages, window)
        messages.attach(window)
        return banner

    def test_shows_the_newest_and_goes_back_to_the_one_before(self, messages: Messages, banner: Banner) -> None:
        assert banner.isHidden()
        messages.problem("First.")
        messages.problem("Second.")
        messages.problem("First.")
        assert (banner.label.text(), banner.more.text(), banner.isVisible()) == ("First.", "1 more", True)
        assert banner.accessibleName() == "problem: First."
        banner.dismiss_button.click()
        assert (banner.label.text(), banner.more.text()) == ("Second.", "")
        banner.dismiss_button.click()
        assert banner.isHidden()
        banner.dismiss()

    def test_a_notice_goes_by_itself_a_problem_stays(self, messages: Messages, banner: Banner, qtbot: QtBot) -> None:
        banner._passing.setInterval(10)
        messages.problem("A problem.")
        messages.notice("A notice.")
        assert banner.label.text() == "A notice."
        qtbot.waitUntil(lambda: banner.label.text() == "A problem.")
        qtbot.wait(30)
        assert banner.isVisible()

    def test_keeps_no_endless_list(self, messages: Messages, banner: Banner) -> None:
        for number in range(200):
            messages.problem(f"Problem {number}.")
        assert banner.more.text() == "49 more"
        assert banner.label.text() == "Problem 199."
