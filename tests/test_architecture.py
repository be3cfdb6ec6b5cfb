"""The rules of the source, read off the source: who imports whom, who owns which library, what stands where."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "soulspot_gallery"

LAYERS = """
model background collector sorting resources sqlite_logs
errors threads letting_go sqlite_files
postgres
settings disk
locate credentials places folding settings_file
pictures
network audio
journal
library
entry_rows
first_look files
opened
cleanup
caching
providers
viewing
viewed
looking
repair
offline
review
importing
sources
candidates
service_core
service_cleanups service_pictures service_repairs
service_offline service_reviews
service_candidates
service
opening schedule joining
""".strip().splitlines()
"""The modules and packages of `core`, lowest first. Each imports from lines above its own, never from its own or below;
inside a package, modules may import each other, but not in a circle."""

OUTER_LAYERS = ("core", "demo qt_executor", "gui cli", "__main__")
"""The parts of the package, lowest first, by the same rule."""

OWNERS = {
    "PySide6": ("gui", "qt_executor"),
    "shiboken6": ("gui", "qt_executor"),
    "qasync": ("gui.event_loop", "gui.app"),
    "httpx": ("core.network",),
    "httpx_aiohttp": ("core.network",),
    "aiohttp": ("core.network",),
    "PIL": (
        "core.pictures.imaging",
        "core.pictures.jpeg_planes",
        "core.pictures.libwebp",
        "core.pictures.colours",
        "core.pictures.appearance",
        "demo",
    ),
    "sqlalchemy": ("core.library", "core.journal", "core.sqlite_files", "core.postgres"),
    "procrastinate": ("core.joining",),
    "psycopg": (),
    "filelock": ("core.files.store",),
    "platformdirs": ("core.settings",),
    "cronsim": ("core.settings", "core.schedule"),
    "tomlkit": ("core.settings_file",),
    "rich": ("cli",),
    "keyring": ("core.credentials",),
    "tinytag": ("core.audio",),
    "rapidfuzz": ("core.candidates.fitting",),
}
"""Which modules (or packages, with all that is in them) import a library."""

LATE_IMPORTS: tuple[str, ...] = ("__main__", "gui.app")
"""Modules that may import inside a function: to answer `--version` quickly, and after the first paint."""

TOP_LEVEL = {
    ".ci", ".git", ".gitignore", "LICENSE", "README.md",
    "packaging", "pyproject.toml", "resources", "soulspot_gallery", "tests",
}  # fmt: skip
DERIVED = {
    ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "__pycache__", "build", "dist",
    "demo-window.png",
}  # fmt: skip
"""What `.gitignore` keeps out of the repository."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name without `soulspot_gallery.`; the package itself is `__init__`."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        found[name] = ast.parse(file.read_text("utf-8"), str(file))
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names that a tree imports; `from a import b` counts as `a.b` where that is a module of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                yield inner if inner.removeprefix("soulspot_gallery.") in modules() else node.module


def ours(tree: ast.AST) -> set[str]:
    """The modules of the package that a tree imports, without `soulspot_gallery.`."""
    return {name.removeprefix("soulspot_gallery.") for name in imported(tree) if name.startswith("soulspot_gallery.")}


def within(name: str, owners: tuple[str, ...]) -> bool:
    return any(name == owner or name.startswith(owner + ".") for owner in owners)


def rank_in(layers: list[str] | tuple[str, ...], name: str) -> int:
    """The line of a name; a module inside a package counts as the package."""
    return next(rank for rank, line in enumerate(layers) if name in line.split())


def core_name(module: str) -> str:
    """`core.providers.spotify` is `providers` in the list."""
    return module.split(".")[1]


def core_modules() -> list[str]:
    return [name for name in modules() if name.startswith("core.")]


