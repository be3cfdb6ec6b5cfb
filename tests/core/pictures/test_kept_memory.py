"""Memory is kept for the next picture while many are converted: seen by the pages that the system has to give anew."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from support import pictures

ROOT = Path(__file__).resolve().parents[3]
PAGES = """
import resource, sys, threading
from soulspot_gallery.core.pictures.imaging import convert
from soulspot_gallery.core.pictures.kept_memory import keep_memory

content, pages = sys.stdin.buffer.read(), []

def work():
    for _ in range(12):
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        convert(content, 500, 85)
        pages.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

if sys.argv[1] == "kept":
    keep_memory()
thread = threading.Thread(target=work)  # the heap of another thread is another one
thread.start()
thread.join()
print(sorted(pages)[6])
"""


def pages_of_a_picture(how: str) -> int:
    """The median, in a program of its own: what the library has learnt once it does not forget."""
    done = subprocess.run(
        [sys.executable, "-c", PAGES, how], input=pictures.png((640, 640)), capture_output=True, cwd=ROOT, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have ways of their own")
def test_the_memory_of_a_picture_is_used_for_the_next() -> None:
    kept = pages_of_a_picture("kept")
    assert kept < 100
    assert kept * 3 < pages_of_a_picture("as it is")
