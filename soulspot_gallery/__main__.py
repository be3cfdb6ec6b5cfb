"""Opens the window, or runs a command. Loads what is needed only once it is known what that is."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from soulspot_gallery.cli.arguments import parse

NO_WINDOW, CANNOT_OPEN, INTERRUPTED = 1, 3, 130


def main() -> int:
    """The exit status of the interface; see `cli.commands` for what a command does, `gui.app` for the window."""
    try:
        return _main()
    except KeyboardInterrupt:  # while something was still being loaded: nothing had begun
        return INTERRUPTED


def _main() -> int:
    if sys.argv[1:2] == ["--convert-one-picture"]:
        # A frozen program is its own interpreter: this is the child that converts a heavy picture.
        from soulspot_gallery.core.pictures import conversion_child

        conversion_child.main()
        return 0
    arguments = parse(sys.argv[1:])
    if arguments.command == "init-library" or getattr(arguments, "join", False):
        return _shared(arguments)
    if arguments.command:
        from soulspot_gallery.cli.commands import open_chosen, run

        if arguments.demo:
            from soulspot_gallery.demo.session import open_sample

            return run(arguments, open_sample)
        return run(arguments, open_chosen)
    from soulspot_gallery.gui.display_check import why_no_window

    # Qt ends the process where it can't open a window, so this is asked before Qt is loaded.
    trouble = why_no_window(os.environ)
    if trouble is None:
        from soulspot_gallery.gui.app import run_window

        return run_window(arguments)
    print(f"soulspot-gallery: {trouble}", file=sys.stderr)  # noqa: T201 (told before anything that tells is loaded)
    if not arguments.demo:
        return NO_WINDOW
    from soulspot_gallery.gui.headless import run_without_display

    return run_without_display()


def _shared(arguments: Namespace) -> int:
    """What needs the task queue on PostgreSQL, which is an optional package."""
    try:
        from soulspot_gallery.cli.shared_commands import run_shared
    except ModuleNotFoundError as problem:
        if (problem.name or "").startswith("soulspot_gallery"):
            raise
        missing = "this needs an optional package: pip install 'soulspot-gallery[postgres]'"
        print(f"soulspot-gallery: {missing}", file=sys.stderr)  # noqa: T201 (as above)
        return CANNOT_OPEN
    return run_shared(arguments)


if __name__ == "__main__":
    sys.exit(main())
