"""The window's loop while strangers do their worst: a hostile server, a cleanup, a server that locks the library.

The servers are processes of their own; beside the window's heartbeat beats a bare one.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support import heartbeats, pictures
from support.heartbeats import Late, bare_heartbeat, beat, held_up
from support.image_server import ImageServer
from support.soulspot import soulspot_database
from support.window import CONTROL, CONTROL_SHIFT, User, a_window, until
from support.world import World

from soulspot_gallery.core.model import Selection
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.gui.opening.libraries import Wanted

SUPPORT = Path(heartbeats.__file__).parent
MOST = 0.1
"""Seconds for which the window may be held up beyond a loop that has nothing to do."""

ROUNDS = 3
"""What blocks the loop does so in every round; a machine that is busy with other things does not."""

UNDONE = 3
"""Rows that the server may write back as it had read them: of each round, those of the moment between the two."""

WANTED, THERE, ORPHANS = 84, 220, 40


@contextmanager
def beside(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program of `tests/support` in a process of its own, which ends when its standard input does."""
    command = [sys.executable, "-m", f"support.{script}", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=SUPPORT.parent, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def said_by(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def library_for(folder: Path, host: str, server: ImageServer) -> World:
    """Pictures to be fetched from the host, others that are there, and files that no row names."""
    (folder / "soulspot" / "images").mkdir(parents=True)
    library = soulspot_database(folder / "soulspot" / "soulspot.db")
    library.switch_to_wal()
    world = World(library, server)
    for number in range(WANTED):
        library.add_playlist(f"Wanted {number}", f"http://{host}/{number}")
    for number in range(THERE):
        path = world.picture(f"artists/aa/aa{number}.webp", pictures.webp((300, 300), (number, 90, 90)))
        library.add_artist(f"There {number}", f"http://{host}/small", path, f"aa{number}")
    for number in range(ORPHANS):
        world.picture(f"spotify/artists/orphan{number}.webp")
    return world


async def work_on(world: World, settings: Settings, late: list[Late]) -> list[str]:
    """Recache all, clean up meanwhile, and scroll; the summaries of what was done."""
    async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
        await service.allow_writing()
    async with a_window(world.data, settings) as user:
        await user.opens(Wanted(str(world.library.path)))
        beating = asyncio.create_task(beat(late))
        scrolling = asyncio.create_task(scroll(user))
        try:
            await user.presses(Qt.Key.Key_R, CONTROL_SHIFT)
            await until(lambda: any(job.progress.done for job in user.window.jobs.active), "the recache has begun")
            await clean_up(user)
            async with asyncio.timeout(45):
                await until_done(user)
        finally:
            scrolling.cancel()
            beating.cancel()
        return user.summaries


async def scroll(user: User) -> None:
    """Up and down the grid, a step a frame."""
    bar, step = user.page.view.verticalScrollBar(), 40
    while True:
        bar.setValue(bar.value() + step)
        if bar.value() in (bar.minimum(), bar.maximum()):
            step = -step
        await asyncio.sleep(0.016)


async def clean_up(user: User) -> None:
    await user.presses(Qt.Key.Key_E, CONTROL)
    dialog = await user.sees_plan()
    await asyncio.sleep(0.2)  # nobody looks a plan through more quickly
    user.clicks(dialog.trash_button)
    await until(dialog.result_page.isVisible, "the cleanup is done")
    await user.presses(Qt.Key.Key_Escape)


async def until_done(user: User) -> None:
    """Wait until the recache has ended: a drip and a body without an end take their time."""
    while user.window.jobs.running("recache all"):  # noqa: ASYNC110  # Qt has no event to await
        await asyncio.sleep(0.05)


async def recache(world: World, settings: Settings, undone: frozenset[str]) -> None:
    """Once more the pictures whose rows the server wrote back as it had read them, before they named ours."""
    async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
        await service.recache(Selection(ids=undone))


def test_the_loop_is_never_held_up(qapp: QApplication, tmp_path: Path, image_server: ImageServer) -> None:
    longest = list[float]()
    with beside("hostile_process", str(WANTED)) as hostile:
        host = said_by(hostile)
        while len(longest) < ROUNDS and (not longest or longest[-1] > MOST):
            world = library_for(tmp_path / f"{len(longest)}", host, image_server)
            longest.append(one_round(world, Settings(allowed_hosts=(host,), request_timeout=2)))
    assert min(longest) <= MOST, f"held up for {longest} s"


def one_round(world: World, settings: Settings) -> float:
    """How long the loop was held up at most while all of it was going on, in s."""
    late = list[Late]()
    with beside("writing_server", str(world.library.path), "1.2", "0.3", "30") as writing, bare_heartbeat() as bare:
        assert said_by(writing) == "writing"
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            summaries = runner.run(work_on(world, settings, late))
    assert any(text.startswith(f"{WANTED} pictures: ") for text in summaries), summaries
    assert not [path for path in world.files() if "orphan" in path]
    undone = [PurePosixPath(path) for path in world.unnamed()]
    if undone:
        assert len(undone) <= UNDONE
        assert {path.parts[0] for path in undone} == {"playlists"}, "the server writes no others"
        asyncio.run(recache(world, settings, frozenset(path.stem for path in undone)))
    world.assert_sound()
    return held_up(late, bare)
