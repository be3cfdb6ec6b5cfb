"""Runs the benchmarks: `python3 packaging/bench.py [NAME...] [--rounds N] [--write]`. Sets up what is missing first."""

import os
import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - met by people, before anything newer is imported
    sys.exit("SoulSpot Gallery needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import bootstrap
import system_packages


def main(arguments: list[str]) -> int:
    """Set up what is missing, measure. The exit status of the benchmarks."""
    system_packages.ensure(system_packages.OFFSCREEN)
    python = str(bootstrap.ensure_environment(groups=("test", "bench")))
    program = str(bootstrap.ROOT / "tests" / "benchmarks" / "compare_all.py")
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([python, program, *arguments], cwd=bootstrap.ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(main, sys.argv[1:]))
