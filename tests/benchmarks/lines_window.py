"""What is compared of the window: rows shown and searched, frames, pictures, the loop, memory, starting."""

from __future__ import annotations

from measuring import Aim, Finding, Kind, Line, Side

_EMPTY = Side("a frame of an empty grid", "window_sides:empty_grid")
_ROWS = {"rows_shown": 100_000}


def _change(name: str, contender: str, words: str) -> Line:
    return Line(
        name,
        f"{words}, 100,000 rows",
        "change",
        (Side("gallery", f"window_sides:{contender}"), _EMPTY),
        (
            Finding(f"{words}, 100,000 rows, painted", "cpu", 0, 1, Aim(Kind.VALUE, 0.020)),
            Finding("the slowest of them", "slowest_s", 0, 1, Aim(Kind.VALUE, 0.020)),
        ),
        _ROWS,
    )


def _frames(name: str, words: str, most: float, given: dict[str, int]) -> Line:
    return Line(
        name,
        f"A frame {words}, 100,000 rows",
        "frame",
        (
            Side("gallery", "frame_sides:gallery"),
            Side("an empty grid", "frame_sides:empty_grid"),
        ),
        (
            Finding(
                f"a frame {words}, 100,000 rows, p99",
                "p99_cpu_s",
                0,
                1,
                Aim(Kind.VALUE, 0.005) if name == "scroll" else Aim(Kind.VALUE),
            ),
            Finding("the same", "p99_wall_s", 0, 1, Aim(Kind.VALUE, most)),
        ),
        _ROWS | given,
    )


WINDOW_LINES = (
    Line(
        "first-paint",
        "Rows known, until painted: 100,000",
        "time",
        (
            Side("gallery", "window_sides:first_paint"),
            _EMPTY,
            Side("plain QListView in icon mode", "window_sides:icon_mode_first_paint"),
        ),
        (
            Finding("the GUI thread until 100,000 known rows are painted", "cpu", 0, 1, Aim(Kind.VALUE, 0.050)),
            Finding("the same", "cpu", 0, 2, Aim(Kind.RATIO)),
        ),
        _ROWS,
    ),
    _change("reset", "resets", "the GUI thread at a reset"),
    _change("keystroke", "filters", "the GUI thread at a keystroke in the search"),
    _change("sort", "sorts", "the GUI thread at a sort"),
    _frames("scroll", "while scrolling", 0.016, {"step": 90}),
    Line(
        "million",
        "A frame while scrolling, a million rows",
        "frame",
        (
            Side("gallery, a million rows", "frame_sides:gallery", {"rows_shown": 1_000_000}),
            Side("the same of 100,000", "frame_sides:gallery"),
        ),
        (Finding("a frame while scrolling, a million rows, mean", "cpu", 0, 1, Aim(Kind.RATIO, 1.25)),),
        _ROWS | {"step": 90},
    ),
    _frames("fling", "in a fling", 0.025, {"step": 3000}),
    _frames(
        "scroll-recache", "beside a running recache", 0.025, {"step": 90, "recaching": 1, "side": 640, "count": 600}
    ),
    Line(
        "thumbnails",
        "A screenful of cached tiles",
        "tile",
        (Side("gallery", "window_sides:thumbnails"), Side("Qt alone, one by one", "window_sides:plain_decoding")),
        (
            Finding("a screenful of cached tiles, complete", "screenful_s", 0, 1, Aim(Kind.VALUE, 0.150)),
            Finding("the same, a tile", "cpu", 0, 1, Aim(Kind.RATIO)),
        ),
        {"tiles": 28},
    ),
    Line(
        "memory",
        "Memory: 100,000 rows in the grid, scrolled until the cache of pictures is full",
        "screenful",
        (Side("gallery", "window_sides:memory"), _EMPTY),
        (
            Finding(
                "held by 100,000 rows in the grid and a full cache of pictures", "resident_mb", 0, 1, Aim(Kind.VALUE)
            ),
        ),
        _ROWS,
    ),
    Line(
        "loop",
        "Loop held up by a recache, a check of all links and a scroll at once",
        "beat",
        (Side("all three", "loop_sides:loop_under_load"), Side("bare heartbeat", "loop_sides:bare_heartbeat")),
        (Finding("the loop held up by recache, link check and scroll", "longest_gap_s", 0, 1, Aim(Kind.MORE, 0.050)),),
        _ROWS | {"side": 640, "count": 300, "step": 90},
    ),
    Line(
        "reload",
        "Loop held up while all of 100,000 rows are read again",
        "beat",
        (Side("three times F5", "loop_sides:loop_at_reload"), Side("bare heartbeat", "loop_sides:bare_heartbeat")),
        (Finding("the loop held up while 100,000 rows are read again", "longest_gap_s", 0, 1, Aim(Kind.MORE, 0.050)),),
        {"rows": 100_000},
    ),
    Line(
        "start",
        "Start: window with all of 100,000 rows to be looked at and searched",
        "start",
        (
            Side("gallery", "start_sides:window"),
            Side("import PySide6.QtWidgets", "start_sides:import_widgets"),
            Side("gallery, cold caches of the disk", "start_sides:window_cold"),
        ),
        (
            Finding("start: the first page painted, 100,000 rows", "first_page_s", 0, 1, Aim(Kind.VALUE, 0.300)),
            Finding("the same with cold caches of the disk", "first_page_s", 2, 1, Aim(Kind.VALUE, 0.600)),
            Finding("start: all rows there", "cpu", 0, 1, Aim(Kind.VALUE, 0.900)),
            Finding("start: all that is known of them", "all_known_s", 0, 1, Aim(Kind.VALUE)),
            Finding("held by the window then", "resident_mb", 0, 1, Aim(Kind.VALUE, 350)),
        ),
        {"rows": 100_000},
    ),
    Line(
        "version",
        "gallery --version",
        "start",
        (Side("gallery", "start_sides:version"), Side("python -c pass", "start_sides:bare_python")),
        (Finding("`--version`", "cpu", 0, 1, Aim(Kind.VALUE, 0.080)),),
    ),
)
