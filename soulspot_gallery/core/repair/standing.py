"""How pictures stand now, and how they would stand after each action: reading, and pure rules. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from soulspot_gallery.core.caching.origins import described
from soulspot_gallery.core.journal.records import NO_MARK, FileCheck, Mark, PictureFacts
from soulspot_gallery.core.journal.repair_records import Action, Former, Kept, Key, Standing
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.repair.pictures import host_of

BY_HAND = "locked by hand"
WITH_PICTURE = "locked because the picture was set by hand"


def standings(opened: Opened, entities: Sequence[Entity]) -> dict[Key, Standing]:
    """How each of these stands: the row as it was read, and what lies on the disk now. Blocks."""
    paths = {entity.key: path for entity in entities if (path := safe_local_path(entity.path))}
    opened.checks.recall(paths.values())
    facts, marks = opened.journal.pictures(paths.values()), opened.journal.marks_of(each.id for each in entities)
    origins = opened.journal.origins_of(each.id for each in entities)
    found = dict[Key, Standing]()
    for entity in entities:
        path, mark = paths.get(entity.key), marks.get(entity.key, NO_MARK)
        check = opened.checks.look(path) if path else None
        kept = _kept(entity, check, facts.get(path or ""), mark, origins.get(entity.key))
        found[entity.key] = Standing(entity.url, entity.path, kept, mark)
    return found


def _kept(
    entity: Entity, check: FileCheck | None, facts: PictureFacts | None, mark: Mark, origin: str | None
) -> Kept | None:
    if check is None or not check.read:
        return None
    facts = facts if facts is not None and facts.sha256 == check.sha256 else None
    source = mark.source if check.sha256 == mark.hand_sha256 else source_of(entity, facts, origin)
    return Kept(check.sha256, check.stamp.size, check.whole, check.width, check.height, source, facts)


def source_of(entity: Entity, facts: PictureFacts | None, origin: str | None) -> str | None:
    """Who gave a picture that was not set by hand, in words; None where that is not known."""
    if facts is None:
        return None
    if origin is not None and facts.url_hash == url_hash(origin):
        return described(origin)
    return host_of(entity.url) if facts.url_hash == url_hash(entity.url or "") else None


def same_picture(one: Standing, other: Standing) -> bool:
    """Whether row and file are the same in both, marks aside; a row may spell its path as it likes."""
    return (one.url, _place(one), one.sha256) == (other.url, _place(other), other.sha256)


def _place(standing: Standing) -> str | None:
    return safe_local_path(standing.path) or standing.path or None


def after(action: Action, before: Standing, now: datetime) -> Standing:
    """How a picture stands after an action that needs no other picture."""
    match action:
        case Action.UNSET | Action.DELETE:
            return Standing(before.url, None, None)
        case Action.SET_ASIDE:
            return Standing(None, None, None)
        case Action.NO_PICTURE:
            return Standing(before.url, None, None, Mark(refused_at=now))
        case Action.LOCK:
            return replace(before, mark=replace(before.mark, locked_at=now, locked_by=BY_HAND))
        case Action.UNLOCK:
            return replace(before, mark=replace(before.mark, locked_at=None, locked_by=None))
    raise ValueError(f"{action.value} needs a picture")


def after_set(url: str | None, path: str, picture: Kept, page: str | None, now: datetime) -> Standing:
    """How a picture stands that was set by hand: locked from the start."""
    mark = Mark(now, WITH_PICTURE, None, picture.sha256, picture.source, page)
    return Standing(url, path, picture, mark)


def after_going_back(former: Former, path: str, now: datetime) -> Standing:
    """How a picture stands once the former one is back: it, or that there is none, was chosen by hand."""
    if former.picture is None:
        return Standing(former.url, None, None, Mark(now, BY_HAND))
    return after_set(former.url, path, former.picture, None, now)


def why_not(action: Action, before: Standing) -> str | None:
    """Why an action would change nothing; None where it would."""
    match action:
        case Action.LOCK if before.mark.locked:
            return "It is locked already."
        case Action.UNLOCK if not before.mark.locked:
            return "It is not locked."
        case Action.NO_PICTURE if before.mark.refused and not before.path:
            return "It has no picture on purpose already."
        case Action.UNSET | Action.DELETE if not before.path and before.mark == NO_MARK:
            return "It has no picture."
        case Action.SET_ASIDE if before.mark.locked:
            return "It is locked."
    return None
