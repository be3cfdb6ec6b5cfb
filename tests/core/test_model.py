"""The words of the field: those that others script against stay as `interface` has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from soulspot_gallery.core.model import (
    CleanupPlan,
    Display,
    EntityType,
    ErrorCode,
    FileStamp,
    ImageInfo,
    Outcome,
    PlanItem,
    Reason,
    RecacheReport,
    RecacheResult,
    Refetchable,
    SaveImageResult,
    Selection,
    Source,
    State,
    Verdict,
)

INFO = ImageInfo(EntityType.ALBUM, "id", None, None, Display(Source.PLACEHOLDER, "placeholder-album.svg"), State.NONE)


def test_words_that_scripts_rely_on() -> None:
    assert [state.value for state in State] == ["cached", "missing-file", "corrupt", "failed", "remote", "none"]
    verdicts = "ok moved broken denied not-image temporary unsafe unchecked"
    assert [verdict.value for verdict in Verdict] == verdicts.split()
    errors = (
        "not-image format decode empty too-large too-many-pixels decode-timeout network protocol tls timeout server "
        "rate-limited missing denied unsafe redirects disk database database-busy conflict picture-locked cancelled "
        "offline"
    )
    assert [code.value for code in ErrorCode] == errors.split()
    assert [kind.plural for kind in EntityType] == ["artists", "albums", "playlists"]


def test_verdicts_answer_or_show_nothing_or_neither() -> None:
    assert {verdict for verdict in Verdict if verdict.answers} == {Verdict.OK, Verdict.MOVED}
    assert {verdict for verdict in Verdict if verdict.shows_nothing} == {
        Verdict.BROKEN,
        Verdict.NOT_IMAGE,
        Verdict.UNSAFE,
    }


def test_results_of_a_download() -> None:
    assert SaveImageResult.success_cached(INFO) == SaveImageResult(True, from_cache=True, image_info=INFO)
    assert SaveImageResult.success_downloaded(INFO) == SaveImageResult(True, from_cache=False, image_info=INFO)
    failure = SaveImageResult.failure(ErrorCode.TIMEOUT, "Too slow.")
    assert (failure.success, failure.error, failure.message) == (False, ErrorCode.TIMEOUT, "Too slow.")


def test_facts_are_frozen() -> None:
    with pytest.raises(AttributeError):
        INFO.width = 3  # type: ignore[misc]


def test_a_selection_without_fields_is_everything() -> None:
    assert Selection().everything
    assert not Selection(kinds=frozenset({EntityType.ARTIST})).everything
    assert not Selection(ids=frozenset({"x"})).everything
    assert not Selection(state=State.FAILED).everything


def test_reports_count_their_results() -> None:
    done = RecacheResult(EntityType.ARTIST, "a", Outcome.DOWNLOADED)
    failed = RecacheResult(EntityType.ARTIST, "b", Outcome.FAILED, ErrorCode.EMPTY)
    report = RecacheReport((done, failed, done), seconds=0.1)
    assert [report.count(each) for each in (Outcome.DOWNLOADED, Outcome.FAILED, Outcome.SKIPPED)] == [2, 1, 0]


def test_a_plan_knows_what_is_ticked() -> None:
    now = datetime.now(UTC)

    def item(path: str, *, selected: bool) -> PlanItem:
        stamp = FileStamp(1, 2, 3, 4)
        return PlanItem(path, stamp, (Reason.ORPHAN,), "", (), now, False, Refetchable.NO, selected)

    plan = CleanupPlan("p", now, 90, 2, (item("a", selected=True), item("b", selected=False)), ())
    assert plan.ticked == {"a"}
