"""Fixtures of the tests that need a PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.image_server import ImageServer
from support.shared import SharedLibrary, database_on_server

from soulspot_gallery.core.joining import queue_tables
from soulspot_gallery.core.library.sharing import create_shared_library


@pytest.fixture
def empty(tmp_path: Path, image_server: ImageServer) -> Iterator[SharedLibrary]:
    """An empty database, and an image root."""
    (tmp_path / "images").mkdir()
    with database_on_server() as (folder, name):
        yield SharedLibrary(folder, name, tmp_path / "images", image_server)


@pytest.fixture
def shared(empty: SharedLibrary) -> SharedLibrary:
    """A library that several galleries can share."""
    create_shared_library(empty.url, queue_tables())
    return empty
