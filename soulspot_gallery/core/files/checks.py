"""Is the file at this path a whole WebP? Looked at once for each size, time and inode, then remembered."""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from soulspot_gallery.core.errors import GalleryError, PictureError, UnsafePath
from soulspot_gallery.core.files.store import ScannedFile, Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.records import FileCheck
from soulspot_gallery.core.model import FileStamp
from soulspot_gallery.core.pictures.webp import announced_size, inspect_webp, quick_webp_check

LOOKS_AT_ONCE = 5000
"""Up to so many files of which nothing is known are read and decoded in one go: some 3 ms each."""

LOOKS_OF_MANY = 50
"""Where there are more, so many are in each run: 0.2 s. Of the others the header is read, until their turn comes."""

_HEAD = 32


class FileChecks:
    """The last look at each file, from the journal and from this run.

    The journal is asked when a file is first looked at; whoever looks at many `recall`s them together before.
    Single reads and writes of a dictionary are what threads share here, so several may look at once.
    """

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self._known: dict[str, FileCheck | None] = {}  # None: the journal has nothing, or nothing that counts
        self._written: dict[str, str | None] = {}
        self._all_recalled = False
        self._new: dict[str, FileCheck] = {}

    def recall(self, paths: Iterable[str]) -> None:
        """Learn from the journal what earlier runs saw of these. Raises JournalError."""
        if not self._all_recalled:
            missing = [path for path in paths if path not in self._known]
            found = self._journal.looks_at(missing)
            for path in missing:
                self._known.setdefault(path, found.get(path))

    def recall_all(self) -> None:
        """Learn from the journal what earlier runs saw of any file. Raises JournalError."""
        if not self._all_recalled:
            for path, check in self._journal.file_checks().items():
                self._known.setdefault(path, check)
            self._all_recalled = True

    def look(self, path: str) -> FileCheck | None:
        """What lies at `path`: None where no plain file does. Reads the file only when it has changed."""
        stamp = self._store.stamp(path)
        return None if stamp is None else self.look_at(path, stamp)

    def look_at(self, path: str, stamp: FileStamp) -> FileCheck | None:
        """As `look`, for a file whose stamp was just taken."""
        if path not in self._known:
            with contextlib.suppress(GalleryError):  # without the journal the file itself is looked at
                self.recall((path,))
        known = self.known(path, stamp)
        if known is not None:
            return known
        check = self._inspect(path, stamp)
        if check is not None and check.read:
            self._known[path] = self._new[path] = check
        return check

    def known(self, path: str, stamp: FileStamp) -> FileCheck | None:
        """The look at the file since it last changed, if there was one."""
        known = self._known.get(path)
        return known if known is not None and known.stamp == stamp else None

    def unsure(self, files: Iterable[ScannedFile]) -> list[ScannedFile]:
        """The pictures among these that no look has found whole since they last changed. Raises JournalError."""
        looks = {} if self._all_recalled else self._journal.whole_files()
        known, unsure = self._known, list[ScannedFile]()
        for file in files:
            path, stamp, temporary = file
            if path in known:
                check = known[path]
                whole = check is not None and check.whole and check.stamp == stamp
            else:
                whole = looks.get(path) == stamp
            if not whole and not temporary:
                unsure.append(file)
        return unsure

    def _known_among(self, looks: Mapping[str, FileCheck], path: str, stamp: FileStamp) -> FileCheck | None:
        """As `known`; what this run saw is newer than `looks`."""
        known = self._known.get(path) if path in self._known else looks.get(path)
        return known if known is not None and known.stamp == stamp else None

    def survey(
        self,
        files: Sequence[tuple[str, FileStamp | None]],
        looks: Mapping[str, FileCheck] | None = None,
        share: float = 1.0,
    ) -> Iterator[FileCheck | None]:
        """Looks at many, in their order: None where there is no file. To be recalled before, or with what the journal
        has as `looks`, which is not kept. Files of which nothing is known are all looked at, up to `LOOKS_AT_ONCE`; of
        more the first `LOOKS_OF_MANY`, the others by `_glance`. `share`: which part these are of the files that are
        looked at a page after the other; of those limits they get the same part."""
        known = [None if stamp is None else self._known_among(looks or {}, path, stamp) for path, stamp in files]
        unknown = [
            path for (path, stamp), check in zip(files, known, strict=True) if stamp is not None and check is None
        ]
        left = len(unknown) if len(unknown) <= LOOKS_AT_ONCE * share else math.ceil(LOOKS_OF_MANY * share)
        heads = self._store.heads(unknown[left:], _HEAD)
        for (path, stamp), check in zip(files, known, strict=True):
            if stamp is None or check is not None:
                yield check
            elif left:
                left -= 1
                if looks is not None:
                    self._known.setdefault(path, looks.get(path))
                yield self.look_at(path, stamp)
            else:
                yield self._glance(path, stamp, next(heads))

    def look_at_all(
        self, files: Iterable[tuple[str, FileStamp | None]], looks: Mapping[str, FileCheck]
    ) -> list[FileCheck | None]:
        """As `look_at` for each: None where there is no file. `looks` is what the journal has, which is not kept."""
        found = list[FileCheck | None]()
        for path, stamp in files:
            check = None if stamp is None else self._known_among(looks, path, stamp)
            if stamp is not None and check is None:
                self._known.setdefault(path, looks.get(path))
                check = self.look_at(path, stamp)
            found.append(check)
        return found

    def _glance(self, path: str, stamp: FileStamp, head: bytes) -> FileCheck | None:
        """A cheap look: whole is what begins as a WebP of just this length (then `sha256` is empty, and nothing is
        remembered); what does not is looked at."""
        if not quick_webp_check(head, stamp.size):
            return self.look_at(path, stamp)
        width, height = announced_size(head) or (None, None)
        return FileCheck(path, stamp, "", width, height, None)

    def wrote(self, check: FileCheck) -> None:
        """A picture was put in place by us."""
        self._written[check.path] = check.sha256
        self._known[check.path] = self._new[check.path] = check

    def forget_written(self, path: str) -> None:
        """What lies at `path` may be another picture than the one that we wrote there last."""
        self._written[path] = self._known[path] = None
        self._new.pop(path, None)

    def noted(self, checks: Iterable[FileCheck]) -> None:
        """The journal has these now, and tells of them when it is asked: they need not be held here as well."""
        if not self._all_recalled:
            for check in checks:
                self._known.pop(check.path, None)
                self._written.pop(check.path, None)

    def take_new(self) -> Iterable[FileCheck]:
        """Looks that the journal does not have yet; they count as written down from now on."""
        new, self._new = self._new, {}
        return new.values()

    def _inspect(self, path: str, stamp: FileStamp) -> FileCheck | None:
        try:
            content = self._store.read(path)
        except FileNotFoundError:
            return None
        except (OSError, UnsafePath) as problem:
            return FileCheck(path, stamp, "", None, None, f"It can't be read: {problem}.")
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            whole = inspect_webp(content)
        except PictureError as problem:
            return FileCheck(path, stamp, sha256, None, None, str(problem))
        if self._written_there(path) not in (None, sha256):
            return FileCheck(path, stamp, sha256, None, None, "It is not what was written there.")
        return FileCheck(path, stamp, sha256, whole.width, whole.height, None)

    def _written_there(self, path: str) -> str | None:
        """sha256 of what the gallery wrote there last; None where it wrote nothing, or nothing that counts."""
        if path not in self._written:
            with contextlib.suppress(GalleryError):
                self._written.setdefault(path, self._journal.written(path))
        return self._written.get(path)
