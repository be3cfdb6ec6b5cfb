"""Entities with all that is known of their pictures, in columns: an `Entry` is made where it is asked for.

As objects, 100,000 rows held 45 MB more and took twice the time to make; of a whole library, a window shows sixty.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar, overload

from soulspot_gallery.core.journal.records import NO_MARK, Attempt, Facts, FileCheck
from soulspot_gallery.core.locate import choose_display, safe_local_path, url_hash
from soulspot_gallery.core.model import Entity, EntityType, Entry, ImageInfo, State, Verdict
from soulspot_gallery.core.viewing import problem_of, state_of

T = TypeVar("T")
Key = tuple[EntityType, str]

UNKNOWN = -1
"""In the columns of numbers."""

_NO_HASH = bytes(32)


class Viewed(Sequence[Entry]):
    """One entry for each entity, in their order. Sizes in px and bytes, times in seconds since 1970."""

    def __init__(self, entities: Iterable[Entity], checks: Iterable[FileCheck | None], facts: Facts) -> None:
        """`checks` are the looks at the files that the entities name, None where there is no file."""
        self.entities = list(entities)
        looks = list(checks)
        self.states, self._problems = list[State](), dict[int, str]()
        self._judge(looks, self._by_row(facts.failures))
        self._marks = self._by_row(facts.marks)
        self.bytes = array("q", [UNKNOWN if check is None else check.stamp.size for check in looks])
        self.widths = array("i", [UNKNOWN if check is None else _number(check.width) for check in looks])
        self.heights = array("i", [UNKNOWN if check is None else _number(check.height) for check in looks])
        self._hashes = b"".join([_NO_HASH if check is None else _hash(check.sha256) for check in looks])
        paths = [
            check.path if check else safe_local_path(entity.path) or ""
            for entity, check in zip(self.entities, looks, strict=True)
        ]
        self.fetched = array("d", [facts.fetched.get(path, UNKNOWN) for path in paths])
        self.shown = array("d", [facts.shown.get(path, UNKNOWN) for path in paths])
        self.verdicts = [
            facts.verdicts.get(url_hash(entity.url), Verdict.UNCHECKED) if entity.url else Verdict.UNCHECKED
            for entity in self.entities
        ]

    def __len__(self) -> int:
        return len(self.entities)

    def __eq__(self, other: object) -> bool:
        """As a list of the same entries."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == each for one, each in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, row: int) -> Entry: ...
    @overload
    def __getitem__(self, row: slice) -> list[Entry]: ...
    def __getitem__(self, row: int | slice) -> Entry | list[Entry]:
        if isinstance(row, slice):
            return [self._entry(each) for each in range(*row.indices(len(self)))]
        return self._entry(range(len(self))[row])

    def __iter__(self) -> Iterator[Entry]:
        return map(self._entry, range(len(self)))

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

    def _entry(self, row: int) -> Entry:
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
            _known(self.widths[row]),
            _known(self.heights[row]),
            _known(self.bytes[row]),
            sha256,
            _moment(self.fetched[row]),
            _moment(self.shown[row]),
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


def _number(known: int | None) -> int:
    return UNKNOWN if known is None else known


def _hash(sha256: str) -> bytes:
    """Its 32 bytes; those of none where not all of the file was read."""
    try:
        return bytes.fromhex(sha256).rjust(32, b"\0")[:32]
    except ValueError:
        return _NO_HASH


def _known(number: int) -> int | None:
    return None if number == UNKNOWN else number


def _moment(seconds: float) -> datetime | None:
    return None if seconds == UNKNOWN else datetime.fromtimestamp(seconds, UTC)
