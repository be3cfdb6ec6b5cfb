"""Groups of changes by hand: begun from what stands now, undone and redone as one. Decides; `carrying` does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from soulspot_gallery.core.cleanup.applying import Watch
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.journal.records import PictureFacts
from soulspot_gallery.core.journal.repair_records import Action, Change, Former, Kept, Key, Standing, Step
from soulspot_gallery.core.locate import cache_path, url_hash
from soulspot_gallery.core.model import Entity, EntityType
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.repair import standing as rules
from soulspot_gallery.core.repair.carrying import Carrier
from soulspot_gallery.core.repair.pictures import FromUrl, Picture, label_of
from soulspot_gallery.core.repair.reports import ChangeGroup, HistoryEntry, Left, RepairReport, entry_of
from soulspot_gallery.core.repair.steps import DOING, REDOING, UNDOING, Arrival, Done, Way

_NONE = dict[Key, Arrival]()


@dataclass(frozen=True, slots=True)
class Doer:
    """Methods block and run on the writer's thread. `most_formers`: former pictures kept of an entity."""

    opened: Opened
    carrier: Carrier
    most_formers: int

    def act(self, action: Action, keys: Sequence[Key], watch: Watch) -> RepairReport:
        """An action that needs no other picture, on one or many. Raises UsageError for an unknown id."""
        now, rows = datetime.now(UTC), these(self.opened, keys)
        stands, planned, left = rules.standings(self.opened, rows), list[tuple[Entity, Standing]](), list[Left]()
        for row in rows:
            reason = rules.why_not(action, stands[row.key])
            if reason is None:
                planned.append((row, rules.after(action, stands[row.key], now)))
            else:
                left.append(Left(row.kind, row.id, reason))
        return self._begin(action, now, planned, stands, _NONE, left, watch)

    def set(self, pictures: Mapping[Key, Picture], arrivals: Mapping[Key, Arrival], watch: Watch) -> RepairReport:
        """Pictures that are converted and staged become those of their entities."""
        now, rows = datetime.now(UTC), these(self.opened, list(arrivals))
        stands = rules.standings(self.opened, rows)
        planned = [(row, _after_set(row, pictures[row.key], arrivals[row.key], now)) for row in rows]
        return self._begin(Action.SET, now, planned, stands, arrivals, [], watch)

    def take_new(self, pictures: Mapping[Key, Picture], arrivals: Mapping[Key, Arrival], watch: Watch) -> RepairReport:
        """As `set`, for what the source of the picture itself has by now: locks stay as they are."""
        now, rows = datetime.now(UTC), these(self.opened, list(arrivals))
        stands = rules.standings(self.opened, rows)
        planned = [
            (row, replace(_after_set(row, pictures[row.key], arrivals[row.key], now), mark=stands[row.key].mark))
            for row in rows
        ]
        return self._begin(Action.TAKE_NEW, now, planned, stands, arrivals, [], watch)

    def go_back(self, key: Key, entry: HistoryEntry, watch: Watch) -> RepairReport:
        """The former picture becomes the picture again. Raises UsageError where it is not kept any more."""
        now, (row,) = datetime.now(UTC), these(self.opened, [key])
        former = next((each for each in self.opened.journal.formers(*key) if each.sha256 == (entry.sha256 or "")), None)
        if former is None:
            raise UsageError("That picture is not kept any more; look at the history again.")
        then = rules.after_going_back(former, cache_path(row.kind, row.id), now)
        return self._begin(Action.GO_BACK, now, [(row, then)], rules.standings(self.opened, [row]), _NONE, [], watch)

    def undo(self, watch: Watch) -> RepairReport:
        """Take back the last group. Raises UsageError where there is none."""
        batches = [batch for batch, step, _ in self.opened.journal.batches() if step is Step.DONE]
        if not batches:
            raise UsageError("There is nothing to undo.")
        return self._again(max(batches), Step.DONE, UNDOING, watch)

    def redo(self, watch: Watch) -> RepairReport:
        """Do again the group that was taken back last. Raises UsageError where there is none."""
        batches = [batch for batch, step, _ in self.opened.journal.batches() if step is Step.UNDONE]
        if not batches:
            raise UsageError("There is nothing to redo.")
        return self._again(min(batches), Step.UNDONE, REDOING, watch)

    def _again(self, batch: int, step: Step, way: Way, watch: Watch) -> RepairReport:
        changes = [change for change in self.opened.journal.changes(batch) if change.step is step]
        done = Done()
        self.carrier.carry(changes, way, _NONE, self.most_formers, done, watch)
        return _report(changes[0].action, batch, done)

    def _begin(
        self,
        action: Action,
        now: datetime,
        planned: Sequence[tuple[Entity, Standing]],
        stands: Mapping[Key, Standing],
        arrivals: Mapping[Key, Arrival],
        left: list[Left],
        watch: Watch,
    ) -> RepairReport:
        done = Done(left=left)
        if not planned:
            return _report(action, None, done)
        batch = self.opened.journal.next_batch()
        changes = [
            Change(batch, number, now, action, row.kind, row.id, row.name, stands[row.key], then)
            for number, (row, then) in enumerate(planned)
        ]
        self.carrier.carry(changes, DOING, arrivals, self.most_formers, done, watch)
        return _report(action, batch if done.changes else None, done)


