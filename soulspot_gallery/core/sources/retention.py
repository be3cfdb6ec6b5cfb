"""Pictures that their source does not allow to be kept for longer: which they are; how they go is in `purging`."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from soulspot_gallery.core.journal.records import SourceAnswer
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.opened import Opened

RENEW_BEFORE = timedelta(days=7)
"""How long before its end a picture is fetched anew, where the source can be asked."""


class Age(StrEnum):
    DUE = "due"
    """Time to ask again, so that it need not go."""
    OVER = "over"


def due(max_age_days: int, now: datetime) -> datetime:
    """Answers until then are to be renewed, where their source allows pictures to be kept for so many days."""
    return now - timedelta(days=max_age_days) + RENEW_BEFORE


def age(answer: SourceAnswer, max_age_days: int, now: datetime) -> Age:
    """Where the picture of an answer stands that is due."""
    return Age.OVER if now >= answer.at + timedelta(days=max_age_days) else Age.DUE


def row_of(opened: Opened, answer: SourceAnswer) -> Entity | None:
    """The row that has its picture by this answer still; None where it has another by now, or is gone."""
    rows = opened.library.find(answer.kind, [answer.id])
    return rows[0] if rows and rows[0].url and url_hash(rows[0].url) == answer.url_hash else None
