"""Tests of the memory that Pillow keeps while many pictures are converted, and of its return."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import _imaging as core  # the documentation calls it Image.core
from support import pictures

from soulspot_gallery.core.pictures.imaging import convert
from soulspot_gallery.core.pictures.kept_memory import KEPT_BLOCKS, memory_kept


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    before = core.get_blocks_max()
    core.set_blocks_max(0)
    yield
    core.set_blocks_max(before)


def blocks_used_again() -> int:
    used: int = core.get_stats()["reused_blocks"]
    return used


def test_blocks_are_used_again_inside_and_given_back_after() -> None:
    content = pictures.jpeg((640, 640))
    convert(content, 500, 85)
    before = blocks_used_again()
    convert(content, 500, 85)
    assert blocks_used_again() == before
    with memory_kept():
        for _ in range(3):
            convert(content, 500, 85)
        assert blocks_used_again() >= before + 4
        assert 0 < core.get_stats()["blocks_cached"] <= KEPT_BLOCKS
    assert core.get_stats()["blocks_cached"] == 0


def test_the_last_to_leave_gives_the_setting_back() -> None:
    first, second = memory_kept(), memory_kept()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert core.get_blocks_max() == KEPT_BLOCKS
    second.__exit__(None, None, None)
    assert core.get_blocks_max() == 0


def test_more_that_another_part_of_the_program_keeps_is_left_to_it() -> None:
    core.set_blocks_max(KEPT_BLOCKS + 5)
    with memory_kept():
        assert core.get_blocks_max() == KEPT_BLOCKS + 5
    assert core.get_blocks_max() == KEPT_BLOCKS + 5
