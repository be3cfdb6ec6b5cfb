"""Which sources there are: our own, and those that installed packages bring. A broken one is a message, not a crash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from soulspot_gallery.core.providers.cover_art_archive import CoverArtArchive, MusicBrainz
from soulspot_gallery.core.providers.deezer import DeezerPlugin
from soulspot_gallery.core.providers.guarding import Guarded, check_class
from soulspot_gallery.core.providers.itunes import Itunes
from soulspot_gallery.core.providers.provider import Access, Provider
from soulspot_gallery.core.providers.spotify import SpotifyOembed, SpotifyPlugin
from soulspot_gallery.core.providers.wikimedia import Wikimedia

GROUP = "soulspot_gallery.providers"
BUILT_IN: tuple[type[Provider], ...] = (
    CoverArtArchive, DeezerPlugin, MusicBrainz, Wikimedia, Itunes, SpotifyPlugin, SpotifyOembed,
)  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Registry:
    """The sources by name, and a sentence for each that could not be loaded."""

    providers: dict[str, Provider]
    problems: tuple[str, ...]


def load(access: Access, found: Iterable[EntryPoint] | None = None) -> Registry:
    """All sources, ready to be asked. `found`: the entry points of packages (default: those installed)."""
    providers: dict[str, Provider] = {each.name: each(access) for each in BUILT_IN}
    problems = []
    for point in entry_points(group=GROUP) if found is None else found:
        try:
            provider = _load(point, access)
            if provider.name in providers:
                raise ValueError(f"there is a source called {provider.name} already")
            providers[provider.name] = provider
        except Exception as problem:  # whatever a stranger's code raises while it is loaded
            problems.append(f"The source {point.name} can't be used: {_in_short(problem)}.")
        except SystemExit:
            problems.append(f"The source {point.name} can't be used: it tried to end the program.")
    return Registry(providers, tuple(problems))


def chosen(registry: Registry, names: Sequence[str]) -> tuple[list[Provider], list[str]]:
    """The sources of these names, in this order, and a sentence for each name that is none."""
    unknown = [name for name in names if name not in registry.providers]
    known = ", ".join(registry.providers)
    problems = [f"There is no source called {name!r}; the setting providers takes {known}." for name in unknown]
    return [registry.providers[name] for name in dict.fromkeys(names) if name not in unknown], problems


def _load(point: EntryPoint, access: Access) -> Provider:
    kind: object = point.load()
    if not (isinstance(kind, type) and issubclass(kind, Provider)):
        raise TypeError("it is no subclass of Provider")
    if not isinstance(kind.name, str) or not _NAME.fullmatch(kind.name):
        raise ValueError("its name must be lower-case letters, digits and -")
    check_class(kind, [api for each in BUILT_IN for api in each.apis])
    return Guarded(kind(access), access)


def _in_short(problem: Exception) -> str:
    text = " ".join(str(problem).split()).rstrip(".")[:200]
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__
