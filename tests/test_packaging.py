"""The two commands of the README, as far as they go without network and root; and what ends up in the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import bootstrap
import pytest
import run
import system_packages
from system_packages import SetupError

from soulspot_gallery import __version__

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A checkout in the test's folder; environments are made there for real, and pip is only written down."""
    (tmp_path / "pyproject.toml").write_text('[dependency-groups]\ntest = ["one>=1"]\nlint = ["two"]\n')
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "soulspot-gallery.json")
    monkeypatch.setattr(bootstrap, "_can_import", lambda module: module == "pip")
    run: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "_run_pip", run.append)
    return run


def test_the_first_start_makes_an_environment_and_the_second_uses_it(commands: list[list[str]]) -> None:
    python = bootstrap.ensure_environment(groups=())
    assert (
        subprocess.run([python, "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"], check=False).returncode
        == 0
    )
    assert commands[0][-2:] == ["install", "pip"]
    assert commands[1][-3:] == ["install", "--editable", str(bootstrap.ROOT)]
    commands.clear()
    assert bootstrap.ensure_environment(groups=()) == python
    assert commands == []


def test_the_program_is_compiled_also_where_python_is_told_to_write_no_bytecode(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    package = bootstrap.ROOT / "soulspot_gallery"
    package.mkdir()
    (package / "whole.py").write_text("number = 1\n")
    (package / "broken.py").write_text("number =\n")
    bootstrap.ensure_environment(groups=())
    assert [each.name.split(".")[0] for each in package.glob("__pycache__/*.pyc")] == ["whole"]
    assert bootstrap.STAMP.exists()


def test_groups_come_on_top_and_stay(commands: list[list[str]]) -> None:
    bootstrap.ensure_environment(groups=())
    bootstrap.ensure_environment(groups=("test", "lint"))
    assert commands[-1][-2:] == ["two", "one>=1"]
    commands.clear()
    bootstrap.ensure_environment(groups=())
    assert commands == []


def test_a_changed_project_file_installs_again_in_the_same_environment(commands: list[list[str]]) -> None:
    bootstrap.ensure_environment(groups=("test",))
    (bootstrap.VENV / "kept").touch()
    with (bootstrap.ROOT / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    commands.clear()
    bootstrap.ensure_environment(groups=())
    assert commands[-1][-1] == "one>=1"
    assert (bootstrap.VENV / "kept").exists()


def test_an_installation_that_broke_off_begins_anew(commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "_run_pip", lambda command: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bootstrap.ensure_environment(groups=())
    (bootstrap.VENV / "half").touch()
    bootstrap.ensure_environment(groups=())
    assert not (bootstrap.VENV / "half").exists()
    assert commands


def test_an_environment_of_somebody_else_is_used_and_never_thrown_away(commands: list[list[str]]) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bootstrap.VENV)], check=True)
    (bootstrap.VENV / "theirs").touch()
    bootstrap.ensure_environment(groups=())
    assert commands[-1][2:4] == ["pip", "--python"]
    assert (bootstrap.VENV / "theirs").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(commands: list[list[str]]) -> None:
    bootstrap.ensure_environment(groups=())
    bootstrap._venv_python().unlink()
    bootstrap.ensure_environment(groups=())
    assert bootstrap._venv_python().exists()


def test_pip_that_fails_tells_its_last_words_and_a_sentence() -> None:
    with pytest.raises(SetupError, match=r"disk is full\nThat did not work\."):
        bootstrap._run([sys.executable, "-c", "import sys; sys.exit('disk is full')"], "That did not work.")
    offline = "import sys; sys.exit('NewConnectionError: Temporary failure in name resolution')"
    with pytest.raises(SetupError, match=r"^No network\.$"):
        bootstrap._run([sys.executable, "-c", offline], "That did not work.", "No network.")


def test_ctrl_c_and_expected_trouble_end_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    def refused(arguments: list[str]) -> int:
        raise SetupError("Do this.")

    assert bootstrap.guarded(interrupted, []) == 130
    assert bootstrap.guarded(refused, []) == 1
    assert capsys.readouterr().err == "Stopped. The next start goes on from here.\nDo this.\n"


HOLDS_THE_LOCK = """
import sys
sys.path.insert(0, sys.argv[1])
import bootstrap
with bootstrap._locked():
    print("in", flush=True)
    sys.stdin.read()
"""


def holder() -> subprocess.Popen[str]:
    """A process that holds the lock until its standard input ends; its standard error comes with its output."""
    command = [sys.executable, "-c", HOLDS_THE_LOCK, str(ROOT / "packaging")]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT)


