"""Rounds over many entities: who is left out of the rest of one, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.image_server import ImageServer
from support.sources import Sources, access_to

from soulspot_gallery.core.errors import CannotOpen, PictureError
from soulspot_gallery.core.journal.records import SourceAnswer
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.providers import DTO, Provider, Sought
from soulspot_gallery.core.sources.asking import Round


class Troubled(Provider):
    """Raises what `troubles` has, one after the other; None is "knows nothing"."""

    name = "troubled"
    kinds = frozenset({EntityType.ARTIST})
    troubles: list[Exception | None]
    asked = 0

    async def find(self, sought: Sought) -> DTO | None:
        self.asked += 1
        if (trouble := self.troubles.pop(0)) is not None:
            raise trouble
        return None


async def asked_of(folder: Path, server: ImageServer, *troubles: Exception | None) -> tuple[int, str | None]:
    """How often the source was asked of as many artists, and why not oftener."""
    async with access_to(Sources(server), folder) as access:
        source = Troubled(access)
        source.troubles = list(troubles)
        asking = Round([source], _forget, lambda answer: False)
        for number in range(len(troubles)):
            offers = asking.offers(Sought(EntityType.ARTIST, f"Band {number}"), str(number), {}, [])
            assert [offer async for offer in offers] == []
    (share,) = asking.shares()
    return source.asked, share.problem


async def _forget(answer: SourceAnswer) -> None:
    pass


def fewer() -> PictureError:
    return PictureError(ErrorCode.RATE_LIMITED, "it asks for fewer requests.")


async def test_who_keeps_asking_for_patience_is_left_alone(image_server: ImageServer, tmp_path: Path) -> None:
    """Somebody has used up the quota: each further question makes it worse."""
    asked, problem = await asked_of(tmp_path, image_server, *(fewer() for _ in range(8)))
    assert (asked, problem) == (3, "it asks for fewer requests.")


async def test_who_asks_for_patience_now_and_then_is_asked_on(image_server: ImageServer, tmp_path: Path) -> None:
    troubles = [fewer(), fewer(), None, fewer(), fewer(), None]
    assert await asked_of(tmp_path, image_server, *troubles) == (6, None)


async def test_a_server_that_has_trouble_is_asked_on(image_server: ImageServer, tmp_path: Path) -> None:
    troubles = [PictureError(ErrorCode.SERVER, "it has trouble.") for _ in range(6)]
    assert await asked_of(tmp_path, image_server, *troubles) == (6, None)


async def test_our_own_trouble_is_no_fault_of_a_source(image_server: ImageServer, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="can't be read"):
        await asked_of(tmp_path, image_server, CannotOpen("The journal can't be read."))
