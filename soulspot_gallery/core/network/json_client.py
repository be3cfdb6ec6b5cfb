"""Asking the programming interfaces of sources for JSON: the Fetcher's pool, rules and manners, and each one's pace.

Texts and logs never carry a query, a header or a body: tokens and search words are nobody's business.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.addresses import Target
from soulspot_gallery.core.network.answers import body_of, declared_length, read_short_rest
from soulspot_gallery.core.network.bounded import Bounds, Unpacker, read_all
from soulspot_gallery.core.network.faults import DENIED, MISSING, REDIRECTS, Fault, broken_connection, delay_of
from soulspot_gallery.core.network.fetch import MOST_REDIRECTS, USER_AGENT, Fetcher
from soulspot_gallery.core.network.pacing import LONGEST_WAIT, Pace, Resting

LARGEST_DOCUMENT = 4 * 1024 * 1024
"""Bytes of an answer, unpacked. A Deezer playlist with its tracks has a few hundred thousand, an item of Wikidata up to
two million; read, a document made to be large takes 25 times its bytes."""

ATTEMPTS = 3
_BACKOFF = 0.5
_IN_THREAD = 256 * 1024
"""Bytes from which a document is parsed in a thread: a megabyte takes some 10 ms."""


@dataclass(frozen=True, slots=True)
class Api:
    """A programming interface: `name` in settings and messages, its address, at most `requests` in `seconds`, and the
    bytes of its `largest` answer."""

    name: str
    base: str
    requests: int
    seconds: float
    largest: int = LARGEST_DOCUMENT


@dataclass(frozen=True, slots=True)
class Question:
    """One request: `path` after the base, quoted. A `form` makes it a POST. Headers and form may hold secrets."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status below 500 that is no call for patience, and the JSON that came with it (None where none did)."""

    status: int
    document: Any = field(repr=False)


class NotAvailable(PictureError):
    """The interface can't be asked at all for now, whatever the question: not connected, refused, resting."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.DENIED, message)


Judge = Callable[[Answer], None]
"""Looks at an answer; raises PictureError for an error inside HTTP 200. `rate-limited` is tried again, after a wait."""


def no_judge(answer: Answer) -> None:
    """The judge of interfaces that use HTTP's own words."""


