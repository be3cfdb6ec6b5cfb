"""Tests of the CSV exports."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from support.plans import five_files

from soulspot_gallery.core.model import CleanupResult, EntityType, NotDone
from soulspot_gallery.gui.cleanup.plan_export import failures_csv, plan_csv, result_csv, safe_cell, write_csv


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝"])
def test_no_cell_starts_a_formula(start: str) -> None:
    assert safe_cell(start + "1+1") == "'" + start + "1+1"


@pytest.mark.parametrize("text", ["", "Ночь", "a=b", "3000", "'x"])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_the_plan_says_what_is_ticked_now() -> None:
    plan = five_files()
    rows = _rows(plan_csv(plan, frozenset({plan.items[1].path})))
    assert [row["ticked"] for row in rows] == ["no", "yes", "no", "no", "no"]
    assert rows[0]["name"] == "Ночь"
    assert rows[0]["bytes"] == "3000"
    assert rows[3]["reasons"] == "orphan corrupt"
    assert rows[1]["last_used_by"] == "file date"


def test_the_result_adds_up_to_what_was_planned() -> None:
    plan = five_files()
    skipped, failed = NotDone("artists/aa/aa1.webp", "It has changed."), NotDone("artists/cc/cc3.webp", "=cmd")
    rows = _rows(result_csv(plan, plan.ticked, CleanupResult("plan-1", "r", 2, 28, 4500, (skipped,), (failed,))))
    assert [row["outcome"] for row in rows] == ["skipped", "failed", "removed", "removed"]
    assert [row["reason"] for row in rows][:2] == ["It has changed.", "'=cmd"]


def test_a_file_of_failures_is_read_back_in_any_script(tmp_path: Path) -> None:
    row = (EntityType.ALBUM, "id", 'موسيقى, "quoted"', "Server error", "@sum", "https://cdn.example/a")
    file = tmp_path / "out.csv"
    write_csv(file, failures_csv([row]))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    (read,) = _rows(file.read_text("utf-8-sig"))
    assert read["name"] == 'موسيقى, "quoted"'
    assert read["message"] == "'@sum"
