"""Asking interfaces: what their answers and their trouble mean, how often they are asked, and what is never told."""

from __future__ import annotations

import gzip
import itertools
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support.fetching import CALM, QUICK
from support.image_server import ImageServer
from support.sources import FASTER, Sources, access_to

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.fetch import Patience
from soulspot_gallery.core.network.json_client import LARGEST_DOCUMENT, Api, JsonClient, Question

DEEZER = Api("deezer", "https://api.deezer.com", requests=50, seconds=5.0)
SLOW = Api("musicbrainz", "https://musicbrainz.org", requests=1, seconds=1.0)


@pytest.fixture
def sources(image_server: ImageServer) -> Sources:
    return Sources(image_server)


@asynccontextmanager
async def client(sources: Sources, tmp_path: Path) -> AsyncIterator[JsonClient]:
    async with access_to(sources, tmp_path, patience=Patience(deadline=1.0)) as access:
        yield access.json


async def refusal(json: JsonClient, path: str = "/x") -> PictureError:
    with pytest.raises(PictureError) as caught:
        await json.get(DEEZER, path)
    return caught.value


async def test_json_is_read_and_nothing_is_none(sources: Sources, tmp_path: Path) -> None:
    sources.answer("deezer", "/artist/1?a=b+c", {"id": 1})
    sources.answer("deezer", "/gone", {"message": "gone"}, status=410)
    async with client(sources, tmp_path) as json:
        assert await json.get(DEEZER, "/artist/1", {"a": "b c"}) == {"id": 1}
        assert await json.get(DEEZER, "/gone") is None
        assert await json.get(DEEZER, "/unknown") is None
    (first, *_) = sources.asked("deezer")
    assert first.headers["user-agent"].startswith("SoulSpotGallery/")
    assert "+https://" in first.headers["user-agent"]
    assert not {"cookie", "referer", "authorization"} & first.headers.keys()


@pytest.mark.parametrize(
    ("status", "document", "code"),
    [
        (200, b"<!doctype html><title>Log in to the hotel's network</title>", ErrorCode.PROTOCOL),
        (200, b"", ErrorCode.PROTOCOL),
        (200, b"[" * 100_000, ErrorCode.PROTOCOL),
        (200, b'{"a": "\xff"}', ErrorCode.PROTOCOL),
        (200, b" " * (LARGEST_DOCUMENT + 1), ErrorCode.TOO_LARGE),
        (401, {}, ErrorCode.DENIED),
        (403, b"<html>", ErrorCode.DENIED),
        (400, {}, ErrorCode.SERVER),
        (500, {}, ErrorCode.SERVER),
        (503, {}, ErrorCode.RATE_LIMITED),
        (429, {}, ErrorCode.RATE_LIMITED),
    ],
)
async def test_trouble_is_a_sentence_with_its_code(
    sources: Sources, tmp_path: Path, status: int, document: object, code: ErrorCode
) -> None:
    sources.answer("deezer", "/x", document, status=status)
    async with client(sources, tmp_path) as json:
        problem = await refusal(json)
    assert problem.code is code
    assert str(problem).startswith("deezer")
    assert str(problem).endswith(".")


@pytest.mark.parametrize(("status", "requests"), [(500, 3), (429, 3), (403, 1), (404, 1), (400, 1)])
async def test_what_may_pass_is_tried_three_times(sources: Sources, tmp_path: Path, status: int, requests: int) -> None:
    sources.answer("deezer", "/x", {}, status=status)
    async with client(sources, tmp_path) as json:
        if status == 404:
            assert await json.get(DEEZER, "/x") is None
        else:
            await refusal(json)
    assert len(sources.asked("deezer")) == requests


async def test_retry_after_is_waited_for(sources: Sources, tmp_path: Path) -> None:
    sources.answers("deezer", "/x", (503, {}, {"Retry-After": "20"}), (200, {"id": 1}, {}))
    async with client(sources, tmp_path) as json:
        assert await json.get(DEEZER, "/x") == {"id": 1}
    first, second = sources.asked("deezer")
    assert (second.at - first.at) * FASTER >= 20


async def test_a_long_retry_after_is_not_waited_for_and_is_respected(sources: Sources, tmp_path: Path) -> None:
    sources.answers("deezer", "/x", (429, {}, {"Retry-After": "3600"}), (200, {"id": 1}, {}))
    async with client(sources, tmp_path) as json:
        assert (await refusal(json)).code is ErrorCode.RATE_LIMITED
        again = await refusal(json)
        assert "left alone for 60 min" in str(again)
    assert len(sources.asked("deezer")) == 1


