"""Trouble of one file, or of the whole disk: by the error that the system gives, or SQLite."""

from __future__ import annotations

import errno
import sqlite3

import pytest

from soulspot_gallery.core.disk import database_trouble, disk_trouble, trouble_of_all
from soulspot_gallery.core.errors import DiskTrouble, PictureError, UnsafePath
from soulspot_gallery.core.model import ErrorCode


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EMFILE, errno.ENFILE])
def test_what_all_files_would_meet_is_told_apart(code: int) -> None:
    with pytest.raises(DiskTrouble, match=r"^a/b can't be written: .*take the work up again\.$") as caught, \
            disk_trouble("a/b"):  # fmt: skip
        raise OSError(code, "from the system")
    assert caught.value.code is ErrorCode.DISK


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ENAMETOOLONG])
def test_trouble_of_one_file_is_that_pictures(code: int) -> None:
    with pytest.raises(PictureError, match="from the system") as caught, disk_trouble("a/b"):
        raise OSError(code, "from the system")
    assert not isinstance(caught.value, DiskTrouble)
    assert trouble_of_all(OSError(code, ""), "a/b") is None


def test_a_path_that_may_not_be_written_is_unsafe() -> None:
    with pytest.raises(PictureError) as caught, disk_trouble("a/b"):
        raise UnsafePath("a/b is a link.")
    assert caught.value.code is ErrorCode.UNSAFE


def test_sqlite_says_that_the_disk_is_full() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    found = database_trouble(full.value, "The library can't be written")
    assert found is not None
    assert found.code is ErrorCode.DATABASE
    assert "the disk is full" in str(found)
    assert database_trouble(sqlite3.OperationalError("locked"), "") is None
