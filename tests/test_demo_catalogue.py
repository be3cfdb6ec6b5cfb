"""The sample's own sources, asked by the real clients over the loopback."""

from __future__ import annotations

from soulspot_gallery.core.candidates.candidate import Asked, Saying, Shape
from soulspot_gallery.core.candidates.fix_queue import Trouble
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.demo.catalogue import UNKNOWN_EVERY, source_answer
from soulspot_gallery.demo.library import sample_library


async def test_the_sample_finds_candidates_without_the_internet() -> None:
    async with (
        sample_library() as sample,
        ImageService.open(sample.library, sample.image_root, sample.data_dir, sample.settings) as service,
    ):
        queue = await service.needing_a_hand()
        album = next(each for each in queue if each.entry.entity.kind is EntityType.ALBUM)
        artist = next(each for each in queue if each.entry.entity.kind is EntityType.ARTIST)
        of_album = await service.candidates(*album.key)
        of_artist = await service.candidates(*artist.key)
        typed = await service.candidates(*album.key, Asked("paper lanterns"))
    assert len(queue) >= 30
    assert {each.trouble for each in queue} >= {Trouble.MISSING, Trouble.BROKEN, Trouble.CORRUPT}
    assert {each.source for each in of_album.candidates} >= {"deezer", "itunes"}
    assert of_album.candidates[0].name_fit == 100
    assert any(each.shape is Shape.WIDE for each in of_artist.candidates)
    assert any(each.saying is Saying.ANSWERED for each in typed.lines)


def test_some_names_are_known_to_no_source() -> None:
    assert source_answer(f"/deezer/playlist/{UNKNOWN_EVERY - 1}", "a")["error"]["code"] == 800  # type: ignore[index]
    assert source_answer("/deezer/playlist/0", "a")["id"] == 0  # type: ignore[index]
    assert source_answer("/deezer/search/artist?q=", "a") == {"data": [], "total": 0}
    assert source_answer("/elsewhere", "a") is None
