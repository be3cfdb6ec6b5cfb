"""Where a picture lies and what to show for it: pure rules, no disk, no network (the disk is for `store`)."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from soulspot_gallery.core.errors import UnsafePath
from soulspot_gallery.core.model import Display, EntityType, Source, Verdict

OWN_FOLDER = ".soulspot-gallery"
"""The one folder of ours under the image root (trash, lock). No file in it ends in `.webp`."""

TEMPORARY_PREFIX = ".soulspot-gallery-"
TEMPORARY_SUFFIX = ".part"
"""Our temporary files lie beside their target, with these at the ends of their name."""

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{1,63}")
_KINDS = "artist|album|playlist"
# The four layouts of real installations; a two-character folder is a shard, a longer one a provider.
_LAYOUTS = re.compile(
    rf"(?:(?:{_KINDS})s/(?P<shard>[0-9A-Za-z_-]{{2}})/(?P=shard)[0-9A-Za-z_-]*"
    rf"|(?:{_KINDS})s/[^/.][^/]{{2,}}/[^/.][^/]*"
    rf"|spotify/(?:{_KINDS})s/[^/.][^/]*"
    rf"|(?:{_KINDS})/(?P<hex>[0-9a-f]{{2}})/(?P=hex)[0-9a-f]{{30}}"
    r")\.webp"
)
_TEMPORARY = re.compile(
    rf"(?:(?:{_KINDS})s?/[^/]+|spotify/(?:{_KINDS})s)"
    rf"/{re.escape(TEMPORARY_PREFIX)}[^/]*{re.escape(TEMPORARY_SUFFIX)}"
)
_DRIVE = re.compile(r"[A-Za-z]:")
_PLAIN = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z_.-]*(?:/[0-9A-Za-z_-][0-9A-Za-z_.-]*)*")
"""Paths that name a place in the image root as they stand: nearly all of them, and a hundred thousand are read."""


def cache_path(kind: EntityType, entity_id: str) -> str:
    """The path that the gallery writes: `artists/ab/ab….webp`, relative to the image root, forward slashes.

    Raises UnsafePath for an id that is no plain word of 2 to 64 letters, digits, `-` or `_`.
    """
    if not _ID.fullmatch(entity_id):
        raise UnsafePath(f"The id {entity_id!r} can't be used as a file name; the row needs a UUID as its id.")
    return f"{kind.plural}/{entity_id[:2]}/{entity_id}.webp"


def is_picture_path(path: str) -> bool:
    """True for a `.webp` file in one of the four layouts, by a name that a row can hold (no line breaks, no bytes that
    are no text). Takes a path relative to the image root."""
    found = _LAYOUTS.fullmatch(path)
    # What lies in a shard consists of plain letters: nearly all files do, and a hundred thousand are asked about.
    return found is not None and (found.lastindex is not None or safe_local_path(path) == path)


def is_temporary_path(path: str) -> bool:
    """True for a temporary file of ours, in a folder where we write."""
    return _TEMPORARY.fullmatch(path) is not None and safe_local_path(path) == path


class FailedMarker(NamedTuple):
    """`FAILED|<reason>|<ISO time>` in a path column: SoulSpot's note that a download failed."""

    reason: str
    at: datetime | None


def failed_marker(path: str | None) -> FailedMarker | None:
    """The marker in a path column, or None. A bare `FAILED`, or a damaged time, is a marker all the same."""
    if path is None or not path.startswith("FAILED"):
        return None
    _, _, rest = path.partition("|")
    reason, _, time = rest.partition("|")
    try:
        at = datetime.fromisoformat(time)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return FailedMarker(reason or "unknown", None)
    return FailedMarker(reason or "unknown", at)


def local_path(path: str | None) -> str | None:
    """The file that a path column names, or None where it names none (NULL, empty, a FAILED marker).

    Raises UnsafePath for what is absolute, climbs out, or points into our own folder.
    """
    if not path or path.startswith("FAILED"):
        return None
    if _PLAIN.fullmatch(path):
        return path
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if (
        not parts
        or parts[0].startswith("/")  # "//" too: PurePosixPath keeps two slashes
        or ".." in parts
        or parts[0].rstrip(". ").casefold() == OWN_FOLDER  # Windows drops such endings
        or _DRIVE.match(parts[0])
        or any(not part.isprintable() for part in parts)
    ):
        raise UnsafePath(f"The path {path!r} does not stay in the image root, so it is not used.")
    return "/".join(parts)


def safe_local_path(path: str | None) -> str | None:
    """As `local_path`, and None for an unsafe one."""
    try:
        return local_path(path)
    except UnsafePath:
        return None


def is_web_url(url: str | None) -> bool:
    """True for an http or https URL with a host, and no user or password in it."""
    if not url or not url.isprintable() or url != url.strip():
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def web_url(column: str | None) -> str | None:
    """The web address in a URL column, without the blanks around it that some rows have; None where it is none."""
    url = (column or "").strip()
    return url if is_web_url(url) else None


def url_hash(url: str) -> str:
    """How the journal, plans and receipts know a URL: tokens in query strings are nobody's business."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def placeholder(kind: EntityType) -> str:
    """File name of the placeholder in `resources`."""
    return f"placeholder-{kind.value}.svg"


def choose_display(kind: EntityType, whole_path: str | None, url: str | None, verdict: Verdict) -> Display:
    """Local > CDN > placeholder. `whole_path` is the local path where a whole file lies there, else None."""
    if whole_path is not None:
        return Display(Source.LOCAL, whole_path)
    address = web_url(url)
    if address is not None and not verdict.shows_nothing:
        return Display(Source.CDN, address)
    return Display(Source.PLACEHOLDER, placeholder(kind))
