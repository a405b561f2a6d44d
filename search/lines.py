"""Questions that ask the same from cycle to cycle, by the matches in the ontology: the lines of a table of grades."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

import ontology
from kg import vocabulary
from kg.vocabulary import Question
from ontology import BASE

_SAME = (SKOS.exactMatch, SKOS.closeMatch)
_PART = (SKOS.broadMatch, SKOS.narrowMatch)
_LAST = ("~",)


@dataclass(frozen=True)
class Line:
    """One matter that was judged: its questions by cycle, and the title it last had. `pillar` is None for an area."""

    title: str
    pillar: str | None
    questions: tuple[Question, ...]
    whole: bool

    def of(self, cycle: str, pillar: str | None, key: str | None) -> bool:
        """Whether a judgment of this cycle, pillar and question belongs here; key None is the pillar as a whole."""
        return any((q.cycle, q.pillar, q.key) == (cycle, pillar, key or "pillar") for q in self.questions)


@cache
def lines() -> tuple[Line, ...]:
    """Every matter that was ever judged: pillar by pillar in printed order, each area after what it grew out of.

    Questions are one line where the ontology matches them exactly or closely; a partial match only sets the order.
    """
    pillars = (*vocabulary.pillars(), None)
    every = {q.iri: q for cycle in vocabulary.cycles() for p in pillars for q in vocabulary.questions(cycle, p)}
    groups: dict[str, list[Question]] = {}
    for iri, question in every.items():
        groups.setdefault(min(_reach(iri, every)), []).append(question)
    found = [_line(group) for group in groups.values()]
    found += [_headless(pillar, list(every.values())) for pillar in vocabulary.pillars() if not _headed(pillar, found)]
    return tuple(sorted(found, key=lambda line: _order(line, every)))


def _headed(pillar: str, found: list[Line]) -> bool:
    return any(line.whole and line.pillar == pillar for line in found)


def _headless(pillar: str, every: list[Question]) -> Line:
    """The line of a pillar that was inspected but never asked about, or graded, as a whole."""
    cycles = [cycle for cycle in vocabulary.cycles() if any((q.cycle, q.pillar) == (cycle, pillar) for q in every)]
    title = vocabulary.notations(BASE + "id/scheme/pillar")[pillar]
    whole = tuple(Question("pillar", title, cycle, pillar, False, f"{BASE}id/pillar/{pillar}") for cycle in cycles)
    return Line(title, pillar, whole, True)


def _reach(iri: str, every: dict[str, Question]) -> set[str]:
    """All questions that exact and close matches lead to."""
    graph = ontology.graph()
    seen, left = {iri}, [iri]
    while left:
        node = URIRef(left.pop())
        for relation in _SAME:
            near = {str(n) for n in (*graph.objects(node, relation), *graph.subjects(relation, node))}
            left += [n for n in near - seen if n in every]
            seen |= near & set(every)
    return seen


def _line(group: list[Question]) -> Line:
    ordered = sorted(group, key=lambda q: vocabulary.cycles().index(q.cycle))
    pillars = [q.pillar for q in ordered if q.pillar]
    return Line(ordered[-1].title, pillars[-1] if pillars else None, tuple(ordered), ordered[0].key == "pillar")


def _order(line: Line, every: dict[str, Question]) -> tuple[object, ...]:
    own = _anchor(line.questions)
    if own is not None:
        return (*own, "", line.title)
    graph = ontology.graph()
    for question in line.questions:
        node = URIRef(question.iri)
        near = {str(n) for r in _PART for n in (*graph.objects(node, r), *graph.subjects(r, node))} & set(every)
        anchors = sorted(filter(None, (_anchor((every[n],)) for n in near)))
        if anchors:
            return (*anchors[0], "after", line.title)
    return (*_LAST, "", "", line.title)


def _anchor(questions: tuple[Question, ...]) -> tuple[str, str] | None:
    """Where in the printed order of pillars the last of these stands; None for areas alone."""
    placed = [q for q in questions if q.pillar]
    if not placed:
        return None
    last = placed[-1]
    return str(last.pillar), "" if last.key == "pillar" else last.key.zfill(2)
