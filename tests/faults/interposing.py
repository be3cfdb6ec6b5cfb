"""Counts the file operations of a process and stops it, or lets one fail, at a chosen one. POSIX; tests alone use it.

Only operations below one folder count: that of the library under test, with its image root and the gallery's data.
SQLite's own system calls are out of reach from here; its statements that begin, change and commit stand for them.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soulspot_gallery.core.files import store
from soulspot_gallery.core.journal.journal import Journal

WRITES = frozenset({"mkdir", "create", "write", "fsync", "link", "rename", "change", "commit"})
"""What needs space on the disk."""

NAMES = frozenset({"mkdir", "create", "link", "rename", "unlink", "rmdir"})
"""What changes a folder."""

OPENS = frozenset({"create", "open", "list", "connect"})
"""What needs a free descriptor."""

FAILS = {
    "ENOSPC": WRITES,
    "EROFS": NAMES | {"write", "begin", "change", "commit"},
    "EACCES": NAMES | OPENS,
    "EIO": WRITES | NAMES | OPENS | {"begin"},
    "EMFILE": OPENS,
}
"""Which operations can fail with which error."""

LASTING = frozenset({"ENOSPC", "EROFS"})
"""A full disk stays full: with these, all such operations fail from the chosen one on."""

_SQLITE = {
    "ENOSPC": (sqlite3.SQLITE_FULL, "database or disk is full"),
    "EROFS": (sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
    "EACCES": (sqlite3.SQLITE_CANTOPEN, "unable to open database file"),
    "EIO": (sqlite3.SQLITE_IOERR, "disk I/O error"),
    "EMFILE": (sqlite3.SQLITE_CANTOPEN, "unable to open database file"),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to happen at operation `at` (from 1; 0: never) below `root`.

    `kind`: `kill` stops the process there, `power` takes away what was not synced as well, anything else is the
    error that the operation fails with. `trace`: a file that gets one line an operation. `without`: a safeguard that
    is taken out, to see that it is missed: `intent`, `fsync`, `aside`.
    """

    kind: str
    at: int
    root: str
    trace: str
    without: str = ""


