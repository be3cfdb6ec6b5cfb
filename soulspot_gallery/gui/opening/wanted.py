"""Which library the window is to open: what the command line names, what was open last, or one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from soulspot_gallery.core.places import embedded_library
from soulspot_gallery.gui.window_state import WindowState


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which library to open. `library` None: one's own; `sample`: the sample library, whatever else is said."""

    library: str | None = None
    image_root: Path | None = None
    sample: bool = False

    @property
    def ours(self) -> bool:
        """Whether it is the gallery's to write, without being asked."""
        return self.sample or self.library is None or Path(self.library) == embedded_library()


def wanted_at_start(library: str | None, image_root: Path | None, state: WindowState) -> Wanted:
    """What the command line names, else the library opened last, else one's own."""
    if library is not None or image_root is not None:
        return Wanted(library, image_root)
    return Wanted(state.library, state.image_root)
