"""Engines on SQLite files: what their errors tell."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from soulspot_gallery.core.sqlite_files import file_engine


def test_errors_name_no_values(tmp_path: Path) -> None:
    """An error that nobody expected is shown and reported as it is, and URLs hold tokens."""
    engine = file_engine(tmp_path / "a.db", "rwc", 1.0)
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.connect() as connection:
        connection.execute(sa.text("UPDATE gone SET url = :url"), {"url": "https://cdn.example/a.jpg?token=secret"})
    engine.dispose()
    assert "gone" in str(caught.value)
    assert "secret" not in str(caught.value)
