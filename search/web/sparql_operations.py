"""What OpenAPI says of /sparql, which reads its requests itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search.web.problems import described

_TEXT = {"schema": {"type": "string"}}
_EXAMPLE = "SELECT ?name { ?force a peel:PoliceForce ; rdfs:label ?name } ORDER BY ?name LIMIT 3"
_GRAPH = {"type": "array", "items": {"type": "string", "format": "iri"}}
_PARAMETERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "query": (_EXAMPLE, {"type": "string"}, "A SPARQL 1.1 query; common prefixes need no declaration."),
    "default-graph-uri": ("", _GRAPH, "Graphs that are merged to be asked, whatever the query says."),
    "named-graph-uri": ("", _GRAPH, "Graphs that may be asked by name, whatever the query says."),
    "timeout": ("", {"type": "number", "exclusiveMinimum": 0}, "A shorter deadline, in seconds."),
    "format": ("", {"type": "string"}, "json, xml, csv, tsv; turtle, ntriples, jsonld, rdfxml: wins over Accept."),
}


def responses(media_types: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """What may come back: an answer in one of these types, or a problem."""
    answer = {
        "description": "The whole answer, or all of it up to the cap",
        "content": dict.fromkeys(media_types, _TEXT),
    }
    return {200: answer, **described(400, 405, 406, 413, 415, 503)}


def by_address() -> dict[str, Any]:
    """The parameters of a query in the address."""
    return {"parameters": [_parameter(name) for name in _PARAMETERS]}


def by_body() -> dict[str, Any]:
    """The parameters and the body of a query that is sent."""
    fields = {name: schema | {"description": said} for name, (_, schema, said) in _PARAMETERS.items()}
    form = {"type": "object", "properties": fields, "required": ["query"]}
    body = {
        "application/x-www-form-urlencoded": {"schema": form, "example": {"query": _EXAMPLE}},
        "application/sparql-query": {"schema": {"type": "string"}, "example": _EXAMPLE},
    }
    named = [_parameter(name) for name in _PARAMETERS if name != "query"]
    return {"parameters": named, "requestBody": {"required": True, "content": body}}


def _parameter(name: str) -> dict[str, Any]:
    example, schema, description = _PARAMETERS[name]
    found = {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
    return found | ({"example": example} if example else {})
