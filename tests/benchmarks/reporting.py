"""What came out, as Markdown: a table of all sides of a comparison, and its lines of the summary in the README."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from measuring import Aim, Compared, Finding, Kind, Line, Medians

BEGIN, END = "<!-- figures: written by packaging/bench.py --write -->", "<!-- end of the figures -->"
HEADING = ("| what | gallery | beside it, in the same run | | aim |", "|---|--:|---|--:|--:|")
_KNOWN = frozenset(("items", "cpu", "wall", "peak"))
_CLOCK = frozenset(("wall", "rate", "p99_wall_s", "screenful_s", "longest_gap_s"))
"""Figures by the clock; all other times are CPU."""


def per_item(figures: Medians, figure: str) -> float:
    """Seconds of CPU or clock for an item, items a second by the clock (`rate`); any other figure as it is."""
    if figure == "rate":
        return figures["items"] / figures["wall"]
    return figures[figure] / figures["items"] if figure in ("cpu", "wall") else figures[figure]


def table(line: Line, found: Compared) -> str:
    """The comparison as a Markdown table, with what was found below."""
    rows = [f"| {line.title} | CPU a {line.unit} | {line.unit}s a second | peak memory | |", "|---|--:|--:|--:|---|"]
    for side, figures in zip(line.sides, found.sides, strict=True):
        more = ", ".join(f"{_name(key)} {shown(key, value)}" for key, value in figures.items() if key not in _KNOWN)
        rate = figures["items"] / figures["wall"] if figures["wall"] else 0.0
        cpu = shown("cpu", per_item(figures, "cpu"))
        rows.append(f"| {side.label} | {cpu} | {rate:,.3g} | {figures['peak']:,.0f} MB | {more} |")
    return "\n".join([*rows, "", *HEADING, *summary(line, found)])


def summary(line: Line, found: Compared) -> list[str]:
    """A row of the README's table for each finding."""
    return [_row(line, finding, found) for finding in line.findings]


def _row(line: Line, finding: Finding, found: Compared) -> str:
    value, floor = (per_item(found.sides[number], finding.figure) for number in (finding.of, finding.to))
    ours, theirs = shown(finding.figure, value), shown(finding.figure, floor)
    if finding.figure in ("cpu", "wall", "rate"):
        ours, theirs = (
            f"{words}, {found.sides[number]['peak']:,.0f} MB"
            for words, number in ((ours, finding.of), (theirs, finding.to))
        )
    ratio = f"{value / floor:.3g} ×" if floor else ""
    words, met = aim_words(finding, found.slower), _verdict(finding, found.slower, value, floor)
    clock = " (clock)" if finding.figure in _CLOCK else ""
    beside = f"{line.sides[finding.to].label}: {theirs}"
    return f"| {finding.words}{clock} | {ours} | {beside} | {ratio} | {words}{met} |"


def _verdict(finding: Finding, slower: float, value: float, floor: float) -> str:
    """Nothing where the aim is met as it stands."""
    if is_met(finding.aim, value, floor):
        return ""
    return ": met by the latter" if is_met(here(finding, slower), value, floor) else ": **missed**"


def here(finding: Finding, slower: float) -> Aim:
    """The aim on this machine: CPU counts in what it takes here, the clock is the same for all who look at it."""
    aim = finding.aim
    if aim.kind is Kind.RATIO or aim.most is None or not _is_cpu(finding.figure):
        return aim
    return replace(aim, most=aim.most * slower)


def _is_cpu(figure: str) -> bool:
    return figure == "cpu" or (figure.endswith("_s") and figure not in _CLOCK)


def held_against(aim: Aim, value: float, floor: float) -> float:
    """What the aim is about, of the two figures."""
    if aim.kind is Kind.RATIO:
        return value / floor if floor else math.nan
    return value - floor if aim.kind is Kind.MORE else value


def is_met(aim: Aim, value: float, floor: float) -> bool:
    """False where the aim is missed or can't be told."""
    found = held_against(aim, value, floor)
    return not (aim.most is not None and not found <= aim.most) and not (
        aim.least is not None and not found >= aim.least
    )


def aim_words(finding: Finding, slower: float) -> str:
    """`≤ 1.7 ×`, `≤ 16 ms`, `≤ 15 µs more`; of CPU with what that is on this machine: `≤ 50 ms, here 61 ms`. A dash
    where nothing is aimed at."""
    aim = finding.aim
    bound = aim.most if aim.most is not None else aim.least
    if bound is None:
        return "–"
    sign, after = "≤" if aim.most is not None else "≥", " more" if aim.kind is Kind.MORE else ""
    words = f"{bound:g} ×" if aim.kind is Kind.RATIO else shown(finding.figure, bound) + after
    local = here(finding, slower).most
    if local is not None and local != aim.most:
        words += f", here {shown(finding.figure, local)}"
    return f"{sign} {words}".replace("-", "−")


def _name(figure: str) -> str:
    return figure.removesuffix("_s").removesuffix("_mb").replace("_", " ")


def shown(figure: str, value: float) -> str:
    """A figure with its unit, three digits of it."""
    if figure in ("cpu", "wall") or figure.endswith("_s"):
        return _time(value)
    if figure == "rate":
        return f"{value:,.0f} a second" if value >= 100 else f"{value:.3g} a second"
    if figure.endswith("_mb"):
        return f"{value:,.0f} MB"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def write_summary(readme: Path, rows: list[str]) -> None:
    """Put the table between its two marks in the README. Raises ValueError where they are missing."""
    before, begun, rest = readme.read_text("utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"{readme.name} has no place for the figures; put back its two marks.")
    middle = "\n".join([BEGIN, "", *HEADING, *rows, "", END])
    readme.write_text(before + middle + after, "utf-8")
