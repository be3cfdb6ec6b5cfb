"""What can be typed: options and commands. Imports next to nothing, so that --help and --version answer at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from soulspot_gallery import __version__
from soulspot_gallery.core.model import Brake, EntityType, State

PROGRAM = "soulspot-gallery"

_DAYS, _ENTITIES = 5, 9
"""Digits of the numbers that can be typed."""

_PORT = 5
"""Digits of a port."""

_Word = TypeVar("_Word", bound=StrEnum)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line that says what is wrong and what to do."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments as typed; ends the process with 2 for wrong ones, with 0 after --help and --version."""
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description="See, repair and clean the artwork of a music library. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"SoulSpot Gallery {__version__}")
    _add_options(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    _add_commands(commands)
    return parser


def _add_options(parser: argparse.ArgumentParser, default: object) -> None:
    """The options that stand before the command or after it; what stands after it wins."""
    parser.add_argument(
        "--library", default=default, metavar="PATH|URL", help="SQLite file or SQLAlchemy URL of a library"
    )
    parser.add_argument("--image-root", type=Path, default=default, metavar="DIR", help="where pictures live")
    parser.add_argument("--settings", type=Path, default=default, metavar="FILE", help="settings file (TOML)")
    parser.add_argument("--data-dir", type=Path, default=default, metavar="DIR", help="the gallery's own state")
    parser.add_argument(
        "--demo", action="store_true", default=default, help="a sample library; nothing of yours is touched"
    )
    parser.add_argument("--offline", action="store_true", default=default, help="let no request leave this program")
    parser.add_argument("--json", action="store_true", default=default, help="one JSON document on standard output")


def _add_commands(commands: argparse._SubParsersAction[_Parser]) -> None:
    def command(name: str, text: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        _add_options(parser, argparse.SUPPRESS)
        return parser

    command("status", "how many of each kind are in which state")

    listing = command("list", "the entities with their pictures")
    _add_kind(listing)
    _add_state(listing)
    listing.add_argument("--search", default="", metavar="TEXT", help="only names that contain these words")
    listing.add_argument("--limit", type=_number(_ENTITIES), metavar="N", help="at most so many")

    recache = command("recache", "download, convert, store and record pictures")
    _add_kind(recache)
    _add_ids(recache)
    _add_state(recache)
    how = recache.add_mutually_exclusive_group()
    how.add_argument("--force", action="store_true", help="fetch again, whatever is there")
    how.add_argument("--refresh", action="store_true", help="ask whether the picture has changed")
    recache.add_argument(
        "--join", action="store_true", help="share the work with all who type this on a library on PostgreSQL"
    )
    how.add_argument("--resume", action="store_true", help="take up a recache that was interrupted, as it was begun")

    validate = command("validate", "check the URLs of the pictures")
    _add_kind(validate)
    _add_ids(validate)
    validate.add_argument(
        "--older-than",
        type=_number(_DAYS),
        default=0,
        metavar="DAYS",
        help="leave out what was checked within so many days, as by a check that was interrupted (0: nothing)",
    )

    optimize = command("optimize", "plan a cleanup, show it and apply it")
    optimize.add_argument("--dry-run", action="store_true", help="only plan and show")
    optimize.add_argument("--max-age-days", type=_number(_DAYS), metavar="N", help="unused for so long is old")
    optimize.add_argument("--apply", metavar="PLAN", help="apply a plan made earlier")
    optimize.add_argument("--only", action="append", default=[], metavar="PATH", help="with --apply: just these files")
    optimize.add_argument("--permanent", action="store_true", help="delete for good instead of moving to the trash")
    optimize.add_argument(
        "--confirm", action="append", default=[], type=_word_of(Brake), metavar="BRAKE",
        help="override a brake: " + ", ".join(Brake),
    )  # fmt: skip

    restore = command("restore", "undo a cleanup")
    restore.add_argument("receipt", metavar="RECEIPT")

    trash = command("trash", "list or empty the trash")
    trash.add_argument("--empty", action="store_true", help="delete what is in it for good")

    taking = command("import", "add a music folder, an export or a music server's catalogue to your own library")
    taking.add_argument(
        "source", metavar="SOURCE",
        help="music folder, Spotify's export (zip or folder), Exportify CSV, or URL of an OpenSubsonic server",
    )  # fmt: skip
    taking.add_argument("--dry-run", action="store_true", help="only read and show what would be added")
    taking.add_argument("--user", metavar="NAME", help="at the server; the password is asked, or in SUBSONIC_PASSWORD")

    add = command("add", "add an artist, album or playlist to your own library")
    add.add_argument("target", nargs="+", metavar="URI|URL|WORDS", help="its address at a source, or words to search")
    _add_kind(add)

    sync = command("sync", "find pictures for what has none")
    sync.add_argument("target", nargs="*", metavar="URI|URL|WORDS", help="only what is known so, or has these words")
    _add_kind(sync)
    _add_ids(sync)
    sync.add_argument("--again", action="store_true", help="ask also who had nothing in the last 7 days")

    sources = command("sources", "what is asked for pictures: order, limits, last answers")
    what = sources.add_mutually_exclusive_group()
    what.add_argument("--test", nargs="*", metavar="NAME", help="ask these one question now; all that are on")
    what.add_argument("--connect", choices=["spotify"], help="use an application of your own there")
    what.add_argument("--disconnect", choices=["spotify"], help="forget it, and the pictures that came from there")
    sources.add_argument("--client-id", metavar="ID", help="with --connect: the application's id")
    sources.add_argument("--secret", action="store_true", help="with --connect: read its secret instead of logging in")
    sources.add_argument("--port", type=_number(_PORT), default=0, metavar="N", help="with --connect: for the login")

    _add_repairs(command)
    _add_offline(command)
    _add_reviews(command)

    making = command("init-library", "make a library on PostgreSQL that several machines can share")
    making.add_argument("url", metavar="URL", help="postgresql+psycopg://user@server/database, an empty one")

    command("worker", "keep the schedule without a window, until stopped")


def _add_repairs(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """What a person does to pictures of their choice."""
    setting = command("set", "give one of them the picture of a file or a URL, and lock it")
    _add_one(setting)
    setting.add_argument("picture", metavar="FILE|URL", help="a picture of at most 32 MB")
    for name, text in (
        ("unset", "forget pictures, locks and refusals: they may be fetched again"),
        ("no-picture", "no picture on purpose: nothing that runs by itself fetches one"),
        ("delete", "unset pictures and remove their files; the history keeps them"),
        ("lock", "keep pictures as they are: nothing that runs by itself changes them"),
        ("unlock", "let what runs by itself change pictures again"),
    ):
        acting = command(name, text)
        _add_of(acting)
        acting.add_argument("several", nargs="+", metavar="ID")
    history = command("history", "the former pictures of one of them")
    _add_one(history)
    history.add_argument("--back", type=_number(_DAYS), metavar="N", help="go back to the N-th; 1 is the last one")
    _add_one(command("why", "why a picture is what it is"))
    undo = command("undo", "take back the last change made by hand")
    undo.add_argument("--list", action="store_true", help="only list what can be taken back and done again")
    command("redo", "do again what was taken back last")


def _add_reviews(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """What finds pictures that want a hand."""
    auditing = command("audit", "pictures that are too small, blurry, not square, framed, or placeholders")
    _add_kind(auditing)
    clones = command("clones", "pictures that stand for many, and placeholders")
    clones.add_argument("--all", action="store_true", help="also those within one artist, and those called fine")
    what = clones.add_mutually_exclusive_group()
    for option, text in (
        ("--placeholder", "it stands for none: set it aside everywhere, and never take it again"),
        ("--look-again", "set it aside and ask the sources anew"),
        ("--fine", "it is in order; it is not listed any more"),
        ("--forget", "take back what was said of it"),
    ):
        what.add_argument(option, action="append", default=[], metavar="GROUP", help=text + " (can be repeated)")
    drift = command("drift", "pictures that are others by now at their sources")
    _add_kind(drift)
    _add_ids(drift)
    do = drift.add_mutually_exclusive_group()
    do.add_argument("--take", action="store_true", help="have the new ones; locked pictures only where --id names them")
    do.add_argument("--keep", action="store_true", help="keep the old ones, and don't ask about these versions again")


def _add_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("of", type=_word_of(EntityType), metavar="KIND", help=", ".join(EntityType))


def _add_one(parser: argparse.ArgumentParser) -> None:
    _add_of(parser)
    parser.add_argument("one", metavar="ID")


def _add_offline(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    ready = command("ready", "how ready the library is to be looked at without a network")
    _add_kind(ready)
    _add_ids(ready)
    _add_playlists(ready)
    ready.add_argument("--make", action="store_true", help="fetch what is missing and can be had")

    pack = command("pack", "carry pictures to another machine with the same library, or bring them in")
    pack.add_argument("way", choices=["export", "import"], help="write a pack, or bring one in")
    pack.add_argument("file", type=Path, metavar="FILE.zip")
    _add_kind(pack)
    _add_ids(pack)
    _add_playlists(pack)
    pack.add_argument("--dry-run", action="store_true", help="import: only look and show what would be done")
    pack.add_argument("--replace", action="store_true", help="import: also in place of whole pictures")
    pack.add_argument("--replace-locked", action="store_true", help="import: also in place of locked ones")


def _add_kind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", type=_word_of(EntityType), metavar="K", help="only " + ", ".join(EntityType))


def _add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=_word_of(State), metavar="S", help="only " + ", ".join(State))


def _add_ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--id", action="append", default=[], metavar="ID", help="only this one (can be repeated)")


def _add_playlists(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--playlist", action="append", default=[], metavar="ID",
        help="this playlist with the albums and artists of its tracks (can be repeated)",
    )  # fmt: skip


def _word_of(words: type[_Word]) -> Callable[[str], _Word]:
    def parse_word(text: str) -> _Word:
        try:
            return words(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(words)}") from None

    return parse_word


def _number(digits: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > digits:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {10**digits - 1:,}")
        return int(text)

    return number
