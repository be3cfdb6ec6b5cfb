"""What the detail pane says: the order cache, web, placeholder with its reasons; sums of a selection."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.entries import make_entry

from soulspot_gallery.core.locate import choose_display
from soulspot_gallery.core.model import EntityType, Entry, Source, State, Verdict
from soulspot_gallery.gui.detail.detail_facts import (
    bytes_words,
    display_lines,
    kind_line,
    moment_words,
    pixels_words,
    summary,
)
from soulspot_gallery.gui.grid.row_order import RowOrder


def with_url(entry: Entry, url: str) -> Entry:
    display = choose_display(entry.entity.kind, None, url, entry.image.verdict)
    return replace(entry, image=entry.image._replace(source_url=url, display=display))


@pytest.mark.parametrize(
    ("entry", "used", "reasons"),
    [
        (make_entry("a"), Source.LOCAL, ("shown from here.", "not needed; the cache comes first.", "not needed.")),
        (
            make_entry("a", verdict=Verdict.BROKEN),
            Source.LOCAL,
            ("shown from here.", "the link is broken.", "not needed."),
        ),
        (
            make_entry("a", state=State.REMOTE),
            Source.CDN,
            ("nothing is stored yet.", "shown from here.", "not needed."),
        ),
        (
            make_entry("a", state=State.FAILED),
            Source.CDN,
            (
                "nothing is stored; the last attempt failed.",
                "asked when shown; the last attempt failed.",
                "not needed.",
            ),
        ),
        (
            make_entry("a", state=State.CORRUPT, verdict=Verdict.NOT_IMAGE),
            Source.PLACEHOLDER,
            ("the file is damaged.", "the link is no picture.", "shown, as there is nothing better."),
        ),
        (
            make_entry("a", state=State.NONE),
            Source.PLACEHOLDER,
            ("nothing is stored.", "the library has no link.", "shown, as there is nothing better."),
        ),
        (
            with_url(make_entry("a", state=State.REMOTE), "spotify:image:ab67"),
            Source.PLACEHOLDER,
            ("nothing is stored yet.", "the link is no web address.", "shown, as there is nothing better."),
        ),
    ],
)
def test_three_lines_say_where_a_picture_comes_from(entry: Entry, used: Source, reasons: tuple[str, ...]) -> None:
    lines = display_lines(entry)
    assert [line.source for line in lines] == [Source.LOCAL, Source.CDN, Source.PLACEHOLDER]
    assert [line.source for line in lines if line.used] == [used]
    assert tuple(line.reason for line in lines) == reasons


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verdict", Verdict)
def test_exactly_one_line_is_used_whatever_is_known(state: State, verdict: Verdict) -> None:
    lines = display_lines(make_entry("a", state=state, verdict=verdict))
    assert sum(line.used for line in lines) == 1
    assert all(line.there for line in lines if line.used)


def test_facts_in_words() -> None:
    entry = make_entry("a", kind=EntityType.ALBUM, artist="Nina", size=34_120)
    assert kind_line(entry) == "Album by Nina"
    assert pixels_words(entry) == "300 × 300 px"
    assert bytes_words(entry).startswith("34 kB (34")
    assert bytes_words(make_entry("a", size=12)) == "12 bytes"
    assert bytes_words(make_entry("a")) == pixels_words(make_entry("a", state=State.NONE)) == "not known"
    now = datetime(2026, 5, 2, tzinfo=UTC)
    assert moment_words(now - timedelta(days=3), now).startswith("3 days ago (2026-04-")
    assert "never" in moment_words(None, now)


def test_a_selection_is_summed_up() -> None:
    entries = [
        make_entry("a", size=1_000),
        make_entry("b", kind=EntityType.ALBUM, size=500),
        make_entry("c", kind=EntityType.ALBUM, state=State.REMOTE, verdict=Verdict.BROKEN),
    ]
    total = summary(RowOrder(entries).tally(range(3)))
    assert (total.title, total.kinds, total.bytes) == ("3 selected", "1 artist, 2 albums", 1_500)
    assert total.states == ((State.CACHED, 2), (State.REMOTE, 1))
    assert total.broken_links == 1
