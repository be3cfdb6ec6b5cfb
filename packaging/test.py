"""Checks and tests a checkout: `python3 packaging/test.py [arguments of pytest]`. Sets everything up at the first run.

Runs ruff, mypy and pytest, all of them whatever the others say; the exit status is 0 only if all are content.
"""

import os
import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - met by people, before anything newer is imported
    sys.exit("SoulSpot Gallery needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import bootstrap
import postgres_server
import system_packages

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
)
"""What runs before the tests, as `python -m …`."""


def passes(python: str, command: tuple[str, ...], variables: dict[str, str] | None = None) -> bool:
    """Run `python -m command` in the checkout, announced, and tell whether it succeeded."""
    print("$", *command, flush=True)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"} | (variables or {})
    return subprocess.run([python, "-m", *command], cwd=bootstrap.ROOT, env=environment, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """Set up what is missing, check, test. 0 if everything passed, else 1."""
    system_packages.ensure(system_packages.OFFSCREEN)
    python = str(bootstrap.ensure_environment(groups=("test", "lint")))
    failed = [" ".join(check) for check in CHECKS if not passes(python, check)]
    if failed:
        print("Failed:", ", ".join(failed) + ". The tests run all the same.", flush=True)
    with postgres_server.test_server() as variables:
        tested = passes(python, ("pytest", *arguments), variables)
    return 0 if tested and not failed else 1


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(main, sys.argv[1:]))
