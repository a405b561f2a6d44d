"""The names of `peel.ttl` in Python; a misspelt term is an AttributeError.

`tests/test_ontology.py` holds this file and `peel.ttl` equal, both ways.
"""

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace

from ontology import BASE


class PEEL(DefinedNamespace):
    """Classes and properties of the PEEL ontology (`peel:`)."""

    _NS = Namespace(BASE + "def#")
    _fail = True

    # classes
    AreaForImprovement: URIRef
    CauseOfConcern: URIRef
    Comparability: URIRef
    Decision: URIRef
    Finding: URIRef
    InnovativePractice: URIRef
    Inspection: URIRef
    Issue: URIRef
    Judgment: URIRef
    Link: URIRef
    Observation: URIRef
    PoliceForce: URIRef
    Question: URIRef
    Recommendation: URIRef
    Report: URIRef
    SourceCopy: URIRef
    Strength: URIRef
    Tagging: URIRef
    Weakness: URIRef

    # properties
    answeredBy: URIRef
    areaName: URIRef
    basis: URIRef
    carriedOverFrom: URIRef
    causeOfConcern: URIRef
    comparable: URIRef
    context: URIRef
    cosine: URIRef
    coverage: URIRef
    cycle: URIRef
    deadline: URIRef
    earlierCycle: URIRef
    encoder: URIRef
    escalates: URIRef
    evidence: URIRef
    force: URIRef
    fromSha256: URIRef
    goodPractice: URIRef
    grade: URIRef
    graded: URIRef
    gradeScale: URIRef
    inspection: URIRef
    issue: URIRef
    laterCycle: URIRef
    linkFrom: URIRef
    linkTo: URIRef
    matched: URIRef
    meaning: URIRef
    method: URIRef
    methodVersion: URIRef
    order: URIRef
    overlap: URIRef
    pillar: URIRef
    polarity: URIRef
    previousCycle: URIRef
    question: URIRef
    questionScheme: URIRef
    rank: URIRef
    recurs: URIRef
    region: URIRef
    relation: URIRef
    report: URIRef
    sameIssue: URIRef
    sameText: URIRef
    score: URIRef
    sha256: URIRef
    sharedSubject: URIRef
    sharedWord: URIRef
    span: URIRef
    status: URIRef
    tags: URIRef
    text: URIRef
    topic: URIRef
    toSha256: URIRef
    trend: URIRef
    verdict: URIRef
    wording: URIRef
