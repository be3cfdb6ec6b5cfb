"""While many pictures are converted, the memory of one is kept for the next."""

from __future__ import annotations

_SHOWN = 31 * 2**20
"""Bytes; from 32 MiB on glibc learns nothing."""


def keep_memory() -> None:
    """Have what is freed from now on kept for what is asked for next, as far as that is the system's C library's way.

    glibc gives memory back at once in pieces larger than the largest that it has ever got back so, and what is free at
    the end of a heap beyond twice that (its manual, `mallopt`, M_MMAP_THRESHOLD): with covers of 640 px nearly all of
    it, but for JPEGs encoded by their planes, which costs 3 ms of CPU in page faults for each. It is shown a large
    piece, which is never written to. Pillow's own cache of blocks is no help: it makes them smaller and larger again.
    At most 62 MB a heap stay with the program.
    """
    bytes(_SHOWN)
