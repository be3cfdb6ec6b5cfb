"""Tests of the window's words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.plans import NOW, five_files, plan_item

from soulspot_gallery.core.model import Brake, ErrorCode, Outcome, Reason, Refetchable, State, Verdict
from soulspot_gallery.gui.look import wording


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (9_949, "9.9 kB"), (12_000, "12 kB"),
        (999_400, "999 kB"), (999_600, "1.0 MB"), (3_400_000, "3.4 MB"), (5_000_000_000_000, "5\u202f000 GB"),
    ],
)  # fmt: skip
def test_sizes_are_decimal(size: int, words: str) -> None:
    assert wording.size_words(size) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=5), "just now"), (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"), (timedelta(days=13), "13 days ago"), (timedelta(days=14), "2 weeks ago"),
        (timedelta(days=61), "2 months ago"), (timedelta(days=600), "19 months ago"),
        (timedelta(days=731), "2 years ago"), (timedelta(days=-9), "in the future"),
    ],
)  # fmt: skip
def test_ages(age: timedelta, words: str) -> None:
    assert wording.age_words(NOW - age, NOW) == words


def test_the_last_use_says_how_it_is_known() -> None:
    shown, dated = five_files().items[:2]
    assert wording.used_words(shown, NOW) == "13 months ago, by our record"
    assert wording.used_words(dated, NOW) == "3 months ago, by file date"


def test_every_word_of_the_field_has_words_for_people() -> None:
    words = [wording.reason_words(each) for each in Reason]
    words += [wording.refetchable_words(each) for each in Refetchable]
    words += [wording.verdict_words(each) for each in Verdict] + [wording.state_words(each) for each in State]
    words += [wording.outcome_words(each) for each in Outcome] + [wording.error_words(each) for each in ErrorCode]
    words += [wording.brake_confirmation(each) for each in Brake]
    words += [wording.brake_sentence(each, five_files(), 9) for each in Brake]
    assert all(word[0].isupper() or word[0].isdigit() for word in words)


def test_a_file_is_called_by_who_uses_it() -> None:
    many = plan_item("a.webp", Reason.OLD, names=("A", "B", "C", "D", "E"))
    assert wording.item_title(many) == "A, B, C and 2 more"
    assert wording.item_subtitle(many) == "shared by 5 entries"
    orphan = five_files().items[2]
    assert (wording.item_title(orphan), wording.item_subtitle(orphan)) == ("cc3.webp", "artists/cc")
    assert wording.reasons_words((Reason.ORPHAN, Reason.CORRUPT)) == "Belongs to nothing; damaged"


def test_the_brake_of_too_many_names_the_share() -> None:
    assert wording.brake_sentence(Brake.TOO_MANY, five_files(), 15).startswith("15 of 30 files (50 %) would go.")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@cdn.example/a/b.jpg?token=secret#secret", "https://cdn.example/a/b.jpg?…"),
        ("spotify:image:ab67", "spotify:image:ab67"), ("http://[::1:bad", "(not a URL)"), ("", ""),
    ],
)  # fmt: skip
def test_urls_are_shown_without_secrets(url: str, shown: str) -> None:
    assert wording.safe_url(url) == shown


def test_tool_tips_never_take_names_for_markup() -> None:
    assert wording.tooltip_html("<b>Bold</b>") == "<p>&lt;b&gt;Bold&lt;/b&gt;</p>"


def test_long_words_can_be_broken_and_others_stay_as_they_are() -> None:
    for name in ("Low Tide", "Émile 👩‍🎤 e\u0301e\u0301", "שלום עולם"):
        assert wording.breakable(name) == name
    broken = wording.breakable("x" * 255)
    assert max(map(len, broken.split("\u200b"))) <= 16
    assert broken.replace("\u200b", "") == "x" * 255
    combined = wording.breakable("e\u0301" * 30)
    assert all(piece[0] == "e" for piece in combined.split("\u200b"))
