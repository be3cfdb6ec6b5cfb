"""Finds the files of `resources/`: inside the package when installed, beside it when run from a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The path of a resource, such as `placeholder-artist.svg`. Raises FileNotFoundError where it is not shipped."""
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"The resource {name} is missing from this installation; install SoulSpot Gallery again.")
