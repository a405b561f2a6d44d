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
    Finding: URIRef
    InnovativePractice: URIRef
    Inspection: URIRef
    Judgment: URIRef
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
    areaName: URIRef
    basis: URIRef
    carriedOverFrom: URIRef
    causeOfConcern: URIRef
    comparable: URIRef
    context: URIRef
    coverage: URIRef
    cycle: URIRef
    deadline: URIRef
    earlierCycle: URIRef
    evidence: URIRef
    force: URIRef
    grade: URIRef
    graded: URIRef
    gradeScale: URIRef
    inspection: URIRef
    laterCycle: URIRef
    matched: URIRef
    meaning: URIRef
    method: URIRef
    methodVersion: URIRef
    order: URIRef
    pillar: URIRef
    polarity: URIRef
    previousCycle: URIRef
    question: URIRef
    questionScheme: URIRef
    rank: URIRef
    region: URIRef
    report: URIRef
    sha256: URIRef
    span: URIRef
    status: URIRef
    tags: URIRef
    text: URIRef
    topic: URIRef
    wording: URIRef
