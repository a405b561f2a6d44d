"""Filtered search over many vectors: against the memory's speed, and against what people would use instead.

    python benchmarks/vectors.py [--rows 100000] [--peers PYTHON] [--only NAME …] [--limit SECONDS]

The vectors are made here: 1,000 clusters in 384 dimensions of falling spread, as embeddings have, turned at random
(`made`, seed 7); the questions are drawn alike and are not among the rows. Every question asks for the 10 nearest
rows, of all, of the tenth, hundredth or thousandth that have a value in a column, of one row, and of none. What is
right comes from numpy in double precision. Ours includes turning the value into rows (`search.facets`).

Peers run by the interpreter of `--peers`, one at a time, each in a process of its own (`peers/filtered.py`), in all
configurations there; the one that is fastest at recall@10 of 0.99 or better is the one compared with, point by point.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "peers"), str(HERE.parent)]

from filtered import MODULES, SLOW, Case, measured  # noqa: E402

from kg.model import Filters  # noqa: E402
from search.facets import FACETS, Facets  # noqa: E402
from search.index import FaissIndex, QuantisedIndex, VectorIndex  # noqa: E402

DIM, CLUSTERS, QUESTIONS, LEAST = 384, 1_000, 50, 0.99
POINTS: dict[str, tuple[str, int] | None] = {
    "1": None, "0.1": ("tenth", 3), "0.01": ("hundredth", 3), "0.001": ("thousandth", 3),
    "one row": ("own", 4_321), "empty": ("thousandth", 1_000),
}  # fmt: skip
FACET_OF = {"tenth": "pillar", "hundredth": "force", "thousandth": "topic", "own": "question"}


def made(count: int, seed: int = 7) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`count` clustered unit vectors and QUESTIONS more, the same for the same seed."""
    draw = np.random.default_rng(seed)
    spread = (np.arange(1, DIM + 1) ** -0.5).astype(np.float32)
    turn = np.linalg.qr(draw.standard_normal((DIM, DIM)))[0].astype(np.float32)
    centres = draw.standard_normal((CLUSTERS, DIM), dtype=np.float32)

    def some(size: int) -> NDArray[np.float32]:
        noise = draw.standard_normal((size, DIM), dtype=np.float32)
        rows = (centres[draw.integers(CLUSTERS, size=size)] + np.float32(0.7) * noise) * spread @ turn
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    vectors = np.empty((count, DIM), np.float32)
    for start in range(0, count, 50_000):
        vectors[start : start + 50_000] = some(min(50_000, count - start))
    return vectors, some(QUESTIONS)


def columns(count: int, seed: int = 8) -> NDArray[np.int32]:
    """The columns to filter by, named as in `filtered.COLUMNS`; values do not depend on the vectors."""
    draw = np.random.default_rng(seed)
    parts = [draw.integers(size, size=count) for size in (10, 100, 1_000)]
    return np.stack([*parts, np.arange(count)], axis=1).astype(np.int32)


def right_rows(vectors: NDArray[np.float32], questions: NDArray[np.float32], allowed: NDArray[np.int64]) -> Any:
    """The 10 nearest allowed rows of each question, in double precision, block by block."""
    best = np.full((len(questions), 10), -np.inf)
    rows = np.full((len(questions), 10), -1)
    for start in range(0, len(allowed), 20_000):
        block = allowed[start : start + 20_000]
        scores = np.hstack([best, questions.astype(np.float64) @ vectors[block].astype(np.float64).T])
        both = np.hstack([rows, np.broadcast_to(block, (len(questions), len(block)))])
        order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        best, rows = np.take_along_axis(scores, order, 1), np.take_along_axis(both, order, 1)
    return rows[:, : min(10, len(allowed))]


def written(folder: Path, count: int) -> Case:
    """Everything that a peer is given, in a folder."""
    vectors, questions = made(count)
    values = columns(count)
    names = list(FACET_OF)
    truth = {}
    for name, where in POINTS.items():
        allowed = np.arange(count) if where is None else np.flatnonzero(values[:, names.index(where[0])] == where[1])
        truth[name] = right_rows(vectors, questions, allowed)
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "queries.npy", questions)
    np.save(folder / "columns.npy", values)
    np.savez(folder / "truth.npz", **truth)
    (folder / "points.json").write_text(json.dumps(POINTS))
    return Case(folder)


def ours(case: Case, index: VectorIndex) -> dict[str, dict[str, float]]:
    """Recall and milliseconds at every point, from the value to the rows."""
    sizes = {"tenth": 10, "hundredth": 100, "thousandth": 1_001, "own": len(case)}
    codes = {FACET_OF[name]: case.columns[:, n].copy() for n, name in enumerate(FACET_OF)}
    values = {
        FACET_OF[name]: [{"value": str(v), "label": str(v), "names": []} for v in range(size)]
        for name, size in sizes.items()
    }
    none, rows = np.zeros(0, np.int32), np.arange(len(case), dtype=np.int32)
    facets = Facets(
        {facet: values.get(facet, []) for facet in FACETS},  # type: ignore[misc]
        {facet: rows if facet in codes else none for facet in FACETS},
        {facet: codes.get(facet, none) for facet in FACETS},
        len(case),
    )

    def ask(number: int, where: tuple[str, int] | None) -> Any:
        if where is None:
            return index.search(case.queries[number], 10)[0].tolist()
        allowed = facets.allowed(Filters(**{FACET_OF[where[0]]: (str(where[1]),)}))
        return index.search(case.queries[number], 10, allowed)[0].tolist()

    return measured(case, ask)


