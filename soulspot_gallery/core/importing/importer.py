"""Plans an import against an open library, and writes its rows. Pictures go through the pipeline of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from soulspot_gallery.core.caching.origins import is_local, stamp_of
from soulspot_gallery.core.caching.pipeline import Want
from soulspot_gallery.core.errors import LibraryError, PictureError, SettingsError
from soulspot_gallery.core.importing.items import Found, Problem
from soulspot_gallery.core.importing.logins import Logins
from soulspot_gallery.core.importing.matching import RowPlan, make_rows
from soulspot_gallery.core.importing.plans import ImportPlan, PlannedPicture
from soulspot_gallery.core.importing.reading import read_path, source_path
from soulspot_gallery.core.importing.subsonic import Login, is_address, read_server
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import EntityType, FetchPolicy, RecacheReport, Report
from soulspot_gallery.core.network.fetch import Fetcher
from soulspot_gallery.core.network.json_client import JsonClient
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.threads import Threads

MANY_ALIKE = 5
"""From so many entities of a kind on, one picture for all of them is worth a remark."""


class Importer:
    """Imports into one open library. One event loop."""

    def __init__(
        self, opened: Opened, threads: Threads, logins: Logins, fetcher: Callable[[], Awaitable[Fetcher]]
    ) -> None:
        self._opened = opened
        self._threads = threads
        self._logins = logins
        self._client = JsonClient(fetcher)

    async def plan(self, source: str, user: str | None, password: str | None, report: Report) -> ImportPlan:
        """Read the source and say what adding it would do; nothing is written.

        Raises LibraryError for a library that is not ours, UsageError for what is no source.
        """
        self._require_own()
        login: Login | None = None
        if is_address(source):
            login = await self._logins.of(source, user, password)
            found = await self._read_server(login, report)
        else:
            found = await read_path(source_path(source), self._opened.journal.music_files, report)
        return await self._threads.read(self._make_plan, found, login)

    async def write(
        self, plan: ImportPlan, waiting: Callable[[float], None]
    ) -> tuple[ImportPlan, list[Want], list[str]]:
        """Add the rows in one transaction; the plan as it was carried out, the pictures that are wanted now, and
        what the user should know. Raises LibraryError; then nothing was added."""
        self._require_own()
        done, wants = await self._threads.write(self._write, plan, waiting)
        notices = list[str]()
        if plan.login is not None and wants:
            try:
                await self._logins.keep(plan.login)
            except SettingsError as problem:
                notices.append(f"{problem} Covers of this server can't be fetched again later without a new import.")
        return done, wants, notices

    async def remarks(self, plan: ImportPlan, stored: RecacheReport) -> list[str]:
        """What the user should know of the pictures that were stored."""
        return await self._threads.read(self._alike, plan, stored)

    def _alike(self, plan: ImportPlan, stored: RecacheReport) -> list[str]:
        """Music servers give a picture of their own where they have none: the same one for many."""
        given = {(each.kind, each.id) for each in plan.pictures if not is_local(each.origin)}
        paths = {each.path: each.kind for each in stored.results if each.path and (each.kind, each.id) in given}
        facts = self._opened.journal.pictures(paths)
        counts = Counter((paths[path], of_one.sha256) for path, of_one in facts.items())
        return [
            f"{plan.source} gave {number} {kind.plural} the very same picture: "
            "probably the one that it shows where it has none."
            for (kind, _), number in counts.items()
            if number >= MANY_ALIKE
        ]

    def _require_own(self) -> None:
        if not self._opened.library.own:
            raise LibraryError(
                f"{self._opened.library.name} is the database of a SoulSpot server, to which the gallery adds nothing; "
                "leave out --library to import into your own library."
            )

    async def _read_server(self, login: Login, report: Report) -> Found:
        try:
            return await read_server(self._client, login, report)
        except PictureError as problem:
            host = urlsplit(login.base).netloc
            return Found(host, problems=(Problem(host, str(problem).removeprefix(f"{host}: ")),))

    def _make_plan(self, found: Found, login: Login | None) -> ImportPlan:
        rows = make_rows(found, self._opened.library.own_rows())
        return ImportPlan(found.source, rows, self._pictures(rows), found, login)

    def _write(self, plan: ImportPlan, waiting: Callable[[float], None]) -> tuple[ImportPlan, list[Want]]:
        """The plan is made again on the rows as they are now: what was added meanwhile is not added twice."""
        with self._opened.turn():
            done = self._make_plan(plan.found, plan.login)
            self._opened.library.add(done.rows.added, done.rows.completed, waiting)
        origins = {(each.kind, each.id): each.origin for each in done.pictures}
        self._opened.journal.note_origins(origins)
        self._opened.journal.note_music_files(plan.found.music_files)
        wants = [
            Want(entity, entity.url or "", FetchPolicy.REFRESH, origins[entity.key])
            for kind in EntityType
            for entity in self._opened.library.find(kind, (each for of, each in origins if of is kind))
        ]
        return done, wants

    def _pictures(self, plan: RowPlan) -> tuple[PlannedPicture, ...]:
        """The pictures that are not there yet, or were changed where they come from."""
        rows = {(row.kind, row.id): row for row in (*self._opened.library.own_rows(), *plan.added)}
        known = self._opened.journal.origins()
        wanted = list[PlannedPicture]()
        paths = {key: path for key in plan.origins if (path := safe_local_path(rows[key].path))}
        facts = self._opened.journal.pictures(paths.values())
        for key, origin in plan.origins.items():
            path = paths.get(key)
            check = self._opened.checks.look(path) if path else None
            if check is not None and check.whole and path is not None:
                mine = path in facts and facts[path].url_hash == url_hash(origin)
                if not is_local(origin):
                    continue  # what a server has is no better than what is there
                if mine and facts[path].etag == stamp_of(origin):
                    continue
            elif not is_local(origin) and is_local(known.get(key, "")) and stamp_of(known[key]) is not None:
                continue  # local pictures come first
            wanted.append(PlannedPicture(*key, rows[key].name, origin))
        return tuple(wanted)
