"""Takes what the program, its packages and a library take out of the disk's cache: `drop_caches.py LIBRARY`. Linux."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


def drop(file: Path) -> None:
    """Let go of this one's pages, but of those that a running process has mapped."""
    with contextlib.suppress(OSError), file.open("rb") as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main(library: Path) -> None:
    program = Path(__file__).parents[2] / "soulspot_gallery"
    os.sync()  # only what is written can leave the cache
    for root in (Path(os.__file__).parent, Path(sys.prefix, "lib"), program, library / "data"):
        for folder, _, names in os.walk(root):
            for name in names:
                drop(Path(folder, name))
    drop(library / "library.db")


main(Path(sys.argv[1]))
