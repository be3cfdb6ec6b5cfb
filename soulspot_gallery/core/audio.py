"""Tags and embedded pictures of music files, by tinytag; no audio is decoded. What comes out is text that can be kept.

Files are the user's but their content is anybody's: whatever tinytag raises on one of them means that it can't be read.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tinytag import TinyTag

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.sniffing import ACCEPTED, sniff_image

ENDINGS = frozenset(
    (".aac", ".aif", ".aifc", ".aiff", ".flac", ".m4a", ".m4b", ".m4r", ".mp2", ".mp3", ".mp4", ".oga", ".ogg", ".opus",
     ".spx", ".wav", ".wma")
)  # fmt: skip
"""File name endings of music, in lower case."""

_ENDING = re.compile(r"\.\w{1,12}", re.ASCII)
_STARTS = re.compile(
    rb"ID3|fLaC|OggS|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]|RIFF....WAVE|FORM....AIF[FC]|....ftypM4[AB]|\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    re.DOTALL,
)
"""How files begin that have the tags of ENDINGS; an MP3 without ID3 by the frame's sync word."""

LONGEST = 255
"""Characters of a name that a library takes."""

LARGEST_PICTURE = 32 * 1024 * 1024
_ID3 = frozenset((".mp2", ".mp3", ".aif", ".aifc", ".aiff", ".wav"))
"""Where tinytag divides texts at NULs itself, as ID3 2.4 has them."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


class Unreadable(Exception):
    """A music file whose tags can't be read; the text continues “file: …”."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a music file says of itself. `mended`: what had to be put right to read it, as a sentence, or empty."""

    artist: str | None = None
    album_artist: str | None = None
    album: str | None = None
    year: int | None = None
    album_mbid: str | None = None
    artist_mbid: str | None = None
    has_picture: bool | None = None
    mended: str = ""


def clean(text: object) -> str | None:
    """One line of at most 255 characters without control characters; None for what is no text, or empty."""
    if not isinstance(text, str):
        return None
    words = " ".join(_CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).split())
    return words[:LONGEST].strip() or None


def is_music(file: Path) -> bool:
    """True for a plain file called as music is, or called without any ending and beginning as music does.

    Reads a few bytes of the latter; one that can't be read is none.
    """
    if file.suffix.casefold() in ENDINGS:
        return True
    if file.name.startswith(".") or _ENDING.fullmatch(file.suffix):
        return False
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return False
        with file.open("rb") as stream:
            return _STARTS.match(stream.read(16)) is not None
    except OSError:
        return False


def read_tags(file: Path) -> Tags:
    """The tags of a music file. Raises Unreadable."""
    tag = _open(file, image=False)
    mended, others = list[str](), _others(tag)
    values = {
        name: _first(name.replace("_", " "), value, mended)
        for name, value in (("artist", tag.artist), ("album artist", tag.albumartist), ("album", tag.album))
    }
    if file.suffix.casefold() in _ID3:
        for name in ("artist", "albumartist", "album"):
            if name in tag.other:
                mended.append(f"The tag {name} holds several values divided by NULs; the first was used.")
    year = _YEAR.search(str(tag.year or ""))
    return Tags(
        values["artist"],
        values["album artist"],
        values["album"],
        int(year[1]) if year else None,
        _mbid(others.get("musicbrainzalbumid")),
        _mbid(others.get("musicbrainzalbumartistid") or others.get("musicbrainzartistid")),
        mended=" ".join(mended),
    )


def embedded_picture(file: Path) -> bytes:
    """The front cover in a music file, else any picture in it. Raises PictureError (missing, too-large, disk)."""
    try:
        images = _open(file, image=True).images
        pictures = [images.front_cover, *(each for of_kind in images.as_dict().values() for each in of_kind)]
    except Unreadable as problem:
        raise PictureError(ErrorCode.MISSING, f"{shown_path(file)}: {problem}") from problem
    # A link to a picture (MIME type `-->`) and other things that are none stand there as well.
    there = (each.data for each in pictures if each is not None and sniff_image(each.data or b"") in ACCEPTED)
    if (content := next(there, None)) is None:
        raise PictureError(
            ErrorCode.MISSING, f"{shown_path(file)} has no picture in it; add one, or a cover.jpg beside it."
        )
    if len(content) > LARGEST_PICTURE:
        raise PictureError(ErrorCode.TOO_LARGE, f"The picture in {shown_path(file)} is too large; use a smaller one.")
    return content


def shown_path(file: Path) -> str:
    """A path that can be printed and kept, whatever bytes are in its name."""
    return _CONTROL.sub("�", str(file).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _open(file: Path, *, image: bool) -> TinyTag:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("is no plain file.")
        if found.st_size == 0:
            raise Unreadable("is empty.")
        with file.open("rb") as stream:
            return TinyTag.get(str(file), stream, tags=True, duration=False, image=image)
    except OSError as problem:
        raise Unreadable(f"can't be read: {problem.strerror or problem}.") from problem
    except Unreadable:
        raise
    except Exception as problem:  # whatever the parser stumbles over is this file's fault
        raise Unreadable("its tags can't be read; the file is damaged or not what its name says.") from problem


def _first(name: str, value: object, mended: list[str]) -> str | None:
    """The first of the texts that NULs separate in a tag (ID3 2.4 knows several values), cleaned."""
    if not isinstance(value, str):
        return None
    texts = [text for part in value.split("\0") if (text := clean(part))]
    if "\0" in value.strip("\0"):
        mended.append(f"The tag {name} holds NUL characters; read as {texts[0] if texts else 'nothing'!r}.")
    elif len(value.strip()) > LONGEST:
        mended.append(f"The tag {name} is longer than {LONGEST} characters and was cut.")
    return texts[0] if texts else None


def _others(tag: TinyTag) -> dict[str, str]:
    """The tags that are no ordinary ones, named as Vorbis, ID3 and MP4 all spell them without spaces and `_`."""
    return dict(_each_other(tag))


def _each_other(tag: TinyTag) -> Iterator[tuple[str, str]]:
    for name, values in tag.other.items():
        if isinstance(name, str) and values:
            yield re.sub(r"[\s_]+", "", name.casefold()), str(values[0])


def _mbid(text: str | None) -> str | None:
    found = _MBID.search((text or "").casefold())
    return found[0] if found else None
