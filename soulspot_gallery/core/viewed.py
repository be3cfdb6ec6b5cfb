"""Entities with all that is known of their pictures, in columns.

As objects, 100,000 rows held 45 MB more and took twice the time to make; of a whole library, a window shows sixty.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import TypeVar

from soulspot_gallery.core.entry_rows import UNKNOWN, EntryRows, fetched_at, number
from soulspot_gallery.core.journal.records import NO_MARK, Attempt, Facts, FileCheck
from soulspot_gallery.core.locate import choose_display, safe_local_path, url_hash
from soulspot_gallery.core.model import Entity, EntityType, Entry, ImageInfo, State, Verdict
from soulspot_gallery.core.viewing import problem_of, state_of

T = TypeVar("T")
Key = tuple[EntityType, str]

_NO_HASH = bytes(32)


class Viewed(EntryRows):
    """One entry for each entity, in their order."""

    def __init__(self, entities: Iterable[Entity], checks: Iterable[FileCheck | None], facts: Facts) -> None:
        """`checks` are the looks at the files that the entities name, None where there is no file."""
        super().__init__(entities, [], [])
        looks = list(checks)
        self._problems = dict[int, str]()
        self._judge(looks, self._by_row(facts.failures))
        self._marks = self._by_row(facts.marks)
        self._locked = {row for row, mark in self._marks.items() if mark.locked}
        self._refused = {row for row, mark in self._marks.items() if mark.refused}
        self._bytes = array("q", [UNKNOWN if check is None else check.stamp.size for check in looks])
        self._widths = array("i", [UNKNOWN if check is None else number(check.width) for check in looks])
        self._heights = array("i", [UNKNOWN if check is None else number(check.height) for check in looks])
        self._hashes = b"".join([_NO_HASH if check is None else _hash(check.sha256) for check in looks])
        paths = [
            check.path if check else safe_local_path(entity.path) or ""
            for entity, check in zip(self.entities, looks, strict=True)
        ]
        self._fetched = array("d", [facts.fetched.get(path, UNKNOWN) for path in paths])
        self._shown = array("d", [facts.shown.get(path, UNKNOWN) for path in paths])
        self.verdicts += [
            facts.verdicts.get(url_hash(entity.url), Verdict.UNCHECKED) if entity.url else Verdict.UNCHECKED
            for entity in self.entities
        ]

    def sizes(self) -> Sequence[float]:
        return self._bytes

    def times(self) -> Sequence[float]:
        return self._fetched

    def sides(self) -> Sequence[float]:
        # No `map` of `min`: four times as long, and no other thread gets in meanwhile.
        both = zip(self._widths, self._heights, strict=True)
        return [width if width < height else height for width, height in both]

    def held(self) -> tuple[Set[int], Set[int]]:
        return self._locked, self._refused

    def sha256_of(self, row: int) -> str | None:
        newer = self._newer.get(row)
        if newer is not None:
            return newer.image.sha256
        return self._sha256(row) if self.states[row] is State.CACHED else None

    def __setitem__(self, row: int, entry: Entry) -> None:
        super().__setitem__(row, entry)
        image = entry.image
        self._bytes[row], self._fetched[row] = number(image.bytes), fetched_at(image)
        self._widths[row], self._heights[row] = number(image.width), number(image.height)
        for rows, holds in ((self._locked, image.locked), (self._refused, image.no_picture)):
            (rows.add if holds else rows.discard)(row)

    def _by_row(self, known: Mapping[Key, T]) -> dict[int, T]:
        """What is known of few, by their rows."""
        return (
            {row: known[entity.key] for row, entity in enumerate(self.entities) if entity.key in known} if known else {}
        )

    def _judge(self, looks: Sequence[FileCheck | None], attempts: Mapping[int, Attempt]) -> None:
        """States, and what went wrong: of most pictures nothing did."""
        for row, (entity, check) in enumerate(zip(self.entities, looks, strict=True)):
            attempt = attempts.get(row)
            if attempt is None and check is not None and check.problem is None:
                self.states.append(State.CACHED)
                continue
            state = state_of(entity, check, attempt)
            self.states.append(state)
            problem = problem_of(entity, state, check, attempt)
            if problem is not None:
                self._problems[row] = problem

    def _make(self, row: int) -> Entry:
        entity, state, verdict = self.entities[row], self.states[row], self.verdicts[row]
        mark = self._marks.get(row, NO_MARK)
        path = safe_local_path(entity.path)
        whole = path if state is State.CACHED else None
        sha256 = self._sha256(row) if whole else None
        image = ImageInfo(
            entity.kind,
            entity.id,
            entity.url or None,
            path,
            choose_display(entity.kind, whole, None if mark.refused else entity.url, verdict),
            state,
            _known(self._widths[row]),
            _known(self._heights[row]),
            _known(self._bytes[row]),
            sha256,
            _moment(self._fetched[row]),
            _moment(self._shown[row]),
            verdict,
            mark.locked,
            self._problems.get(row),
            mark.refused,
            sha256 is not None and sha256 == mark.hand_sha256,
        )
        return Entry(entity, image)

    def _sha256(self, row: int) -> str | None:
        found = self._hashes[32 * row : 32 * row + 32]
        return None if found == _NO_HASH else found.hex()


def _hash(sha256: str) -> bytes:
    """Its 32 bytes; those of none where not all of the file was read."""
    try:
        return bytes.fromhex(sha256).rjust(32, b"\0")[:32]
    except ValueError:
        return _NO_HASH


def _known(value: int) -> int | None:
    return None if value == UNKNOWN else value


def _moment(seconds: float) -> datetime | None:
    return None if seconds == UNKNOWN else datetime.fromtimestamp(seconds, UTC)
