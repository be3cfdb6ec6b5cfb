"""The one road for errors and remarks: a sentence in the banner for what is expected, one dialog for what is not.

May be called from any thread; what comes before the window exists waits for it. `banner` and `error_dialog` only show.
"""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.network.spoken import shown
from soulspot_gallery.gui.error_dialog import ErrorDialog

_URL = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s'\"<>)\]}]+")
_MOST_WAITING = 200
_MOST_KINDS = 1000


class Kind(StrEnum):
    """How a message is shown: a remark that passes, a problem that stays, an error that nobody expected."""

    NOTICE = "notice"
    PROBLEM = "problem"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is a sentence for people; `details` what a developer needs, without secrets of URLs; `key` says which
    unexpected errors are the same."""

    kind: Kind
    text: str
    details: str = ""
    key: str = ""


class Messages(QObject):
    """Takes messages from everywhere and gives them out on the GUI thread, where it has to be made."""

    posted = Signal(object)
    """A Message for the banner (never an unexpected one). Emitted on the GUI thread, after `attach`."""
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWidget | None = None
        self._waiting: deque[Message] = deque(maxlen=_MOST_WAITING)
        self._dialog: ErrorDialog | None = None
        self._seen: set[str] = set()
        self._arrived.connect(self._deliver)  # queued where it comes from another thread

    def notice(self, text: str) -> None:
        """A remark that goes by itself."""
        self._arrived.emit(Message(Kind.NOTICE, text))

    def problem(self, text: str) -> None:
        """A sentence that stays until it is dismissed: what is wrong and what to do."""
        self._arrived.emit(Message(Kind.PROBLEM, text))

    def report(self, error: BaseException, doing: str = "") -> None:
        """Show an error: its sentence if it is a GalleryError, else as unexpected. `doing` says what failed."""
        if isinstance(error, GalleryError):
            self.problem(f"{doing}: {error}" if doing else str(error))
        else:
            self.unexpected(error, doing)

    def unexpected(self, error: BaseException, doing: str = "") -> None:
        """Show an error that nobody foresaw, once for each kind, with details to copy; and write it to stderr."""
        details = without_secrets("".join(traceback.format_exception(error)).rstrip())
        if doing:
            details = f"{doing}\n{details}"
        _print(details)
        what = without_secrets(f"{type(error).__name__}: {error}".rstrip(": "))
        self._arrived.emit(Message(Kind.UNEXPECTED, what, details, _key(error)))

    def attach(self, window: QWidget) -> None:
        """The window exists: show what has waited, and from now on show at once."""
        self._window = window
        waiting, self._waiting = self._waiting, deque(maxlen=_MOST_WAITING)
        for message in waiting:
            self._deliver(message)

    @property
    def waiting(self) -> tuple[Message, ...]:
        """What nobody could show yet; for a start that ends before there is a window."""
        return tuple(self._waiting)

    @contextmanager
    def hooks(self, loop: asyncio.AbstractEventLoop | None = None) -> Iterator[None]:
        """While this lasts, all that escapes comes here: from the main thread and slots, from threads, from the loop,
        from finalizers."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        handler_before = loop.get_exception_handler() if loop else None
        sys.excepthook = self._from_python
        threading.excepthook = self._from_thread
        sys.unraisablehook = self._from_finalizer
        if loop is not None:
            loop.set_exception_handler(self._from_loop)
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before
            if loop is not None:
                loop.set_exception_handler(handler_before)

    def _from_python(self, kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error, error.__traceback__)
        else:
            self.report(error)

    def _from_thread(self, args: Any) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.unexpected(args.exc_value, f"In the thread {args.thread.name if args.thread else 'that ended'}")

    def _from_finalizer(self, args: Any) -> None:
        if args.exc_value is not None:
            self.unexpected(args.exc_value, f"{args.err_msg or 'In a finalizer'}: {type(args.object).__name__}")

    def _from_loop(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        what = str(context.get("message") or "In the event loop")
        if isinstance(error, BaseException):
            self.report(error, "" if isinstance(error, GalleryError) else what)
        else:
            self.unexpected(RuntimeError(what))

    def _deliver(self, message: Message) -> None:
        if self._window is None:
            self._waiting.append(message)
        elif message.kind is Kind.UNEXPECTED:
            self._show_unexpected(message, self._window)
        else:
            self.posted.emit(message)

    def _show_unexpected(self, message: Message, window: QWidget) -> None:
        if self._dialog is not None:
            self._dialog.add(message.text, message.details)
        elif message.key not in self._seen:
            self._dialog = ErrorDialog(window)
            self._dialog.finished.connect(self._forget_dialog)
            self._dialog.add(message.text, message.details)
            self._dialog.open()
        if len(self._seen) < _MOST_KINDS:
            self._seen.add(message.key)

    def _forget_dialog(self) -> None:
        self._dialog = None


def without_secrets(text: str) -> str:
    """The text with every URL cut down to scheme, host and path."""
    return _URL.sub(lambda found: shown(found[0]), text)


def _key(error: BaseException) -> str:
    """Type and place of an error: in a storm they are all the same."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(error)
    return f"{type(error).__name__} {place}"


def _print(text: str) -> None:
    """To stderr, where there is one: a Windows program without a console has none."""
    write: Callable[[str], object] | None = getattr(sys.stderr, "write", None)
    if write is not None:
        try:
            write(text + "\n")
        except (OSError, ValueError):
            return  # closed or full: there is nowhere else to go
