"""Resources are found from the checkout, and a missing one says what to do. (Installed: `test_packaging`.)"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.resources import resource

FOLDER = Path(__file__).resolve().parents[2] / "resources"


@pytest.mark.parametrize("kind", EntityType)
def test_every_kind_has_its_placeholder(kind: EntityType) -> None:
    assert resource(f"placeholder-{kind}.svg") == FOLDER / f"placeholder-{kind}.svg"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.svg")), ids=lambda file: file.name)
def test_drawings_are_square_and_whole(file: Path) -> None:
    drawing = ElementTree.fromstring(file.read_text("utf-8"))
    left, top, width, height = map(float, drawing.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    assert width == height > 0
    assert list(drawing)


@pytest.mark.parametrize("name", ["nothing.svg", ""])
def test_a_missing_resource_says_what_to_do(name: str) -> None:
    with pytest.raises(FileNotFoundError, match="install SoulSpot Gallery again"):
        resource(name)
