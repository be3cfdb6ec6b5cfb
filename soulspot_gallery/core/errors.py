"""What the engine raises on purpose. Every text is a sentence for the user: what is wrong and what to do.

GalleryError
├── UsageError                 wrong arguments, unknown ids, plans, receipts     exit 2
│   └── SettingsError          a setting is wrong: key, value, range
├── CannotOpen                                                                   exit 3
│   ├── LibraryError           missing, no SQLite, of another shape, locked, read-only
│   ├── ImageRootError         not there, no folder, not writable
│   ├── JournalError           (in journal) no space, no permission
│   └── AnotherGallery         the image root is being written by another gallery
├── BrakeHeld                  a cleanup that looks absurd and was not confirmed exit 4
├── UnsafePath                 a path or id that would leave the image root
└── PictureError               one picture could not be had; carries an ErrorCode, the batch goes on
    └── DiskTrouble            every other picture would fail for the same reason; the batch ends
"""

from __future__ import annotations

from soulspot_gallery.core.model import Brake, ErrorCode


class GalleryError(Exception):
    """Base of all expected failures; `str()` is one line for the user. `exit_status` is that of the command line."""

    exit_status = 1


class UsageError(GalleryError):
    exit_status = 2


class SettingsError(UsageError):
    pass


class CannotOpen(GalleryError):
    exit_status = 3


class LibraryError(CannotOpen):
    pass


class ImageRootError(CannotOpen):
    pass


class AnotherGallery(CannotOpen):
    pass


class BrakeHeld(GalleryError):
    """A cleanup was refused; nothing was touched. `brakes` are the names to confirm."""

    exit_status = 4

    def __init__(self, message: str, brakes: tuple[Brake, ...]) -> None:
        super().__init__(message)
        self.brakes = brakes


class UnsafePath(GalleryError):
    pass


class PictureError(GalleryError):
    """One picture could not be fetched, converted, stored or recorded."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class DiskTrouble(PictureError):
    """A picture failed for a reason that all others would fail for: the disk is full or read-only, or no more files
    can be opened. Who deals with many ends there, and says it once."""
