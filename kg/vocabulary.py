"""What the ontology's vocabularies say, as the values that readers look things up in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

import ontology
from kg.model import Force
from ontology import BASE
from ontology.terms import PEEL


@dataclass(frozen=True, slots=True)
class Question:
    """A question of one cycle: `key` is its printed number (an area's slug from 2021/22 on), or "pillar"."""

    key: str
    title: str
    cycle: str
    pillar: str | None
    graded: bool | None
    iri: str


@cache
def forces() -> Mapping[str, Force]:
    """Every force by slug."""
    graph = ontology.graph()
    return {force.slug: force for force in map(_force, graph.subjects(RDF.type, PEEL.PoliceForce))}


def _force(iri: object) -> Force:
    graph, node = ontology.graph(), URIRef(str(iri))
    spellings = {str(o) for p in (SKOS.altLabel, SKOS.hiddenLabel) for o in graph.objects(node, p)}
    region = graph.value(node, PEEL.region)
    return Force(
        slug=str(graph.value(node, SKOS.notation)),
        label=str(graph.value(node, RDFS.label)),
        area=str(graph.value(node, PEEL.areaName)),
        names=tuple(sorted(spellings)),
        region=str(graph.value(region, SKOS.notation)),
    )


@cache
def _forces_by_name() -> Mapping[str, Force]:
    named: dict[str, Force] = {}
    for force in forces().values():
        for name in (force.slug, force.area, force.label, *force.names):
            named.setdefault(folded(name), force)
    return named


def force_named(name: str) -> Force | None:
    """The force of this slug, official name, short form or area; None where there is none."""
    return _forces_by_name().get(folded(name))


@cache
def cycles() -> tuple[str, ...]:
    """Every cycle as printed (`2018/19`), earliest first."""
    graph = ontology.graph()
    found = [
        (int(str(order)), str(graph.value(cycle, SKOS.notation))) for cycle, order in graph.subject_objects(PEEL.order)
    ]
    return tuple(notation for _, notation in sorted(found))


@cache
def previous_cycle(cycle: str) -> str | None:
    """The cycle before this one; None for the first."""
    place = cycles().index(cycle)
    return cycles()[place - 1] if place else None


@cache
def pillars() -> tuple[str, ...]:
    """The pillars' slugs."""
    return tuple(sorted(notations(BASE + "id/scheme/pillar")))


@cache
def questions(cycle: str, pillar: str | None) -> tuple[Question, ...]:
    """The questions of a cycle and pillar; the headline question has the key "pillar"."""
    graph = ontology.graph()
    every = (_question(graph, iri) for iri in graph.subjects(RDF.type, PEEL.Question))
    return tuple(sorted((q for q in every if (q.cycle, q.pillar) == (cycle, pillar)), key=lambda q: q.key))


def _question(graph: Graph, node: object) -> Question:
    iri = URIRef(str(node))
    pillar = graph.value(graph.value(iri, PEEL.pillar), SKOS.notation)
    graded = graph.value(iri, PEEL.graded)
    return Question(
        key=str(graph.value(iri, SKOS.notation) or "pillar"),
        title=str(graph.value(iri, SKOS.prefLabel)),
        cycle=str(graph.value(graph.value(iri, PEEL.cycle), SKOS.notation)),
        pillar=None if pillar is None else str(pillar),
        graded=None if graded is None else str(graded) == "true",
        iri=str(iri),
    )


@cache
def titles(cycle: str, pillar: str | None) -> Mapping[str, Question]:
    """The questions of a cycle and pillar by folded title, with the other titles they were seen under."""
    graph, found = ontology.graph(), {}
    for question in questions(cycle, pillar):
        others = {o for p in (SKOS.altLabel, SKOS.hiddenLabel) for o in graph.objects(URIRef(question.iri), p)}
        for title in (question.title, *map(str, others)):
            found[folded(title)] = question
    return found


@cache
def lineages() -> Mapping[str, str]:
    """The IRI of every question -> one IRI that stands for all questions it is the same as, but for its wording."""
    graph, above = ontology.graph(), {}
    for question in graph.subjects(RDF.type, PEEL.Question):
        above[str(question)] = str(question)

    def root(question: str) -> str:
        while above[question] != question:
            question = above[question]
        return question

    for match in (SKOS.exactMatch, SKOS.closeMatch):
        for later, earlier in graph.subject_objects(match):
            if str(later) in above and str(earlier) in above:
                one, other = sorted((root(str(later)), root(str(earlier))))
                above[other] = one
    return {question: root(question) for question in above}


@cache
def notations(scheme: str) -> Mapping[str, str]:
    """Notation -> English label of every concept in a scheme, given by its IRI."""
    graph = ontology.graph()
    members = graph.subjects(SKOS.inScheme, URIRef(scheme))
    return {
        str(notation): str(graph.value(member, SKOS.prefLabel))
        for member in members
        if (notation := graph.value(member, SKOS.notation)) is not None
    }


@cache
def subjects() -> Mapping[str, tuple[str, ...]]:
    """The labels of every subject of the thesaurus by notation, the preferred one first; its groups are left out."""
    graph, found = ontology.graph(), {}
    for notation, label in notations(BASE + "id/scheme/topic").items():
        node = URIRef(f"{BASE}id/topic/{notation}")
        if graph.value(node, SKOS.topConceptOf) is None:
            found[notation] = (label, *sorted(str(other) for other in graph.objects(node, SKOS.altLabel)))
    return found


@cache
def topics_above(notation: str) -> tuple[str, ...]:
    """The notations of the subjects and groups above a subject of the thesaurus, nearest first."""
    graph = ontology.graph()
    node = URIRef(f"{BASE}id/topic/{notation}")
    above = graph.transitive_objects(node, SKOS.broader)
    return tuple(str(graph.value(concept, SKOS.notation)) for concept in above if concept != node)


def folded(text: str) -> str:
    """Text without case, punctuation and ampersands: how names and titles are compared.

    Pages write "re-offending" and "anti-social" with a hyphen and, in later styles, as one word.
    """
    plain = text.casefold().replace("&", " and ").replace("’", "").replace("'", "")
    words = " ".join(re.sub(r"[^\w]+", " ", plain).split())
    return re.sub(r"\b(re|anti) (?=offend|social)", r"\1", words)
