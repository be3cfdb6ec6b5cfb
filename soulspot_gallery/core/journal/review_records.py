"""What the journal tells of reviews: what a person said of a picture, and which new ones were not wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.pictures.appearance import Appearance


class Opinion(StrEnum):
    """What a person said of a picture that several entities show."""

    PLACEHOLDER = "placeholder"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`sha256` is of the file, `look` what it looks like; `entities` showed it when this was said.
    `batch` is the group of changes that went with it (see `repair_records`): undone, nothing was said."""

    sha256: str
    opinion: Opinion
    at: datetime
    entities: int
    look: Appearance
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """A version of a source's picture that was not wanted: `version` is the sha256 of its bytes as sent, empty where
    the source has none any more."""

    kind: EntityType
    id: str
    url_hash: str
    version: str
    etag: str | None
    last_modified: str | None
    at: datetime