class JsonClient:
    """Asks; one for all sources, so that those which share an interface share its limit. One event loop."""

    def __init__(
        self,
        fetcher: Callable[[], Awaitable[Fetcher]],
        bases: Callable[[], Mapping[str, str]] = dict,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`bases`: addresses in place of the real ones, by name of the interface. `clock` and `sleep` are there for
        tests."""
        self._fetcher = fetcher
        self._bases = bases
        self._clock = clock
        self._sleep = sleep
        self._paces: dict[str, Pace] = {}
        self._rests: dict[str, float] = {}

    def recall(self, rests: Mapping[str, float]) -> None:
        """Take up for how many seconds interfaces asked to be left alone, of earlier runs and other galleries; call it
        before the first question."""
        for name, seconds in rests.items():
            self._rests[name] = self._clock() + seconds

    def base(self, api: Api) -> str:
        """The address in use, without a slash at its end."""
        return self._bases().get(api.name, api.base).rstrip("/")

    def stands_in(self, api: Api) -> bool:
        """Whether another server stands in for the real one."""
        return api.name in self._bases()

    def delay(self, api: Api) -> float:
        """Seconds for which the interface asked to be left alone."""
        return self.pace(api).delay()

    def pace(self, api: Api) -> Pace:
        if api.name not in self._paces:
            pace = self._paces[api.name] = Pace(api.requests, api.seconds, self._clock, self._sleep)
            pace.postpone(self._rests.pop(api.name, 0.0) - self._clock())
        return self._paces[api.name]

    async def get(
        self, api: Api, path: str, query: Mapping[str, str] | None = None, judge: Judge = no_judge
    ) -> Any | None:
        """The JSON at this path, or None where there is nothing (404, 410). Raises PictureError."""
        answer = await self.ask(api, Question(path, query or {}), judge)
        if answer.status in MISSING:
            return None
        if answer.status in DENIED:
            raise PictureError(ErrorCode.DENIED, f"{api.name} refuses to answer ({answer.status}).")
        if answer.status != 200:
            raise PictureError(ErrorCode.SERVER, f"{api.name} did not take the question ({answer.status}).")
        return answer.document

    async def ask(self, api: Api, question: Question, judge: Judge = no_judge) -> Answer:
        """Any answer below 500. Up to 3 attempts where trouble may pass; a Retry-After up to a minute is waited for.

        Raises PictureError: network, tls, timeout, server, rate-limited, protocol, too-large, redirects, unsafe.
        """
        fetcher = await self._fetcher()
        try:
            return await self._ask(fetcher, api, question, judge)
        finally:
            if (left := self.delay(api)) > 0:
                fetcher.gate.others.leave_alone(api.name, left)

    async def _ask(self, fetcher: Fetcher, api: Api, question: Question, judge: Judge) -> Answer:
        key = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                target = fetcher.rules.check(_address(self.base(api), question))
                key = target.key
                answer = await self._travel(fetcher, api, question, target)
                judge(answer)
                return answer
            except NotAvailable:
                raise
            except PictureError as problem:
                code, tries = problem.code, problem.tries if isinstance(problem, Fault) else 1
                if isinstance(problem, Resting):  # another gallery may have been told
                    self.pace(api).postpone(problem.seconds)
                if code is ErrorCode.RATE_LIMITED:
                    # A source that did not say how long to wait gets a whole window.
                    if self.delay(api) <= 0:
                        self.pace(api).postpone(api.seconds)
                    tries = ATTEMPTS if self.delay(api) <= LONGEST_WAIT else 1
                if attempt >= min(tries, ATTEMPTS):
                    if isinstance(problem, Fault) and problem.of_host:
                        fetcher.gate.failed(key, code)
                    left = self.delay(api)
                    told = Resting(left) if code is ErrorCode.RATE_LIMITED and left > LONGEST_WAIT else problem
                    raise PictureError(code, f"{api.name}: {told}") from None
                if code is not ErrorCode.RATE_LIMITED:
                    await self._sleep(_BACKOFF * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    async def _travel(self, fetcher: Fetcher, api: Api, question: Question, target: Target) -> Answer:
        """One attempt with its redirects; the question's own headers go to the host that was asked and no other."""
        first, visited = target.key, {target.url}
        while True:
            headers = question.headers if target.key == first else {}
            request = _request(target.url, headers, question.form)
            if target.key == first:
                pace, others = self.pace(api), fetcher.gate.others
                async with pace.turn(), others.place(api.name, api.requests, api.seconds):
                    step = await self._step(fetcher, api, request, target)
            else:
                step = await self._step(fetcher, api, request, target)
            if isinstance(step, Answer):
                return step
            if question.form is not None:
                raise PictureError(ErrorCode.REDIRECTS, "it sends a login elsewhere, which is not followed.")
            target = fetcher.rules.follow(target, step)
            if target.url in visited or len(visited) > MOST_REDIRECTS:
                raise PictureError(ErrorCode.REDIRECTS, "it redirects in a circle or too often.")
            visited.add(target.url)

    async def _step(self, fetcher: Fetcher, api: Api, request: httpx.Request, target: Target) -> Answer | str:
        """One request: the answer, or where a redirect leads."""
        async with fetcher.gate.slot(target.key):
            try:
                async with asyncio.timeout(fetcher.deadline):
                    return await self._send(fetcher, api, request, target)
            except PictureError:
                raise
            except Exception as problem:  # whatever the transport and its parser raise is this answer's fault
                fault = broken_connection(problem, target.host, target.port, target.key)
        raise fault

    async def _send(self, fetcher: Fetcher, api: Api, request: httpx.Request, target: Target) -> Answer | str:
        response = await fetcher.transport.handle_async_request(request)
        try:
            status = response.status_code
            if status in (429, 503):
                await read_short_rest(response)
                self.pace(api).postpone(delay_of(response.headers.get("retry-after")) or api.seconds)
                raise Fault(
                    ErrorCode.RATE_LIMITED, f"it asks for fewer requests ({status}); try again later.", tries=ATTEMPTS
                )
            if status >= 500:
                await read_short_rest(response)
                raise Fault(
                    ErrorCode.SERVER, f"it has trouble ({status}); try again later.", tries=ATTEMPTS, of_host=True
                )
            fetcher.gate.answered(target.key)
            if status in REDIRECTS and response.headers.get("location"):
                await read_short_rest(response)
                return str(response.headers["location"])
            return Answer(status, await self._document(response, status, api.largest))
        finally:
            await response.aclose()

    async def _document(self, response: httpx.Response, status: int, largest: int) -> Any:
        """The JSON of an answer. An error may come with a page for people; a good answer may not."""
        if declared_length(response) > largest:
            raise PictureError(ErrorCode.TOO_LARGE, "its answer is larger than any should be; try again later.")
        unpacker = Unpacker(response.headers.get("content-encoding", ""))
        bounds = Bounds(lambda first: None, _roomy, 1, largest, largest)
        try:
            content = await read_all(body_of(response), unpacker, bounds)
        except PictureError as problem:
            raise PictureError(problem.code, "its answer is too large or packed wrongly; try again later.") from None
        try:
            return json.loads(content) if len(content) < _IN_THREAD else await asyncio.to_thread(json.loads, content)
        except (ValueError, RecursionError):
            if status >= 400:
                return None
        what = "a web page" if content.lstrip()[:1] == b"<" else "something that is no JSON"
        raise PictureError(ErrorCode.PROTOCOL, f"it answered with {what}; check the network, or try again later.")


async def _roomy() -> None:
    """Documents are small: there is always room for one."""


def _address(base: str, question: Question) -> str:
    return base + question.path + ("?" + urlencode(question.query) if question.query else "")


def _request(url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> httpx.Request:
    common = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity", **headers}
    if form is None:
        return httpx.Request("GET", url, headers=common)
    return httpx.Request(
        "POST",
        url,
        headers={**common, "Content-Type": "application/x-www-form-urlencoded"},
        content=urlencode(form).encode(),
    )


def host_of(url: str) -> str:
    """The host of a URL in lower case; empty where it has none or can't be read."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
