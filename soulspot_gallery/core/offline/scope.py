"""Which entities being offline is about: kinds, ids, and playlists with the albums and artists of their tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soulspot_gallery.core import looking
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import EntityType, Entry, Report, Selection, ignore_progress
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.viewing import by_name


@dataclass(frozen=True, slots=True)
class Scope:
    """`ids` and what belongs to `playlists` together; with neither, everything. `kinds` restricts that."""

    kinds: frozenset[EntityType] = frozenset()
    ids: frozenset[str] = frozenset()
    playlists: frozenset[str] = frozenset()


def entries_in(opened: Opened, scope: Scope, report: Report = ignore_progress) -> Sequence[Entry]:
    """The entities of a scope with what is known of their pictures, each kind by name. Blocks. Raises UsageError for an
    id that is not in the library."""
    ids = scope.ids | members(opened, scope.playlists)
    kinds = scope.kinds or frozenset(EntityType)
    selected = [each for each in looking.select(opened, Selection(ids=ids)) if each.kind in kinds]
    return looking.view(opened, by_name(selected), report)


def members(opened: Opened, playlists: frozenset[str]) -> frozenset[str]:
    """The ids of these playlists, and of the albums and artists of their tracks that the library has. Raises
    UsageError for an unknown playlist."""
    if not playlists:
        return frozenset()
    found = opened.library.find(EntityType.PLAYLIST, playlists)
    if unknown := playlists - {each.id for each in found}:
        raise UsageError(f"There is no playlist with the id {min(unknown)} in the library.")
    ids = set(playlists)
    for kind, named in opened.library.members(playlists).items():
        ids |= {each.id for each in opened.library.find(kind, named)}
    return frozenset(ids)
