"""What was published once and is no more: a graph of its own that every later generation carries on.

<report>#f-<12>   a prov:Entity ; dcterms:isPartOf <report> ; prov:invalidatedAtTime when ;
                  dcterms:isReplacedBy the finding of the same report that now has most of its words

The words of a retired finding are not kept. A finding that comes back is retired no longer.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import UTC, datetime

from rdflib import PROV, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF

from kg.store import GraphStore
from kg.triples import RETIRED_GRAPH, RETIRED_QUERY

ALIKE = 0.6
"""How alike two findings' texts must be for one to count as the other's later wording (difflib's ratio)."""


def held(store: GraphStore) -> Graph:
    """What a store has recorded so far."""
    found = store.answer(RETIRED_QUERY)
    return found if isinstance(found, Graph) else Graph()


def to_graph(before: Mapping[str, str], now: Mapping[str, str], earlier: Graph, when: datetime | None = None) -> Graph:
    """The record after a change: what `earlier` says of findings still gone, and the findings gone since.

    `before` and `now` are the texts of all findings, by IRI, before and after the change.
    """
    graph = Graph(identifier=RETIRED_GRAPH)
    for triple in earlier:
        if str(triple[0]) not in now:
            graph.add(triple)
    at = Literal((when or datetime.now(UTC)).isoformat(timespec="seconds"), datatype=XSD.dateTime)
    for iri in sorted(before.keys() - now.keys()):
        node, report = URIRef(iri), iri.partition("#")[0]
        graph.add((node, RDF.type, PROV.Entity))
        graph.add((node, DCTERMS.isPartOf, URIRef(report)))
        graph.add((node, PROV.invalidatedAtTime, at))
        successor = _successor(before[iri], report, before, now)
        if successor:
            graph.add((node, DCTERMS.isReplacedBy, URIRef(successor)))
    return graph


def _successor(text: str, report: str, before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """The new finding of the same report that is most alike, if any is alike enough."""
    fresh = {now[iri]: iri for iri in sorted(now.keys() - before.keys()) if iri.startswith(f"{report}#")}
    near = difflib.get_close_matches(text, list(fresh), 1, ALIKE)
    return fresh[near[0]] if near else None


def successors(graph: Graph, iri: str) -> tuple[str, ...] | None:
    """What took the place of a retired finding (nothing, perhaps); None for one that was never retired."""
    node = URIRef(iri)
    if (node, PROV.invalidatedAtTime, None) not in graph:
        return None
    return tuple(sorted(map(str, graph.objects(node, DCTERMS.isReplacedBy))))
