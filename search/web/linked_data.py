"""The ontology and the description of the data, for people and for machines: each in the format that Accept asks for.

GET /def                  the ontology: a page, or `peel.ttl` as Turtle or JSON-LD
GET /.well-known/void     what the generation being served holds, in VoID and DCAT
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

import ontology
from kg import sparql
from kg.description import DESCRIPTION_GRAPH
from kg.errors import NotFound
from ontology import BASE
from search.home import Home
from search.web import rendering
from search.web.negotiation import HTML, JSON_LD, TURTLE, by_accept
from search.web.problems import described
from search.web.served import home_of

router = APIRouter(tags=["linked data"])
_DEF = BASE + "def#"
_PREFIXES = {
    **sparql.PREFIXES,
    "owl": str(OWL),
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vann": "http://purl.org/vocab/vann/",
}


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A term by its short name, and where to read of it."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property as the page shows it; `facts` are what it is related to, by how."""

    name: str
    iri: str
    label: str
    definition: str
    deprecated: bool
    facts: dict[str, list[Link]]


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme; `name` is its IRI, shortened where it can be."""

    label: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """One of the vocabularies with its concepts."""

    name: str
    iri: str
    label: str
    description: str
    concepts: list[Concept]


def _described_as(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the answers of a route."""
    return {
        200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in media_types}},
        **described(406),
    }


@router.get(
    "/def",
    summary="The ontology",
    operation_id="getOntology",
    response_class=Response,
    responses=_described_as(HTML, TURTLE, JSON_LD),
)
def definitions(request: Request) -> Response:
    """Classes, properties and vocabularies as a page, or `peel.ttl` as Turtle or JSON-LD, by Accept."""
    return by_accept(request, {HTML: page, TURTLE: _turtle, JSON_LD: _json_ld})


@router.get(
    "/.well-known/void",
    summary="What the data hold",
    operation_id="getDescription",
    response_class=Response,
    responses=_described_as(TURTLE, JSON_LD),
)
def void(request: Request, home: Annotated[Home, Depends(home_of)]) -> Response:
    """The description of the generation being served, in VoID and DCAT, as Turtle or JSON-LD, by Accept."""
    return by_accept(
        request,
        {
            TURTLE: lambda: description(home).serialize(format="turtle", encoding="utf-8"),
            JSON_LD: lambda: description(home).serialize(format="json-ld", encoding="utf-8", auto_compact=True),
        },
    )


def description(home: Home) -> Graph:
    """The description of the generation that a home serves. Raises NotFound where it was published without one."""
    found = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        found.bind(prefix, namespace)
    found += Graph(home.graph.store, DESCRIPTION_GRAPH)
    if not found:
        raise NotFound(f"generation {home.generation} has no description", "`peel ingest --rebuild` makes one")
    return found


def _turtle() -> bytes:
    return (ontology.folder() / "peel.ttl").read_bytes()


@cache
def _json_ld() -> bytes:
    graph = Graph(bind_namespaces="none").parse(data=_turtle(), format="turtle")
    return graph.serialize(format="json-ld", encoding="utf-8", auto_compact=True)


@cache
def page() -> bytes:
    """The ontology as an HTML page; made once."""
    graph, about = ontology.graph(), URIRef(BASE + "def")
    return (
        rendering.templates()
        .get_template("def.html")
        .render(
            title=graph.value(about, DCTERMS.title),
            description=graph.value(about, DCTERMS.description),
            creator=graph.value(about, DCTERMS.creator),
            modified=graph.value(about, DCTERMS.modified),
            licence=graph.value(about, DCTERMS.license),
            version=ontology.version(),
            namespace=_DEF,
            classes=_terms(graph, OWL.Class),
            properties=_terms(graph, OWL.ObjectProperty, OWL.DatatypeProperty),
            schemes=_schemes(graph),
        )
        .encode()
    )


def _terms(graph: Graph, *types: URIRef) -> list[Term]:
    """The terms of these types, by name."""
    nodes = {node for type_ in types for node in graph.subjects(RDF.type, type_)}
    terms = (
        Term(
            name=str(node).removeprefix(_DEF),
            iri=str(node),
            label=str(graph.value(node, RDFS.label)),
            definition=str(graph.value(node, SKOS.definition)),
            deprecated=graph.value(node, OWL.deprecated) is not None,
            facts=_facts(graph, node),
        )
        for node in nodes
    )
    return sorted(terms, key=lambda term: term.name.lower())


def _facts(graph: Graph, node: Node) -> dict[str, list[Link]]:
    found = {
        "A kind of": graph.objects(node, RDFS.subClassOf),
        "Its kinds": graph.subjects(RDFS.subClassOf, node),
        "Said of": graph.objects(node, RDFS.domain),
        "Value": graph.objects(node, RDFS.range),
        "Properties": graph.subjects(RDFS.domain, node),
        "Value of": graph.subjects(RDFS.range, node),
    }
    return {how: sorted(map(_link, nodes)) for how, nodes in found.items()}


def _link(node: Node) -> Link:
    iri = str(node)
    return Link(short(iri), "#" + iri.removeprefix(_DEF) if iri.startswith(_DEF) else iri)


def short(iri: str) -> str:
    """An IRI with a prefix, where one fits and leaves a plain name; else in full."""
    for prefix, namespace in _PREFIXES.items():
        name = iri.removeprefix(namespace)
        if name != iri and "/" not in name:
            return f"{prefix}:{name}"
    return iri


def _schemes(graph: Graph) -> list[Scheme]:
    return [
        Scheme(
            name=str(node).rsplit("/", 1)[-1],
            iri=str(node),
            label=str(graph.value(node, SKOS.prefLabel)),
            description=str(graph.value(node, DCTERMS.description) or graph.value(node, SKOS.definition)),
            concepts=_concepts(graph, graph.subjects(SKOS.inScheme, node)),
        )
        for node in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme), key=str)
    ]


def _concepts(graph: Graph, nodes: Iterable[Node]) -> list[Concept]:
    return [
        Concept(
            label=str(graph.value(node, SKOS.prefLabel)),
            name=short(str(node)),
            definition=str(graph.value(node, SKOS.definition) or ""),
        )
        for node in sorted(nodes, key=str)
    ]
