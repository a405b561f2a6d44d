"""How long the ontology takes to load and check, and SHACL over reports, against the limits set for them.

    python benchmarks/shapes.py [--largest 1000]

Everything in ontology/ is loaded and checked once (limit 2 s): the vocabularies against both levels of shapes, every
example, every question. Then SHACL of the digest's report of 40 findings (limit 1 s), as `peel ingest` checks it, and
of 1, 10, 100 and 1,000 reports together in one graph: digest reports over and over, each under a slug of its own. An
exponent of growth of 1 means that each report costs the same however many there are.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rdflib import Graph, URIRef

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ontology
from kg import check, ingest, sparql, triples
from kg.model import Report
from ontology import BASE

ROOT = Path(__file__).resolve().parent.parent
LOAD_LIMIT, REPORT_LIMIT = 2.0, 1.0
"""Seconds for all of ontology/, and for one report of FINDINGS findings."""
FINDINGS = 40


def main() -> None:
    """Time everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=1000, help="the most reports to check together")
    options = parser.parse_args()
    told("all of ontology/, loaded and checked", whole_ontology(), LOAD_LIMIT)
    found = reports()
    one = triples.to_graph(next(report for report in found if len(report.findings) == FINDINGS))
    told(f"one report, {FINDINGS} findings, {len(one)} triples", repeated(lambda: checked(one)), REPORT_LIMIT)
    growth(found, [n for n in (1, 10, 100, 1000) if n <= options.largest])


def whole_ontology() -> float:
    """Load every file of the ontology and check what can be checked of it, part by part; how long all of it takes."""
    files = sorted((ROOT / "ontology" / "examples").rglob("*.ttl"))
    parts: dict[str, Callable[[], object]] = {
        "vocabularies and shapes loaded": lambda: (ontology.graph(), *map(ontology.shapes, check.LEVELS)),
        "vocabularies checked, pyshacl imported": lambda: checked(ontology.graph()),
        f"{len(files)} examples loaded and checked": lambda: [checked(loaded(file)) for file in files],
        "questions admitted": lambda: [sparql.admit(question) for question in ontology.questions().values()],
    }
    took = {name: seconds(work) for name, work in parts.items()}
    for name, part in took.items():
        print(f"  {name:<46} {part:8.3f} s")
    return sum(took.values())


def loaded(file: Path) -> Graph:
    """One example."""
    return ontology.parse_into(Graph(), file)


def checked(graph: Graph) -> int:
    """The number of broken shapes of both levels."""
    return sum(map(len, check.violations(graph).values()))


def reports() -> list[Report]:
    """Every report of the digest."""
    pages = sorted((ROOT / "kg" / "digest").glob("*/*.md"))
    return [ingest.page(path.read_bytes(), str(path)).report for path in pages]


def growth(found: Sequence[Report], sizes: Sequence[int]) -> None:
    """SHACL of ever more reports in one graph, and how the time grows."""
    took = []
    for size in sizes:
        graph = together(found, size)
        took.append(seconds(lambda graph=graph: checked(graph)))  # type: ignore[misc]
        print(f"{size:>5} reports, {len(graph):>7,} triples {took[-1]:8.3f} s   {took[-1] / size:.4f} s a report")
    if len(sizes) > 1:
        slope = statistics.linear_regression([math.log(n) for n in sizes], [math.log(t) for t in took]).slope
        last = math.log(took[-1] / took[-2]) / math.log(sizes[-1] / sizes[-2])
        print(f"exponent of growth: {slope:.2f} over all, {last:.2f} over the last step (1 is in proportion)")


def together(found: Sequence[Report], count: int) -> Graph:
    """`count` reports in one graph; from the second round on, each under another slug."""
    merged = Graph()
    for place in range(count):
        again, which = divmod(place, len(found))
        slug = found[which].slug
        for triple in triples.to_graph(found[which]):
            merged.add(tuple(renamed(term, slug, again) for term in triple))  # type: ignore[arg-type]
    return merged


def renamed(term: object, slug: str, again: int) -> object:
    """A report's IRI, or one below it, under the slug of another round; any other term as it is."""
    if not again or not isinstance(term, URIRef):
        return term
    for kind in ("report", "inspection"):
        own = f"{BASE}id/{kind}/{slug}"
        if term == own or term.startswith(own + "#"):
            return URIRef(term.replace(own, f"{own}-{again}", 1))
    return term


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def repeated(work: Callable[[], object], times: int = 7) -> float:
    """The median of several calls, after one that is not counted."""
    return statistics.median([seconds(work) for _ in range(times + 1)][1:])


def told(name: str, took: float, limit: float) -> None:
    """One figure beside its limit."""
    print(f"{name:<48} {took:8.3f} s   limit {limit:.1f} s   ratio {took / limit:.2f}")


if __name__ == "__main__":
    main()
