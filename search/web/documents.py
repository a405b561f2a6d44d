"""Linked data: `/id/…` leads to the document about a thing, in the format that Accept asks for.

GET /id/force/kent          303 to the document: as a page, Turtle, JSON-LD or N-Triples
GET /doc/force/kent.ttl     the document in that format
GET /doc/force/kent         the document in the format that Accept asks for
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from kg.errors import PeelError
from kg.model import Verdict
from ontology import BASE
from ontology.terms import PEEL
from search import documents
from search.answers import Hit
from search.home import Home
from search.link.related import plain
from search.web import rendering
from search.web.linked_data import short
from search.web.negotiation import HTML, JSON_LD, N_TRIPLES, TURTLE, VARY, chosen, not_acceptable
from search.web.problems import described, of_ours, status_of
from search.web.served import home_of

router = APIRouter(tags=["linked data"])
ENDINGS = {HTML: "html", TURTLE: "ttl", JSON_LD: "jsonld", N_TRIPLES: "nt"}
"""The formats of a document, the default first, and what its address ends with in each."""
_SYNTAX: dict[str, dict[str, Any]] = {
    TURTLE: {"format": "turtle"},
    JSON_LD: {"format": "json-ld", "auto_compact": True},
    N_TRIPLES: {"format": "nt"},
}
_CONTENT = {media_type: {"schema": {"type": "string"}} for media_type in ENDINGS}
_PAGE = {HTML: {"schema": {"type": "string"}}}
_REFUSED = {
    status: {**said, "content": {**said["content"], **(_PAGE if status != 406 else {})}}
    for status, said in described(404, 406, 410).items()
}
_SEE_OTHER = {"description": "The document about it", "headers": {"Location": {"schema": {"type": "string"}}}}

Opened = Annotated[Home, Depends(home_of)]
Thing = Annotated[str, Path(description="What follows /id/ in an IRI.", examples=["force/kent"])]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as a page shows it: the property, and a value that may lead somewhere."""

    name: str
    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that a document says of one thing."""

    iri: str
    anchor: str
    label: str
    said: list[Said]


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """A link in words: what holds between two findings, the one that it leads from first, and who says so."""

    relation: str
    findings: tuple[Hit, Hit]
    confirmed: bool

    @property
    def label(self) -> str:
        """The relation with the words of both findings."""
        return f"{self.relation}: {' / '.join(one['text'] for one in self.findings)}"


@router.get(
    "/id/{thing:path}",
    summary="A thing",
    operation_id="getThing",
    response_class=Response,
    status_code=303,
    responses={303: _SEE_OTHER, **_REFUSED},
)
def thing(thing: Thing, request: Request, home: Opened) -> Response:
    """Leads to the document about a force, report, question, subject, cycle, grade, link or whatever else it is."""
    media_type = chosen(request, list(ENDINGS))
    if media_type is None:
        return not_acceptable(request, list(ENDINGS))
    try:
        documents.document(home.graph, thing)
    except PeelError as error:
        return _refused(error, request)
    return Response(status_code=303, headers={"Location": f"/doc/{thing}.{ENDINGS[media_type]}", **VARY})


@router.get(
    "/doc/{path:path}",
    summary="The document about a thing",
    operation_id="getDocument",
    response_class=Response,
    responses={200: {"content": _CONTENT}, 304: {"description": "It is as you have it"}, **_REFUSED},
)
def document(path: Thing, request: Request, home: Opened) -> Response:
    """What is known of a thing, as a page, Turtle, JSON-LD or N-Triples: by its ending, without one by Accept."""
    stem, _, ending = path.rpartition(".")
    media_type = next((kind for kind, end in ENDINGS.items() if stem and end == ending), None)
    vary = {} if media_type else VARY
    if media_type is None:
        stem, media_type = path, chosen(request, list(ENDINGS))
    if media_type is None:
        return not_acceptable(request, list(ENDINGS))
    tag = f'W/"{home.generation}-{ENDINGS[media_type]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", **_links(stem, media_type), **vary}
    try:
        found = documents.document(home.graph, stem)
    except PeelError as error:
        return _refused(error, request)
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if media_type == HTML:
        link = _link(home, found, stem)
        title = link.label if link else _title(found, stem)
        said = list(_subjects(found, stem))
        page = rendering.page("doc.html", home, path=stem, title=title, link=link, subjects=said)
        page.headers.update(headers)
        return page
    return Response(found.serialize(encoding="utf-8", **_SYNTAX[media_type]), media_type=media_type, headers=headers)


def _refused(error: PeelError, request: Request) -> Response:
    """A page for who asked for one, a problem for everybody else."""
    if rendering.wants_page(request) or request.url.path.endswith(f".{ENDINGS[HTML]}"):
        return rendering.problem(status_of(error), error.fault, error.mend)
    return of_ours(error)


def _links(stem: str, media_type: str) -> dict[str, str]:
    """Where the document is in its other formats, and what it is about."""
    links = [f'<{BASE}doc/{stem}>; rel="canonical"', f'<{BASE}id/{stem}>; rel="describes"']
    links += [
        f'</doc/{stem}.{ending}>; rel="alternate"; type="{kind}"'
        for kind, ending in ENDINGS.items()
        if kind != media_type
    ]
    return {"Link": ", ".join(links), "Content-Location": f"/doc/{stem}.{ENDINGS[media_type]}"}


def _title(found: Graph, stem: str) -> str:
    return documents.label(found, documents.iri_of(stem)) or stem


def _link(home: Home, found: Graph, stem: str) -> LinkSaid | None:
    """The link that a document is about; None where it is about something else."""
    node = documents.iri_of(stem)
    if (node, RDF.type, PEEL.Link) not in found:
        return None
    relation, start, end = (found.value(node, term) for term in (PEEL.relation, PEEL.linkFrom, PEEL.linkTo))
    decision = documents.iri_of(f"decision/{stem.rpartition('/')[2]}")
    confirmed = (decision, PEEL.verdict, documents.iri_of(f"verdict/{Verdict.CONFIRMED}")) in home.graph
    name = documents.label(found, URIRef(str(relation))) or str(relation)
    return LinkSaid(name, (plain(home.record(str(start)), 1.0), plain(home.record(str(end)), 1.0)), confirmed)


def _subjects(found: Graph, stem: str) -> Iterator[Subject]:
    """The thing first, then whatever else the document describes in more than a label, by IRI."""
    main = documents.iri_of(stem)
    typed = {node for node in found.subjects(RDF.type) if isinstance(node, URIRef) and node.startswith(f"{BASE}id/")}
    members = [
        (s, p) for s, p in found.subject_predicates(main) if isinstance(s, URIRef) and s.startswith(f"{BASE}id/")
    ]
    for node in [main, *sorted(typed - {main})]:
        said = [_said(found, p, o, stem) for p, o in found.predicate_objects(node)]
        if node == main:
            said += [_said(found, p, s, stem, backwards=True) for s, p in members if s not in typed]
        iri = str(node)
        yield Subject(
            iri=iri,
            anchor="thing" if node == main else re.sub(r"^.*#|/", "-", iri.removeprefix(f"{BASE}id/")).lstrip("-"),
            label=documents.label(found, node) or short(iri),
            said=sorted(said, key=lambda one: (one.name, one.text)),
        )


def _said(found: Graph, property_: object, value: object, stem: str, *, backwards: bool = False) -> Said:
    name = short(str(property_)) + (" of" if backwards else "")
    if not isinstance(value, URIRef):
        return Said(name, str(value), None)
    iri = str(value)
    return Said(name, documents.label(found, value) or short(iri), _href(iri, stem))


def _href(iri: str, stem: str) -> str | None:
    """Where to read of an IRI: in this document, in another of ours, in the ontology, or out on the web."""
    here = f"{BASE}id/{stem}"
    if iri.startswith(f"{here}#"):
        return "#" + iri.removeprefix(f"{here}#")
    if iri.startswith((f"{BASE}id/", f"{BASE}def")):
        return iri.removeprefix(BASE.rstrip("/"))
    return iri if iri.startswith(("https://", "http://")) else None
