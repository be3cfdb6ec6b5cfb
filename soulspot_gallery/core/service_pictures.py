"""The part of ImageService that fetches pictures and checks links, for few and for many."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from soulspot_gallery.core import looking
from soulspot_gallery.core.caching import resuming
from soulspot_gallery.core.caching.pipeline import Pipeline, Want, in_pages
from soulspot_gallery.core.cleanup.applying import WAITING
from soulspot_gallery.core.errors import DiskTrouble, GalleryError, UsageError
from soulspot_gallery.core.journal.repair_records import Key, Standing
from soulspot_gallery.core.journal.review_records import Opinion
from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import (
    By,
    Entity,
    EntityType,
    ErrorCode,
    FetchPolicy,
    Outcome,
    Progress,
    RecacheReport,
    RecacheResult,
    Report,
    Selection,
    UrlCheck,
    ValidateReport,
    ValidateResult,
    Verdict,
    ignore_progress,
)
from soulspot_gallery.core.network.validation import check_pages
from soulspot_gallery.core.repair import overriding
from soulspot_gallery.core.service_core import ServiceCore
from soulspot_gallery.core.threads import begun, first_of, from_thread, page_by_page

_FETCHING = "Fetching pictures"

PACE = "pictures_a_second"
"""What the journal calls the pace of the last recache of more than a few pictures."""

_PACE_OF = 5
"""Fewer pictures say nothing of a pace."""

_LINK_BATCH = 200
"""Verdicts per write to the journal: what a crash may cost of a long validation."""


def ignore_result(result: object) -> None:
    """The `on_result` of callers that wait for the report."""


class Pictures(ServiceCore):
    """Recache and validate; see `ImageService`."""

    async def recache(
        self,
        selection: Selection = Selection(),  # noqa: B008 (frozen)
        policy: FetchPolicy = FetchPolicy.IF_NEEDED,
        report: Report = ignore_progress,
        on_result: Callable[[RecacheResult], None] = ignore_result,
        by: By | None = None,
    ) -> RecacheReport:
        """Fetch the pictures of a selection; without one, of everything that has a URL and no whole picture (with
        REFRESH and FORCE: of everything that has a URL). What would need the network while offline is `skipped`.
        Raises UsageError for an unknown id, CannotOpen.

        `by`: what is fetched by hand replaces locked pictures too, and says so; by default that is what was selected
        by its ids. All else skips them.
        """
        report(Progress("Looking for pictures to fetch"))
        by = by or (By.HAND if selection.ids else By.ITSELF)
        wants = await self._threads.read(begun, looking.wanted(self._opened, selection, policy, by))
        await self._begin_writing()
        if by is By.ITSELF:
            return await self._fetch_all(await self._line_up(wants, policy, by), report, on_result)
        held = dict[Key, Standing]()
        lot = await self._line_up((self._keep_held(page, held) for page in wants), policy, by)
        done = await self._fetch_all(lot, report, lambda result: on_result(overriding.said(result, held)))
        await self._threads.write(overriding.settle, self._opened, held, done.results)
        return replace(done, results=tuple(overriding.said(result, held) for result in done.results))

    def _keep_held(self, wants: Sequence[Want], held: dict[Key, Standing]) -> Sequence[Want]:
        """The same wants; what of them a person holds is kept, and added to `held`. Blocks."""
        held |= overriding.keep_held(self._opened, self._carrier.files, [want.entity for want in wants])
        return wants

    async def _line_up(
        self, pages: Iterator[Sequence[Want]], policy: FetchPolicy, by: By = By.ITSELF
    ) -> resuming.Few | resuming.Many:
        named = partial(looking.named, self._opened, policy=policy, by=by)
        return await resuming.line_up(self._opened.journal, self._threads, pages, named)

    async def recache_named(
        self,
        keys: Sequence[tuple[EntityType, str]],
        policy: FetchPolicy,
        on_result: Callable[[RecacheResult], None],
    ) -> None:
        """Fetch the pictures of these entities; those that are gone are left out. Raises CannotOpen."""
        await self._begin_writing()
        wants = await self._threads.read(looking.named, self._opened, keys, policy)
        await self._run(in_pages(wants), on_result, ignore_progress)

    async def interrupted_recache(self) -> int:
        """How many pictures a recache that was interrupted has left to do."""
        return (await self._threads.read(self._opened.journal.kept_queue))[2]

    async def resume_recache(
        self, report: Report = ignore_progress, on_result: Callable[[RecacheResult], None] = ignore_result
    ) -> RecacheReport:
        """Take up the recache that was interrupted, as it was begun. Raises UsageError where there is none."""
        journal = self._opened.journal
        run, policy, left = await self._threads.read(journal.kept_queue)
        if not left:
            raise UsageError("No recache was interrupted; leave out --resume to begin one.")
        await self._begin_writing()
        named = partial(looking.named, self._opened, policy=FetchPolicy(policy))
        return await self._fetch_all(resuming.Many(journal, self._threads, run, left, named), report, on_result)

    async def retry_failed(self, limit: int) -> RecacheReport:
        """Try again, at most so many, the pictures that failed more than 24 hours ago: what runs by itself. Nothing
        while offline."""
        if self.offline:
            return RecacheReport((), 0.0)
        wants = await self._threads.read(looking.to_retry, self._opened, datetime.now(UTC), limit)
        if not wants:
            return RecacheReport((), 0.0)
        await self._begin_writing()
        lot = await self._line_up(iter([wants]), FetchPolicy.IF_NEEDED)
        return await self._fetch_all(lot, ignore_progress, ignore_result)

    async def _fetch_all(
        self, lot: resuming.Few | resuming.Many, report: Report, on_result: Callable[[RecacheResult], None]
    ) -> RecacheReport:
        start = time.monotonic()
        results = list[RecacheResult]()
        failed = 0

        def take(result: RecacheResult) -> None:
            nonlocal failed
            results.append(result)
            failed += result.outcome is Outcome.FAILED
            dealt_with(result)
            on_result(result)
            report(Progress(_FETCHING, len(results), lot.total, failed))

        report(Progress(_FETCHING, 0, lot.total))
        try:
            async with lot.dealing() as dealt_with:
                await self._run(lot.pages(), take, report)
        except DiskTrouble:
            tried = {(result.kind, result.id) for result in results}
            results += [_untried(key) for key in await lot.left(tried)]
        done = RecacheReport(tuple(results), time.monotonic() - start)
        if done.count(Outcome.DOWNLOADED) >= _PACE_OF:
            await self.remember(PACE, f"{done.count(Outcome.DOWNLOADED) / done.seconds:.6f}")
        return done

    async def _run(
        self, pages: AsyncIterable[Sequence[Want]], on_result: Callable[[RecacheResult], None], report: Report
    ) -> None:
        judgements = await self._threads.read(self._opened.journal.judgements)
        pipeline = Pipeline(
            await self._fetcher(),
            self._converter,
            self._committer,
            self.settings,
            self._threads.writer,
            self._logins.unlock,
            [each.look for each in judgements if each.opinion is Opinion.PLACEHOLDER],
        )
        told = from_thread(report)
        await pipeline.run(pages, on_result, lambda seconds: told(Progress(WAITING)))

    async def validate(
        self,
        selection: Selection = Selection(),  # noqa: B008 (frozen)
        report: Report = ignore_progress,
        on_result: Callable[[ValidateResult], None] = ignore_result,
        good_for: timedelta = timedelta(0),
    ) -> ValidateReport:
        """Check the URLs of a selection, or all; verdicts are written down as they come. Raises UsageError, and
        PictureError while offline.

        `good_for`: what was checked within this time is left out, so that a check which was interrupted goes on where
        it was; the setting `link_check_days` is what front ends begin with.
        """
        self._require_online()
        found = await self._threads.read(begun, looking.links_to_check(self._opened, selection, good_for))
        total = await self._threads.read(self._opened.library.count_links, selection.kinds)
        left_out = 0

        async def pages() -> AsyncIterator[Sequence[Entity]]:
            nonlocal left_out
            async for entities, known in page_by_page(self._threads, found):
                left_out += known
                yield entities

        def told(done: int) -> None:
            report(Progress("Checking links", done, max((len(selection.ids) or total) - left_out, done)))

        return replace(await self._check_links(pages(), told, on_result), left_out=left_out)

    async def check_stale_links(self, limit: int) -> ValidateReport:
        """Check the few links that were not looked at for longest, or never. None while offline."""
        if self.offline:
            return ValidateReport((), 0.0)
        stale = await self._threads.read(looking.stale_links, self._opened, limit)

        async def page() -> AsyncIterator[Sequence[Entity]]:
            yield stale

        return await self._check_links(page(), lambda done: None, ignore_result)

    async def _check_links(
        self,
        pages: AsyncIterable[Sequence[Entity]],
        told: Callable[[int], None],
        on_result: Callable[[ValidateResult], None],
    ) -> ValidateReport:
        start = time.monotonic()
        results, pending = list[ValidateResult](), dict[str, UrlCheck]()

        same = dict[UrlCheck, UrlCheck]()  # they say the same of most links of a host: one of them is enough to hold

        def take(entity: Entity, check: UrlCheck) -> None:
            check = same.setdefault(check, check)
            result = ValidateResult(entity.kind, entity.id, entity.url or "", check)
            results.append(result)
            pending[url_hash(result.url)] = check
            on_result(result)
            told(len(results))
            if len(pending) >= _LINK_BATCH:
                notes.create_task(self._note_links(dict(pending)))
                pending.clear()

        told(0)
        try:
            async with asyncio.TaskGroup() as notes:
                await check_pages(await self._fetcher(), pages, self.settings.max_connections, take)
        except BaseExceptionGroup as group:
            raise first_of(group) from None
        finally:
            await self._note_links(pending)
        return ValidateReport(tuple(results), time.monotonic() - start)

    def _verdict_on(self, url: str) -> Verdict:
        """The last verdict, asked of the journal once."""
        key = url_hash(url)
        if key not in self._verdicts:
            with contextlib.suppress(GalleryError):  # a URL that nothing is known of is shown
                link = self._opened.journal.links((key,)).get(key)
                self._verdicts[key] = link.check.verdict if link else Verdict.UNCHECKED
        return self._verdicts.get(key, Verdict.UNCHECKED)

    async def _note_links(self, checks: dict[str, UrlCheck]) -> None:
        if checks:
            known = {key: check.verdict for key, check in checks.items() if key in self._verdicts}
            self._verdicts |= known  # the others are asked of the journal when they are shown
            await self._threads.write(self._opened.journal.note_links, checks)


def _untried(key: Key) -> RecacheResult:
    return RecacheResult(*key, Outcome.SKIPPED, ErrorCode.CANCELLED, "The run ended before it was tried.")
