"""What /sparql says of itself: a SPARQL 1.1 Service Description, and its limits in words."""

from __future__ import annotations

from functools import lru_cache

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from kg.workers import CAP
from ontology import BASE
from search.home import Home
from search.similarity import SIMILARITY
from search.web.negotiation import JSON_LD, N_TRIPLES, TURTLE

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
TYPES = {TURTLE: "turtle", N_TRIPLES: "nt", JSON_LD: "json-ld", "application/rdf+xml": "xml"}
"""The media types it comes in, and what rdflib calls them."""
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)
_LIMITS = (
    f"An answer has at most {CAP.rows:,} solutions or triples and {CAP.size:,} bytes; one that was cut off there says "
    "X-Result-Truncated: true. A query is stopped at a deadline, 10 seconds where the keepers set none; the parameter "
    "timeout asks for a shorter one. Updates and calls to other services are not admitted, but the search block "
    "SERVICE peel:search is."
)


def serialised(home: Home, endpoint: str, media_type: str) -> bytes:
    """The description of the service at an address, in one of TYPES."""
    return _serialised(endpoint, home.snapshot.manifest["counts"]["triples"], media_type)


@lru_cache(maxsize=64)
def _serialised(endpoint: str, triples: int, media_type: str) -> bytes:
    return description(endpoint, triples).serialize(format=TYPES[media_type], encoding="utf-8")


def description(endpoint: str, triples: int) -> Graph:
    """The description of the service at an address, over so many triples."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (("sd", SD), ("void", VOID), ("formats", FORMATS), ("dcterms", DCTERMS), ("rdfs", RDFS)):
        graph.bind(prefix, namespace)
    service, dataset, default = BNode("service"), BNode("dataset"), BNode("default")
    function = URIRef(SIMILARITY)
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(endpoint)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.feature, SD.UnionDefaultGraph))
    graph.add((service, SD.extensionFunction, function))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((service, DCTERMS.description, Literal(_LIMITS, lang="en")))
    for name in _RESULTS:
        graph.add((service, SD.resultFormat, FORMATS[name]))
    graph.add((function, RDF.type, SD.Function))
    graph.add((function, RDFS.label, Literal("how near a finding's meaning is to a text's", lang="en")))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, RDF.type, VOID.Dataset))
    graph.add((dataset, DCTERMS.source, URIRef(f"{BASE}.well-known/void")))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    graph.add((default, VOID.triples, Literal(triples)))
    return graph
