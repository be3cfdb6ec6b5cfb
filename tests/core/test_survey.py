"""Tests of looking at many files: what is known costs no read, of too many unknown ones most are only glanced at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from support import pictures

from soulspot_gallery.core.files import checks
from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.model import FileStamp
from soulspot_gallery.core.pictures.webp import announced_size

FILES = 12


class CountingStore(Store):
    """Counts the files that are read whole, and those of which the header is."""

    reads = glances = 0

    def read(self, path: str, limit: int = 1 << 26) -> bytes:
        self.reads += 1
        return super().read(path, limit)

    def heads(self, paths: Iterable[str], size: int) -> Iterator[bytes]:
        for head in super().heads(paths, size):
            self.glances += 1
            yield head


@pytest.fixture
def store(tmp_path: Path) -> CountingStore:
    folder = tmp_path / "images" / "artists" / "ab"
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"ab{number:02}.webp").write_bytes(pictures.webp((60, 40)))
    return CountingStore(tmp_path / "images")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path / "journal.db")
    yield journal
    journal.close()


def files_of(store: Store) -> list[tuple[str, FileStamp | None]]:
    return [(file.path, file.stamp) for file in sorted(store.scan().files, key=lambda file: file.path)]


def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LOOKS_AT_ONCE", 10)
    monkeypatch.setattr(checks, "LOOKS_OF_MANY", 5)


def test_each_file_is_read_once(store: CountingStore, journal: Journal) -> None:
    for _ in range(2):
        looks = FileChecks(store, journal)
        looks.recall_all()
        assert all(check is not None and check.whole and check.sha256 for check in looks.survey(files_of(store)))
        journal.note_checks(looks.take_new())
    assert (store.reads, store.glances) == (FILES, 0)


def test_of_too_many_a_part_is_read_in_each_run(
    store: CountingStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_at_once(monkeypatch)
    looks = FileChecks(store, journal)
    found = list(looks.survey(files_of(store)))
    assert (store.reads, store.glances) == (5, FILES - 5)
    assert [check is not None and bool(check.sha256) for check in found] == [True] * 5 + [False] * (FILES - 5)
    assert all(check is not None and check.whole and (check.width, check.height) == (60, 40) for check in found)
    list(looks.survey(files_of(store)))  # few enough are left
    assert store.reads == FILES


def test_a_glance_sees_what_is_too_short_or_no_webp(
    store: CountingStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_at_once(monkeypatch)
    for number, content in ((9, pictures.webp()[:-9]), (10, b""), (11, pictures.jpeg())):
        (store.root / f"artists/ab/ab{number:02}.webp").write_bytes(content)
    found = list(FileChecks(store, journal).survey(files_of(store)))
    assert [check is not None and check.whole for check in found] == [True] * 9 + [False] * 3


def test_a_changed_file_is_read_again(store: CountingStore, journal: Journal) -> None:
    looks = FileChecks(store, journal)
    list(looks.survey(files_of(store)))
    os.utime(store.root / "artists/ab/ab03.webp", ns=(1, 1))
    list(looks.survey(files_of(store)))
    assert store.reads == FILES + 1


@pytest.mark.parametrize(
    ("options", "mode"),
    [({"quality": 80}, "RGB"), ({"quality": 80}, "RGBA"), ({"lossless": True}, "RGB"), ({"lossless": True}, "RGBA")],
)
def test_the_announced_size(options: dict[str, int], mode: str) -> None:
    made = BytesIO()
    Image.new(mode, (300, 200), (9, 9, 9, 90)[: len(mode)]).save(made, "WEBP", **options)
    assert announced_size(made.getvalue()[:32]) == (300, 200)
    assert announced_size(made.getvalue()[:20]) is None