class _Gate:
    """Every operation passes here before it takes place."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.power = _Power(Path(fault.trace + ".shadow"), fault.root)
        self._lock = threading.RLock()
        self._ending = False
        self._count = 0
        self._trace = os.open(fault.trace, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def inside(self, path: object) -> bool:
        try:
            return os.path.realpath(os.fsdecode(path)).startswith(self.fault.root)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return False

    def ask(self, operation: str, what: object, last_words: Callable[[], object] = lambda: None) -> str | None:
        """The error that this operation is to fail with, or None; may not return. `last_words` is done before a stop
        or a failure: half of a write, for instance."""
        fault = self.fault
        with self._lock:
            stopping = fault.kind in ("kill", "power")
            if self._ending:  # what the hook itself does to end the process
                return None
            if not stopping and operation not in FAILS.get(fault.kind, frozenset()):
                return None
            self._count += 1
            _REAL["write"](self._trace, f"{self._count} {operation} {what}\n".encode())
            hit = self._count == fault.at or (fault.kind in LASTING and 0 < fault.at < self._count)
            if not hit:
                return None
            self._ending = stopping
            last_words()
            if fault.kind == "power":
                self.power.cut()
            if stopping:
                os.kill(os.getpid(), signal.SIGKILL)
            return fault.kind

    def file(self, operation: str, path: object) -> None:
        if self.inside(path):
            self.fail(self.ask(operation, path), path)

    def fail(self, error: str | None, path: object) -> None:
        if error is not None:
            code = getattr(errno, error)
            raise OSError(code, os.strerror(code), str(path))

    def database(self, operation: str, what: str) -> None:
        error = self.ask(operation, what)
        if error is not None:
            code, text = _SQLITE[error]
            problem = sqlite3.OperationalError(text)
            problem.sqlite_errorcode = code
            raise problem


class _Power:
    """What a power cut would take: bytes of files that were not synced, and names in folders that were not.

    A rename and a link last once the folder of the new name is synced, a removal once its folder is. Harsher than
    any one file system, and no harsher than what POSIX promises.
    """

    def __init__(self, shadow: Path, root: str) -> None:
        self._shadow = shadow
        self._root = root
        self._unsynced = set[int]()
        self._undo = list[tuple[str, Callable[[], object]]]()
        self._kept = 0

    def wrote(self, descriptor: int) -> None:
        self._unsynced.add(os.fstat(descriptor).st_ino)

    def synced(self, descriptor: int) -> None:
        found = os.fstat(descriptor)
        self._unsynced.discard(found.st_ino)
        folder = os.path.realpath(f"/proc/self/fd/{descriptor}")
        self._undo = [(each, undo) for each, undo in self._undo if each != folder]

    def keep(self, path: object) -> Path | None:
        """A copy of a plain file that is about to go."""
        file = Path(os.fsdecode(path))  # type: ignore[arg-type]
        if file.is_symlink() or not file.is_file():
            return None
        self._shadow.mkdir(exist_ok=True)
        self._kept += 1
        copy = self._shadow / str(self._kept)
        shutil.copy2(file, copy)
        return copy

    def changed(self, path: object, undo: Callable[[], object]) -> None:
        folder = os.path.realpath(os.path.dirname(os.fsdecode(path)))  # type: ignore[arg-type] # noqa: PTH120
        self._undo.append((folder, undo))

    def cut(self) -> None:
        for _, undo in reversed(self._undo):
            undo()
        for folder, _, names in os.walk(self._root):
            for name in names:
                file = Path(folder) / name
                if not file.is_symlink() and file.stat().st_ino in self._unsynced:
                    os.truncate(file, file.stat().st_size // 2)


_REAL: dict[str, Callable[..., Any]] = {
    name: getattr(os, name)
    for name in ("open", "fdopen", "write", "fsync", "mkdir", "rmdir", "link", "rename", "replace", "unlink", "scandir")
}


class _Stream:
    """A file opened for writing, of whose writes a half can get lost."""

    def __init__(self, gate: _Gate, stream: Any) -> None:
        self._gate = gate
        self._stream = stream

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *problem: object) -> None:
        self._stream.close()

    def write(self, content: bytes) -> int:
        def half() -> None:
            self._stream.write(content[: len(content) // 2])
            self._stream.flush()

        self._gate.power.wrote(self._stream.fileno())
        self._gate.fail(self._gate.ask("write", f"{len(content)} bytes", half), self._stream.name)
        return int(self._stream.write(content))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def arm(fault: Fault) -> None:
    """From now on this process is under the fault; there is no way back."""
    gate = _Gate(fault)
    _take_out(fault.without)
    _interpose_opening(gate)
    _interpose_naming(gate)
    _interpose_sqlite(gate)


def _interpose_opening(gate: _Gate) -> None:
    def opening(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        gate.file("create" if flags & _WRITING else "open", path)
        return int(_REAL["open"](path, flags, mode, **more))

    def streaming(descriptor: int, mode: str = "r", *more: Any, **most: Any) -> Any:
        stream = _REAL["fdopen"](descriptor, mode, *more, **most)
        return _Stream(gate, stream) if "w" in mode else stream

    def syncing(descriptor: int) -> None:
        if gate.fault.without == "fsync":
            return
        gate.fail(gate.ask("fsync", Path(f"/proc/self/fd/{descriptor}").resolve()), "fsync")
        _REAL["fsync"](descriptor)
        gate.power.synced(descriptor)

    def listing(path: Any = ".") -> Any:
        gate.file("list", path)
        return _REAL["scandir"](path)

    for name, function in {"open": opening, "fdopen": streaming, "fsync": syncing, "scandir": listing}.items():
        setattr(os, name, function)


def _interpose_naming(gate: _Gate) -> None:
    def moving(source: Any, target: Any, **more: Any) -> None:
        gate.file("rename", target)
        kept = gate.power.keep(target)

        def undo() -> None:
            _REAL["rename"](target, source)
            if kept is not None:
                shutil.copy2(kept, target)

        _REAL["replace"](source, target, **more)
        gate.power.changed(target, undo)

    def linking(source: Any, target: Any, **more: Any) -> None:
        gate.file("link", target)
        _REAL["link"](source, target, **more)
        gate.power.changed(target, lambda: Path(target).unlink(missing_ok=True))

    def unlinking(path: Any, **more: Any) -> None:
        if more.get("dir_fd") is not None:
            gate.fail(gate.ask("unlink", path), path)
            return _REAL["unlink"](path, **more)  # type: ignore[no-any-return]
        gate.file("unlink", path)
        kept = gate.power.keep(path)
        _REAL["unlink"](path, **more)
        if kept is not None:
            gate.power.changed(path, lambda: shutil.copy2(kept, path))
        return None

    def making(path: Any, mode: int = 0o777, **more: Any) -> None:
        gate.file("mkdir", path)
        _REAL["mkdir"](path, mode, **more)

    def unmaking(path: Any, **more: Any) -> None:
        gate.file("rmdir", path)
        _REAL["rmdir"](path, **more)

    patched = {"rename": moving, "replace": moving, "link": linking, "unlink": unlinking, "remove": unlinking}
    for name, function in {**patched, "mkdir": making, "rmdir": unmaking}.items():
        setattr(os, name, function)


def _interpose_sqlite(gate: _Gate) -> None:
    def passes(statement: str, name: str) -> None:
        word = statement.lstrip().split(" ", 1)[0].upper()
        if word in ("BEGIN", "COMMIT"):
            gate.database(word.lower(), name)
        elif word in _CHANGES:
            gate.database("change", name)

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, *values: Any) -> Any:
            passes(statement, self.connection.name)  # type: ignore[attr-defined]
            return super().execute(statement, *values)

        def executemany(self, statement: str, values: Iterable[Any]) -> Any:
            passes(statement, self.connection.name)  # type: ignore[attr-defined]
            return super().executemany(statement, values)

    class Connection(sqlite3.Connection):
        name = ""

        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    real = sqlite3.connect

    def connecting(database: Any, *arguments: Any, **more: Any) -> sqlite3.Connection:
        name = Path(str(database).partition("?")[0]).name
        gate.database("connect", name)
        connection: Connection = real(database, *arguments, factory=Connection, **more)
        connection.name = name
        return connection

    sqlite3.connect = connecting  # type: ignore[assignment]


def _take_out(safeguard: str) -> None:
    if safeguard == "intent":
        note = Journal.note_removed
        Journal.begin_writes = lambda self, intents: None  # type: ignore[method-assign]
        Journal.note_removed = lambda self, files: note(  # type: ignore[method-assign]
            self, [file for file in files if file.step not in ("intended", "returning")]
        )
    if safeguard == "aside":
        setattr(store, "second_name", lambda target, other: None)  # noqa: B010 - a name that it only imports
