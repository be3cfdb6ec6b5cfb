"""What is compared of the engine's work on a whole library: links, plans, rechecks, reading all rows."""

from __future__ import annotations

from measuring import Aim, Finding, Kind, Line, Side

_FLOOR = Side("os.scandir + stat", "library_sides:scandir_and_stat")

LIBRARY_LINES = (
    Line(
        "validate",
        "Check 20,000 links of 3 hosts by HEAD",
        "link",
        (
            Side("gallery, verdicts written down", "library_sides:validate"),
            Side("httpx alone, 10 connections, 5 kept alive", "library_sides:heads_by_httpx"),
            Side("aiohttp alone, 10 connections", "library_sides:heads_by_aiohttp"),
        ),
        (
            Finding("20,000 links of 3 hosts by HEAD, verdicts written down", "rate", 0, 1, Aim(Kind.RATIO, least=3)),
            Finding("the same, a link", "cpu", 0, 1, Aim(Kind.RATIO)),
            Finding("the same, a link", "cpu", 0, 2, Aim(Kind.RATIO)),
        ),
        {"side": 64, "count": 20_000},
    ),
    Line(
        "plan",
        "Plan a cleanup: 100,000 files, 100,000 rows",
        "file",
        (Side("gallery", "library_sides:plan"), _FLOOR),
        (Finding("plan a cleanup, 100,000 files and rows, a file", "cpu", 0, 1, Aim(Kind.MORE, 15e-6)),),
        {"rows": 100_000},
    ),
    Line(
        "recheck",
        "Recheck 100,000 cached rows",
        "row",
        (Side("gallery", "library_sides:recheck"), _FLOOR),
        (Finding("recheck 100,000 cached rows, a row", "cpu", 0, 1, Aim(Kind.VALUE, 60e-6)),),
        {"rows": 100_000},
    ),
    Line(
        "entries",
        "Open a library and read 100,000 rows with all that is known",
        "row",
        (Side("gallery", "library_sides:entries"), _FLOOR),
        (Finding("read 100,000 rows with all that is known, a row", "cpu", 0, 1, Aim(Kind.RATIO)),),
        {"rows": 100_000},
    ),
)
