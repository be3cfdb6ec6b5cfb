"""What a command says: its answer on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

_SPOKEN = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
"""What a terminal or a line takes for an order (escapes, line ends, a change of direction), as it is written: names,
paths and messages come from libraries and servers."""

_SPOKEN_BUT_LINES = {code: text for code, text in _SPOKEN.items() if code != ord("\n")}


def one_line(text: str) -> str:
    """The text with nothing in it that a terminal would obey, on one line whatever is in it."""
    return text.translate(_SPOKEN)


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 (this is what a command line does)


def complain(problem: object) -> None:
    """One line on standard error."""
    print("soulspot-gallery: " + one_line(" ".join(str(problem).split())), file=sys.stderr, flush=True)  # noqa: T201


def emit(arguments: argparse.Namespace, document: dict[str, Any], text: str) -> None:
    """The answer, as one JSON document or as text."""
    say(json.dumps(document, ensure_ascii=False, indent=2) if arguments.json else text.translate(_SPOKEN_BUT_LINES))
