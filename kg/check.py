"""The SHACL gate: `must` shapes refuse a report, `should` shapes warn."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Graph, Namespace
from rdflib.namespace import RDF

import ontology
from kg.errors import ShapeBroken

SH = Namespace("http://www.w3.org/ns/shacl#")


def conforms(graph: Graph) -> tuple[str, ...]:
    """Check one report's triples; the messages of broken `should` shapes come back.

    Raises ShapeBroken with the messages of the `must` shapes that are broken.
    """
    broken = violations(graph, "must")
    if broken:
        raise ShapeBroken(str(graph.identifier), [message for _, _, message in broken])
    return tuple(message for _, _, message in violations(graph, "should"))


def violations(graph: Graph, level: str) -> list[tuple[str, str, str]]:
    """Every broken shape of one level: (shape IRI, focus node IRI, message), sorted."""
    from pyshacl import validate

    _, results, _ = validate(graph, shacl_graph=ontology.shapes(level), inplace=True, meta_shacl=False)
    return sorted(_described(results))


def _described(results: Graph) -> Iterable[tuple[str, str, str]]:
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus = results.value(result, SH.focusNode)
        messages = sorted(str(m) for m in results.objects(result, SH.resultMessage))
        shape = results.value(result, SH.sourceShape)
        yield str(shape), str(focus), f"{_short(focus)}: {' '.join(messages)}"


def _short(node: object) -> str:
    """A node as people know it: its IRI after the last slash."""
    return str(node).rsplit("/", 1)[-1]
