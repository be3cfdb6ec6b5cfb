"""A process that writes to a library as SoulSpot does: long locks, whole rows written back as they were read.

Arguments: the database, seconds to hold the lock, seconds between. Says `writing` once it holds the lock (or has
begun), and ends when its standard input does, with what it has seen as JSON: rounds, and seconds waited for the lock.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import threading
import time
from contextlib import closing

_TABLE = "playlists"


def main() -> None:
    path, hold, pause, wait = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    stop = threading.Event()

    def until_told() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=until_told, daemon=True).start()
    waits = list[float]()
    with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        while not stop.is_set():
            rows = connection.execute(f"SELECT * FROM {_TABLE}").fetchall()
            start = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            waits.append(time.monotonic() - start)
            for row in random.sample(rows, min(3, len(rows))):
                names = [name for name in row.keys() if name != "id"]  # noqa: SIM118 - a sqlite3.Row
                values = ", ".join(f"{name} = ?" for name in names)
                connection.execute(f"UPDATE {_TABLE} SET {values} WHERE id = ?", [*(row[n] for n in names), row["id"]])
            if len(waits) == 1:
                sys.stdout.write("writing\n")
                sys.stdout.flush()
            stop.wait(hold)
            connection.execute("COMMIT")
            stop.wait(pause)
    sys.stdout.write(json.dumps({"rounds": len(waits), "waits": waits}) + "\n")


if __name__ == "__main__":
    main()
