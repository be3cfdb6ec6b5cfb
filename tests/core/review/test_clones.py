"""Groups of entities that show one picture: exactly those of a generated library, and whom a picture stands for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from support.entries import make_entry

from soulspot_gallery.core.journal.review_records import Judgement, Opinion
from soulspot_gallery.core.locate import choose_display
from soulspot_gallery.core.model import EntityType, Entry, State
from soulspot_gallery.core.pictures.appearance import BITS, NEAR_BITS, Appearance
from soulspot_gallery.core.review.clones import CloneGroup, Known, clone_groups
from soulspot_gallery.core.review.measuring import Key, Seen

ARTIST, ALBUM, PLAYLIST = EntityType
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def look(number: int) -> Appearance:
    chance = random.Random(number)
    return Appearance(chance.getrandbits(BITS), chance.randbytes(48), 70, 0)


def seen_as(entries: Sequence[Entry], number: int = 1) -> dict[Key, Seen]:
    """All of these show the same bytes."""
    return {entry.entity.key: Seen(f"{number:064x}", look(number)) for entry in entries}


def remote(entity_id: str, url: str, kind: EntityType = ARTIST) -> Entry:
    made = make_entry(entity_id, f"Name {entity_id}", kind=kind, state=State.REMOTE)
    image = made.image._replace(source_url=url, display=choose_display(kind, None, url, made.image.verdict))
    return Entry(made.entity._replace(url=url), image)


def doubtful(groups: Sequence[CloneGroup]) -> list[tuple[int, int]]:
    return [(group.stands_for, len(group.members)) for group in groups if group.in_doubt]


def test_the_groups_of_ten_thousand_are_found_exactly() -> None:
    chance = random.Random(7)
    sizes = [273, 40, 12, *[2] * 60]
    entries = [make_entry(f"id{number}", f"Artist {number}") for number in range(10_000)]
    shuffled = chance.sample(entries, len(entries))
    seen, wanted, picture = dict[Key, Seen](), list[set[Key]](), 0
    for size in [*sizes, *[1] * (10_000 - sum(sizes))]:
        members, picture = [shuffled.pop() for _ in range(size)], picture + 1
        first = look(picture)
        for form, member in enumerate(members):
            # Some as the same bytes, some scaled or compressed again.
            bits = first.bits
            for bit in chance.sample(range(BITS), form % 3 * NEAR_BITS // 4):
                bits ^= 1 << bit
            seen[member.entity.key] = Seen(f"{picture:032x}{bits:032x}", replace(first, bits=bits))
        if size > 1:
            wanted.append({member.entity.key for member in members})
    groups = clone_groups(entries, seen, [])
    assert [set(group.keys) for group in groups][:3] == wanted[:3]
    assert sorted(map(sorted, (group.keys for group in groups))) == sorted(map(sorted, wanted))
    assert groups[0].stands_for == 273


def test_an_artist_and_the_editions_of_their_albums_stand_for_one() -> None:
    entries = [
        make_entry("1", "The Motels"),
        make_entry("2", "Careful", kind=ALBUM, artist="Motels"),
        make_entry("3", "Careful (Deluxe)", kind=ALBUM, artist="The Motels"),
    ]
    (group,) = clone_groups(entries, seen_as(entries), [])
    assert (group.stands_for, group.in_doubt) == (1, False)


def test_rows_of_one_name_that_share_a_file_stand_for_one() -> None:
    entries = [make_entry("1", "Björk"), make_entry("2", "Bjork")]
    (group,) = clone_groups(entries, seen_as(entries), [])
    assert not group.in_doubt


def test_a_playlist_with_a_cover_of_its_tracks_stands_for_nobody_else() -> None:
    album = make_entry("1", "Loveless", kind=ALBUM, artist="My Bloody Valentine")
    playlists = [make_entry(each, f"Mix {each}", kind=PLAYLIST) for each in "23"]
    assert doubtful(clone_groups([album, playlists[0]], seen_as([album, playlists[0]]), [])) == []
    assert doubtful(clone_groups(playlists, seen_as(playlists), [])) == [(2, 2)]


def test_compilations_of_various_artists_are_not_one_artist() -> None:
    entries = [make_entry(each, f"Hits {each}", kind=ALBUM, artist="Various Artists") for each in "123"]
    assert doubtful(clone_groups(entries, seen_as(entries), [])) == [(3, 3)]


def test_what_has_no_file_is_known_by_its_url() -> None:
    stored = make_entry("1", "Stored")
    entries = [stored, remote("2", stored.entity.url or ""), remote("3", "https://cdn.example/other.jpg")]
    (group,) = clone_groups(entries, seen_as([stored]), [])
    assert {member.entity.id for member in group.members} == {"1", "2"}


def test_a_providers_placeholder_is_listed_even_once() -> None:
    star = "https://lastfm.freetls.fastly.net/i/u/300x300/2a96cbd8b46e442fc41c2b86b821562f.png"
    (group,) = clone_groups([remote("1", star), remote("2", "https://cdn.example/2.jpg")], {}, [])
    assert (group.known, len(group.members), group.in_doubt) == (Known.PROVIDER, 1, True)


def test_what_was_called_a_placeholder_is_known_again_in_another_form() -> None:
    entries = [make_entry("1", "One")]
    said = Judgement("f" * 64, Opinion.PLACEHOLDER, NOW, 40, replace(look(1), bits=look(1).bits ^ 0b111))
    (group,) = clone_groups(entries, seen_as(entries), [said])
    assert (group.known, group.in_doubt) == (Known.MARKED, True)


def test_what_was_called_fine_is_asked_about_again_once_it_has_grown() -> None:
    entries = [make_entry(each, f"Artist {each}") for each in "12345"]
    said = Judgement("f" * 64, Opinion.FINE, NOW, 2, look(1))
    assert doubtful(clone_groups(entries[:4], seen_as(entries[:4]), [said])) == []
    assert doubtful(clone_groups(entries, seen_as(entries), [said])) == [(5, 5)]


def test_entities_without_a_picture_are_no_group() -> None:
    entries = [make_entry(each, f"Artist {each}", state=State.NONE) for each in "123"]
    assert clone_groups(entries, {}, []) == []
