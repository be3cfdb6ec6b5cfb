"""Makes and keeps `.venv` in the checkout, with the project installed so that edits count. Standard library only.

Works where `pip install` is refused and `python3 -m venv` fails for want of ensurepip, as on a bare Debian. A stamp in
`.venv`, written last, says what was installed: a matching one makes a start take milliseconds, an unfinished one makes
the environment anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import system_packages
from system_packages import SetupError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "soulspot-gallery.json"
NEWEST_PYTHON = (3, 14)

_NETWORK_TROUBLE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "getaddrinfo failed",
    "Connection refused",
)


def guarded(main: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run `main`; what is expected to go wrong becomes a sentence on standard error and an exit status."""
    try:
        return main(arguments)
    except SetupError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"The set-up stopped at a file or folder that it can't use: {problem}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The next start goes on from here.", file=sys.stderr)
        return 130


def ensure_environment(groups: tuple[str, ...]) -> Path:
    """The Python of an environment that has the project and these dependency groups. Raises SetupError."""
    if _is_ready(groups):
        return _venv_python()
    if sys.version_info[:2] > NEWEST_PYTHON:
        newest = ".".join(map(str, NEWEST_PYTHON))
        raise SetupError(f"SoulSpot Gallery is made for Python 3.11 to {newest}; start this with one of them.")
    with _locked():
        if not _is_ready(groups):
            _make(groups)
    return _venv_python()


def become(command: list[str]) -> int:
    """Replace this process by the command; on Windows, which can't, wait for it and return its exit status."""
    if sys.platform != "win32":
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:
        while True:
            # Ctrl-C reaches the program too, and it is the one to decide what to do about it.
            with contextlib.suppress(KeyboardInterrupt):
                return process.wait()


def requirements(groups: Sequence[str]) -> list[str]:
    """The requirements of these dependency groups, read here because pip knows groups only since 25.1."""
    table: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    return [each for group in groups for each in table[group]]


def _this_python() -> str:
    """The program that runs this. Python does not know it itself where there is no PATH."""
    return sys.executable or str(Path(sys.prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}"))


def _venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _fingerprint() -> str:
    """Of all that an installation depends on: the project file, where the checkout is, and which Python it is for."""
    python = f"{sys.version_info[:2]} {_venv_python().resolve()}"
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + f"\n{ROOT}\n{python}".encode()).hexdigest()


def _read_stamp() -> dict[str, Any] | None:
    """What the stamp says, or None where there is none that can be read."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def _write_stamp(**content: Any) -> None:
    temporary = STAMP.with_name(STAMP.name + ".part")
    temporary.write_text(json.dumps(content), "utf-8")
    temporary.replace(STAMP)


def _is_ready(groups: tuple[str, ...]) -> bool:
    stamp = _read_stamp()
    return (
        stamp is not None
        and stamp.get("installed") == _fingerprint()
        and set(groups) <= set(stamp.get("groups", ()))
        and _venv_python().exists()
    )


def _make(groups: tuple[str, ...]) -> None:
    """Make the environment where there is none that can be used, and install into it."""
    stamp = _read_stamp() or {}
    if VENV.exists() and not _usable(stamp):
        _say("Making .venv anew.")
        shutil.rmtree(VENV)
    if VENV.exists():
        _say("Bringing .venv up to date …")
    else:
        _say("Installing SoulSpot Gallery into .venv (about 250 MB to download; this can take some minutes) …")
        _create()
    ours = (_read_stamp() or {}).get("ours", False)
    # Until the stamp says `installed`, an environment of ours counts as half made.
    _write_stamp(ours=ours)
    wanted = tuple(sorted({*stamp.get("groups", ()), *groups}))
    _run_pip([*_pip(), "install", "--editable", str(ROOT), *requirements(wanted)])
    _compile()
    _write_stamp(ours=ours, groups=wanted, installed=_fingerprint())


def _compile() -> None:
    """Write the bytecode that pip leaves out of an editable installation: else the first window waits for it, and
    every one where Python is told to write none. What can't be compiled or written is no trouble before it runs."""
    command = [str(_venv_python()), "-m", "compileall", "-q", str(ROOT / "soulspot_gallery")]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _usable(stamp: dict[str, Any]) -> bool:
    """Whether the environment can be installed into: its Python starts, and if we made it, it was finished and is of
    this version. One that somebody else made is not thrown away while it works."""
    if stamp.get("ours") and "installed" not in stamp:
        return False
    version = _answer_of_venv("import sys; print(*sys.version_info[:2])")
    return version == f"{sys.version_info[0]} {sys.version_info[1]}" or (bool(version) and not stamp.get("ours"))


def _answer_of_venv(program: str) -> str:
    """What a program prints when the environment's Python runs it; empty where it fails or prints nothing."""
    try:
        done = subprocess.run([_venv_python(), "-c", program], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _create() -> None:
    """A fresh environment with pip in it, by ensurepip, or by the pip of this Python where that was left out."""
    if not _can_import("ensurepip") and not _can_import("pip"):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        system_packages.ensure_packages((package,), "This Python has neither pip nor ensurepip.")
        importlib.invalidate_caches()
    whole = _can_import("ensurepip")
    VENV.mkdir()
    _write_stamp(ours=True)
    options = [] if whole else ["--without-pip"]
    _run([_this_python(), "-m", "venv", *options, str(VENV)], "The environment .venv could not be made.")
    if not whole:
        _run_pip([*_pip(), "install", "pip"])


def _can_import(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _pip() -> list[str]:
    """The environment's own pip, or this Python's pip at work there. (uv makes environments without one.)"""
    if _answer_of_venv("import importlib.util as i; print(bool(i.find_spec('pip')))") == "True":
        return [str(_venv_python()), "-m", "pip"]
    if not _can_import("pip"):
        raise SetupError("There is no pip in .venv, nor beside this Python. Delete .venv, then start this again.")
    return [_this_python(), "-m", "pip", "--python", str(_venv_python())]


def _run_pip(command: list[str]) -> None:
    network = "The package index can't be reached. Check the network connection, then start this again."
    _run(
        [*command, "--quiet", "--disable-pip-version-check", "--no-input"],
        "pip could not install what is needed.",
        network,
    )


def _run(command: list[str], otherwise: str, network: str | None = None) -> None:
    """Run quietly; raises SetupError with the end of the output and a sentence where the command fails."""
    unwanted = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode != 0:
        if network is not None and any(sign in done.stdout for sign in _NETWORK_TROUBLE):
            raise SetupError(network)
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise SetupError(f"{tail}\n{otherwise}")


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Holds back a second start while a first one installs. The lock is on this file, and ends with the process."""
    with Path(__file__).open("rb") as handle:
        if sys.platform == "win32":
            # Locks keep others from reading there, so it is a byte beyond the end.
            handle.seek(1 << 30)
            while True:
                try:
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:
                    continue  # gives up after ten seconds; an installation may take longer
        else:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _say("Another start is installing; waiting for it …")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _say(sentence: str) -> None:
    """News of the set-up go to standard error: standard output belongs to the program (`--json`)."""
    print(sentence, file=sys.stderr, flush=True)
