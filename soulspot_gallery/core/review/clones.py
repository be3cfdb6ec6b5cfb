"""Groups of entities that show the same picture, and what that means: a placeholder, a mistake, or all in order.

What counts is for how many a picture stands, not in how many rows: an artist and their albums are one, as are rows of
one name, so that the editions of an album, or rows that a server has merged and that share one file, raise no alarm. A
playlist that shows a cover of its own tracks stands for nobody else, unless only playlists show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from soulspot_gallery.core.journal.review_records import Judgement, Opinion
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import Entity, EntityType, Entry, Source
from soulspot_gallery.core.pictures.appearance import near
from soulspot_gallery.core.providers.dto import is_placeholder
from soulspot_gallery.core.providers.matching import plain
from soulspot_gallery.core.review.grouping import Union, grouped
from soulspot_gallery.core.review.measuring import Key, Seen

_GROWN = 2
"""A group that was called fine is shown again once it has grown to more than so many times its size."""

_VARIOUS = frozenset({"various artists", "various", "va"})


class Known(StrEnum):
    """What is known of a picture that many show."""

    NOTHING = "nothing"
    PROVIDER = "provider-placeholder"
    MARKED = "marked-placeholder"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class CloneGroup:
    """Entities that show one picture. `id` names it, `stands_for` counts whose picture it would be; `seen` are its
    forms on the disk (none where only a URL is shared)."""

    id: str
    members: tuple[Entry, ...]
    stands_for: int
    known: Known
    seen: tuple[Seen, ...]

    @property
    def in_doubt(self) -> bool:
        """Whether a person should look at it."""
        if self.known is Known.NOTHING:
            return self.stands_for > 1
        return self.known is not Known.FINE

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(member.entity.key for member in self.members)

    @property
    def free_keys(self) -> tuple[Key, ...]:
        """Those that are not locked: what is done to a group leaves the others alone."""
        return tuple(member.entity.key for member in self.members if not member.image.locked)

    @property
    def picture(self) -> str | None:
        """The path of one of its files, under the image root."""
        return next((member.image.local_path for member in self.members if _shows_file(member)), None)


def clone_groups(
    entries: Iterable[Entry], seen: Mapping[Key, Seen], judgements: Sequence[Judgement]
) -> list[CloneGroup]:
    """All pictures that more than one entity shows, and all that are known to stand for none, even once. Largest
    first, by whom they stand for."""
    shown = [each for each in entries if each.image.display.source is not Source.PLACEHOLDER]
    groups = [_group([shown[place] for place in places], seen, judgements) for places in _together(shown, seen)]
    wanted = [each for each in groups if len(each.members) > 1 or each.known in (Known.PROVIDER, Known.MARKED)]
    return sorted(wanted, key=lambda each: (-each.stands_for, -len(each.members), each.id))


def _together(shown: Sequence[Entry], seen: Mapping[Key, Seen]) -> list[list[int]]:
    """Places of entries that show one picture: files that look alike; of what has no file, the same URL."""
    union, by_digest, by_url = Union(len(shown)), dict[str, int](), dict[str, int]()
    for place, each in enumerate(shown):
        if (found := seen.get(each.entity.key)) is not None:
            union.join(by_digest.setdefault(found.sha256, place), place)
            by_url.setdefault(each.entity.url or "", place)
    firsts = list(by_digest.values())
    for alike in grouped(seen[shown[place].entity.key].look for place in firsts):
        for other in alike[1:]:
            union.join(firsts[alike[0]], firsts[other])
    for place, each in enumerate(shown):
        if each.entity.key not in seen and each.entity.url:
            union.join(by_url.setdefault(each.entity.url, place), place)
    return union.groups()


def _group(members: Sequence[Entry], seen: Mapping[Key, Seen], judgements: Sequence[Judgement]) -> CloneGroup:
    forms = {found.sha256: found for each in members if (found := seen.get(each.entity.key)) is not None}
    name = min(forms) if forms else url_hash(members[0].entity.url or "")
    known = _known(members, list(forms.values()), judgements)
    if known is Known.NOTHING and any(is_placeholder(each.entity.url or "") for each in members):
        known = Known.PROVIDER
    return CloneGroup(
        name[:16], tuple(members), _stands_for(each.entity for each in members), known, tuple(forms.values())
    )


def _known(members: Sequence[Entry], forms: Sequence[Seen], judgements: Sequence[Judgement]) -> Known:
    """What a person said of it; the last word counts."""
    for said in judgements:
        if any(each.sha256 == said.sha256 or near(each.look, said.look) for each in forms):
            if said.opinion is Opinion.PLACEHOLDER:
                return Known.MARKED
            return Known.FINE if len(members) <= _GROWN * said.entities else Known.NOTHING
    return Known.NOTHING


def _stands_for(entities: Iterable[Entity]) -> int:
    """Whose picture it would be; see the top of this file."""
    people, lists = set[str](), set[str]()
    for each in entities:
        if each.kind is EntityType.PLAYLIST:
            lists.add(plain(each.name))
        else:
            artist = plain(each.artist or "")
            of_artist = each.kind is EntityType.ALBUM and artist and artist not in _VARIOUS
            people.add(artist if of_artist else plain(each.name))
    return len(people or lists)


def _shows_file(entry: Entry) -> bool:
    return entry.image.display.source is Source.LOCAL
