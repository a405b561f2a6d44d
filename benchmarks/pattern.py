"""From a filter to rows, at 100,000 findings: by facet, by a SPARQL pattern, and by a pattern asked before.

    python benchmarks/pattern.py [--findings 100000] [--runs 15]

The home is made here: the digest is published (its vectors are noise: none is asked for), and its graph and records
are repeated under other reports until there are so many findings. So facets, triples of a finding and vocabularies
are those of real pages. What is timed is all that `peel find` does from the pattern's text to row numbers: admission,
Oxigraph, its answer, the rows. Limits: a facet filter 1 ms, a pattern of one hop 50 ms, one asked before 1 ms.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kg import generations
from kg.model import Filters
from kg.store import OxigraphStore
from search import collect, publish, records, snapshot
from search.home import Home
from search.ranking.lexical import WordIndex
from search.snapshot import Record, Sentences, Snapshot

DIGEST = Path(__file__).resolve().parent.parent / "kg" / "digest"
FACETS = {
    "force": Filters(force=("kent",)),
    "kind": Filters(kind=("strength",)),
    "two forces": Filters(force=("kent", "durham")),
    "three facets": Filters(force=("kent",), pillar=("effectiveness",), polarity=("negative",)),
    "most of all": Filters(polarity=("negative", "positive")),
}
PATTERNS = {
    "a value": "?finding peel:topic topic:body-worn-video",
    "one hop": '?finding peel:topic/skos:prefLabel "Body-worn video"@en',
    "one hop, a region": '?finding peel:force/peel:region/skos:prefLabel "Wales"@en',
    "one hop, a kind": "?finding a peel:AreaForImprovement ; peel:cycle/skos:notation '2017'",
    "two hops": '?finding peel:report ?report . ?j peel:report ?report ; peel:grade/skos:prefLabel "Outstanding"@en',
}
LIMITS = {"facet": 1.0, "hop": 50.0, "again": 1.0}


class Noise:
    """An encoder that knows no words: vectors of noise, at once."""

    fingerprint, dim = "noise", 8

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A unit vector for each text."""
        rows = np.random.default_rng(len(texts)).standard_normal((len(texts), self.dim))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """A unit vector."""
        return self.passages([text])[0]


def published(home: Path) -> Snapshot:
    """The digest, published with noise for vectors."""
    publish.publish(home, collect.pages([DIGEST]), Noise)
    return Snapshot(generations.current(home))


def repeated(home: Path, one: Snapshot, count: int) -> None:
    """Publish `one` over and over in another home, each time under other reports, until it has `count` findings."""
    times = -(-count // one.facets.count)
    lines = OxigraphStore(one.graph_folder, read_only=True).dump("nquads").decode().splitlines(keepends=True)
    own = re.compile(r"(https://w3id\.org/peelgraph/id/(?:report|inspection|link)/[^#>/]+)")
    mine = [line for line in lines if own.search(line)]
    held = one.records(range(one.facets.count))
    found: list[Record] = []
    with generations.writer(home) as draft:
        store = OxigraphStore(draft / "work")
        for again in range(times):
            some = lines if again == 0 else [own.sub(rf"\1-{again}", line) for line in mine]
            store.engine.bulk_load("".join(some).encode(), _nquads())
            found += held if again == 0 else [_renamed(record, own, again) for record in held]
        store.flush()
        store.backup(draft / snapshot.GRAPH)
        triples = len(store)
        store.close()
        found.sort(key=lambda record: record["finding"])
        vectors = Noise().passages([""] * len(found))
        words = WordIndex.build([str(row) for row in range(len(found))], *records.thesaurus_of(found))
        none = Sentences(np.zeros(0, np.int32), vectors[:0])
        snapshot.write(draft, found, records.facets_of(found), vectors, none, words)
        about = {key: one.manifest[key] for key in ("ontology", "vocabulary", "encoder", "sources")}
        about["counts"] = {**one.manifest["counts"], "findings": len(found), "triples": triples}
        generations.publish(home, draft, about, lambda _: None)


def _nquads() -> Any:
    import pyoxigraph

    return pyoxigraph.RdfFormat.N_QUADS


def _renamed(record: Record, own: re.Pattern[str], again: int) -> Record:
    return {**record, "finding": own.sub(rf"\1-{again}", record["finding"])}


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """The median of several calls, after one that is not counted."""
    took = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took[1:])


def told(name: str, ms: float, rows: int, limit: float) -> None:
    """One figure beside its limit."""
    print(f"{name:<32} {rows:>7,} rows {ms:8.3f} ms   limit {limit:4.0f} ms   ratio {ms / limit:.2f}")


def measure(home: Home, runs: int) -> None:
    """Time every filter and print it."""
    facets, rows_of, findings_of = home.snapshot.facets, home.snapshot.rows_of, home.findings_of
    for name, filters in FACETS.items():
        ms = milliseconds(lambda f=filters: facets.allowed(facets.resolve(f)), runs)  # type: ignore[misc]
        told(f"facet filter, {name}", ms, len(facets.allowed(filters)), LIMITS["facet"])
    for name, where in PATTERNS.items():
        ms = milliseconds(lambda w=where: rows_of(findings_of(w)), runs)  # type: ignore[misc]
        told(f"pattern, {name}", ms, len(rows_of(findings_of(where))), LIMITS["hop"])
        iris = findings_of(where)
        took = milliseconds(lambda i=iris: rows_of(i), runs)  # type: ignore[misc]
        print(f"{'  of it, IRIs to rows':<32} {len(iris):>7,} IRIs {took:8.3f} ms   {one_by_one(home, iris, took)}")
    again = milliseconds(lambda: home._rows_where(PATTERNS["one hop"]), runs)
    told("pattern, asked before", again, len(home._rows_where(PATTERNS["one hop"])), LIMITS["again"])


def one_by_one(home: Home, iris: Sequence[str], ms: float) -> str:
    """The same by a question to the database for each IRI."""
    database = sqlite3.connect(f"file:{home.snapshot.folder / snapshot.FINDINGS}?mode=ro", uri=True)
    ask = "SELECT row FROM finding WHERE iri = ?"
    took = milliseconds(lambda: [database.execute(ask, (iri,)).fetchone() for iri in iris], 3)
    database.close()
    return f"by the database, one by one {took:.1f} ms: {took / ms:.0f} x" if ms else ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        one = published(Path(folder) / "one")
        repeated(Path(folder) / "many", one, options.findings)
        opened = Home(Path(folder) / "many")
        counts = opened.snapshot.manifest["counts"]
        took = time.perf_counter() - start
        print(f"{counts['findings']:,} findings, {counts['triples']:,} triples, made in {took:.0f} s")
        measure(opened, options.runs)


if __name__ == "__main__":
    main()
