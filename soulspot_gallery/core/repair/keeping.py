"""Former pictures as files, in a folder of their own under the image root: kept, read, and dropped. Blocks."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from soulspot_gallery.core.disk import disk_trouble
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.files.durable import sync_folder
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.repair_records import Key
from soulspot_gallery.core.model import ErrorCode

_ENDING = ".picture"


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """`history/<kind>-<id>/<sha256>.picture` in the gallery's own folder. Emptying the trash leaves it alone."""

    store: Store

    def keep(self, key: Key, sha256: str, content: bytes) -> None:
        """Keep these bytes, through to the disk. Raises PictureError (disk, unsafe)."""
        with disk_trouble("A former picture"):
            folder = self._folder(key)
            file = folder / f"{sha256}{_ENDING}"
            if file.is_file() and file.stat().st_size == len(content):
                return
            half = file.with_name(f"{secrets.token_hex(8)}.part")
            try:
                with half.open("xb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                half.replace(file)
                sync_folder(folder)
                sync_folder(folder.parent)  # its name may be new as well
            finally:
                half.unlink(missing_ok=True)

    def read(self, key: Key, sha256: str) -> bytes:
        """Raises PictureError (missing) where they are not kept any more."""
        try:
            with disk_trouble("A former picture"):
                return (self._folder(key) / f"{sha256}{_ENDING}").read_bytes()
        except PictureError as problem:
            missing = isinstance(problem.__cause__, FileNotFoundError)
            text = "That picture is not kept any more." if missing else str(problem)
            raise PictureError(ErrorCode.MISSING, text) from problem

    def drop(self, key: Key, sha256: str) -> None:
        """Keep these bytes no longer. Raises PictureError (disk, unsafe)."""
        with disk_trouble("A former picture"):
            (self._folder(key) / f"{sha256}{_ENDING}").unlink(missing_ok=True)

    def _folder(self, key: Key) -> Path:
        kind, entity_id = key
        return self.store.own_folder("history", f"{kind.value}-{quote(entity_id, safe='')}")