def test_every_module_has_its_place() -> None:
    places = {name for line in LAYERS for name in line.split()}
    homeless = {core_name(name) for name in core_modules()} - places
    assert not homeless, f"write {homeless} into LAYERS, on the line above the modules that import them"
    outer = {name for line in OUTER_LAYERS for name in line.split()} | {"__init__"}
    assert {name.split(".")[0] for name in modules()} <= outer


@pytest.mark.parametrize("name", core_modules())
def test_core_imports_from_lower_layers_alone(name: str) -> None:
    own = core_name(name)
    wrong = [
        other
        for other in ours(modules()[name])
        if not other.startswith("core.")
        or (core_name(other) != own and rank_in(LAYERS, core_name(other)) >= rank_in(LAYERS, own))
    ]
    assert not wrong, f"{name} imports {wrong}, which is not below it"


@pytest.mark.parametrize("name", [each for each in modules() if each != "__init__"])
def test_parts_import_from_lower_parts_alone(name: str) -> None:
    own = name.split(".")[0]
    wrong = [
        other
        for other in ours(modules()[name])
        if other.split(".")[0] != own and rank_in(OUTER_LAYERS, other.split(".")[0]) >= rank_in(OUTER_LAYERS, own)
    ]
    assert not wrong, f"{name} imports {wrong}, which is not below it"


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: ours(tree) & set(modules()) - {name} for name, tree in modules().items()}
    while free := [name for name, needs in graph.items() if not needs & graph.keys()]:
        for name in free:
            del graph[name]
    assert not graph, f"these modules import each other in a circle, or need one that does: {sorted(graph)}"


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_is_imported_by_its_owners_alone(library: str) -> None:
    users = {name for name, tree in modules().items() if library in {each.split(".")[0] for each in imported(tree)}}
    strangers = {name for name in users if not within(name, OWNERS[library])}
    assert not strangers, f"{library} belongs to {OWNERS[library]}"


@pytest.mark.parametrize("name", modules())
def test_imports_are_plain(name: str) -> None:
    """Absolute, at the top, for real: a trick around a circle would mean a wrong layer."""
    tree = modules()[name]
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{name}: relative import, line {node.lineno}"
        assert not (isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"), f"{name}: TYPE_CHECKING"
        assert not (isinstance(node, ast.Attribute) and node.attr in ("TYPE_CHECKING", "import_module")), name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not within(name, LATE_IMPORTS):
            late = [each.lineno for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom)]
            assert not late, f"{name}: imports inside {node.name}, lines {late}"


def python_files() -> list[Path]:
    folders = ("soulspot_gallery", "packaging", "tests")
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def test_every_file_begins_with_what_it_is_for() -> None:
    opening = ('"""', 'r"""')
    silent = [str(file.relative_to(ROOT)) for file in python_files() if not file.read_text("utf-8").startswith(opening)]
    assert not silent, f"the first line of a file is its docstring: {silent}"


def test_the_top_level_holds_what_belongs_there() -> None:
    there = {each.name for each in ROOT.iterdir()}
    assert not there - TOP_LEVEL - DERIVED
    assert TOP_LEVEL - {".git"} <= there


def run_python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


WITHOUT_QT = """
import importlib, sys
for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None
for name in sys.argv[1:]:
    importlib.import_module("soulspot_gallery." + name)
"""


def test_the_engine_imports_where_there_is_no_qt() -> None:
    done = run_python(WITHOUT_QT, *core_modules())
    assert done.returncode == 0, done.stderr


HEAVY = """
import runpy, sys
argument = sys.argv[1]
sys.argv = ["soulspot-gallery", argument]
try:
    runpy.run_module("soulspot_gallery", run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
loaded = {"PySide6", "qasync", "httpx", "aiohttp", "sqlalchemy", "PIL", "psycopg", "procrastinate"} & sys.modules.keys()
sys.exit(f"{argument} loads {sorted(loaded)}" if loaded else 0)
"""


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_load_nothing_heavy(argument: str) -> None:
    done = run_python(HEAVY, argument)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
