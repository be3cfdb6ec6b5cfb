"""The switch before the network. While it is shut no request leaves: `wire` asks it before each one, and nobody can go
around that. What was sent before is let come in."""

from __future__ import annotations

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

SHUT = "The gallery works offline, so nothing is asked of the network; go online again (setting offline) for that."


class Door:
    """Open or shut, from one request to the next. Shared by all that a gallery opens, whatever their settings."""

    def __init__(self, *, shut: bool = False) -> None:
        self.shut = shut

    def pass_through(self) -> None:
        """Raises PictureError (offline) while the door is shut."""
        if self.shut:
            raise offline()


def offline() -> PictureError:
    """What is said in place of what would need the network."""
    return PictureError(ErrorCode.OFFLINE, SHUT)
