"""The ontology and the description of the data, for people and for machines: each in the format that Accept asks for.

GET /def                  the ontology: a page, or `peel.ttl` as Turtle or JSON-LD
GET /.well-known/void     what the generation being served holds, in VoID and DCAT
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from jinja2 import Environment, PackageLoader, select_autoescape
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

import ontology
from kg import sparql
from kg.description import DESCRIPTION_GRAPH
from kg.errors import NotFound
from ontology import BASE
from search.home import Home
from search.show import ATTRIBUTION
from search.web.served import home_of

router = APIRouter()
HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
_DEF = BASE + "def#"
_PREFIXES = {
    **sparql.PREFIXES,
    "owl": str(OWL),
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vann": "http://purl.org/vocab/vann/",
}
_VARY = {"Vary": "Accept"}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_templates = Environment(
    loader=PackageLoader("search.web"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)


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
        200: {"content": {media_type: {} for media_type in media_types}},
        406: {"description": "Nothing here is of a kind that Accept asks for"},
    }


@router.get("/def", summary="The ontology", response_class=Response, responses=_described_as(HTML, TURTLE, JSON_LD))
def definitions(request: Request) -> Response:
    """Classes, properties and vocabularies as a page, or `peel.ttl` as Turtle or JSON-LD, by Accept."""
    return _by_accept(request, {HTML: page, TURTLE: _turtle, JSON_LD: _json_ld})


@router.get(
    "/.well-known/void", summary="What the data hold", response_class=Response, responses=_described_as(TURTLE, JSON_LD)
)
def void(request: Request, home: Annotated[Home, Depends(home_of)]) -> Response:
    """The description of the generation being served, in VoID and DCAT, as Turtle or JSON-LD, by Accept."""
    return _by_accept(
        request,
        {
            TURTLE: lambda: description(home).serialize(format="turtle", encoding="utf-8"),
            JSON_LD: lambda: description(home).serialize(format="json-ld", encoding="utf-8", auto_compact=True),
        },
    )


def negotiated(accept: str, offered: Sequence[str]) -> str | None:
    """The offered media type that an Accept header likes best, the first of equals; None where it likes none.

    The most specific range that fits a type decides; parameters other than q are passed over, and so is a range
    with a broken q. A header without any range likes everything.
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    return best if _quality(best, ranges) > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """The media ranges of an Accept header, each with its quality."""
    for part in _QUOTED.sub('""', accept.lower()).split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((value for key, _, value in (p.partition("=") for p in parameters) if key == "q"), "1")
        if "/" in name and _QUALITY.fullmatch(quality):
            yield name, float(quality)


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    for fitting in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [quality for name, quality in ranges if name == fitting]
        if found:
            return max(found)
    return 0.0


def _by_accept(request: Request, makers: Mapping[str, Callable[[], bytes]]) -> Response:
    """What the maker of the media type that fits best makes; 406 where none fits."""
    accept = ", ".join(request.headers.getlist("accept"))
    chosen = negotiated(accept, list(makers))
    if chosen:
        return Response(makers[chosen](), media_type=chosen, headers=_VARY)
    title = f"there is nothing here of the kind {accept!r}"
    problem = {"type": "about:blank", "status": 406, "title": title, "detail": f"accept {', '.join(makers)}"}
    return JSONResponse(problem, 406, _VARY, media_type="application/problem+json")


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
        _templates.get_template("def.html")
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
            attribution=ATTRIBUTION,
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
    return Link(_short(iri), "#" + iri.removeprefix(_DEF) if iri.startswith(_DEF) else iri)


def _short(iri: str) -> str:
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
            name=_short(str(node)),
            definition=str(graph.value(node, SKOS.definition) or ""),
        )
        for node in sorted(nodes, key=str)
    ]
