"""What the detail pane says of an entry, as plain data: where its picture is shown from, why, and the facts. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from soulspot_gallery.core.locate import web_url
from soulspot_gallery.core.model import EntityType, Entry, Source, State, Verdict
from soulspot_gallery.gui.grid.tally import Tally
from soulspot_gallery.gui.look.wording import age_words, count_words, number_words, size_words

SOURCE_WORDS = {Source.LOCAL: "Cache", Source.CDN: "Web", Source.PLACEHOLDER: "Placeholder"}
_NOT_LOCAL = {
    State.CACHED: "there is a file, but it can't be used.",
    State.MISSING_FILE: "the file is not there.",
    State.CORRUPT: "the file is damaged.",
    State.FAILED: "nothing is stored; the last attempt failed.",
    State.REMOTE: "nothing is stored yet.",
    State.NONE: "nothing is stored.",
}
_NOT_CDN = {
    Verdict.BROKEN: "the link is broken.",
    Verdict.NOT_IMAGE: "the link is no picture.",
    Verdict.UNSAFE: "the link is not safe.",
}


@dataclass(frozen=True, slots=True)
class DisplayLine:
    """One place a picture could be shown from. Exactly one line is `used`; `there` says that it could be."""

    source: Source
    used: bool
    there: bool
    reason: str

    @property
    def text(self) -> str:
        """The line as it is read: `Web – not needed, the cache comes first.`"""
        return f"{SOURCE_WORDS[self.source]} – {self.reason}"


def display_lines(entry: Entry) -> tuple[DisplayLine, DisplayLine, DisplayLine]:
    """Cache, web, placeholder: which is there, which is used, and why the others are not."""
    used = entry.image.display.source
    return (
        DisplayLine(
            Source.LOCAL,
            used is Source.LOCAL,
            used is Source.LOCAL,
            "shown from here." if used is Source.LOCAL else _NOT_LOCAL[entry.image.state],
        ),
        _web_line(entry, used),
        DisplayLine(
            Source.PLACEHOLDER,
            used is Source.PLACEHOLDER,
            True,
            "shown, as there is nothing better." if used is Source.PLACEHOLDER else "not needed.",
        ),
    )


def _web_line(entry: Entry, used: Source) -> DisplayLine:
    url, verdict = entry.image.source_url, entry.image.verdict
    if used is Source.CDN:
        failed = entry.image.state is State.FAILED
        reason = "asked when shown; the last attempt failed." if failed else "shown from here."
        return DisplayLine(Source.CDN, used=True, there=True, reason=reason)
    if not url:
        return DisplayLine(Source.CDN, used=False, there=False, reason="the library has no link.")
    if web_url(url) is None:
        return DisplayLine(Source.CDN, used=False, there=False, reason="the link is no web address.")
    if verdict.shows_nothing:
        return DisplayLine(Source.CDN, used=False, there=False, reason=_NOT_CDN[verdict])
    return DisplayLine(Source.CDN, used=False, there=True, reason="not needed; the cache comes first.")


def kind_line(entry: Entry) -> str:
    """`Album by Nina`, `Artist`."""
    kind = entry.entity.kind.value.capitalize()
    return f"{kind} by {entry.entity.artist}" if entry.entity.artist else kind


def pixels_words(entry: Entry) -> str:
    image = entry.image
    return f"{image.width} × {image.height} px" if image.width and image.height else "not known"


def bytes_words(entry: Entry) -> str:
    """`34 kB (34 120 bytes)`."""
    size = entry.image.bytes
    if size is None:
        return "not known"
    return size_words(size) if size < 1000 else f"{size_words(size)} ({number_words(size)} bytes)"


def moment_words(moment: datetime | None, now: datetime) -> str:
    """`3 days ago (2026-05-02 14:05)`, in local time. Aware times."""
    if moment is None:
        return "never, as far as is known"
    return f"{age_words(moment, now)} ({moment.astimezone():%Y-%m-%d %H:%M})"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a selection of several entries comes to. `bytes` counts the files in the cache."""

    title: str
    kinds: str
    states: tuple[tuple[State, int], ...]
    broken_links: int
    bytes: int
    locked: int
    no_picture: int


def summary(total: Tally) -> Summary:
    kinds, states = total.kinds, total.states
    return Summary(
        title=f"{number_words(kinds.total())} selected",
        kinds=", ".join(count_words(kinds[kind], kind.value) for kind in EntityType if kinds[kind]),
        states=tuple((state, states[state]) for state in State if states[state]),
        broken_links=total.verdicts[Verdict.BROKEN],
        bytes=total.bytes,
        locked=total.locked,
        no_picture=total.no_picture,
    )
