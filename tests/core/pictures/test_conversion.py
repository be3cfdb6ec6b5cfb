"""Conversion off the loop: heavy pictures in a process that ends, memory shared out, the loop never held up."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from PIL.ImageFile import ImageFile
from support import odd_pictures as odd

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures import conversion_child
from soulspot_gallery.core.pictures.conversion import Converter, is_heavy
from soulspot_gallery.core.pictures.conversion_child import ChildConversion
from soulspot_gallery.core.pictures.image_headers import Header, read_header
from soulspot_gallery.core.pictures.imaging import Converted, convert, decoder_bytes

COVER = odd.saved(odd.photo(300), "JPEG")
HEAVY = odd.jpeg_of_scans(60)


@pytest.fixture
def executor() -> Iterator[concurrent.futures.Executor]:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def converter(executor: concurrent.futures.Executor) -> Iterator[Converter]:
    made = Converter(executor)
    yield made
    made.close()


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes that a test starts; at its end each must be gone, and its end be known to the system."""
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    yield started
    assert all(process.returncode is not None for process in started)


async def until(condition: Callable[[], bool]) -> None:
    """Waits for what another thread does; five seconds at most."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it never came")


async def test_ordinary_pictures_need_no_process(converter: Converter, processes: list[object]) -> None:
    assert await converter.convert(COVER, 200, 85) == convert(COVER, 200, 85)
    assert not processes


async def test_heavy_pictures_come_out_the_same(converter: Converter, processes: list[object]) -> None:
    assert is_heavy(read_header(HEAVY), 50)
    assert await converter.convert(HEAVY, 50, 85) == convert(HEAVY, 50, 85)
    assert len(processes) == 1


async def test_large_png_goes_through_a_process(converter: Converter, processes: list[object]) -> None:
    made = await converter.convert(odd.saved(Image.new("RGB", (6000, 5100), "teal"), "PNG"), 500, 85)
    assert (made.width, made.height) == (500, 425)
    assert len(processes) == 1


def test_what_is_heavy() -> None:
    assert not is_heavy(Header("jpeg", 3000, 3000), 500)
    assert not is_heavy(Header("jpeg", 3000, 3000, scans=10, whole_frame=True), 500)
    assert not is_heavy(Header("png", 3000, 3000), 500)
    assert not is_heavy(Header("jpeg", 6000, 4000), 1024)
    assert is_heavy(Header("jpeg", 6000, 4000), 2000), "three planes of it lie beside its pixels"
    assert is_heavy(Header("jpeg", 6000, 5001), 500)
    assert is_heavy(Header("jpeg", 64, 64, scans=31, whole_frame=True), 500)
    assert is_heavy(Header("jpeg", 5000, 5000, scans=20, whole_frame=True), 500)
    assert is_heavy(Header("webp", 5000, 5000), 500)
    assert is_heavy(Header("avif", 64, 64, doubtful=True), 500)


def test_a_jpeg_that_is_read_at_an_eighth_counts_for_little() -> None:
    assert decoder_bytes(Header("jpeg", 8000, 8000), 500) < 10_000_000
    assert decoder_bytes(Header("png", 8000, 6000), 500) > 190_000_000


async def test_errors_are_the_same_from_either(converter: Converter) -> None:
    for data, code in (
        (b"", ErrorCode.EMPTY),
        (b"<html></html>", ErrorCode.NOT_IMAGE),
        (b"%!PS-Adobe", ErrorCode.FORMAT),
        (odd.webp_bomb(), ErrorCode.TOO_MANY_PIXELS),
        (COVER[:2000], ErrorCode.DECODE),
        (HEAVY[:-40], ErrorCode.DECODE),
        (odd.png_claiming(6000, 5100), ErrorCode.DECODE),
    ):
        with pytest.raises(PictureError) as caught:
            await converter.convert(data, 100, 85)
        assert caught.value.code is code
        assert str(caught.value).endswith(".")


async def test_then_runs_in_the_worker(converter: Converter, executor: concurrent.futures.Executor) -> None:
    def keep(made: Converted) -> tuple[int, str]:
        return made.width, threading.current_thread().name

    for data in (COVER, HEAVY):
        width, thread = await converter.run(data, 40, 85, keep)
        assert width == 40
        assert thread.startswith("ThreadPoolExecutor")


async def test_what_then_raises_is_passed_on(converter: Converter) -> None:
    def fail(made: Converted) -> None:
        raise OSError(28, "No space left on device")

    for data in (COVER, HEAVY):
        with pytest.raises(OSError, match="No space"):
            await converter.run(data, 40, 85, fail)
    assert (await converter.convert(COVER, 40, 85)).width == 40


def test_a_process_that_takes_too_long_is_killed(processes: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(PictureError) as caught:
        ChildConversion().run(HEAVY, 50, 85, time_limit=0.01)
    assert caught.value.code is ErrorCode.DECODE_TIMEOUT
    assert processes[0].returncode not in (None, 0)


async def test_cancelling_kills_the_process(converter: Converter, processes: list[subprocess.Popen[bytes]]) -> None:
    work = asyncio.create_task(converter.convert(HEAVY, 50, 85))
    await until(lambda: bool(processes))
    work.cancel()
    start = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await work
    await until(lambda: processes[0].returncode is not None)
    assert time.monotonic() - start < 1
    assert processes[0].returncode != 0
    assert (await converter.convert(HEAVY, 50, 85)).width == 50


def test_cancelled_before_it_starts(processes: list[object]) -> None:
    child = ChildConversion()
    child.cancel()
    with pytest.raises(PictureError) as caught:
        child.run(HEAVY, 50, 85)
    assert caught.value.code is ErrorCode.CANCELLED
    assert not processes


@pytest.mark.parametrize(
    "program", ["import os; os.abort()", "print('nonsense')", "import sys; sys.stdin.close()", ""], ids=str
)
def test_a_process_that_breaks_down(program: str, monkeypatch: pytest.MonkeyPatch, processes: list[object]) -> None:
    monkeypatch.setattr(conversion_child, "_command", lambda: [sys.executable, "-c", program])
    with pytest.raises(PictureError) as caught:
        ChildConversion().run(HEAVY * 100, 50, 85)
    assert caught.value.code is ErrorCode.DECODE
    assert len(processes) == 1


def test_no_process_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion_child, "_command", lambda: ["/nowhere/python"])
    with pytest.raises(PictureError) as caught:
        ChildConversion().run(HEAVY, 50, 85)
    assert caught.value.code is ErrorCode.DECODE


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the system has no limit of address space")
def test_the_process_may_have_a_gibibyte() -> None:
    """Run as the child runs: what exceeds the limit is a MemoryError there, not a burden here."""
    program = (
        "from soulspot_gallery.core.pictures import conversion_child as c\n"
        "c._limit_memory()\n"
        "bytearray(700 * 2**20)\n"
        "try: bytearray(1100 * 2**20)\n"
        "except MemoryError: print('refused')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(entry for entry in sys.path if entry)},
        capture_output=True,
        check=False,
    )
    assert ended.stdout.split() == [b"refused"], ended.stderr


async def test_decoders_share_the_memory(executor: concurrent.futures.Executor) -> None:
    """With room for two and a half, no more than two are decoded at once, and all are in the end."""
    share = decoder_bytes(read_header(COVER), 40)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        converter = Converter(pool, decoder_bytes_limit=share * 5 // 2)
        now = most = 0
        lock = threading.Lock()
        together = threading.Event()

        def count(made: Converted) -> int:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
                if now == 2:
                    together.set()
            together.wait(5)
            with lock:
                now -= 1
            return made.width

        widths = await asyncio.gather(*(converter.run(COVER, 40, 85, count) for _ in range(12)))
        assert widths == [40] * 12
        assert most == 2


async def test_a_picture_larger_than_all_memory_is_let_in_alone(executor: concurrent.futures.Executor) -> None:
    converter = Converter(executor, decoder_bytes_limit=10)
    made = await asyncio.gather(*(converter.convert(COVER, 40, 85) for _ in range(5)))
    assert [each.width for each in made] == [40] * 5


async def test_cancelled_ones_give_their_share_back(executor: concurrent.futures.Executor) -> None:
    converter = Converter(executor, decoder_bytes_limit=1)
    for _ in range(3):
        tasks = [asyncio.create_task(converter.convert(COVER, 40, 85)) for _ in range(6)]
        await asyncio.sleep(0.002)
        for task in tasks[::2]:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(each, Converted) for each in ended) >= 3
    async with asyncio.timeout(5):
        assert (await converter.convert(COVER, 40, 85)).width == 40


async def test_the_loop_goes_on(converter: Converter) -> None:
    """A heartbeat of 10 ms beside a heavy picture, a large one and many small ones."""
    large = odd.saved(Image.new("RGB", (5000, 4000)), "PNG", pnginfo=None)
    work = asyncio.gather(
        converter.convert(HEAVY, 50, 85),
        converter.convert(large, 300, 85),
        *(converter.convert(COVER, 200, 85) for _ in range(20)),
    )
    longest = 0.0
    while not work.done():
        start = time.perf_counter()
        await asyncio.sleep(0.01)
        longest = max(longest, time.perf_counter() - start)
    await work
    assert longest < 0.5


async def test_closing_is_harmless(executor: concurrent.futures.Executor) -> None:
    converter = Converter(executor)
    converter.close()
    await converter.convert(HEAVY, 50, 85)
    converter.close()
    converter.close()


async def test_a_picture_that_fails_leaves_no_pixels_behind(converter: Converter) -> None:
    """Without waiting for the collector of cycles: a dozen such pictures would take all memory."""
    broken = odd.png((600, 600), 8, 2, bytes(900))  # rows of half the length: decoded, and then found too short
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            with pytest.raises(PictureError, match="damaged"):
                await converter.convert(broken, 300, 85)
        left = [each for each in gc.get_objects() if isinstance(each, ImageFile)]
    finally:
        gc.enable()
    assert not left
