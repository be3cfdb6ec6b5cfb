"""Searches for the entity that is shown and for the next few, begun before anybody asks; bounded in number."""

from __future__ import annotations

from collections.abc import Iterable

from soulspot_gallery.core.candidates.candidate import Asked
from soulspot_gallery.core.candidates.fix_queue import FixItem, Key
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.gui.choosing.candidate_search import CandidateSearch, start_search
from soulspot_gallery.gui.jobs.jobs import Jobs
from soulspot_gallery.qt_executor import QtExecutor

AHEAD = 4
"""Entities after the one that is shown whose candidates are fetched."""

_KEPT = 7
"""Searches that are kept, with their pictures: half a MB each."""


class Prefetcher:
    def __init__(self, jobs: Jobs, service: ImageService, executor: QtExecutor) -> None:
        self._jobs, self._service, self._executor = jobs, service, executor
        self._searches: dict[Key, CandidateSearch] = {}

    def search_for(self, item: FixItem) -> CandidateSearch:
        """What was found, or is being looked for, for this one."""
        found = self._searches.pop(item.key, None) or self._begin(item, Asked())
        self._searches[item.key] = found
        return found

    def search_again(self, item: FixItem, asked: Asked) -> CandidateSearch:
        """A new search in place of the old one."""
        self._jobs.cancel(_name(item.key))
        self._searches.pop(item.key, None)
        self._searches[item.key] = found = self._begin(item, asked)
        return found

    def look_ahead(self, shown: FixItem, items: Iterable[FixItem]) -> None:
        """Begin the searches for these. Of others, what is still being looked for is given up, as sources have their
        pace; and so are the oldest of those that have ended."""
        wanted = list(items)[:AHEAD]
        for item in wanted:
            self.search_for(item)
        keys = {shown.key, *(item.key for item in wanted)}
        for key in [key for key, search in self._searches.items() if key not in keys and not search.done]:
            self.forget(key)
        while len(self._searches) > _KEPT:
            self.forget(next(key for key in self._searches if key not in keys))

    def forget(self, key: Key) -> None:
        """Its picture is another one now."""
        self._jobs.cancel(_name(key))
        self._searches.pop(key, None)

    def close(self) -> None:
        for key in list(self._searches):
            self.forget(key)

    def _begin(self, item: FixItem, asked: Asked) -> CandidateSearch:
        search = CandidateSearch(item.entry, asked)
        start_search(self._jobs, _name(item.key), self._service, self._executor, search)
        return search


def _name(key: Key) -> str:
    return f"candidates {key[0].value} {key[1]}"
