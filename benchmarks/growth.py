"""What ten and a hundred times as many findings cost: time, memory and disk for each, and where exact gives way.

    python benchmarks/growth.py [--largest 1000000] [--publish 10000 …]

First the vector index alone, over the clustered vectors of `vectors.py`, each size in a process of its own: seconds
to build, bytes of memory and of disk a finding, and the median question, exact and quantised, with recall@10 against
the exact index unfiltered, under filters, and under one whose rows all lie far from the question. Then, with
`--publish`, all of it: so many findings made from sentences of no meaning (`read.page`) and published with an encoder
that knows no words, so that what is measured is reading, checking, the graph, words, links and writing.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "peers"), str(HERE.parent)]

from vectors import DIM, made  # noqa: E402

from search.index import FaissIndex, QuantisedIndex  # noqa: E402

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SHARES = (1.0, 0.5, 0.1, 0.05, 0.01, 0.001)
EXACT_LIMIT = 20.0
"""Milliseconds from which on exact search is to give way."""


def resident() -> int:
    """The memory this process holds now, in bytes (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def peak() -> int:
    """The most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def median_ms(work: Callable[[Any], object], questions: NDArray[np.float32]) -> float:
    """The median of one call for each question, after one that is not counted."""
    took = []
    for question in (questions[0], *questions):
        start = time.perf_counter()
        work(question)
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took[1:])


def filters(vectors: NDArray[np.float32], questions: NDArray[np.float32]) -> dict[str, NDArray[np.int64] | None]:
    """Rows by name: so large a share of all, drawn at random, and the fifth farthest from the first question."""
    draw = np.random.default_rng(9)
    count = len(vectors)
    found: dict[str, NDArray[np.int64] | None] = {"all": None}
    for share in SHARES[1:]:
        found[f"{share:g}"] = np.sort(draw.choice(count, int(count * share), replace=False))
    nearness = FaissIndex.build(vectors).scores(questions[0], np.arange(count))
    found["farthest fifth"] = np.sort(np.argsort(nearness)[: count // 5])
    return found


def measure(count: int) -> dict[str, Any]:
    """One size, in this process."""
    vectors, questions = made(count)
    before = resident()
    start = time.perf_counter()
    exact = FaissIndex.build(vectors)
    built_exact = time.perf_counter() - start
    start = time.perf_counter()
    quantised = QuantisedIndex.build(vectors, least=0)
    built = time.perf_counter() - start
    grown = resident() - before
    points = {}
    for name, rows in filters(vectors, questions).items():
        asked = np.repeat(questions[:1], 20, axis=0) if name == "farthest fifth" else questions
        hits = sum(
            len(set(quantised.search(q, 10, rows)[0].tolist()) & set(exact.search(q, 10, rows)[0].tolist()))
            for q in asked
        )
        points[name] = {
            "recall": hits / (len(asked) * min(10, count if rows is None else len(rows))),
            "exact": median_ms(lambda q, r=rows: exact.search(q, 10, r), asked),  # type: ignore[misc]
            "quantised": median_ms(lambda q, r=rows: quantised.search(q, 10, r), asked),  # type: ignore[misc]
        }
    return {"count": count, "exact": built_exact, "quantised": built, "grown": grown, "peak": peak(), "points": points}


def in_a_process(count: int) -> dict[str, Any]:
    """`measure`, in a process of its own, so that memory is its own."""
    command = [sys.executable, __file__, "--measure", str(count)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def indexes(largest: int) -> None:
    """Every size up to the largest, and how the times grow."""
    results = [in_a_process(count) for count in SIZES if count <= largest]
    print(f"vectors of {DIM} numbers: {4 * DIM:,} bytes a finding on disk and in memory")
    for one in results:
        count = one["count"]
        print(
            f"{count:>9,} findings: exact built in {one['exact']:6.2f} s, codes in {one['quantised']:6.2f} s"
            f" ({1e6 * one['quantised'] / count:.0f} μs a finding); {one['grown'] / count:,.0f} bytes a finding more,"
            f" peak {one['peak'] / 1e9:.1f} GB"
        )
        for name, point in one["points"].items():
            print(
                f"    {name:<15} exact {point['exact']:8.3f} ms, quantised {point['quantised']:8.3f} ms,"
                f" recall {point['recall']:.4f}, ratio {point['exact'] / point['quantised']:.1f} x"
            )
    for kind in ("exact", "quantised") if len(results) > 1 else ():
        print(f"{kind}: a question of all grows as n^{exponent(results, kind):.2f} over the last step")
    slow = [one["count"] for one in results if one["points"]["all"]["exact"] > EXACT_LIMIT]
    print(f"exact passes {EXACT_LIMIT:.0f} ms at {min(slow):,}" if slow else f"exact stays below {EXACT_LIMIT:.0f} ms")


def exponent(results: list[dict[str, Any]], kind: str) -> float:
    """The slope of time over size, both as logarithms, between the last two sizes."""
    small, large = results[-2:]
    times = large["points"]["all"][kind] / small["points"]["all"][kind]
    return math.log(times) / math.log(large["count"] / small["count"])


def publishing(wanted: int) -> None:
    """Publish at least so many findings and say what each cost."""
    from pattern import Noise
    from read import page

    from kg import generations, vocabulary
    from search import publish
    from search.collect import Page
    from search.snapshot import Snapshot

    names = [force.area for force in vocabulary.forces().values()]
    paragraphs = max(2, round((wanted / len(names) - 31) / 6))  # a page has 31 findings, and 6 more a paragraph
    pages = [
        Page(f"{n}.txt", page(paragraphs, n).replace(b"Kent PEEL 2017", f"{name} PEEL 2017".encode()))
        for n, name in enumerate(names)
    ]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        outcome = publish.publish(Path(folder), pages, Noise)
        if outcome.refused:
            raise SystemExit(f"refused: {outcome.refused[0]}")
        took = time.perf_counter() - start
        opened = Snapshot(generations.current(Path(folder)))
        count = opened.facets.count
        size = sum(file.stat().st_size for file in opened.folder.rglob("*") if file.is_file())
        print(f"{count:>9,} findings published in {took:.0f} s: {1000 * took / count:.2f} ms a finding, ", end="")
        print(f"{size / count:,.0f} bytes on disk a finding without its vectors, peak memory {peak() / 1e6:,.0f} MB")
        for part in sorted(opened.folder.iterdir()):
            files = [part] if part.is_file() else [file for file in part.rglob("*") if file.is_file()]
            print(f"    {part.name:<22} {sum(file.stat().st_size for file in files) / count:8,.0f} bytes a finding")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--publish", type=int, nargs="*", default=[], help="publish so many findings, too")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    if options.largest >= SIZES[0]:
        indexes(options.largest)
    for count in options.publish:
        publishing(count)


if __name__ == "__main__":
    main()
