"""Pictures fetched by hand over a lock: the former one is kept before, and said after. The lock itself stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from soulspot_gallery.core.errors import PictureError, UnsafePath
from soulspot_gallery.core.journal.repair_records import Former, Key, Settled, Standing
from soulspot_gallery.core.locate import safe_local_path
from soulspot_gallery.core.model import Entity, ErrorCode, Outcome, RecacheResult
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.repair.keeping import KeptFiles
from soulspot_gallery.core.repair.standing import standings

_LOCKED = "It was locked, and replaced because it was named by hand; it stays locked, and the history has the former."
_REFUSED = "It had no picture on purpose; it has one again because it was named by hand."


def keep_held(opened: Opened, files: KeptFiles, entities: Sequence[Entity]) -> dict[Key, Standing]:
    """How those of these stand that a person holds; their pictures are kept. Blocks. Raises PictureError."""
    marks = opened.journal.marks_of(entity.id for entity in entities)
    held = [entity for entity in entities if entity.key in marks and marks[entity.key].held]
    found = standings(opened, held)
    for entity in held:
        keep_picture(opened, files, entity, found[entity.key])
    return found


def keep_picture(opened: Opened, files: KeptFiles, entity: Entity, standing: Standing) -> None:
    """Keep what lies where the row says. Blocks. Raises PictureError."""
    path = safe_local_path(entity.path)
    if standing.picture is None or path is None:
        return
    try:
        content = opened.store.read(path)
    except (OSError, UnsafePath) as problem:
        raise PictureError(ErrorCode.DISK, f"{path} can't be read: {problem}.") from problem
    files.keep(entity.key, standing.picture.sha256, content)


def said(result: RecacheResult, held: Mapping[Key, Standing]) -> RecacheResult:
    """The result, with a sentence where it went over a lock."""
    before = held.get((result.kind, result.id))
    if before is None or result.outcome is not Outcome.DOWNLOADED:
        return result
    return replace(result, message=_REFUSED if before.mark.refused else _LOCKED)


def settle(opened: Opened, held: Mapping[Key, Standing], results: Iterable[RecacheResult]) -> None:
    """Write down what the pictures were that are replaced now, and end the refusals. Blocks."""
    now = datetime.now(UTC)
    done = [(each.kind, each.id) for each in results if each.outcome is Outcome.DOWNLOADED]
    over = {key: held[key] for key in done if key in held}
    formers = [Former(*key, now, before.url, before.picture) for key, before in over.items()]
    marks = {key: replace(before.mark, refused_at=None) for key, before in over.items() if before.mark.refused}
    if over:
        opened.journal.settle(Settled((), formers, marks))
