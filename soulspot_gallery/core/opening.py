"""Which library and which image root: the defaults of the interface, and an open service on them."""

from __future__ import annotations

import asyncio
import concurrent.futures
from pathlib import Path

from soulspot_gallery.core.errors import ImageRootError, LibraryError
from soulspot_gallery.core.library.opening import create_library, open_library, sqlite_file
from soulspot_gallery.core.places import embedded_library, find_library, folders_of
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings


def image_root_of(library: str | Path, settings: Settings) -> Path:
    """Where a library's pictures live when nobody says so: the setting `cache_dir`, else `images` beside the library.

    Raises ImageRootError where there is no such folder.
    """
    if settings.cache_dir:
        return Path(settings.cache_dir).expanduser()
    folders = _folders_of(library)
    if not folders:
        raise ImageRootError("This library is no file, so no folder lies beside it; name the one with --image-root.")
    for folder in folders:
        if (folder / "images").is_dir():
            return folder / "images"
    raise ImageRootError(f"There is no folder images beside {library}; name the image folder with --image-root.")


def _folders_of(library: str | Path) -> list[Path]:
    """The folder of a SQLite library as it was named, and the one where the file really lies; none for a server's."""
    try:
        file = sqlite_file(library)
    except LibraryError:
        return []
    return [] if file is None else folders_of(file)


async def open_service(
    library: str | Path | None,
    image_root: Path | None,
    data_dir: Path | None,
    settings: Settings,
    executor: concurrent.futures.Executor | None = None,
) -> ImageService:
    """An open service; None stands for the defaults. Only the embedded library is created where it is missing.

    Raises CannotOpen; where both library and image root are wrong, it is the library's error.
    """
    found, root = await asyncio.to_thread(_prepare, library, image_root, settings)
    return await ImageService.open(found, root, data_dir, settings, executor)


def _prepare(library: str | Path | None, image_root: Path | None, settings: Settings) -> tuple[str | Path, Path]:
    if library is None:
        library = embedded_library()
        create_library(library)
        if image_root is None and not settings.cache_dir:
            _make_folder(library.parent / "images")
    else:
        library = find_library(str(library))
        open_library(library).close()
    return library, image_root or image_root_of(library, settings)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as problem:
        raise ImageRootError(f"The image folder {folder} can't be made: {problem.strerror}.") from problem
