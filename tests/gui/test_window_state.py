"""What the window remembers: written whole, read back the same, and nothing of a damaged file believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.gui.grid.row_order import Order, SortKey
from soulspot_gallery.gui.window_state import WindowState, read_window_state, write_window_state

FULL = WindowState(
    library="/music/Ёлка, 50 %/soulspot.db",
    image_root=Path("/music/images; all"),
    kind=EntityType.ALBUM,
    sort=SortKey.FETCHED,
    descending=True,
    tile=208,
    details=False,
    geometry=bytes(range(256)),
    splitter=b"\x00\xff\n",
)


@pytest.mark.parametrize("state", [FULL, WindowState()])
def test_comes_back_as_it_was(tmp_path: Path, state: WindowState) -> None:
    write_window_state(tmp_path, FULL)
    write_window_state(tmp_path, state)
    assert read_window_state(tmp_path) == state


def test_the_order_of_the_grid() -> None:
    assert FULL.order == Order(kind=EntityType.ALBUM, sort=SortKey.FETCHED, descending=True)
    order = Order(kind=EntityType.ARTIST, search="gone", sort=SortKey.SIZE)
    changed = FULL.with_view(order, 96)
    assert (changed.kind, changed.sort, changed.descending, changed.tile) == (
        EntityType.ARTIST, SortKey.SIZE, False, 96,
    )  # fmt: skip
    assert changed.order.search == "", "searches begin anew"
    assert changed.library == FULL.library


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe garbage",
        b"[General]\nkind=painter\nsort=colour\ntile=-4\ndescending=1\ngeometry=12\nlibrary=\n",
        b"[General]\nkind=a, b\ntile=\xc2\xb2\nsplitter=@ByteArray(\n",
    ],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "window.ini").write_bytes(content)
    assert read_window_state(tmp_path) == WindowState()


def test_where_it_cannot_be_written_nothing_happens(tmp_path: Path) -> None:
    folder = tmp_path / "a file"
    folder.write_text("no folder")
    write_window_state(folder, FULL)
    assert read_window_state(folder) == WindowState()


@pytest.mark.parametrize(
    ("library", "kept"),
    [
        (
            "postgresql+psycopg://me:geh@im@db:5433/x?sslmode=require",
            "postgresql+psycopg://me@db:5433/x?sslmode=require",
        ),
        ("postgresql://me@db/x?password=geheim", "postgresql://me@db/x"),
        ("postgresql:///x?host=/run/pg&sslpassword=geheim", "postgresql:///x?host=/run/pg"),
        ("sqlite:///music/soulspot.db", "sqlite:///music/soulspot.db"),
    ],
)
def test_passwords_are_not_kept(tmp_path: Path, library: str, kept: str) -> None:
    write_window_state(tmp_path, WindowState(library=library))
    assert read_window_state(tmp_path).library == kept
