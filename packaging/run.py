"""Runs SoulSpot Gallery from a checkout: `python3 packaging/run.py [arguments]`. Sets everything up at the first start.

Arguments go to the program (`--help` lists them). Nothing is installed outside `.venv` but system libraries that Qt
lacks, and those only where a window is wanted.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - met by people, before anything newer is imported
    sys.exit("SoulSpot Gallery needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import bootstrap
import system_packages

_COMMANDS = (
    "status",
    "list",
    "recache",
    "validate",
    "optimize",
    "restore",
    "trash",
    "worker",
    "import",
    "add",
    "sync",
    "sources",
    "init-library",
    "set",
    "unset",
    "no-picture",
    "delete",
    "lock",
    "unlock",
    "history",
    "why",
    "undo",
    "redo",
    "ready",
    "pack",
    "audit",
    "clones",
    "drift",
)
WITHOUT_WINDOW = frozenset((*_COMMANDS, "--help", "-h", "--version"))
"""Arguments that tell that no window opens, so that Qt's system libraries are not needed."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, then become the program. Returns the exit status where there is no becoming."""
    if WITHOUT_WINDOW.isdisjoint(arguments):
        screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        system_packages.ensure(system_packages.FOR_A_WINDOW if screen else system_packages.OFFSCREEN)
    python = bootstrap.ensure_environment(groups=())
    return bootstrap.become([str(python), "-P", "-m", "soulspot_gallery", *arguments])


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(main, sys.argv[1:]))
