"""The subjects of the thesaurus, as people read them: what they mean, what they are also called, what is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

import ontology
from ontology import BASE

_PREFIX = BASE + "id/topic/"


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject; `broader`, `narrower` and `related` are slugs. A group is a subject that nothing is broader than."""

    slug: str
    label: str
    definition: str
    names: tuple[str, ...]
    broader: str | None
    narrower: tuple[str, ...]
    related: tuple[str, ...]


@cache
def subjects() -> Mapping[str, Subject]:
    """Every subject by slug, by label."""
    graph = ontology.graph()
    scheme = URIRef(BASE + "id/scheme/topic")
    found = [_subject(node) for node in graph.subjects(SKOS.inScheme, scheme) if isinstance(node, URIRef)]
    return {subject.slug: subject for subject in sorted(found, key=lambda subject: subject.label)}


def _subject(node: URIRef) -> Subject:
    graph = ontology.graph()
    related = {*graph.objects(node, SKOS.related), *graph.subjects(SKOS.related, node)}
    broader = graph.value(node, SKOS.broader)
    return Subject(
        slug=_slug(node),
        label=str(graph.value(node, SKOS.prefLabel)),
        definition=str(graph.value(node, SKOS.definition) or ""),
        names=tuple(sorted(map(str, graph.objects(node, SKOS.altLabel)), key=str.lower)),
        broader=None if broader is None else _slug(broader),
        narrower=tuple(sorted(map(_slug, graph.subjects(SKOS.broader, node)))),
        related=tuple(sorted(map(_slug, related))),
    )


def _slug(node: object) -> str:
    return str(node).removeprefix(_PREFIX)


@cache
def groups() -> Mapping[str, tuple[Subject, ...]]:
    """The groups by slug, each with every subject at any depth below it, by label."""
    every = subjects()
    found: dict[str, list[Subject]] = {slug: [] for slug, subject in every.items() if subject.broader is None}
    for subject in every.values():
        above = subject
        while above.broader is not None:
            above = every[above.broader]
        if above is not subject:
            found[above.slug].append(subject)
    return {slug: tuple(below) for slug, below in found.items()}
