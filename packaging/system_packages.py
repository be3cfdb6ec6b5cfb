"""Finds and installs the system libraries that Qt's wheels expect of a Linux machine. Standard library only.

Qt ends the whole process when one is missing, so they are looked for before it starts. Nothing to do elsewhere.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

OFFSCREEN = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""Library and Debian package. Debian's newer names (`…t64`) are found by the old ones."""

FOR_A_WINDOW = OFFSCREEN | {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"


class SetupError(Exception):
    """The set-up can't go on; the text says what is wrong and what to do."""


def ensure(libraries: dict[str, str]) -> None:
    """See to it that these libraries and a font are there. Raises SetupError with the line to type."""
    if not sys.platform.startswith("linux"):
        return
    missing = [library for library in libraries if not _loads(library)]
    packages = [libraries[library] for library in missing]
    if not _has_fonts():
        packages.append(FONT_PACKAGE)
    if not packages:
        return
    if shutil.which("apt-get") is None:
        names = ", ".join(missing) or "a font"
        raise SetupError(f"Qt needs what this system lacks: {names}. Install it with your package manager.")
    ensure_packages(tuple(packages), "Qt needs system libraries that are not installed.")


def ensure_packages(packages: tuple[str, ...], why: str) -> None:
    """Install Debian packages, as root or by sudo. Raises SetupError with the exact line where that can't be done."""
    line = "sudo apt-get install " + " ".join(packages)
    prefix = _becoming_root()
    if shutil.which("apt-get") is None or prefix is None:
        raise SetupError(f"{why} Type this, then start again:\n    {line}")
    command = [*prefix, "apt-get", "install", "--yes", "--no-install-recommends", *packages]
    print(f"{why} Installing: {shlex.join(command)}", file=sys.stderr, flush=True)
    if not _succeeds(command):
        # A bare machine has no package lists, or old ones.
        _succeeds([*prefix, "apt-get", "update"])
        if not _succeeds(command):
            raise SetupError(f"apt-get could not install what is needed. See what it says to this:\n    {line}")


def _becoming_root() -> list[str] | None:
    """What goes before a command that root must run, or None where there is no way (a password can't be typed)."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin is not None and sys.stdin.isatty() else None


def _succeeds(command: list[str]) -> bool:
    """Run with its output kept quiet. `sudo` still asks for the password: it talks to the terminal itself."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_fonts() -> bool:
    """True where a scalable font lies in one of fontconfig's usual folders; without one all text is boxes."""
    return any(
        name.endswith((".ttf", ".otf", ".ttc"))
        for folder in FONT_FOLDERS
        for _, _, names in os.walk(Path(folder).expanduser())
        for name in names
    )
