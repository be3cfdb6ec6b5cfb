"""What the actions do with an open library: what they say when they end, and the small ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from support import pictures
from support.window import User, a_window, until
from support.world import World

from soulspot_gallery.core.journal.queues import Waiting
from soulspot_gallery.core.model import (
    CheckedBy,
    EntityType,
    ErrorCode,
    Outcome,
    RecacheReport,
    RecacheResult,
    UrlCheck,
    ValidateReport,
    ValidateResult,
    Verdict,
)
from soulspot_gallery.gui.cleanup.trash_dialog import TrashDialog
from soulspot_gallery.gui.jobs.jobs import Summary
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.operations import recache_summary, validate_summary

ARTIST = EntityType.ARTIST


def name_of(kind: EntityType, entity_id: str) -> str:
    return f"the {kind} {entity_id}"


def fetched(outcome: Outcome, error: ErrorCode | None = None, message: str | None = None) -> RecacheResult:
    return RecacheResult(ARTIST, "7", outcome, error, message)


def checked(verdict: Verdict, detail: str = "") -> ValidateResult:
    check = UrlCheck(verdict, detail, CheckedBy.HEAD)
    return ValidateResult(ARTIST, "7", "http://h/7.jpg", check)


@pytest.mark.parametrize(
    ("results", "summary"),
    [
        ([], Summary("Nothing to fetch: every picture that has a URL is there and whole.")),
        ([fetched(Outcome.DOWNLOADED)], Summary("“the artist 7”: downloaded.")),
        (
            [fetched(Outcome.FAILED, ErrorCode.MISSING, "h has no such picture.")],
            Summary("“the artist 7”: failed. h has no such picture.", 1),
        ),
        (
            [fetched(Outcome.DOWNLOADED), fetched(Outcome.DOWNLOADED), fetched(Outcome.FAILED, ErrorCode.MISSING)],
            Summary("3 pictures: 2 downloaded, 1 failed.", 1),
        ),
        (
            [fetched(Outcome.DOWNLOADED), fetched(Outcome.SKIPPED, ErrorCode.CANCELLED)],
            Summary("2 pictures: 1 downloaded, 1 skipped."),
        ),
        (
            [fetched(Outcome.DOWNLOADED, None, "It was locked."), fetched(Outcome.SKIPPED, ErrorCode.PICTURE_LOCKED)],
            Summary("2 pictures: 1 downloaded, 1 skipped. 1 of them had been locked or refused by hand."),
        ),
        (
            [
                fetched(Outcome.FAILED, ErrorCode.DISK, "The disk is full."),
                fetched(Outcome.SKIPPED, ErrorCode.CANCELLED, "The run ended before it was tried."),
            ],
            Summary("2 pictures: 1 failed, 1 skipped. The disk is full.", 1),
        ),
    ],
)
def test_what_is_said_after_fetching(results: list[RecacheResult], summary: Summary) -> None:
    assert recache_summary(RecacheReport(tuple(results), 1.0), name_of) == summary


@pytest.mark.parametrize(
    ("results", "summary"),
    [
        ([], Summary("There is no link to check: none of these has a URL.")),
        ([checked(Verdict.OK, "200")], Summary("“the artist 7”: link works.")),
        ([checked(Verdict.BROKEN, "404.")], Summary("“the artist 7”: link is broken. 404.", 1)),
        ([checked(Verdict.OK)] * 2 + [checked(Verdict.BROKEN)], Summary("3 links: 2 good, 1 broken.", 1)),
    ],
)
def test_what_is_said_after_checking(results: list[ValidateResult], summary: Summary) -> None:
    assert validate_summary(ValidateReport(tuple(results), 1.0), name_of) == summary


def test_what_was_left_out_is_said() -> None:
    one, many = ValidateReport((), 1.0, 1), ValidateReport((checked(Verdict.OK),) * 2, 1.0, 12)
    how = "press Ctrl+L to ask again."
    alone = f"1 link was checked lately and left out; select it (Ctrl+A: all) and {how}"
    beside = f"2 links: 2 good. 12 links were checked lately and left out; select them (Ctrl+A: all) and {how}"
    assert [validate_summary(each, name_of).text for each in (one, many)] == [alone, beside]


async def opened(user: User, world: World) -> None:
    """The library, with leave to write to it."""
    async with world.service() as service:
        await service.allow_writing()
    await user.opens(Wanted(str(world.library.path)))


async def test_the_small_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url = world.server.serve("/a.jpg", pictures.jpeg())
    path = world.picture("artists/ab/abcdef.webp")
    there = world.library.add_artist("There", url, path)
    gone = world.library.add_artist("Gone")
    shown = list[QUrl]()
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    async with a_window(world.data, world.settings()) as user:
        await opened(user, world)
        act = user.window.actions_by_name
        user.clicks_tile(ARTIST, there)
        await until(act["copy_url"].isEnabled)
        act["copy_url"].trigger()
        assert QGuiApplication.clipboard().text() == url
        act["show_file"].trigger()
        await until(lambda: shown)
        assert Path(shown[0].toLocalFile()) == (world.images / path).parent
        user.clicks_tile(ARTIST, gone)
        await until(lambda: [entry.entity.id for entry in user.page.view.selected_entries()] == [gone])
        act["copy_url"].trigger()
        act["show_file"].trigger()
        act["undo"].trigger()
        await user.rests()
    assert [each.text for each in user.said] == [
        "1 URL copied.",
        "None of the selected entries has a URL.",
        "None of the selected pictures lies on this computer yet; recache them first.",
        "There is no cleanup to undo: the trash is empty.",
    ]


async def test_the_trash_gives_back_and_lets_go(world: World) -> None:
    world.library.add_artist("Artist")
    for name in ("abcdef", "abc123"):
        world.picture(f"artists/ab/{name}.webp")
    before = world.files()
    async with a_window(world.data, world.settings()) as user:
        await opened(user, world)
        await clean_up(user)
        assert world.files() == {}
        user.window.actions_by_name["trash"].trigger()
        trash = await user.sees(TrashDialog)
        user.clicks(trash.restore_button)
        await until(lambda: trash.message.label.text() == "2 files restored.")
        assert world.files() == before
        await until(trash.empty_page.isVisible, "nothing is left in the trash")
        trash.reject()

        await clean_up(user)
        user.window.actions_by_name["trash"].trigger()
        trash = await user.sees(TrashDialog)
        user.clicks(trash.empty_button)
        await user.confirms("Empty trash")
        await until(trash.empty_page.isVisible)
        assert trash.message.label.text().startswith("The trash is empty; ")
        trash.reject()
        assert user.said == []
    assert world.files() == {}


async def clean_up(user: User) -> None:
    user.window.actions_by_name["optimize"].trigger()
    dialog = await user.sees_plan()
    user.clicks(dialog.trash_button)
    await until(dialog.result_page.isVisible)
    dialog.reject()
    await user.rests()


async def test_a_plan_is_only_looked_at_where_writing_is_not_allowed(world: World) -> None:
    world.library.add_artist("Artist")
    world.picture("artists/ab/abcdef.webp")
    async with a_window(world.data, world.settings()) as user:
        await user.opens(Wanted(str(world.library.path)))
        user.window.actions_by_name["optimize"].trigger()
        dialog = await user.sees_plan()
        user.clicks(dialog.trash_button)
        assert "Allow writing above the grid" in dialog.plan_page.problem.label.text()
        assert dialog.plan_page.isVisible()
        dialog.reject()
    assert len(world.files()) == 1


async def test_what_changed_on_disk_since_the_plan_is_skipped_and_said(world: World) -> None:
    world.library.add_artist("Artist")
    path = world.picture("artists/ab/abcdef.webp")
    async with a_window(world.data, world.settings()) as user:
        await opened(user, world)
        user.window.actions_by_name["optimize"].trigger()
        dialog = await user.sees_plan()
        world.picture(path, pictures.webp((9, 9)))
        user.clicks(dialog.trash_button)
        await until(dialog.result_page.isVisible)
        assert dialog.result_page.headline.text() == "Nothing was removed"
        assert user.summaries == ["0 files removed, 0 bytes, 1 skipped."]
        dialog.reject()
    assert list(world.files()) == [path]


async def test_a_recache_that_was_interrupted_is_offered_and_taken_up(world: World) -> None:
    ada = world.library.add_artist("Ada", world.server.serve("/a.jpg", pictures.jpeg()))
    before = world.opened()
    before.journal.extend_queue("before", [Waiting(0, ARTIST, ada)])
    before.journal.keep_queue("before", "force")
    before.journal.close()
    before.library.close()
    async with a_window(world.data, world.settings()) as user:
        await opened(user, world)
        await until(lambda: user.said)
        assert user.said[0].text == (
            "A recache was interrupted with 1 picture to go: “Resume recache” goes on with it."
        )
        resume = user.window.actions_by_name["resume"]
        await until(resume.isEnabled)
        resume.trigger()
        await until(lambda: user.entry(ARTIST, ada).image.state == "cached")
        await user.rests()
        resume.trigger()
        await until(lambda: len(user.said) > 1)
        assert user.said[-1].text == "No recache was interrupted; there is nothing to resume."


async def test_all_links_but_those_checked_lately(world: World) -> None:
    for number in range(3):
        world.library.add_artist(f"Artist {number}", world.server.serve(f"/{number}.jpg", pictures.jpeg()))

    def heads() -> int:
        return sum(request.method == "HEAD" for request in world.server.log)

    async with a_window(world.data, world.settings()) as user:
        await opened(user, world)
        act = user.window.actions_by_name
        act["validate_all"].trigger()
        await until(lambda: heads() == 3)
        await user.rests()
        world.library.add_artist("Late", world.server.serve("/late.jpg", pictures.jpeg()))
        act["validate_all"].trigger()
        await until(lambda: heads() == 4)
        await user.rests()
        await until(lambda: user.page.model.rowCount() == 4)
        user.page.view.selectAll()
        await until(act["validate"].isEnabled)
        act["validate"].trigger()
        await until(lambda: heads() == 8, "what is selected is asked")
        await user.rests()
