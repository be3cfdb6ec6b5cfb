"""A file that only takes up room, given up when the disk is full, so that a cleanup can still be written down."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

SIZE = 4 << 20
"""Bytes kept: enough to write down the removal of some ten thousand files."""

_PLENTY = 8 * SIZE
"""The reserve is not taken where less than this is free: then others need the room more."""


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve beside a file. Nothing here raises: without it, all goes on as long as there is room."""

    file: Path

    @classmethod
    def beside(cls, file: Path) -> Reserve:
        return cls(file.with_name(file.name + ".reserve"))

    @classmethod
    def none(cls) -> Reserve:
        """For a journal on a server, whose disk is not ours to see to."""
        return cls(Path(os.devnull) / "reserve")

    def keep(self) -> None:
        """Take the room, where it is not taken yet and there is plenty."""
        with contextlib.suppress(OSError):
            if self.file.exists() or shutil.disk_usage(self.file.parent).free < _PLENTY:
                return
            try:
                with self.file.open("xb") as stream:
                    if hasattr(os, "posix_fallocate"):
                        os.posix_fallocate(stream.fileno(), 0, SIZE)
                    else:
                        stream.write(bytes(SIZE))
            except OSError:
                self.file.unlink(missing_ok=True)

    def give_up(self) -> bool:
        """Give the room back; False where there was none kept."""
        try:
            self.file.unlink()
        except OSError:
            return False
        return True
