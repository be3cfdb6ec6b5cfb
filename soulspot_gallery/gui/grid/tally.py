"""What many entries come to, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from soulspot_gallery.core.model import EntityType, State, Verdict


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of each; `bytes` counts the files in the cache."""

    kinds: Counter[EntityType]
    states: Counter[State]
    verdicts: Counter[Verdict]
    bytes: int
    locked: int
    no_picture: int