async def test_a_server_that_says_nothing_ends_in_time(sources: Sources, tmp_path: Path) -> None:
    def drip() -> Iterator[bytes]:
        while not sources.server.closing.wait(0.05):
            yield b" "

    sources.server.routes["/deezer/x"] = lambda request: (200, {"Content-Type": "application/json"}, drip())
    async with access_to(sources, tmp_path, patience=Patience(deadline=0.2)) as access:
        assert (await refusal(access.json)).code is ErrorCode.TIMEOUT


async def test_one_layer_of_gzip_is_undone(sources: Sources, tmp_path: Path) -> None:
    sources.answer("deezer", "/x", gzip.compress(b'{"id": 1}'), Content_Encoding="gzip")
    bomb = gzip.compress(b" " * 64 * 1024 * 1024)
    sources.answer("deezer", "/bomb", bomb, Content_Encoding="gzip")
    async with client(sources, tmp_path) as json:
        assert await json.get(DEEZER, "/x") == {"id": 1}
        assert (await refusal(json, "/bomb")).code is ErrorCode.TOO_LARGE


async def test_an_authorization_does_not_travel_to_another_host(sources: Sources, tmp_path: Path) -> None:
    with ImageServer() as other:
        other.serve("/elsewhere", b'{"id": 2}', "application/json")
        sources.answer("deezer", "/x", {}, status=307, Location=other.url("/elsewhere"))
        async with access_to(sources, tmp_path) as access:
            question = Question("/x", headers={"Authorization": "Bearer s3cret"})
            # The other server is no allowed host: not contacted at all.
            with pytest.raises(PictureError) as caught:
                await access.json.ask(DEEZER, question)
            assert caught.value.code is ErrorCode.UNSAFE
            assert not other.log
        sources.answer("deezer", "/x", {}, status=307, Location=sources.server.url("/deezer/y"))
        sources.answer("deezer", "/y", {"id": 3})
        async with access_to(sources, tmp_path) as access:
            assert (await access.json.ask(DEEZER, question)).document == {"id": 3}
        sources.answer("deezer", "/x", {}, status=307, Location=sources.server.url("/deezer/x"))
        async with client(sources, tmp_path) as json:
            assert (await refusal(json)).code is ErrorCode.REDIRECTS


async def test_a_host_that_was_named_gets_no_authorization_of_another(sources: Sources, tmp_path: Path) -> None:
    with ImageServer() as other:
        other.serve("/elsewhere", b'{"id": 2}', "application/json")
        sources.answer("deezer", "/x", {}, status=307, Location=other.url("/elsewhere"))
        async with access_to(sources, tmp_path, also=(other.host,)) as access:
            answer = await access.json.ask(DEEZER, Question("/x", headers={"Authorization": "Bearer s3cret"}))
        assert answer.document == {"id": 2}
        assert "authorization" not in other.log[0].headers
        sources.answer("deezer", "/login", {}, status=307, Location=other.url("/elsewhere"))
        async with access_to(sources, tmp_path, also=(other.host,)) as access:
            with pytest.raises(PictureError) as caught:
                await access.json.ask(DEEZER, Question("/login", form={"secret": "s3cret"}))
        assert caught.value.code is ErrorCode.REDIRECTS
        assert len(other.log) == 1


async def test_requests_keep_the_pace_even_when_they_fail_and_redirect(sources: Sources, tmp_path: Path) -> None:
    sources.answer("musicbrainz", "/a", {}, status=301, Location=sources.server.url("/musicbrainz/b"))
    sources.answer("musicbrainz", "/b", {}, status=500)
    async with client(sources, tmp_path) as json:
        with pytest.raises(PictureError):
            await json.get(SLOW, "/a")
    times = [each.at * FASTER for each in sources.asked("musicbrainz")]
    assert len(times) == 6
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))


async def test_secrets_are_in_no_message_and_no_log(
    sources: Sources, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sources.answer("deezer", "/x", {"error": "s3cret"}, status=500)
    question = Question("/x", {"q": "s3cret"}, {"Authorization": "Bearer s3cret"}, {"password": "s3cret"})
    assert "s3cret" not in repr(Question("/x", {}, {"Authorization": "s3cret"}, {"password": "s3cret"}))
    async with access_to(sources, tmp_path, patience=QUICK, manners=CALM) as access:
        with pytest.raises(PictureError) as caught:
            await access.json.ask(DEEZER, question)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in caplog.text


async def test_an_interface_may_have_larger_answers(sources: Sources, tmp_path: Path) -> None:
    roomy = replace(DEEZER, largest=2 * LARGEST_DOCUMENT)
    sources.answer("deezer", "/x", b" " * (LARGEST_DOCUMENT + 1) + b"7")
    async with access_to(sources, tmp_path) as access:
        assert await access.json.get(roomy, "/x") == 7
        with pytest.raises(PictureError, match="larger than any should be"):
            await access.json.get(DEEZER, "/x")