@pytest.mark.skipif(sys.platform == "win32", reason="waits there without a word")
def test_a_second_start_waits_for_the_first() -> None:
    with holder() as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "in\n"
        with holder() as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "Another start is installing; waiting for it …\n"
            first.communicate(timeout=30)
            assert second.communicate(timeout=30)[0] == "in\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves Qt's libraries to the system")
def test_missing_libraries_are_named_in_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_becoming_root", lambda: None)
    monkeypatch.setattr(system_packages, "_has_fonts", lambda: False)
    monkeypatch.setattr(system_packages, "_loads", lambda library: library not in ("libEGL.so.1", "libGL.so.1"))
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/" + name)
    with pytest.raises(SetupError) as caught:
        system_packages.ensure(system_packages.FOR_A_WINDOW)
    assert str(caught.value).endswith("\n    sudo apt-get install libegl1 libgl1 fonts-dejavu-core")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match=r"libEGL\.so\.1, libGL\.so\.1"):
        system_packages.ensure(system_packages.OFFSCREEN)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves Qt's libraries to the system")
def test_packages_are_installed_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []

    def succeeds(command: list[str]) -> bool:
        done.append(command)
        return ["apt-get", "update"] in (command[-2:], done[0][-2:]) or len(done) > 2

    monkeypatch.setattr(system_packages, "_becoming_root", lambda: ["sudo", "-n"])
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(system_packages, "_succeeds", succeeds)
    system_packages.ensure_packages(("libegl1",), "Needed.")
    install = ["sudo", "-n", "apt-get", "install", "--yes", "--no-install-recommends", "libegl1"]
    assert done == [install, ["sudo", "-n", "apt-get", "update"], install]


@pytest.mark.parametrize("arguments", [["status"], ["--json", "recache", "--force"], ["--version"], ["trash", "-h"]])
def test_a_command_needs_no_libraries_of_qt(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []

    def become(command: list[str]) -> int:
        became.append(command)
        return 7

    monkeypatch.setattr(system_packages, "ensure", lambda libraries: pytest.fail("asked for Qt's libraries"))
    monkeypatch.setattr(bootstrap, "ensure_environment", lambda groups: Path("python"))
    monkeypatch.setattr(bootstrap, "become", become)
    assert run.main(arguments) == 7
    assert became == [["python", "-P", "-m", "soulspot_gallery", *arguments]]


@pytest.mark.parametrize(("display", "libraries"), [(":0", "FOR_A_WINDOW"), ("", "OFFSCREEN")])
def test_a_window_needs_them(display: str, libraries: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(system_packages, "ensure", asked.append)
    monkeypatch.setattr(bootstrap, "ensure_environment", lambda groups: Path("python"))
    monkeypatch.setattr(bootstrap, "become", lambda command: 0)
    assert run.main(["--demo"]) == 0
    assert asked == [getattr(system_packages, libraries)]


def test_every_command_is_known_to_open_no_window() -> None:
    command = [sys.executable, "-m", "soulspot_gallery", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = re.findall(r"^    ([a-z]+)  ", told, re.MULTILINE)
    assert "status" in names
    assert set(names) <= run.WITHOUT_WINDOW


@pytest.mark.parametrize("script", ["run.py", "test.py"])
def test_an_older_python_is_told_so(script: str) -> None:
    program = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], run_name='__main__')"
    command = [sys.executable, "-c", program, str(ROOT / "packaging" / script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "SoulSpot Gallery needs Python 3.11 or newer, and this is 3.9.\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (file,) = folder.glob("*.whl")
    assert file.name == f"soulspot_gallery-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_holds_every_module_and_resource(wheel: Path) -> None:
    def files(folder: Path) -> set[str]:
        return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.suffix not in ("", ".pyc")}

    package = wheel / "soulspot_gallery"
    assert files(package / "resources") == files(ROOT / "resources")
    assert {name for name in files(package) if not name.startswith("resources/")} == files(ROOT / "soulspot_gallery")
    assert {each.name.partition("-")[0] for each in wheel.iterdir()} == {"soulspot_gallery"}


def test_an_installed_program_finds_its_own_resources(wheel: Path, tmp_path: Path) -> None:
    program = "from soulspot_gallery.core.resources import resource; print(resource('placeholder-album.svg'))"
    environment = os.environ | {"PYTHONPATH": str(wheel)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(wheel / "soulspot_gallery" / "resources" / "placeholder-album.svg")


def test_the_version_stands_in_one_form() -> None:
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")
