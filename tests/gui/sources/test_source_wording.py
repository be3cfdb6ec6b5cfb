"""The words for sources and what they bring."""

from __future__ import annotations

import pytest

from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.sources.sync_reports import AddResult, Purge, Synced, SyncReport, SyncResult
from soulspot_gallery.gui.sources.source_wording import added_sentence, names_one, purge_sentence, sync_sentence

ARTIST = EntityType.ARTIST


@pytest.mark.parametrize(
    "text", ["spotify:album:4tZwfgrHOc3mvqYlEYSvVi", " https://www.deezer.com/album/302127 ", "www.deezer.com/album/1"]
)
def test_an_address_is_known(text: str) -> None:
    assert names_one(text)


@pytest.mark.parametrize("text", ["", "daft punk", "Mission: Impossible", "AC/DC", "3:33", "Godspeed You! …"])
def test_words_are_no_address(text: str) -> None:
    assert not names_one(text)


def result(outcome: Synced, source: str | None = None, message: str | None = None) -> SyncResult:
    return SyncResult(ARTIST, "7", outcome, source, None, ErrorCode.NETWORK if message else None, message)


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        ([], "Nothing to ask for: everything has a picture or a URL."),
        ([result(Synced.FETCHED, "deezer")], "“Her”: its picture is from deezer."),
        ([result(Synced.FAILED, None, "deezer is away.")], "“Her”: deezer is away."),
        (
            [result(Synced.NOTHING)] * 2 + [result(Synced.KEPT)],
            "3 entries: 1 left as they are, 2 not known to any source.",
        ),
    ],
)
def test_what_is_said_after_asking(results: list[SyncResult], sentence: str) -> None:
    assert sync_sentence(SyncReport(tuple(results), (), (), 1.0), "Her") == sentence


def test_what_is_said_after_adding_and_disconnecting() -> None:
    there = AddResult(EntityType.ALBUM, "1", "One", "Her", False, "deezer", None, result(Synced.KEPT))
    assert added_sentence(there) == "“One” by Her is in the library already: it has a picture."
    assert purge_sentence(Purge(1, 0, ("a.webp is locked.",))) == (
        "Disconnected; 1 picture that came from there removed. Left: a.webp is locked."
    )
