"""The SPARQL page: a plain form, the questions that the ontology was written for, and the answer as a table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

import ontology
from kg import sparql
from kg.errors import InvalidQuery, QueryTimeout
from ontology import BASE
from search.home import Home
from search.web.problems import status_of
from search.web.rendering import PageRoute, address, page
from search.web.served import home_of
from search.web.wording import finding_path

router = APIRouter(route_class=PageRoute)
ROWS = 500
"""The most rows that the page shows; the files have all that the service gives."""
_TABLE_FORMATS = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))
_GRAPH_FORMATS = (("turtle", "Turtle"), ("ntriples", "N-Triples"), ("jsonld", "JSON-LD"), ("rdfxml", "RDF/XML"))
_REAL = (("westshire", "kent"), ("eastshire", "essex"), ("Westshire", "Kent"), ("Eastshire", "Essex"))
"""The ontology's examples are of invented forces; people ask of real ones."""
_FIRST = ("peel", "skos", "rdfs", "force")
"""The prefixes that the editor starts with; the service knows more, the editor would mark them as faults."""
_FINDING = re.compile(re.escape(f"{BASE}id/report/") + r"[a-z0-9-]+#f-[0-9a-f]{12}(-\d+)?")


@dataclass(frozen=True)
class Example:
    """A competency question: what it asks, in words, and the query."""

    title: str
    query: str
    href: str


@dataclass(frozen=True)
class Value:
    """One cell of an answer, and where it leads."""

    text: str
    href: str | None


@router.get("/query")
def query_page(home: Annotated[Home, Depends(home_of)], query: str = "") -> Response:
    """The form; and, where a query is given, its answer. 400 or 503 with the form for one that cannot be answered."""
    text = query.replace("\r\n", "\n").strip()
    shown: dict[str, Any] = {"query": text, "examples": examples(), "rows": ROWS, "answer": None, "error": None}
    if not text:
        return page("query.html", home, **shown)
    try:
        answer = _answer(home, text)
    except (InvalidQuery, QueryTimeout) as error:
        return page("query.html", home, status_of(error), **shown | {"error": error})
    return page("query.html", home, **shown | {"answer": answer})


@router.get("/query/editor")
def editor(home: Annotated[Home, Depends(home_of)]) -> Response:
    """Yasgui, for those who ask for it."""
    first = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sparql.PREFIXES.items() if name in _FIRST)
    return page("query_editor.html", home, query=f"{first}\n{examples()[0].query}")


def _answer(home: Home, text: str) -> dict[str, Any]:
    """The answer as the page shows it, with where to have it as a file. Raises what `Queries.ask` raises."""
    table = sparql.form(text) in ("SELECT", "ASK")
    result = home.queries.ask(text, "json" if table else "turtle")
    formats = _TABLE_FORMATS if table else _GRAPH_FORMATS
    files = [(label, address("/sparql", {"query": text, "format": name})) for name, label in formats]
    common = {"truncated": result.truncated, "files": files}
    if not table:
        return {**common, "kind": "graph", "text": result.body.decode(), "total": result.rows}
    found = json.loads(result.body)
    if "boolean" in found:
        return {**common, "kind": "truth", "truth": found["boolean"]}
    columns, rows = found["head"]["vars"], found["results"]["bindings"]
    values = [[_value(row.get(column)) for column in columns] for row in rows[:ROWS]]
    return {**common, "kind": "table", "columns": columns, "values": values, "total": len(rows)}


def _value(term: dict[str, str] | None) -> Value | None:
    if term is None:
        return None
    text = term["value"]
    if term["type"] != "uri":
        return Value(text, None)
    if _FINDING.fullmatch(text):
        return Value(text.removeprefix(f"{BASE}id/report/"), finding_path(text))
    if text.startswith((f"{BASE}id/", f"{BASE}def")):
        return Value(text.removeprefix(BASE), text.removeprefix(BASE.rstrip("/")))
    return Value(text, text if text.startswith(("http://", "https://")) else None)


@cache
def examples() -> list[Example]:
    """The ontology's competency questions, each titled with the comment that it begins with."""
    found = []
    for text in ontology.questions().values():
        for invented, real in _REAL:
            text = text.replace(invented, real)  # noqa: PLW2901
        lines = text.strip().splitlines()
        count = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        title = " ".join(line.removeprefix("#").strip() for line in lines[:count])
        query = "\n".join(lines[count:]).strip()
        found.append(Example(title, query, address("/query", {"query": query})))
    return found
