"""How long a user waits for a process that has just started, against the limits set for it.

    python benchmarks/cold_start.py [--runs 9]

Builds a home from the shipped digest, then starts real processes: `peel --help`, `peel find`, `peel serve` up to
its first good answer. Prints the median of each beside its limit and beside what importing
sentence_transformers alone takes on this machine: the time that a `peel find` without the compiled path could
never fall below.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PEEL = str(Path(sys.executable).with_name("peel"))


def timed(command: list[str], runs: int) -> float:
    """The median wall-clock seconds of a command, after one run that is not counted."""
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def until_ready() -> float:
    """Seconds from starting `peel serve` to its first answer from /readyz."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    server = subprocess.Popen([PEEL, "serve", "--port", str(port)], stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - start < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return time.perf_counter() - start
            except urllib.error.URLError:
                time.sleep(0.01)
    finally:
        server.terminate()
        server.wait()
    raise TimeoutError("the server was not ready within a minute")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        os.environ["PEEL_HOME"] = home
        start = time.perf_counter()
        subprocess.run([PEEL, "demo", "--no-serve"], check=True, capture_output=True)
        print(f"peel demo --no-serve           {time.perf_counter() - start:6.2f} s (the whole digest, once)")
        figures = [
            ("peel --help", timed([PEEL, "--help"], runs), 0.3),
            ("peel find", timed([PEEL, "find", "body-worn video is not always used"], runs), 1.0),
            ("peel find --where", timed([PEEL, "find", "video", "--where", "?finding a peel:Weakness"], runs), 1.0),
            ("peel serve, ready", statistics.median(until_ready() for _ in range(max(3, runs // 3))), 3.0),
        ]
        for name, seconds, limit in figures:
            print(f"{name:<28} {seconds:8.3f} s   limit {limit:.1f} s   ratio {seconds / limit:.2f}")
        peer = timed([sys.executable, "-c", "import sentence_transformers"], 3)
        print(f"import sentence_transformers {peer:8.3f} s   peel find takes {figures[1][1] / peer:.2f} of it")


if __name__ == "__main__":
    main()
