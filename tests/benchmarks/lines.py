"""What is compared with what, and what is aimed at: every line of the table."""

from __future__ import annotations

from measuring import Line, Ratio, Side

_PIPELINE = "pipeline_sides:gallery"


def _pipeline(side: int, count: int, aim: str) -> Line:
    return Line(
        f"pipeline-{side}",
        f"Fetch, convert, store: {side} px JPEG to 500 px",
        "picture",
        (
            Side("gallery", _PIPELINE),
            Side("libwebp's encoder alone", "pipeline_sides:encode_alone"),
            Side("as SoulSpot does it", "pipeline_sides:soulspot"),
        ),
        (Ratio("cpu", 0, 1, aim), Ratio("cpu", 0, 2, "≤ 0.5"), Ratio("bytes_a_picture", 0, 2, "≤ 1.15")),
        {"side": side, "count": count},
    )


LINES = (
    _pipeline(640, 150, "≤ 1.7"),
    _pipeline(1000, 100, "≤ 1.8"),
    _pipeline(3000, 40, "≤ 3.8"),
    Line(
        "convert",
        "Convert: 640 px JPEG to 500 px WebP",
        "picture",
        (
            Side("gallery", "pipeline_sides:convert_gallery"),
            Side("plain Pillow, LANCZOS, method 4", "pipeline_sides:convert_pillow"),
            Side("SoulSpot: LANCZOS, method 6", "pipeline_sides:convert_soulspot"),
            Side("libvips (pyvips)", "vips_sides:convert_vips"),
            Side("libwebp's encoder alone", "pipeline_sides:encode_alone"),
        ),
        (
            Ratio("cpu", 0, 4, "≈ 1.45"),
            Ratio("cpu", 0, 2, "≤ 0.5"),
            Ratio("SSIM", 0, 2, "≥ 0.999"),
            Ratio("bytes_a_picture", 0, 2, "≤ 1.15"),
        ),
        {"side": 640, "count": 60},
    ),
    Line(
        "cores",
        "Both cores: 640 px JPEG to 500 px, network to row",
        "picture",
        (Side("two conversion threads", _PIPELINE, {"threads": 2}), Side("one", _PIPELINE, {"threads": 1})),
        (Ratio("wall", 1, 0, "≥ 1.6"),),
        {"side": 640, "count": 150},
    ),
    Line(
        "latency",
        "Latency: 5 hosts that answer after 30 ms",
        "picture",
        (Side("30 ms", "pipeline_sides:gallery_far"), Side("none", _PIPELINE)),
        (Ratio("wall", 1, 0, "≥ 0.9"),),
        {"side": 640, "count": 200},
    ),
    Line(
        "connections",
        "Connections opened for 2,000 pictures from one host",
        "picture",
        (Side("gallery", "pipeline_sides:gallery_one_host"),),
        (),
        {"side": 64, "count": 2000},
    ),
    Line(
        "validate",
        "Check 20,000 links of 3 hosts by HEAD",
        "link",
        (
            Side("gallery, verdicts written down", "library_sides:validate"),
            Side("httpx alone, 10 connections, 5 kept alive", "library_sides:heads_by_httpx"),
            Side("aiohttp alone, 10 connections", "library_sides:heads_by_aiohttp"),
        ),
        (Ratio("wall", 1, 0, "≥ 3"), Ratio("cpu", 1, 0, "≥ 3")),
        {"side": 64, "count": 20_000},
    ),
    Line(
        "plan",
        "Plan a cleanup: 100,000 files, 100,000 rows",
        "file",
        (Side("gallery", "library_sides:plan"), Side("os.scandir + stat", "library_sides:scandir_and_stat")),
        (Ratio("cpu", 0, 1, "15 µs more"),),
        {"rows": 100_000},
    ),
    Line(
        "recheck",
        "Recheck 100,000 cached rows",
        "row",
        (Side("gallery", "library_sides:recheck"), Side("os.scandir + stat", "library_sides:scandir_and_stat")),
        (Ratio("cpu", 0, 1, "60 µs a row"),),
        {"rows": 100_000},
    ),
    Line(
        "entries",
        "Open a library and read 100,000 rows with all that is known",
        "row",
        (Side("gallery", "library_sides:entries"), Side("os.scandir + stat", "library_sides:scandir_and_stat")),
        (Ratio("cpu", 0, 1, "none set"),),
        {"rows": 100_000},
    ),
    Line(
        "first-paint",
        "Rows known, until painted: 100,000",
        "time",
        (
            Side("gallery", "window_sides:first_paint"),
            Side("gallery, a million rows", "window_sides:first_paint", {"rows_shown": 1_000_000}),
            Side("plain QListView in icon mode", "window_sides:icon_mode_first_paint"),
        ),
        (Ratio("cpu", 0, 2, "≤ 50 ms"),),
        {"rows_shown": 100_000},
    ),
    Line(
        "keystroke",
        "A keystroke, filter or sort over 100,000 rows, painted",
        "keystroke",
        (Side("gallery", "window_sides:keystrokes"), Side("frame of an empty grid", "window_sides:empty_grid")),
        (Ratio("cpu", 0, 1, "≤ 20 ms"),),
        {"rows_shown": 100_000},
    ),
    Line(
        "scroll",
        "A frame while scrolling",
        "frame",
        (
            Side("gallery, 100,000 rows", "window_sides:scrolling"),
            Side("gallery, a million rows", "window_sides:scrolling", {"rows_shown": 1_000_000}),
            Side("an empty QListView grid", "window_sides:empty_grid"),
        ),
        (Ratio("p99_CPU_ms", 0, 2, "p99 ≤ 5 ms"), Ratio("cpu", 1, 0, "flat")),
        {"rows_shown": 100_000},
    ),
    Line(
        "thumbnails",
        "A screenful of cached tiles",
        "tile",
        (Side("gallery", "window_sides:thumbnails"), Side("QImage one by one", "window_sides:plain_decoding")),
        (Ratio("screenful_ms", 0, 1, "≤ 150 ms"),),
        {},
    ),
    Line(
        "loop",
        "Loop held up while recaching, checking links and scrolling",
        "beat",
        (Side("all three", "window_sides:loop_under_load"), Side("bare heartbeat", "window_sides:bare_heartbeat")),
        (Ratio("longest_gap_ms", 0, 1, "≤ 50 ms more"),),
        {"side": 640, "count": 150},
    ),
    Line(
        "start",
        "Start: window with all of 100,000 rows to be looked at and searched",
        "start",
        (
            Side("gallery", "start_sides:window"),
            Side("import PySide6.QtWidgets", "start_sides:import_widgets"),
            Side("gallery --version", "start_sides:version"),
            Side("python -c pass", "start_sides:bare_python"),
        ),
        (
            Ratio("cpu", 0, 1, "≤ 0.9 s; its first page ≤ 300 ms; resident ≤ 350 MB"),
            Ratio("cpu", 2, 3, "≤ 80 ms"),
        ),
        {"rows": 100_000},
    ),
)
