"""What can be poor about a picture: the words alone, for those who only show or filter them. Judged by `audit`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from soulspot_gallery.core.model import Entry
from soulspot_gallery.core.pictures.looks import Appearance


class Fault(StrEnum):
    """What a picture lacks, the worst first."""

    PLACEHOLDER = "placeholder"
    TOO_SMALL = "too-small"
    BLURRY = "blurry"
    NOT_SQUARE = "not-square"
    FRAMED = "framed"


@dataclass(frozen=True, slots=True)
class Audited:
    """A whole picture with its measures and what it lacks."""

    entry: Entry
    look: Appearance
    faults: tuple[Fault, ...]
