"""The SHACL gate: `must` shapes refuse a report, `should` shapes warn."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from rdflib import Graph, Namespace
from rdflib.namespace import RDF

import ontology
from kg.errors import ShapeBroken

SH = Namespace("http://www.w3.org/ns/shacl#")


LEVELS = ("must", "should")
"""The levels of the shapes: what refuses a report, and what only warns."""

Violation = tuple[str, str, str]
"""A broken shape: its IRI, the IRI of the node that breaks it, and what is wrong in words."""


def conforms(graph: Graph) -> tuple[str, ...]:
    """Check one report's triples; the messages of broken `should` shapes come back.

    Raises ShapeBroken with the messages of the `must` shapes that are broken.
    """
    broken = violations(graph)
    if broken["must"]:
        raise ShapeBroken(str(graph.identifier), [message for _, _, message in broken["must"]])
    return tuple(message for _, _, message in broken["should"])


def violations(graph: Graph) -> dict[str, list[Violation]]:
    """Every broken shape by level, sorted. One pass over all shapes: preparing them is a good part of the time."""
    from pyshacl import validate

    _, results, _ = validate(graph, shacl_graph=_shapes(), inplace=True, meta_shacl=False)
    found = sorted(_described(results))
    advice = set(map(str, ontology.shapes("should").subjects()))
    return {
        "must": [violation for violation in found if violation[0] not in advice],
        "should": [violation for violation in found if violation[0] in advice],
    }


@cache
def _shapes() -> Graph:
    """The shapes of every level in one graph."""
    return sum((ontology.shapes(level) for level in LEVELS), Graph())


def _described(results: Graph) -> Iterable[Violation]:
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus = results.value(result, SH.focusNode)
        messages = sorted(str(m) for m in results.objects(result, SH.resultMessage))
        shape = results.value(result, SH.sourceShape)
        yield str(shape), str(focus), f"{_short(focus)}: {' '.join(messages)}"


def _short(node: object) -> str:
    """A node as people know it: its IRI after the last slash."""
    return str(node).rsplit("/", 1)[-1]
