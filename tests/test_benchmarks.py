"""Tests of what the benchmarks tell: aims met and missed, figures with their units, the table in the README."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from lines import LINES
from measuring import ROOT, Aim, Compared, Finding, Kind, Line, Side
from reporting import BEGIN, END, aim_words, is_met, per_item, summary, table, write_summary

NEVER = math.nan


@pytest.mark.parametrize(
    ("aim", "met", "missed"),
    [
        (Aim(Kind.RATIO, 1.7), (17.0, 10.0), (17.1, 10.0)),
        (Aim(Kind.RATIO, least=3), (30.0, 10.0), (29.9, 10.0)),
        (Aim(Kind.VALUE, 0.05), (0.05, NEVER), (0.051, 0.0)),
        (Aim(Kind.MORE, 15e-6), (18e-6, 4e-6), (20e-6, 4e-6)),
        (Aim(Kind.MORE, least=-0.001), (0.9232, 0.9240), (0.9232, 0.9250)),
        (Aim(Kind.RATIO, 1.7), (0.0, 10.0), (10.0, 0.0)),
        (Aim(Kind.VALUE, 0.05), (0.0, 0.0), (NEVER, 1.0)),
    ],
)
def test_what_meets_an_aim(aim: Aim, met: tuple[float, float], missed: tuple[float, float]) -> None:
    assert is_met(aim, *met)
    assert not is_met(aim, *missed)


def test_without_a_bound_nothing_is_missed() -> None:
    assert is_met(Aim(Kind.RATIO), 5.0, 1.0)


LINE = Line(
    "small",
    "A small one",
    "file",
    (Side("gallery", "module:ours"), Side("plain", "module:theirs")),
    (
        Finding("a file", "cpu", 0, 1, Aim(Kind.RATIO, 1.5)),
        Finding("files", "rate", 0, 1, Aim(Kind.RATIO, least=2)),
        Finding("the slowest", "slowest_s", 0, 1, Aim(Kind.VALUE, 0.02)),
    ),
)
OURS = {"items": 10.0, "cpu": 0.03, "wall": 0.02, "peak": 81.4, "slowest_s": 0.012}
THEIRS = {"items": 10.0, "cpu": 0.01, "wall": 0.05, "peak": 55.0, "slowest_s": 0.001}


def test_a_line_says_what_was_compared_and_what_was_missed() -> None:
    assert summary(LINE, Compared([OURS, THEIRS], 1.0)) == [
        "| a file | 3 ms, 81 MB | plain: 1 ms, 55 MB | 3 × | ≤ 1.5 ×: **missed** |",
        "| files (clock) | 500 a second, 81 MB | plain: 200 a second, 55 MB | 2.5 × | ≥ 2 × |",
        "| the slowest | 12 ms | plain: 1 ms | 12 × | ≤ 20 ms |",
    ]
    assert "| gallery | 3 ms | 500 | 81 MB | slowest 12 ms |" in table(LINE, Compared([OURS, THEIRS], 1.0))


def test_an_aim_of_cpu_is_what_it_takes_on_this_machine() -> None:
    def last(slower: float) -> str:
        return summary(LINE, Compared([OURS, THEIRS], slower))[2].split(" | ")[-1]

    assert (last(2.5), last(0.5)) == ("≤ 20 ms, here 50 ms |", "≤ 20 ms, here 10 ms |")
    slow = replace(LINE, findings=(Finding("the slowest", "slowest_s", 0, 1, Aim(Kind.VALUE, 0.01)),))
    verdicts = [summary(slow, Compared([OURS, THEIRS], slower))[0].split(" | ")[-1] for slower in (2.5, 1.1)]
    assert verdicts == ["≤ 10 ms, here 25 ms: met by the latter |", "≤ 10 ms, here 11 ms: **missed** |"]


def test_aims_of_the_clock_and_ratios_are_the_same_on_all_machines() -> None:
    a_frame = Finding("a frame", "p99_wall_s", 0, 1, Aim(Kind.VALUE, 0.016))
    assert aim_words(a_frame, 2.5) == "≤ 16 ms"
    assert aim_words(LINE.findings[0], 2.5) == "≤ 1.5 ×"


def test_only_the_table_in_the_readme_is_replaced(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    write_summary(readme, ["| new |"])
    before, _, rest = readme.read_text("utf-8").partition(BEGIN)
    middle, _, after = rest.partition(END)
    assert (before, after) == ("before\n", "\nafter\n")
    assert middle.strip().splitlines()[-1] == "| new |"
    readme.write_text("no place", "utf-8")
    with pytest.raises(ValueError, match="no place"):
        write_summary(readme, [])
    assert readme.read_text("utf-8") == "no place"


def test_the_readme_has_a_place_for_the_table() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert 0 < readme.find(BEGIN) < readme.find(END)


def test_every_line_names_sides_that_exist_and_compares_two_of_them() -> None:
    assert len({line.name for line in LINES}) == len(LINES)
    for line in LINES:
        for side in line.sides:
            module, _, function = side.contender.partition(":")
            source = ROOT / "tests" / "benchmarks" / f"{module}.py"
            assert f"def {function}(given: Given)" in source.read_text("utf-8"), side.contender
        assert line.findings
        for finding in line.findings:
            assert finding.of != finding.to
            assert max(finding.of, finding.to) < len(line.sides)
            assert aim_words(finding, 1.0)


def test_rates_and_times_are_of_an_item() -> None:
    assert (per_item(OURS, "cpu"), per_item(OURS, "rate"), per_item(OURS, "slowest_s")) == (0.003, 500, 0.012)
