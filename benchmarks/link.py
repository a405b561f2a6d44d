"""How long linking takes as findings grow: all links from scratch, and one more report.

python benchmarks/link.py [count …]     10,000 50,000 100,000 unless given; 1,000,000 takes about 6 GB

The findings are invented: clusters of vectors with words to match, spread over 43 forces and 7 cycles, one in four
negative as in the digest. The last lines compare with the limits.
"""

from __future__ import annotations

import resource
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np

from kg import vocabulary
from search.link.making import Made, make

DIMENSIONS = 384
MATTERS = 400
PER_MATTER = 12
REPORT = 60
LIMITS = {"all, 50,000": 15.0, "one report into 50,000": 2.0}


def findings(count: int, seed: int = 7) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Invented records and their vectors: about `PER_MATTER` to a matter, which has its words and its direction."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(MATTERS, count // PER_MATTER), DIMENSIONS)).astype(np.float32)
    frame = rng.normal(size=DIMENSIONS).astype(np.float32) * 0.9
    matter = rng.integers(0, len(centres), count)
    vectors = centres[matter] + frame + rng.normal(size=(count, DIMENSIONS)).astype(np.float32) * 0.6
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    forces, cycles = sorted(vocabulary.forces()), vocabulary.cycles()
    polarity = rng.choice(["negative", "positive", "neutral"], count, p=[0.26, 0.65, 0.09])
    extra = rng.integers(0, 5_000, (count, 1))
    records = [
        {
            "finding": f"https://example.org/report#f-{number:08d}",
            "meaning": f"The force matter{matter[number]} aspect{matter[number]} "
            + " ".join(f"word{word}" for word in extra[number]),
            "polarity": str(polarity[number]),
            "kind": {"negative": "weakness", "positive": "strength", "neutral": "observation"}[str(polarity[number])],
            "cycle": cycles[int(rng.integers(len(cycles)))],
            "force": {"slug": forces[int(rng.integers(len(forces)))]},
            "pillar": None,
            "question": None,
            "topics": [f"Subject {matter[number] % 150}"],
        }
        for number in range(count)
    ]
    return records, vectors


def timed(count: int) -> tuple[tuple[float, float], tuple[float, float], Made]:
    """Seconds, and seconds of processor, for all links of `count` findings and for one report more; and the links."""
    records, vectors = findings(count + REPORT)
    start = time.perf_counter(), time.process_time()
    before = make(records[:count], vectors[:count], "invented")
    whole = time.perf_counter() - start[0], time.process_time() - start[1]
    start = time.perf_counter(), time.process_time()
    after = make(records, vectors, "invented", (), before)
    return whole, (time.perf_counter() - start[0], time.process_time() - start[1]), after


def main(counts: list[int]) -> None:
    """Measure each count and print the ratios."""
    measured = {}
    for count in counts:
        (whole, busy), (added, busy_more), made = timed(count)
        measured[count] = whole
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"{count:>9,} findings: all links {whole:7.1f} s ({busy:.1f} of processor), "
            f"one report more {added:5.2f} s ({busy_more:.2f}), "
            f"{len(made.links):,} links, peak memory {memory:.1f} GB"
        )
        if count == 50_000:
            print(
                f"          all: {whole / LIMITS['all, 50,000']:.2f} of the limit of 15 s; "
                f"one report: {added / LIMITS['one report into 50,000']:.2f} of the limit of 2 s"
            )
    large = sorted(count for count in measured if count >= 100_000)
    for smaller, larger in pairwise(large):
        power = np.log(measured[larger] / measured[smaller]) / np.log(larger / smaller)
        print(f"growth from {smaller:,} to {larger:,}: n^{power:.2f} (limit n^1.3)")


if __name__ == "__main__":
    main([int(one.replace(",", "").replace("_", "")) for one in sys.argv[1:]] or [10_000, 50_000, 100_000])
