"""Why no window can open here, asked before Qt is loaded: Qt ends the process where Python could not catch it.

Without Qt. Looks on Linux and its like only: elsewhere a window needs nothing that could be missing.
"""

from __future__ import annotations

import ctypes
import re
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_TIMEOUT = 3.0
_INSTEAD = "To do without a window use the commands (see --help), or set QT_QPA_PLATFORM=offscreen."

# What the wheel of Qt does not bring along, with the package of Debian and Ubuntu.
_FOR_QT = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
}
_FOR_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
}
_FOR_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
_DISPLAY = re.compile(r"(?:[a-z0-9]+/)?(?P<host>\[[^\]]*\]|[^:]*):(?P<number>\d{1,5})(?:\.\d+)?")


def why_no_window(environ: Mapping[str, str]) -> str | None:
    """The sentence that says why no window can open and what to do, or None where one can. Takes 3 s at most."""
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        return None
    libraries = dict(_FOR_QT)
    troubles: list[str] = []
    for platform in _platforms(environ):
        if platform == "xcb":
            trouble, needed = _x11_trouble(environ.get("DISPLAY", "")), _FOR_X11
        elif platform.startswith("wayland"):
            trouble, needed = _wayland_trouble(environ), _FOR_WAYLAND
        else:
            trouble, needed = None, {}  # offscreen, vnc, eglfs ...: whoever asks for one knows what it needs
        if trouble is None:
            return _library_trouble(libraries | needed)
        troubles.append(trouble)
    return f"{troubles[0]} {_INSTEAD}"


def _platforms(environ: Mapping[str, str]) -> list[str]:
    """What Qt will try, in its order; asked for with QT_QPA_PLATFORM=`name[:options][;name ...]`, or found."""
    asked = [part.split(":")[0].strip() for part in environ.get("QT_QPA_PLATFORM", "").split(";")]
    if any(asked):
        return [name for name in asked if name]
    has_wayland = bool(environ.get("WAYLAND_DISPLAY") or environ.get("WAYLAND_SOCKET"))
    return ["wayland", "xcb"] if has_wayland else ["xcb"]


def _library_trouble(needed: Mapping[str, str]) -> str | None:
    missing = [package for library, package in needed.items() if not _loads(library)]
    if not missing:
        return None
    return (
        "No window can open, because system libraries that Qt needs are missing. "
        f"On Debian and Ubuntu install them with: sudo apt-get install {' '.join(missing)}"
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x11_trouble(display: str) -> str | None:
    if not display:
        return "No window can open, because there is no display: DISPLAY is not set."
    if display.startswith("/"):  # a socket's path, as XQuartz has it
        places = [(socket.AF_UNIX, display)]
    else:
        parts = _DISPLAY.fullmatch(display)
        if parts is None or int(parts["number"]) > 59_535:
            return f"No window can open, because DISPLAY is not the name of a display: {display}."
        host, number = parts["host"].strip("[]"), int(parts["number"])
        if host and host != "unix":
            return None if _answers_at(host, 6000 + number) else _dead(display)
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  # where X11 has it
        places = [(socket.AF_UNIX, path), (socket.AF_UNIX, "\0" + path)]
        if not _answers(places):
            return None if _answers_at("localhost", 6000 + number) else _dead(display)
        return None
    return None if _answers(places) else _dead(display)


def _dead(display: str) -> str:
    return f"No window can open, because no display answers at DISPLAY={display}."


def _wayland_trouble(environ: Mapping[str, str]) -> str | None:
    if environ.get("WAYLAND_SOCKET"):
        return None  # an open descriptor that the parent handed down
    name = environ.get("WAYLAND_DISPLAY") or "wayland-0"
    folder = environ.get("XDG_RUNTIME_DIR", "")
    if not (folder or name.startswith("/")):
        return "No window can open, because XDG_RUNTIME_DIR is not set, where the socket of Wayland lies."
    if _answers([(socket.AF_UNIX, str(Path(folder, name)))]):
        return None
    return f"No window can open, because no display answers at WAYLAND_DISPLAY={name}."


def _answers(places: Iterable[tuple[int, str]]) -> bool:
    for family, address in places:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(_TIMEOUT)
            try:
                connection.connect(address)
            except (OSError, ValueError):
                continue
            return True
    return False


def _answers_at(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _TIMEOUT):
            return True
    except (OSError, UnicodeError):
        return False
