"""What is compared of the engine's work on pictures: fetched, converted, stored; connections, latency, cores."""

from __future__ import annotations

from measuring import Aim, Finding, Kind, Line, Side

_PIPELINE = "pipeline_sides:gallery"


def _pipeline(side: int, count: int, most: float, most_of_soulspot: float | None = None) -> Line:
    """`most` times the encoder, and `most_of_soulspot` times SoulSpot's way, where that is an aim."""
    return Line(
        f"pipeline-{side}",
        f"Fetch, convert, store: {side} px JPEG to 500 px",
        "picture",
        (
            Side("gallery", _PIPELINE),
            Side("libwebp's encoder alone", "pipeline_sides:encode_alone"),
            Side("the way SoulSpot does it", "pipeline_sides:soulspot"),
            Side("plain Pillow, conversion alone", "pipeline_sides:convert_pillow"),
            Side("pyvips, conversion alone", "vips_sides:convert_vips"),
            Side("libwebp's encoder alone, in two threads", "pipeline_sides:encode_alone", {"threads": 2}),
        ),
        (
            Finding(f"fetch, convert, store, {side} px to 500 px, fsync and row", "cpu", 0, 1, Aim(Kind.RATIO, most)),
            Finding("the same", "cpu", 0, 5, Aim(Kind.RATIO)),
            Finding("the same", "cpu", 0, 2, Aim(Kind.RATIO, most_of_soulspot)),
            Finding("the same", "cpu", 0, 3, Aim(Kind.RATIO)),
            Finding("the same", "cpu", 0, 4, Aim(Kind.RATIO)),
            Finding("its likeness to the source, SSIM", "SSIM", 0, 2, Aim(Kind.MORE, least=-0.001)),
            Finding("its bytes a picture", "bytes_a_picture", 0, 2, Aim(Kind.RATIO, 1.15)),
        ),
        {"side": side, "count": count},
    )


PICTURE_LINES = (
    _pipeline(640, 150, 1.7, 0.5),
    _pipeline(1000, 100, 1.8),
    _pipeline(3000, 40, 3.8),
    Line(
        "convert",
        "Convert: 640 px JPEG to 500 px WebP",
        "picture",
        (
            Side("gallery", "pipeline_sides:convert_gallery"),
            Side("libwebp's encoder alone", "pipeline_sides:encode_alone"),
            Side("plain Pillow, LANCZOS, method 4", "pipeline_sides:convert_pillow"),
            Side("SoulSpot: LANCZOS, method 6", "pipeline_sides:convert_soulspot"),
            Side("pyvips", "vips_sides:convert_vips"),
        ),
        tuple(Finding("convert alone, 640 px to 500 px", "cpu", 0, peer, Aim(Kind.RATIO)) for peer in (1, 2, 3, 4)),
        {"side": 640, "count": 60},
    ),
    Line(
        "cores",
        "Both cores: 640 px JPEG to 500 px, network to row",
        "picture",
        (Side("two conversion threads", _PIPELINE, {"threads": 2}), Side("one", _PIPELINE, {"threads": 1})),
        (Finding("pictures with two conversion threads", "rate", 0, 1, Aim(Kind.RATIO, least=1.6)),),
        {"side": 640, "count": 150},
    ),
    Line(
        "latency",
        "Latency: 5 hosts that answer after 30 ms",
        "picture",
        (Side("30 ms", "pipeline_sides:gallery_far"), Side("the same without latency", _PIPELINE)),
        (Finding("pictures from 5 hosts that answer after 30 ms", "rate", 0, 1, Aim(Kind.RATIO, least=0.9)),),
        {"side": 640, "count": 200},
    ),
    Line(
        "connections",
        "Connections opened for 2,000 pictures",
        "picture",
        (
            Side("gallery, 5 hosts", _PIPELINE),
            Side("gallery, one host", "pipeline_sides:gallery_one_host"),
            Side("httpx, 10 connections, 5 kept alive", "pipeline_sides:httpx_alone"),
        ),
        (
            Finding("connections opened for 2,000 pictures of 5 hosts", "connections", 0, 2, Aim(Kind.VALUE, 10)),
            Finding("the same of one host", "connections", 1, 2, Aim(Kind.VALUE, 4)),
        ),
        {"side": 64, "count": 2000},
    ),
)
