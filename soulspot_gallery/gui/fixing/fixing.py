"""The fix queue at work: which one is shown, what each key does with it, and what comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from soulspot_gallery.core.candidates.candidate import Asked, PictureCandidate
from soulspot_gallery.core.candidates.fix_progress import StepKind
from soulspot_gallery.core.candidates.fix_queue import FixItem, Key
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import Entry, Report
from soulspot_gallery.core.repair.reports import RepairReport
from soulspot_gallery.gui.choosing.bringing import chosen_file, current_picture, picture_file_dialog, set_given
from soulspot_gallery.gui.choosing.given import Given, given_in
from soulspot_gallery.gui.desk import Desk
from soulspot_gallery.gui.fixing.fix_acts import Acted, FixActs
from soulspot_gallery.gui.fixing.fix_pace import FixPace, pace_words
from soulspot_gallery.gui.fixing.fix_page import FixPage
from soulspot_gallery.gui.fixing.prefetching import AHEAD, Prefetcher

_READING = "fix queue"


class Fixing(QObject):
    """One sitting. `items` are those that are left; what was done leaves them, what is undone comes back."""

    left = Signal()
    """The user wants back to the library."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._service = desk, desk.page.service
        self._acts = FixActs(desk.jobs, self._service)
        self._prefetcher = Prefetcher(desk.jobs, self._service, desk.executor)
        self._pace = FixPace()
        self._checking = False
        self.items: list[FixItem] = []
        self.place = 0
        self.page = FixPage(
            {
                "paste": self.paste,
                "url": self._ask_url,
                "file": self._choose_file,
                "lock": partial(self._act_now, StepKind.LOCK),
                "none": partial(self._act_now, StepKind.NO_PICTURE),
                "skip": self._skip,
                "undo": self._undo,
                "words": lambda: self.page.chooser.edit_words(),
                "next": partial(self.move, 1),
                "previous": partial(self.move, -1),
                "leave": self.left.emit,
                "back": self._step_back,
            }
        )
        chooser = self.page.chooser
        chooser.chosen.connect(self._take)
        chooser.given.connect(self.bring)
        chooser.search_requested.connect(self._search)
        self.page.again_requested.connect(lambda: self._acts.show_skipped(lambda acted: self.read()))

    # -- the queue

    def read(self) -> None:
        """Look through the library for what needs a hand; what was skipped before stays skipped."""

        async def work(report: Report) -> list[FixItem]:
            await self._acts.recall()
            return await self._service.needing_a_hand(self._acts.progress.skipped, report=report)

        self.page.show_empty("Looking through the pictures …", "", 0)
        self._desk.jobs.start(_READING, "Looking for what needs a hand", work, self._begin)

    def _begin(self, items: list[FixItem]) -> None:
        self.items, self.place = items, 0
        self._show()

    def close(self) -> None:
        """Stop looking for candidates; what was begun with a picture is finished."""
        self._prefetcher.close()
        self._desk.jobs.cancel(_READING)

    @property
    def current(self) -> FixItem | None:
        return self.items[self.place] if self.place < len(self.items) else None

    def move(self, by: int) -> None:
        """Show another one without deciding on this."""
        if self.items:
            self.place = (self.place + by) % len(self.items)
            self._show()

    def _show(self) -> None:
        if not shiboken6.isValid(self.page):
            return
        item = self.current
        if item is None and self.items:
            self.place = 0
            item = self.items[0]
        self._tell()
        if item is None:
            self._show_end()
            return
        self.page.show_item(item)
        self.page.chooser.show_search(self._prefetcher.search_for(item))
        self._prefetcher.look_ahead(item, self.items[self.place + 1 : self.place + 1 + AHEAD])
        self._load_current(item.entry)

    def _show_end(self) -> None:
        skipped = len(self._acts.progress.skipped)
        title = "Every picture that needs a hand was dealt with." if self._done else "No picture needs a hand."
        rest = f"{skipped} were skipped." if skipped > 1 else "One was skipped." if skipped else ""
        self.page.show_empty(title, rest, skipped)

    @property
    def _done(self) -> int:
        counts = self._acts.progress.count()
        return sum(count for kind, count in counts.items() if kind is not StepKind.SKIP)

    def _tell(self) -> None:
        skipped = len(self._acts.progress.skipped)
        self.page.show_standing(len(self.items), self._done, skipped, pace_words(self._pace, len(self.items)))

    def _load_current(self, entry: Entry) -> None:
        def show(image: QImage | None) -> None:
            item = self.current
            if image is not None and item is not None and item.key == entry.entity.key:
                self.page.chooser.show_current(image)

        work = partial(current_picture, self._desk.executor, self._service, entry)
        self._desk.jobs.run_quietly("current picture", work, show)

    # -- what the keys do

    def _take(self, candidate: PictureCandidate) -> None:
        """At once the next one: the picture is stored meanwhile."""
        if (item := self.current) is not None and not self._checking:
            self._leave_behind(item)
            self._change(StepKind.SET, item, lambda: self._service.take_candidate(*item.key, candidate))

    def paste(self) -> None:
        try:
            self.bring(given_in(QGuiApplication.clipboard().mimeData(), "the clipboard"))
        except UsageError as problem:
            self.page.chooser.say(str(problem))

    def bring(self, given: list[Given]) -> None:
        """A picture from outside: looked at first, as it may well be none."""
        if (item := self.current) is None or self._checking:
            return
        self._checking = True
        self.page.chooser.say("", "Looking at the picture …")

        def done(acted: Acted) -> None:
            self._checking = False
            if acted.step is not None and item in self.items:
                self._leave_behind(item)
            self._ended(item, acted)

        work = partial(set_given, self._desk.executor, self._service, item.key, given)
        self._acts.change(StepKind.SET, item.key, work, done)

    def _ask_url(self) -> None:
        if self.current is not None:
            self.page.chooser.address.ask()

    def _choose_file(self) -> None:
        if self.current is not None:
            dialog = picture_file_dialog(self.page)
            dialog.fileSelected.connect(lambda path: self.bring(chosen_file(path)))
            dialog.open()

    def _act_now(self, kind: StepKind) -> None:
        if (item := self.current) is None or self._checking:
            return
        act = self._service.lock if kind is StepKind.LOCK else self._service.refuse_pictures
        self._leave_behind(item)
        self._change(kind, item, lambda: act([item.key]))

    def _skip(self) -> None:
        if (item := self.current) is not None and not self._checking:
            self._leave_behind(item)
            self._acts.skip(item.key, lambda acted: self._ended(item, acted))

    def _undo(self) -> None:
        def done(acted: Acted) -> None:
            if acted.step is None:
                self._say(acted.problem)
            else:
                self._bring_back(acted.step.key)

        self._acts.undo(done)

    def _step_back(self) -> None:
        """Out of the line that is typed in, else out of the queue."""
        if not self.page.chooser.step_back():
            self.left.emit()

    def _search(self, asked: Asked) -> None:
        if (item := self.current) is not None:
            self.page.chooser.show_search(self._prefetcher.search_again(item, asked))
            self.page.chooser.setFocus()

    # -- what becomes of it

    def _change(self, kind: StepKind, item: FixItem, work: Callable[[], Awaitable[RepairReport]]) -> None:
        self._acts.change(kind, item.key, work, lambda acted: self._ended(item, acted))

    def _leave_behind(self, item: FixItem) -> None:
        """Take it out of the queue; where it was shown, show the next one."""
        self._pace.done()
        place = self.items.index(item)
        del self.items[place]
        if place < self.place:
            self.place -= 1
            self._tell()
        elif place == self.place:
            self._show()
        else:
            self._tell()

    def _ended(self, item: FixItem, acted: Acted) -> None:
        """It was done; or it was not, and comes next, with the reason. Not at once: a key that is just being pressed
        is meant for the one that is shown."""
        if not shiboken6.isValid(self.page):
            return
        self._desk.page.read_again([item.key])
        if acted.step is not None:
            self._prefetcher.forget(item.key)
            self._tell()
            if not self.items:
                self._show_end()
            return
        self.page.chooser.say("")
        if item not in self.items:
            self.items.insert(self.place + 1, item)
            self._prefetcher.forget(item.key)
            if len(self.items) == 1:
                self._show()
            else:
                self._tell()
        self._say(f"{item.entry.entity.name}: {acted.problem}")

    def _say(self, problem: str) -> None:
        if self.current is None:
            self.page.rest.setText(problem)
        self.page.chooser.say(problem)

    def _bring_back(self, key: Key) -> None:
        """What was undone is shown again, as it stands now."""

        def show(found: list[FixItem]) -> None:
            self.items = [each for each in self.items if each.key != key]
            self.place = min(self.place, len(self.items))
            self.items[self.place : self.place] = found
            self._prefetcher.forget(key)
            self._show()

        self._desk.page.read_again([key])
        self._desk.jobs.run_quietly(f"undone {key[1]}", lambda: self._service.needing_a_hand(keys={key}), show)
