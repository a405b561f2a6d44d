"""How pages put values into words: the filters of the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from kg.model import Kind, Relation
from ontology import BASE

_KINDS = {
    Kind.STRENGTH: "Strength",
    Kind.WEAKNESS: "Weakness",
    Kind.OBSERVATION: "Observation",
    Kind.AREA_FOR_IMPROVEMENT: "Area for improvement",
    Kind.CAUSE_OF_CONCERN: "Cause of concern",
    Kind.RECOMMENDATION: "Recommendation",
    Kind.INNOVATIVE_PRACTICE: "Innovative practice",
}
_LIKENESS = ((0.85, "almost the same"), (0.7, "very close"), (0.55, "close"), (0.4, "loosely related"))
_SURE = ((0.8, "very sure"), (0.6, "fairly sure"))
RELATIONS = {
    (Relation.GOOD_PRACTICE, True): "Who does it well",
    (Relation.GOOD_PRACTICE, False): "Who was told to do better at this",
    (Relation.SAME_ISSUE, True): "The same issue elsewhere",
    (Relation.SAME_ISSUE, False): "The same issue elsewhere",
    (Relation.RECURS, False): "Told before",
    (Relation.RECURS, True): "Told again later",
    (Relation.ANSWERED_BY, True): "Answered later",
    (Relation.ANSWERED_BY, False): "What this answers",
    (Relation.SAME_TEXT, True): "In the same words elsewhere",
    (Relation.SAME_TEXT, False): "In the same words elsewhere",
}
"""What people read for a link, seen from the finding that it starts at or from the other; in the order shown."""
FACET_NAMES = {
    "force": "Force",
    "region": "Region",
    "cycle": "Inspection cycle",
    "pillar": "Pillar",
    "question": "Question or area",
    "kind": "Kind of finding",
    "grade": "Grade",
    "polarity": "Praise or criticism",
    "topic": "Subject",
}
"""What people read for each facet."""


def words(slug: str) -> str:
    """A slug as a phrase: requires-improvement -> Requires improvement."""
    return slug.replace("-", " ").capitalize()


def kind(slug: str) -> str:
    """A kind of finding, as the inspectorate calls it."""
    return _KINDS[Kind(slug)]


def number(value: int) -> str:
    """A count with its thousands apart."""
    return f"{value:,}"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """A count with its noun: 1 finding, 2,000 findings."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def likeness(cosine: float) -> str:
    """How near two texts are, in words; the bounds are ours, for the default encoder."""
    return next((said for bound, said in _LIKENESS if cosine >= bound), "far apart")


def sure(score: float) -> str:
    """How sure a link is, in words; the bounds are ours."""
    return next((said for bound, said in _SURE if score >= bound), "less sure")


def finding_path(iri: str) -> str:
    """The page of a finding, by its IRI."""
    report, _, key = iri.removeprefix(f"{BASE}id/report/").partition("#")
    return f"/findings/{quote(report)}/{quote(key)}"


def search_path(**constraints: Any) -> str:
    """The search page with these constraints."""
    given = {name: value for name, value in constraints.items() if value}
    return f"/?{urlencode(given, doseq=True)}"


def marked(text: str, sentence: Mapping[str, Any] | None) -> Markup:
    """A text with its best sentence marked; unmarked where the sentence is the whole of it."""
    if sentence is None or (sentence["start"] <= 0 and sentence["end"] >= len(text)):
        return Markup("{}").format(text)
    start, end = sentence["start"], sentence["end"]
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])


FILTERS: dict[str, Callable[..., Any]] = {
    "words": words,
    "kind": kind,
    "number": number,
    "plural": plural,
    "likeness": likeness,
    "sure": sure,
    "finding_path": finding_path,
    "marked": marked,
}
"""What templates may call by name."""
