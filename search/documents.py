"""What the graph says of one thing: the document behind each `/id/…` address.

A document holds every statement about the thing itself. That of a report holds the whole of the report (its findings,
judgments, sources and spans), what was inferred about its findings, and those of its findings that were retired. Things
that group others say what they group. Everything of ours that is named gets its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, VOID
from rdflib.term import Node

from kg import sparql
from kg.description import DATASET, LICENCE
from kg.errors import Gone, NotFound
from kg.triples import RETIRED_GRAPH
from ontology import BASE
from ontology.terms import PEEL
from search.show import ATTRIBUTION

_PATH = re.compile(r"[A-Za-z0-9._~/-]{1,200}")
_LABELS = (RDFS.label, SKOS.prefLabel)
_MEMBERS = (SKOS.inScheme, SKOS.broader)
_PLACES = (PEEL.force, PEEL.cycle, PEEL.pillar)
_PREFIXES = {**sparql.PREFIXES, "foaf": str(FOAF), "void": str(VOID)}
_INFERRED = "Subjects and links of findings were found by a machine; they were not published by the inspectorate."

Triple = tuple[Node, Node, Node]


def iri_of(path: str) -> URIRef:
    """The IRI of the thing at `/id/<path>`."""
    return URIRef(f"{BASE}id/{path}")


def document(graph: Dataset, path: str) -> Graph:
    """What a dataset says of the thing at `/id/<path>`.

    Raises NotFound where it says nothing, Gone where all it says is that it is no more.
    """
    thing = iri_of(path)
    if not _PATH.fullmatch(path):
        raise _nothing(thing)
    found = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        found.bind(prefix, namespace)
    subjects = set(Graph(graph.store, thing).subjects()) | {thing}
    retired = set(Graph(graph.store, RETIRED_GRAPH).subjects(DCTERMS.isPartOf, thing))
    for subject in subjects | retired:
        for triple in graph.triples((subject, None, None)):
            found.add(triple)
    if not found:
        raise _nothing(thing)
    if len(subjects) == 1 and not any(graph.triples((thing, RDF.type, None))):
        raise Gone(f"{thing} is no more", "what was known of its findings is at their own addresses")
    for triple in _grouped(graph, thing):
        found.add(triple)
    for triple in _labels(graph, set(found.objects()) | set(found.subjects())):
        found.add(triple)
    _describe(found, path)
    return found


def _nothing(thing: URIRef) -> NotFound:
    return NotFound(f"there is nothing at {thing}", "copy the address from an answer or from /sparql")


def finding(graph: Dataset, iri: str) -> Iterator[Triple]:
    """Every statement about a finding and the parts that say where its words stand."""
    waiting, seen = [URIRef(iri)], set()
    while waiting:
        node = waiting.pop()
        seen.add(node)
        for triple in graph.triples((node, None, None)):
            yield triple
            part = triple[2]
            if isinstance(part, URIRef) and part.startswith(f"{iri}-") and part not in seen:
                waiting.append(part)


def label(graph: Graph, node: URIRef) -> str | None:
    """A thing's label in English, where it has one."""
    labels = (o for p in _LABELS for o in graph.objects(node, p))
    return next((str(o) for o in labels if isinstance(o, Literal) and o.language in (None, "en")), None)


def _grouped(graph: Dataset, thing: URIRef) -> Iterator[Triple]:
    """What belongs to the thing: the concepts of a scheme, what is narrower, the reports of a force or cycle."""
    for property_ in _MEMBERS:
        yield from graph.triples((None, property_, thing))
    for property_ in _PLACES:
        for triple in graph.triples((None, property_, thing)):
            if (triple[0], RDF.type, PEEL.Report) in graph:
                yield triple


def _labels(graph: Dataset, nodes: Iterable[object]) -> Iterator[Triple]:
    for node in nodes:
        if isinstance(node, URIRef) and node.startswith(BASE):
            for property_ in _LABELS:
                yield from graph.triples((node, property_, None))


def _describe(found: Graph, path: str) -> None:
    """What the document says of itself: what it is about, what it is part of, and under which licence."""
    about, thing = URIRef(f"{BASE}doc/{path}"), iri_of(path)
    found.add((about, RDF.type, FOAF.Document))
    found.add((about, FOAF.primaryTopic, thing))
    found.add((about, VOID.inDataset, DATASET))
    found.add((about, DCTERMS.license, LICENCE))
    found.add((about, DCTERMS.rights, Literal(ATTRIBUTION, "en")))
    if (None, PEEL.topic, None) in found:
        found.add((about, RDFS.comment, Literal(_INFERRED, "en")))
