"""What is poor about a picture: too small, blurred, not square, framed, or no picture at all. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soulspot_gallery.core.model import EntityType, Entry
from soulspot_gallery.core.pictures.appearance import Appearance, near
from soulspot_gallery.core.providers.dto import is_placeholder
from soulspot_gallery.core.review.faults import Audited, Fault
from soulspot_gallery.core.review.measuring import Key, Seen
from soulspot_gallery.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Demands:
    """What a good picture is. `smallest`: px of its longer side, by kind; `sharpness` 0 to 100; `sides`: per cent by
    which they may differ; `border`: per cent of a side that make a frame; `placeholders`: what stands for none."""

    smallest: Mapping[EntityType, int]
    sharpness: int
    sides: int
    border: int
    placeholders: tuple[Appearance, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """All whole pictures, the worst first; `unread` could not be read."""

    pictures: tuple[Audited, ...]
    unread: int
    seconds: float

    @property
    def poor(self) -> tuple[Audited, ...]:
        return tuple(each for each in self.pictures if each.faults)

    def count(self, fault: Fault) -> int:
        return sum(fault in each.faults for each in self.pictures)


def demands_of(settings: Settings, placeholders: Iterable[Appearance] = ()) -> Demands:
    """The demands that the settings make."""
    smallest = {kind: settings.image_size(kind) * settings.quality_small_percent // 100 for kind in EntityType}
    return Demands(
        smallest,
        settings.quality_sharpness,
        settings.quality_square_percent,
        settings.quality_border_percent,
        tuple(placeholders),
    )


def faults_of(entry: Entry, look: Appearance, demands: Demands) -> tuple[Fault, ...]:
    """What a whole picture lacks, the worst first. Of what stands for none nothing else is said."""
    image, width, height = entry.image, entry.image.width or 0, entry.image.height or 0
    if is_placeholder(image.source_url or "") or any(near(look, each) for each in demands.placeholders):
        return (Fault.PLACEHOLDER,)
    longer, shorter = max(width, height), min(width, height)
    poor = {
        Fault.TOO_SMALL: longer < demands.smallest[image.entity_type],
        Fault.BLURRY: look.sharpness is not None and look.sharpness < demands.sharpness,
        Fault.NOT_SQUARE: 100 * (longer - shorter) >= demands.sides * longer > 0,
        Fault.FRAMED: look.border >= demands.border,
    }
    return tuple(fault for fault in Fault if poor.get(fault))


def audit(entries: Iterable[Entry], seen: Mapping[Key, Seen], demands: Demands) -> list[Audited]:
    """Those of which it is known what they look like, the worst first."""
    audited = [
        Audited(entry, found.look, faults_of(entry, found.look, demands))
        for entry in entries
        if (found := seen.get(entry.entity.key)) is not None
    ]
    worst = {fault: place for place, fault in enumerate(Fault)}
    return sorted(audited, key=lambda each: worst[each.faults[0]] if each.faults else len(worst))
