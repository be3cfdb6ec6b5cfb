"""Tests of the rules of a cleanup: reasons, ticks, what can be had again, brakes. Pure: no file, no database."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.core.cleanup.plan_document import plan_from_text, plan_to_text
from soulspot_gallery.core.cleanup.planning import (
    Evidence,
    brakes_for,
    brakes_text,
    in_question,
    make_plan,
    preview_numbers,
    referenced,
)
from soulspot_gallery.core.files.store import ScannedFile
from soulspot_gallery.core.journal.records import FileCheck, LinkCheck
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import (
    Brake,
    CheckedBy,
    CleanupPlan,
    Entity,
    EntityType,
    FileStamp,
    PlanItem,
    Reason,
    Refetchable,
    UrlCheck,
    Verdict,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PATH = "artists/ab/ab1.webp"
URL = "https://cdn.example/a.jpg?token=secret"


def _file(path: str = PATH, *, age_days: float = 1, size: int = 100, temporary: bool = False) -> ScannedFile:
    modified = int((NOW - timedelta(days=age_days)).timestamp() * 1e9)
    return ScannedFile(path, FileStamp(1, 2, size, modified), temporary)


def _row(path: str | None = PATH, url: str | None = URL, entity_id: str = "1") -> Entity:
    return Entity(EntityType.ARTIST, entity_id, "Name", None, url, path)


def _evidence(
    files: Sequence[ScannedFile],
    rows: Sequence[Entity] = (),
    *,
    damaged: Sequence[str] = (),
    used: dict[str, datetime] | None = None,
    verdict: Verdict | None = None,
    errors: tuple[str, ...] = (),
) -> Evidence:
    checks = {
        file.path: FileCheck(file.path, file.stamp, "x", 1, 1, "It is damaged." if file.path in damaged else None)
        for file in files
        if not file.temporary
    }
    links = {} if verdict is None else {url_hash(URL): LinkCheck(UrlCheck(verdict, "", CheckedBy.HEAD), NOW)}
    return Evidence(NOW, len(files), len(rows), files, rows, checks, used or {}, links, scan_errors=errors)


def _only(evidence: Evidence, max_age_days: int = 90) -> PlanItem:
    (item,) = make_plan("p", evidence, max_age_days).items
    return item


def test_what_is_in_use_and_whole_is_not_in_the_plan() -> None:
    plan = make_plan("p", _evidence([_file()], [_row()]), 90)
    assert (plan.items, plan.managed, plan.library_rows) == ((), 1, 1)


def test_an_orphan_is_what_no_row_names_whatever_its_name() -> None:
    orphan = _only(_evidence([_file()], [_row("artists/xy/xy1.webp", entity_id="ab1")]))
    assert (orphan.reasons, orphan.selected, orphan.refetchable) == ((Reason.ORPHAN,), True, Refetchable.NO)
    # And a file that is named after a row that is gone, but which another row names, is none.
    assert make_plan("p", _evidence([_file()], [_row(entity_id="another")]), 90).items == ()


def test_an_orphan_younger_than_a_day_is_left_alone() -> None:
    """The server writes the file first and the row later."""
    for damaged in ([], [PATH]):
        assert make_plan("p", _evidence([_file(age_days=0.99)], damaged=damaged), 90).items == ()
    assert _only(_evidence([_file(age_days=1.01)])).reasons == (Reason.ORPHAN,)


def test_a_file_that_a_provider_id_names_is_no_orphan() -> None:
    file = _file("artists/spotify/4Z8W4fKeB5YxbusRsdQVPb.webp", age_days=30)
    evidence = dataclasses.replace(_evidence([file]), provider_ids=frozenset(["4Z8W4fKeB5YxbusRsdQVPb"]))
    assert make_plan("p", evidence, 90).items == ()
    assert not _only(evidence, 20).selected
    elsewhere = dataclasses.replace(evidence, provider_ids=frozenset(["another"]))
    assert _only(elsewhere).reasons == (Reason.ORPHAN,)


@pytest.mark.parametrize("spelling", [PATH, f"./{PATH}", "artists//ab/ab1.webp", "artists\\ab\\ab1.webp"])
def test_rows_may_spell_a_path_as_they_like(spelling: str) -> None:
    assert make_plan("p", _evidence([_file()], [_row(spelling)]), 90).items == ()


@pytest.mark.parametrize("path", [None, "", "FAILED|timeout|2026-01-01", f"../{PATH}", f"/{PATH}"])
def test_what_names_nothing_keeps_nothing(path: str | None) -> None:
    assert _only(_evidence([_file()], [_row(path)])).reasons == (Reason.ORPHAN,)


def test_corrupt_is_ticked_unless_it_cannot_be_had_again() -> None:
    def item(verdict: Verdict | None, url: str | None = URL) -> tuple[bool, Refetchable]:
        found = _only(_evidence([_file()], [_row(url=url)], damaged=[PATH], verdict=verdict))
        assert found.reasons == (Reason.CORRUPT,)
        assert "It is damaged." in found.evidence
        return found.selected, found.refetchable

    assert item(None) == (True, Refetchable.UNKNOWN)
    assert item(Verdict.OK) == item(Verdict.MOVED) == (True, Refetchable.YES)
    assert item(Verdict.TEMPORARY) == (True, Refetchable.UNKNOWN)
    for verdict in (Verdict.BROKEN, Verdict.DENIED, Verdict.NOT_IMAGE, Verdict.UNSAFE):
        assert item(verdict) == (False, Refetchable.NO)
    for url in (None, "", "file:///a", "spotify:image:1"):
        assert item(None, url) == (False, Refetchable.NO)


def test_old_by_our_own_record_and_known_to_answer_is_ticked() -> None:
    used = {PATH: NOW - timedelta(days=91)}
    item = _only(_evidence([_file()], [_row()], used=used, verdict=Verdict.OK))
    assert (item.reasons, item.own_record, item.selected) == ((Reason.OLD,), True, True)
    assert item.last_used == used[PATH]
    for verdict in (None, Verdict.TEMPORARY, Verdict.BROKEN, Verdict.DENIED):
        assert not _only(_evidence([_file()], [_row()], used=used, verdict=verdict)).selected
    recent = {PATH: NOW - timedelta(days=89)}
    assert make_plan("p", _evidence([_file(age_days=1000)], [_row()], used=recent), 90).items == ()


def test_old_by_the_files_time_alone_is_listed_and_never_ticked() -> None:
    for verdict in (None, *Verdict):
        item = _only(_evidence([_file(age_days=91)], [_row()], verdict=verdict))
        assert (item.reasons, item.own_record, item.selected) == ((Reason.OLD,), False, False)
    assert make_plan("p", _evidence([_file(age_days=89)], [_row()]), 90).items == ()


def test_an_age_of_0_days_means_everything_used_before_now() -> None:
    assert _only(_evidence([_file(age_days=0)], [_row()]), 0).reasons == (Reason.OLD,)


def test_a_leftover_has_no_other_reason() -> None:
    item = _only(_evidence([_file("artists/ab/.soulspot-gallery-1.part", age_days=900, temporary=True)], [_row()]))
    assert (item.reasons, item.selected, item.entities) == ((Reason.LEFTOVER,), True, ())


def test_several_reasons_and_several_rows() -> None:
    rows = [_row(entity_id="1", url=None), _row(entity_id="2")]
    item = _only(_evidence([_file(age_days=100)], rows, damaged=[PATH], verdict=Verdict.OK))
    assert item.reasons == (Reason.CORRUPT, Reason.OLD)
    assert [entity.id for entity in item.entities] == ["1", "2"]
    assert (item.refetchable, item.selected) == (Refetchable.YES, True)


def test_a_plan_holds_no_url() -> None:
    plan = make_plan("p", _evidence([_file()], [_row()], damaged=[PATH]), 90)
    assert "secret" not in plan_to_text(plan)
    assert plan.items[0].url_hashes == (url_hash(URL),)


@pytest.mark.parametrize(
    ("managed", "ticked", "held"),
    [(19, 19, False), (20, 4, False), (20, 5, True), (21, 5, True), (25, 5, False), (25, 6, True), (1000, 200, False),
     (1000, 201, True)],
)  # fmt: skip
def test_the_brake_of_a_fifth(managed: int, ticked: int, held: bool) -> None:  # noqa: FBT001 (a column of the table)
    plan = CleanupPlan("p", NOW, 90, managed, (), (), library_rows=1)
    brakes = brakes_for(plan, frozenset(map(str, range(ticked))))
    assert brakes == ((Brake.TOO_MANY,) if held else ())


def test_the_other_brakes() -> None:
    plan = make_plan("p", _evidence([_file()], errors=("albums: Permission denied",)), 90)
    assert plan.brakes == (Brake.SCAN_ERROR, Brake.EMPTY_LIBRARY)
    assert brakes_for(plan, frozenset()) == ()
    text = brakes_text(plan.brakes)
    assert text.endswith("confirm with --confirm scan-error --confirm empty-library.")
    assert "\n" not in text
    for brake in Brake:
        assert f"--confirm {brake}" in brakes_text([brake])


def test_numbers_of_a_preview() -> None:
    plan = make_plan("p", _evidence([_file(), _file("artists/ab/ab2.webp", size=250_000)], [_row()]), 90)
    assert preview_numbers(plan) == {"removed": 1, "kept": 1, "freed_mb": 0.25}


# -- properties

_paths = st.sampled_from([f"{kind}s/{shard}/{shard}{n}.webp" for kind in ("artist", "album") for shard in ("ab", "cd")
                          for n in range(3)])  # fmt: skip
_urls = st.sampled_from([None, "", URL, "https://cdn.example/b.jpg", "file:///a"])
_rows = st.lists(st.builds(_row, st.none() | _paths, _urls, st.uuids().map(str)), max_size=8)
_ages = st.floats(0, 400)


@st.composite
def _worlds(draw: st.DrawFn) -> Evidence:
    paths = draw(st.lists(_paths, unique=True, max_size=10))
    files = [_file(path, age_days=draw(_ages), size=draw(st.integers(0, 10**6))) for path in paths]
    parts = st.builds(lambda n: f"artists/ab/.soulspot-gallery-{n}.part", st.integers(0, 9))
    files += [
        _file(path, age_days=draw(_ages), temporary=True) for path in draw(st.lists(parts, unique=True, max_size=2))
    ]
    known = draw(st.lists(_paths, unique=True, max_size=6))
    used = {path: NOW - timedelta(days=draw(_ages)) for path in known}
    verdict = draw(st.none() | st.sampled_from(Verdict))
    damaged = draw(st.lists(_paths, max_size=4))
    return _evidence(files, draw(_rows), damaged=damaged, used=used, verdict=verdict)


@given(_worlds(), st.integers(0, 400))
def test_what_holds_of_every_plan(evidence: Evidence, max_age_days: int) -> None:
    plan = make_plan("p", evidence, max_age_days)
    names = referenced(evidence.entities)
    scanned = {file.path: file for file in evidence.files}
    assert [item.path for item in plan.items] == sorted({item.path for item in plan.items})
    assert plan.managed == len(scanned)
    for item in plan.items:
        rows = names.get(item.path, [])
        assert item.stamp == scanned[item.path].stamp
        assert [entity.key for entity in item.entities] == [row.key for row in rows]
        assert item.reasons
        assert (Reason.ORPHAN in item.reasons) == (not rows and not scanned[item.path].temporary)
        assert (Reason.LEFTOVER in item.reasons) == scanned[item.path].temporary
        if rows and item.selected:
            # The only copy of a picture is never ticked, and age alone ticks only what is known to answer.
            assert item.refetchable is not Refetchable.NO
            assert item.reasons != (Reason.OLD,) or (item.own_record and item.refetchable is Refetchable.YES)
    left_out = set(scanned) - {item.path for item in plan.items}
    for path in left_out:
        young = scanned[path].stamp.mtime_ns / 1e9 > (NOW - timedelta(days=1)).timestamp()
        assert names.get(path) or young, "what is not in the plan is named by a row, or may be soon"
    numbers = preview_numbers(plan)
    assert numbers["removed"] + numbers["kept"] == plan.managed
    assert plan_from_text(plan_to_text(plan)) == plan


@given(_worlds(), st.integers(0, 400))
def test_a_plan_lists_only_files_in_question(evidence: Evidence, max_age_days: int) -> None:
    named = referenced(evidence.entities).keys()
    damaged = {path for path, check in evidence.checks.items() if not check.whole}
    since = NOW - timedelta(days=max_age_days)
    unused = {
        file.path
        for file in evidence.files
        if evidence.last_used.get(file.path, datetime.fromtimestamp(file.stamp.mtime_ns / 1e9, UTC)) <= since
    }
    files = in_question(evidence.files, named, damaged, unused)
    narrowed = dataclasses.replace(evidence, files=files)
    assert make_plan("p", narrowed, max_age_days) == make_plan("p", evidence, max_age_days)


@given(_rows)
def test_every_path_that_names_a_file_is_referenced(rows: list[Entity]) -> None:
    names = referenced(rows)
    assert sum(map(len, names.values())) == sum(safe_local_path(row.path) is not None for row in rows)


def test_a_plan_comes_back_from_its_document() -> None:
    plan = make_plan("p", _evidence([_file(age_days=100)], [_row()], errors=("a: b",), damaged=[PATH]), 90)
    again = plan_from_text(plan_to_text(dataclasses.replace(plan, brakes=tuple(Brake))))
    assert again == dataclasses.replace(plan, brakes=tuple(Brake))
    assert again.items[0].reasons[0] is Reason.CORRUPT
    assert again.items[0].last_used == plan.items[0].last_used
