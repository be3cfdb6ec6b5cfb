"""What the window remembers from one start to the next: its place, its view, the library opened last.

Read and written whole, away from the GUI thread once there is a window: the folder may lie on a slow disk.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.gui.grid.row_order import Order, SortKey

_NAME = "window.ini"


@dataclass(frozen=True, slots=True)
class WindowState:
    """`geometry` and `splitter` are as Qt wrote them, empty where there is none. Searches and filters begin anew."""

    library: str | None = None
    """The library opened last; None for one's own."""
    image_root: Path | None = None
    kind: EntityType | None = None
    sort: SortKey = SortKey.NAME
    descending: bool = False
    tile: int | None = None
    """Side of the tiles in px."""
    details: bool = True
    geometry: bytes = b""
    splitter: bytes = b""

    @property
    def order(self) -> Order:
        return Order(kind=self.kind, sort=self.sort, descending=self.descending)

    def with_view(self, order: Order, tile: int) -> WindowState:
        """The same with the kind, sorting and zoom of a grid."""
        return dataclasses.replace(
            self, kind=order.kind, sort=order.sort, descending=order.descending, tile=tile
        )  # fmt: skip


def read_window_state(data_dir: Path) -> WindowState:
    """The state kept in the gallery's data folder; a missing or damaged file, or part of it, is as good as none."""
    file = QSettings(str(data_dir / _NAME), QSettings.Format.IniFormat)

    def text(name: str) -> str:
        value = file.value(name)
        return value if isinstance(value, str) else ""

    def from_qt(name: str) -> bytes:
        value = file.value(name)
        return bytes(value.data()) if isinstance(value, QByteArray) else b""

    kind, sort, tile, image_root = text("kind"), text("sort"), text("tile"), text("image_root")
    return WindowState(
        library=text("library") or None,
        image_root=Path(image_root) if image_root else None,
        kind=EntityType(kind) if kind in {each.value for each in EntityType} else None,
        sort=SortKey(sort) if sort in {each.value for each in SortKey} else SortKey.NAME,
        descending=text("descending") == "yes",
        tile=int(tile) if tile.isdecimal() else None,
        details=text("details") != "no",
        geometry=from_qt("geometry"),
        splitter=from_qt("splitter"),
    )


def write_window_state(data_dir: Path, state: WindowState) -> None:
    """Keep the state. Where that can't be written, the next start begins as if nothing had been kept."""
    file = QSettings(str(data_dir / _NAME), QSettings.Format.IniFormat)
    values: dict[str, str | QByteArray] = {
        "library": _without_password(state.library or ""),
        "image_root": str(state.image_root or ""),
        "kind": state.kind.value if state.kind else "",
        "sort": state.sort.value,
        "descending": "yes" if state.descending else "no",
        "tile": str(state.tile or ""),
        "details": "yes" if state.details else "no",
        "geometry": QByteArray(state.geometry),
        "splitter": QByteArray(state.splitter),
    }
    for name, value in values.items():
        file.setValue(name, value)
    file.sync()


def _without_password(library: str) -> str:
    """A server's URL is kept without its password: PGPASSWORD and ~/.pgpass are there for that. Paths stay."""
    if "://" not in library:
        return library
    scheme, _, rest = library.partition("://")
    where, mark, options = rest.partition("?")
    user, at, server = where.rpartition("@")
    kept = "&".join(each for each in options.split("&") if not re.match("(ssl)?password=", each, re.IGNORECASE))
    return f"{scheme}://{user.partition(':')[0]}{at}{server}{mark if kept else ''}{kept}"
