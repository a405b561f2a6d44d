"""The SHACL gate: `must` shapes refuse a report, `should` shapes warn."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

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
    """Every broken shape by level, sorted, in one pass over the shapes of both."""
    from pyshacl import Validator
    from pyshacl.graph_abstraction import DataGraph

    shapes, prepared, advice = _shapes()
    validator: Any = Validator(DataGraph.from_rdflib(graph), shacl_graph=shapes, options={"inplace": True})
    # pyshacl.validate() reads the shapes anew at every call, which is a third of the time for one report
    validator.shacl_graph = prepared
    _, results, _ = validator.run()
    found = sorted(_described(results))
    return {
        "must": [violation for violation in found if violation[0] not in advice],
        "should": [violation for violation in found if violation[0] in advice],
    }


@cache
def _shapes() -> tuple[Graph, Any, frozenset[str]]:
    """The shapes of every level in one graph, the same made ready by pySHACL, and which of them only advise."""
    from pyshacl.shapes_graph import ShapesGraph

    both = sum((ontology.shapes(level) for level in LEVELS), Graph())
    return both, ShapesGraph(both), frozenset(map(str, ontology.shapes("should").subjects()))


def _described(results: Graph) -> Iterable[Violation]:
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus = results.value(result, SH.focusNode)
        messages = sorted(str(m) for m in results.objects(result, SH.resultMessage))
        shape = results.value(result, SH.sourceShape)
        yield str(shape), str(focus), f"{_short(focus)}: {' '.join(messages)}"


def _short(node: object) -> str:
    """A node as people know it: its IRI after the last slash."""
    return str(node).rsplit("/", 1)[-1]