def these(opened: Opened, keys: Sequence[Key]) -> list[Entity]:
    """The rows of these entities, in their order. Raises UsageError for an unknown id."""
    found = {
        entity.key: entity
        for kind in EntityType
        for entity in opened.library.find(kind, [each for of, each in keys if of is kind])
    }
    for kind, entity_id in keys:
        if (kind, entity_id) not in found:
            raise UsageError(f"There is no {kind.value} with the id {entity_id} in the library.")
    return [found[key] for key in dict.fromkeys(keys)]


def history(opened: Opened, key: Key) -> list[HistoryEntry]:
    """The former pictures of an entity, the last one first, without the one that it has now."""
    (row,) = these(opened, [key])
    now = rules.standings(opened, [row])[key]
    formers = [each for each in opened.journal.formers(*key) if _shown(each) and each.sha256 != now.sha256]
    return [entry_of(number, each.at, each.picture) for number, each in enumerate(formers, 1)]


def groups(opened: Opened) -> list[ChangeGroup]:
    """What can be undone and done again, the newest first."""
    firsts = {change.batch: change for change in opened.journal.first_changes()}
    counts = dict[tuple[int, bool], int]()
    for batch, step, count in opened.journal.batches():
        undone = step is Step.UNDONE
        counts[batch, undone] = counts.get((batch, undone), 0) + count
    return [
        ChangeGroup(batch, firsts[batch].at, firsts[batch].action, count, firsts[batch].name, undone)
        for (batch, undone), count in sorted(counts.items(), reverse=True)
    ]


def _shown(former: Former) -> bool:
    """A damaged file is kept for undo alone; there is nothing in it to go back to."""
    return former.picture is None or former.picture.whole


def _after_set(row: Entity, picture: Picture, arrival: Arrival, now: datetime) -> Standing:
    url = picture.url if isinstance(picture, FromUrl) else row.url
    page = picture.page if isinstance(picture, FromUrl) else None
    made, path = arrival.picture, arrival.staged.path
    facts = PictureFacts(
        path, url_hash(arrival.origin), arrival.etag, arrival.last_modified, len(made.webp), made.width, made.height,
        made.sha256, made.source_width, made.source_height, made.source_format, now,
    )  # fmt: skip
    kept = Kept(made.sha256, len(made.webp), True, made.width, made.height, label_of(picture), facts)
    return rules.after_set(url, path, kept, page, now)


def _report(action: Action, batch: int | None, done: Done) -> RepairReport:
    return RepairReport(
        action, batch, tuple(change.key for change in done.changes), tuple(done.left), tuple(done.notes)
    )
