"""The sentence before the window: which displays count as there, and what is said where none is."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from soulspot_gallery.gui import display_check
from soulspot_gallery.gui.display_check import why_no_window

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is looked at elsewhere")


@pytest.fixture(autouse=True)
def all_libraries(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Libraries count as there, but for those in this set."""
    missing: set[str] = set()
    monkeypatch.setattr(display_check, "_loads", lambda library: library not in missing)
    return missing


@pytest.fixture
def wayland(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a Wayland session whose socket answers."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        yield {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}


@pytest.fixture
def x11_by_tcp() -> Iterator[str]:
    """A DISPLAY that answers by TCP."""
    for number in range(300, 400):
        with socket.socket() as server:
            try:
                server.bind(("127.0.0.1", 6000 + number))
            except OSError:
                continue
            server.listen()
            yield f"127.0.0.1:{number}.0"
            return


def test_no_display_at_all() -> None:
    sentence = why_no_window({})
    assert sentence is not None
    assert sentence.startswith("No window can open, because there is no display: DISPLAY is not set.")
    assert "QT_QPA_PLATFORM=offscreen" in sentence


@pytest.mark.parametrize("display", [":59000", "unix:59000", "127.0.0.1:59000", "/nowhere/org.xquartz:0"])
def test_a_dead_display(display: str) -> None:
    assert f"no display answers at DISPLAY={display}." in (why_no_window({"DISPLAY": display}) or "")


@pytest.mark.parametrize("display", ["monitor", "a:b", ":99999"])
def test_no_name_of_a_display(display: str) -> None:
    assert f"DISPLAY is not the name of a display: {display}." in (why_no_window({"DISPLAY": display}) or "")


def test_a_display_by_tcp(x11_by_tcp: str) -> None:
    assert why_no_window({"DISPLAY": x11_by_tcp}) is None


@pytest.mark.parametrize("prefix", ["", "\0"], ids=["path", "abstract"])
def test_a_display_by_socket(prefix: str) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        number = 58_000
        path = Path(f"/tmp/.X11-unix/X{number}")  # noqa: S108  # where X11 has it
        if not prefix:
            path.parent.mkdir(exist_ok=True)
        server.bind(f"{prefix}{path}")
        server.listen()
        try:
            assert why_no_window({"DISPLAY": f":{number}"}) is None
            assert why_no_window({"DISPLAY": f"unix:{number}.1"}) is None
        finally:
            path.unlink(missing_ok=True)


def test_wayland(wayland: dict[str, str]) -> None:
    assert why_no_window(wayland) is None
    assert why_no_window(wayland | {"WAYLAND_DISPLAY": f"{wayland['XDG_RUNTIME_DIR']}/wayland-7"}) is None
    gone = why_no_window(wayland | {"WAYLAND_DISPLAY": "wayland-8"})
    assert "no display answers at WAYLAND_DISPLAY=wayland-8." in (gone or "")
    assert "XDG_RUNTIME_DIR is not set" in (why_no_window({"WAYLAND_DISPLAY": "wayland-7"}) or "")


def test_x11_counts_where_wayland_is_gone(x11_by_tcp: str, tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "gone", "XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": x11_by_tcp}
    assert why_no_window(environ) is None
    assert why_no_window(environ | {"QT_QPA_PLATFORM": "wayland"}) is not None


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_a_platform_without_a_display_is_fine(platform: str) -> None:
    assert why_no_window({"QT_QPA_PLATFORM": platform}) is None


def test_missing_libraries_are_named_in_one_command(all_libraries: set[str], x11_by_tcp: str) -> None:
    all_libraries |= {"libxcb-cursor.so.0", "libEGL.so.1"}
    sentence = why_no_window({"DISPLAY": x11_by_tcp})
    assert sentence is not None
    assert sentence.endswith("sudo apt-get install libegl1 libxcb-cursor0")
    offscreen = why_no_window({"QT_QPA_PLATFORM": "offscreen"})
    assert offscreen is not None
    assert offscreen.endswith("sudo apt-get install libegl1")


def test_loads_tells_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert display_check._loads("libc.so.6")
    assert not display_check._loads("libno-such-thing.so.0")


def test_elsewhere_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", platform)
        assert why_no_window({}) is None


def test_it_does_not_load_qt() -> None:
    code = "import sys, soulspot_gallery.gui.display_check; print([name for name in sys.modules if 'PySide' in name])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (result.stdout.strip(), result.returncode) == ("[]", 0)
