"""How the hooks in the conftest files run an `async def` test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

LIMIT = 60.0
"""Seconds after which an async test has failed."""


async def bounded(test: Callable[..., Awaitable[None]], arguments: dict[str, object]) -> None:
    """Run an async test within the limit."""
    async with asyncio.timeout(LIMIT):
        await test(**arguments)


def arguments_of(item: pytest.Function) -> dict[str, object]:
    """The fixtures that a test function asks for by name."""
    return {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
