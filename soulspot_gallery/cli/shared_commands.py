"""The commands for a library on PostgreSQL that need its task queue: `init-library` and `recache --join`."""

from __future__ import annotations

import asyncio

from soulspot_gallery.cli.commands import (
    DONE,
    Arguments,
    answering,
    on_library,
    open_chosen,
    policy_of,
    selection_of,
    tell_recache,
)
from soulspot_gallery.cli.output import emit
from soulspot_gallery.cli.progress import showing_progress
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.joining import join_recache, queue_tables
from soulspot_gallery.core.library.sharing import create_shared_library
from soulspot_gallery.core.service import ImageService


def run_shared(arguments: Arguments) -> int:
    """Carry out one of them; the exit status."""
    if arguments.command == "init-library":
        return answering(lambda: _init_library(arguments))
    return answering(lambda: _on_selector(arguments))


def _init_library(arguments: Arguments) -> int:
    name = create_shared_library(arguments.url, queue_tables())
    emit(
        arguments,
        {"library": name},
        f"The library {name} is there. Open it with --library and the same URL, and --image-root with the folder that "
        "all machines share.",
    )
    return DONE


def _on_selector(arguments: Arguments) -> int:
    # The queue's driver refuses the loop that is the default on Windows.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(on_library(arguments, open_chosen, _join))


async def _join(service: ImageService, arguments: Arguments) -> int:
    if arguments.resume or arguments.library is None:
        raise UsageError("--join needs --library with the URL of a library on PostgreSQL, and goes without --resume.")
    with showing_progress() as report:
        done = await join_recache(service, arguments.library, selection_of(arguments), policy_of(arguments), report)
    return tell_recache(arguments, done)
