"""What is said of candidates and sources. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from soulspot_gallery.core.candidates.candidate import LIBRARY, LOCAL, Likeness, PictureCandidate, Saying, SourceLine
from soulspot_gallery.core.candidates.candidate import Shape as Outline
from soulspot_gallery.core.candidates.fix_queue import Trouble
from soulspot_gallery.core.model import ImageInfo, State
from soulspot_gallery.gui.look.state_marks import Mark, Shape, Tone, verdict_sentence
from soulspot_gallery.gui.look.wording import count_words, size_words

_SOURCES = {LOCAL: "This computer", LIBRARY: "Link in the library"}
_LIKENESS = {
    Likeness.SAME: Mark("Same picture", Tone.QUIET, Shape.CIRCLE),
    Likeness.SAME_LARGER: Mark("Same, larger", Tone.GOOD, Shape.UP),
    Likeness.PLACEHOLDER: Mark("Placeholder", Tone.WARNING, Shape.EMPTY),
}
_OUTLINES = {
    Outline.WIDE: Mark("Wide", Tone.WARNING, Shape.TILES),
    Outline.TALL: Mark("Tall", Tone.WARNING, Shape.TILES),
}
_TROUBLES = {
    Trouble.MISSING: Mark("No picture", Tone.QUIET, Shape.EMPTY),
    Trouble.BROKEN: Mark("Could not be fetched", Tone.BAD, Shape.BROKEN_LINK),
    Trouble.CORRUPT: Mark("Damaged", Tone.BAD, Shape.CRACK),
    Trouble.PLACEHOLDER: Mark("A source's placeholder", Tone.WARNING, Shape.EMPTY),
    Trouble.TOO_SMALL: Mark("Too small", Tone.WARNING, Shape.DOWN),
    Trouble.NOT_SQUARE: Mark("Not square", Tone.WARNING, Shape.TILES),
}
_GOOD_NAME = 90


def source_words(source: str, titles: dict[str, str]) -> str:
    """The title of a source; `titles` are those that its lines told."""
    return _SOURCES.get(source) or titles.get(source) or source


def trouble_mark(trouble: Trouble) -> Mark:
    return _TROUBLES[trouble]


def trouble_sentence(trouble: Trouble, image: ImageInfo) -> str:
    """What is wrong with a picture, as far as it is known."""
    pixels = pixels_words(image.width, image.height)
    match trouble:
        case Trouble.MISSING if image.state is State.MISSING_FILE:
            return "The library names a file that is not there."
        case Trouble.MISSING:
            return "The library knows no picture for it."
        case Trouble.BROKEN:
            return image.problem or verdict_sentence(image)
        case Trouble.CORRUPT:
            return image.problem or "The file that is here can't be read."
        case Trouble.PLACEHOLDER:
            return "It stands for no picture."
        case Trouble.TOO_SMALL:
            return f"It has only {pixels}."
        case Trouble.NOT_SQUARE:
            return f"It has {pixels}."


def candidate_marks(candidate: PictureCandidate) -> tuple[Mark, ...]:
    """What is painted on a candidate: what it is beside the current picture, and an outline that is not square."""
    marks = [_LIKENESS.get(candidate.likeness), _OUTLINES.get(candidate.shape)]
    return tuple(mark for mark in marks if mark is not None)


def pixels_words(width: int | None, height: int | None) -> str:
    return f"{width} × {height} px" if width and height else ""


def candidate_title(candidate: PictureCandidate) -> str:
    """What it is called where it was found; of a file its name."""
    if candidate.source == LOCAL:
        return PurePath(candidate.name).name
    return candidate.name


def fit_words(candidate: PictureCandidate) -> str:
    """How well the name fits; nothing where it can't be doubted."""
    if candidate.source in (LOCAL, LIBRARY):
        return ""
    return "name fits" if candidate.name_fit >= _GOOD_NAME else f"name {candidate.name_fit} %"


def candidate_facts(candidate: PictureCandidate) -> str:
    """`640 × 640 px, 71 kB`."""
    return f"{pixels_words(candidate.width, candidate.height)}, {size_words(candidate.size)}"


def candidate_sentence(candidate: PictureCandidate, number: int, titles: dict[str, str]) -> str:
    """All of it in one line, for screen readers and tool tips."""
    by = f" by {candidate.artist}" if candidate.artist else ""
    marks = [mark.word for mark in candidate_marks(candidate)]
    parts = [
        f"{number}: {candidate.name}{by}",
        source_words(candidate.source, titles),
        candidate_facts(candidate),
        fit_words(candidate),
        *marks,
        candidate.page or "",
    ]
    return ", ".join(part for part in parts if part)


def current_words(image: ImageInfo) -> str:
    """The size of the picture that there is now, or that there is none."""
    pixels = pixels_words(image.width, image.height)
    if not pixels:
        return "No picture"
    return f"{pixels}, {size_words(image.bytes)}" if image.bytes else pixels


def lines_words(lines: Iterable[SourceLine]) -> str:
    """`Deezer: 4 · iTunes: asking …`: where each source stands."""
    return "   ·   ".join(f"{line.title}: {_standing(line)}" for line in lines)


def troubles_words(lines: Iterable[SourceLine]) -> list[str]:
    """A sentence for each source that could not say, or not all."""
    return [f"{line.title}: {line.message}" for line in lines if line.message]


def silent_words(lines: Iterable[SourceLine]) -> list[str]:
    """A sentence for each source that gave no answer at all; that of the row's own link is said elsewhere."""
    return troubles_words(line for line in lines if line.saying is Saying.SILENT and line.source != LIBRARY)


def _standing(line: SourceLine) -> str:
    match line.saying:
        case Saying.ASKED:
            return "asking …"
        case Saying.ANSWERED:
            return count_words(line.found, "picture")
        case Saying.NOTHING:
            return "nothing"
        case Saying.SILENT:
            return "no answer"
