"""A real Fetcher for tests: short deadlines and back-off, the loopback servers of the test allowed."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from soulspot_gallery.core.network.addresses import UrlRules
from soulspot_gallery.core.network.fetch import Fetched, Fetcher, Patience
from soulspot_gallery.core.network.hosts import Manners
from soulspot_gallery.core.network.wire import Lookup, open_transport, system_lookup
from soulspot_gallery.core.settings import Settings

QUICK = Patience(backoff=0.01, deadline=5.0)
CALM = Manners(failures=1000)
"""No host is paused: for tests that send many bad answers."""


@asynccontextmanager
async def fetcher_for(
    *hosts: str,
    patience: Patience = QUICK,
    manners: Manners = CALM,
    lookup: Lookup = system_lookup,
    max_connections: int = 10,
) -> AsyncIterator[Fetcher]:
    """A fetcher that may contact these `host:port`, closed at the end."""
    settings = Settings(allowed_hosts=hosts, max_connections=max_connections)
    fetcher = await Fetcher.open(settings, manners=manners, patience=patience, lookup=lookup)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


@asynccontextmanager
async def fetcher_trusting(certificate: Path, host: str) -> AsyncIterator[Fetcher]:
    """A fetcher that trusts this certificate alone and may contact this `host:port`."""
    settings = Settings(allowed_hosts=(host,))
    transport = await open_transport(
        UrlRules(settings.allowed_hosts),
        settings,
        CALM.per_host,
        trust=lambda: ssl.create_default_context(cafile=certificate),
    )
    fetcher = await Fetcher.open(settings, transport, patience=QUICK)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


def lookup_of(*answers: list[str]) -> Lookup:
    """A resolver that gives one of these lists of addresses after the other, then none."""
    left = list(answers)

    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, str]]:
        addresses = left.pop(0) if left else []
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in addresses]

    return lookup


async def fetched(fetcher: Fetcher, url: str) -> Fetched:
    """The download, which must bring a body."""
    result = await fetcher.fetch(url)
    assert isinstance(result, Fetched)
    return result
