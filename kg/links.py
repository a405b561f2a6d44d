"""Links and issues -> triples, as lines of N-Triples: there are many, and they are made anew at every publishing.

<id/link/<16>>     a peel:Link      first 16 hex digits of the sha1 of its relation and its two findings
<id/issue/<12>>    a peel:Issue     named once, and kept while most of its findings stay
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS, XSD

from kg.model import Issue, Link, Relation
from kg.triples import ID
from ontology.terms import PEEL

METHOD = "mutual-neighbours"
"""How links are made: mutual nearest neighbours by meaning, weighed with words, subjects and questions."""

DIRECT: dict[Relation, URIRef] = {
    Relation.SAME_ISSUE: PEEL.sameIssue,
    Relation.GOOD_PRACTICE: PEEL.goodPractice,
    Relation.RECURS: PEEL.recurs,
    Relation.ANSWERED_BY: PEEL.answeredBy,
    Relation.SAME_TEXT: PEEL.sameText,
}
"""The property that says in one triple what a link says in many."""


def linked_pattern(finding: str) -> str:
    """The SPARQL group pattern of every ?finding that a finding, by its whole IRI, is linked to, either way."""
    either = "|".join(f"<{term}>|^<{term}>" for term in DIRECT.values())
    return f"<{finding}> {either} ?finding"


def name_of(relation: str, start: str, end: str) -> str:
    """The end of the IRI of a link, and of the decision about it: 16 hexadecimal digits."""
    return hashlib.sha1(f"{relation} {start} {end}".encode(), usedforsecurity=False).hexdigest()[:16]


def link_iri(relation: str, start: str, end: str) -> URIRef:
    """The IRI of the link of a relation between two findings."""
    return ID[f"link/{name_of(relation, start, end)}"]


def link_lines(links: Iterable[Link], version: str, encoder: str) -> Iterator[str]:
    """The triples of links made by a version of the method on vectors of an encoder."""
    same = "".join(
        f"<{{0}}> <{term}> {Literal(value).n3()} .\n"
        for term, value in ((PEEL.method, METHOD), (PEEL.methodVersion, version), (PEEL.encoder, encoder))
    )
    for link in links:
        node = link_iri(link.relation, link.start, link.end)
        yield f"<{link.start}> <{DIRECT[link.relation]}> <{link.end}> .\n"
        yield f"<{node}> <{RDF.type}> <{PEEL.Link}> .\n"
        yield f"<{node}> <{PEEL.relation}> <{ID['relation/' + link.relation]}> .\n"
        yield f"<{node}> <{PEEL.linkFrom}> <{link.start}> .\n"
        yield f"<{node}> <{PEEL.linkTo}> <{link.end}> .\n"
        for term, value in ((PEEL.score, link.score), (PEEL.cosine, link.cosine), (PEEL.overlap, link.overlap)):
            yield f'<{node}> <{term}> "{value:.4f}"^^<{XSD.decimal}> .\n'
        for term, text in ((PEEL.fromSha256, link.texts[0]), (PEEL.toSha256, link.texts[1])):
            yield f'<{node}> <{term}> "{text}" .\n'
        for word in link.words:
            yield f"<{node}> <{PEEL.sharedWord}> {Literal(word).n3()} .\n"
        for subject in link.subjects:
            yield f"<{node}> <{PEEL.sharedSubject}> <{ID['topic/' + subject]}> .\n"
        if link.escalates is not None:
            yield f'<{node}> <{PEEL.escalates}> "{str(link.escalates).lower()}"^^<{XSD.boolean}> .\n'
        yield same.replace("{0}", str(node))


def issue_lines(issues: Iterable[Issue]) -> Iterator[str]:
    """The triples of issues: each a concept with its findings."""
    for issue in issues:
        yield f"<{issue.iri}> <{RDF.type}> <{PEEL.Issue}> .\n"
        yield f"<{issue.iri}> <{SKOS.inScheme}> <{ID['scheme/issue']}> .\n"
        yield f"<{issue.iri}> <{SKOS.prefLabel}> {Literal(issue.label, 'en').n3()} .\n"
        yield f"<{issue.iri}> <{PEEL.trend}> {Literal(issue.trend.value).n3()} .\n"
        if issue.subject:
            yield f"<{issue.iri}> <{PEEL.topic}> <{ID['topic/' + issue.subject]}> .\n"
        for member in issue.members:
            yield f"<{member}> <{PEEL.issue}> <{issue.iri}> .\n"