def milliseconds(work: Callable[[], object], times: int = 9) -> float:
    """The median of several calls, after one that is not counted."""
    took = []
    for _ in range(times + 1):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took[1:])


def bandwidth(vectors: NDArray[np.float32], exact: FaissIndex, question: NDArray[np.float32]) -> None:
    """The exact scan against a copy and against a reading of the same bytes, all by one thread."""
    flat, rows = vectors.ravel(), np.arange(len(vectors), dtype=np.int64)
    copied = milliseconds(partial(np.copyto, np.empty_like(flat), flat))
    read, scan = milliseconds(flat.max), milliseconds(lambda: exact.scores(question, rows))
    size = f"{vectors.nbytes / 1e6:,.0f} MB"
    print(f"exact scan of {size}: {scan:.1f} ms; a copy of them {copied:.1f} ms, ratio {scan / copied:.2f};", end=" ")
    print(f"their maximum (numpy, reads each once) {read:.1f} ms, ratio {scan / read:.2f}   limit 1.3")


def peer(python: str, name: str, folder: Path, limit: float) -> list[dict[str, Any]]:
    """What every configuration of a peer reached within the limit of seconds; none where it is not installed."""
    if subprocess.run([python, "-c", f"import {MODULES[name]}"], capture_output=True, check=False).returncode:
        print(f"{name}: {python} has no {MODULES[name]}; skipped")
        return []
    command = [python, str(HERE / "peers" / "filtered.py"), name, str(folder)]
    with (folder / f"{name}.jsonl").open("w+") as out, (folder / f"{name}.log").open("w") as log:
        start = time.perf_counter()
        try:
            failed = subprocess.run(command, stdout=out, stderr=log, timeout=limit, check=False).returncode
        except subprocess.TimeoutExpired:
            print(f"{name}: stopped after {limit:.0f} s; what follows is what it had shown by then")
            failed = 0
        out.seek(0)
        found = [json.loads(line) for line in out]
    if failed:
        print(f"{name}: failed: {(folder / f'{name}.log').read_text().strip().splitlines()[-1]}")
    print(f"{name}: {len(found)} configurations in {time.perf_counter() - start:.0f} s")
    for one in found:
        print(f"    {one['configuration']:<36} built in {one['built']:6.1f} s  {shown(one['points'])}")
    return found


def shown(points: dict[str, dict[str, float]]) -> str:
    """Milliseconds and recall of every point, in a line."""
    return "  ".join(
        f"{name}: {p['ms']:.2f} ({p['recall']:.3f}{'' if p['questions'] > 3 else ', given up'})"
        for name, p in points.items()
    )


def compared(own: dict[str, dict[str, float]], peers: dict[str, list[dict[str, Any]]]) -> None:
    """Every point against the fastest good configuration of each peer."""
    for name, mine in own.items():
        print(f"selectivity {name:<8} ours {mine['ms']:8.3f} ms, recall {mine['recall']:.3f}", end="")
        ratios = []
        for rival, found in peers.items():
            good = [one for one in found if one["points"][name]["recall"] >= LEAST]
            if not good:
                print(f"; {rival}: none at {LEAST}", end="")
                continue
            least = min(good, key=lambda one: one["points"][name]["ms"])
            ms = least["points"][name]["ms"]
            ratios.append(ms / mine["ms"])
            print(f"; {rival} {ms:.2f} ({least['configuration']})", end="")
        print(f"; ahead of the fastest {min(ratios):.1f} x" if ratios else "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has the peers; without it, ours alone")
    parser.add_argument("--only", nargs="+", choices=sorted(MODULES), default=list(MODULES), help="these peers")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds for a peer, with building")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        case = written(Path(name), options.rows)
        vectors = np.array(case.vectors)
        exact = FaissIndex.build(vectors)
        bandwidth(vectors, exact, case.queries[0])
        start = time.perf_counter()
        index = QuantisedIndex.build(vectors)
        print(f"{len(vectors):,} x {DIM}, {QUESTIONS} questions; codes made in {time.perf_counter() - start:.1f} s")
        print(f"exact      {shown(ours(case, exact))}")
        own = ours(case, index)
        print(f"quantised  {shown(own)}", flush=True)
        del vectors, exact, index
        peers = {n: peer(options.peers, n, Path(name), options.limit) for n in options.only} if options.peers else {}
        compared(own, peers)
        print(
            f"milliseconds (recall@10); a configuration slower than {SLOW:.0f} s a question is given up at that point"
        )


if __name__ == "__main__":
    main()
