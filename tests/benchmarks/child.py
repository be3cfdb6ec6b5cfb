"""One run of one side of a comparison: `child.py module:function JSON`; prints its figures as JSON."""

from __future__ import annotations

import importlib
import json
import sys

from measuring import peak_megabytes


def main() -> None:
    module, _, function = sys.argv[1].partition(":")
    figures = getattr(importlib.import_module(module), function)(json.loads(sys.argv[2]))
    print(json.dumps(figures | {"peak": peak_megabytes()}))


main()
