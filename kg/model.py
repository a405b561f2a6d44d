"""The values that pages are read into. Standard library only; nothing here knows about files or triples.

Offsets are counted in Unicode code points of the decoded source, `end` exclusive, so that
`source.text[sentence.start:sentence.end] == sentence.text` for the statement and evidence of every finding.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What sort of finding it is; the last four as published, the first three by polarity."""

    STRENGTH = "strength"
    WEAKNESS = "weakness"
    OBSERVATION = "observation"
    AREA_FOR_IMPROVEMENT = "area-for-improvement"
    CAUSE_OF_CONCERN = "cause-of-concern"
    RECOMMENDATION = "recommendation"
    INNOVATIVE_PRACTICE = "innovative-practice"


class Polarity(StrEnum):
    """Whether a finding praises, criticises or does neither."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


class Grade(StrEnum):
    """A grade of either scale; `adequate` exists from 2021/22 on."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    ADEQUATE = "adequate"
    REQUIRES_IMPROVEMENT = "requires-improvement"
    INADEQUATE = "inadequate"


class Status(StrEnum):
    """Why a judgment has the grade it has, or none."""

    INSPECTED = "inspected"
    CARRIED_OVER = "carried-over"
    NOT_INSPECTED = "not-inspected"
    NOT_GRADED = "not-graded"
    NOT_YET_GRADED = "not-yet-graded"


class Basis(StrEnum):
    """How a judgment's grade, or its absence, is known."""

    PRINTED = "printed"
    PROSE = "prose"
    SCHEME = "scheme"
    MISSING = "missing"


class Wording(StrEnum):
    """Whose words a source holds."""

    OFFICIAL = "official"
    RESTATED = "restated"


class Coverage(StrEnum):
    """How much of the page a source holds."""

    WHOLE = "whole"
    BEGINNING = "beginning"


class Relation(StrEnum):
    """How one finding bears on another; the concepts are in the ontology's scheme of relations."""

    SAME_ISSUE = "same-issue"
    GOOD_PRACTICE = "good-practice"
    RECURS = "recurs"
    ANSWERED_BY = "answered-by"
    SAME_TEXT = "same-text"


class Verdict(StrEnum):
    """What a person decided about a link."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Trend(StrEnum):
    """Whether an issue is found in more or fewer forces than in the cycle before."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Force:
    """A police force: its slug, official name, every other name, the area in page titles, its region."""

    slug: str
    label: str
    area: str
    names: tuple[str, ...]
    region: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words of a source (one sentence, or one list item) and where it stands in it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """One copy of a page: `sha256` of its bytes, its decoded `text`, its address where it is known.

    `revises` is the sha256 of the earlier version of the same page that it takes the place of.
    """

    sha256: str
    text: str = field(repr=False)
    url: str | None
    wording: Wording = Wording.OFFICIAL
    coverage: Coverage = Coverage.WHOLE
    retrieved: str | None = None
    revises: str | None = None


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a report says of a pillar or a question.

    `of` is "pillar" or a question's number on a pillar page; a pillar's name, or `effectiveness/2`, on an
    overview; an area's slug in a whole-force report. `date` is the day it was printed with, if not the report's.
    """

    of: str
    title: str
    grade: Grade | None
    status: Status
    carried_over_from: str | None = None
    basis: Basis = Basis.PRINTED
    line: int | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one force that stands alone.

    `statement` is its words; `evidence` supports them (areas for improvement from 2021 on);
    `meaning` is what is encoded; `context` the paragraph around it; `source` the sha256 of the copy;
    `key` is unique in its report; `cause` is the key of a recommendation's cause of concern.
    `polarity_basis` and `confidence` say how its polarity was decided (`kg.polarity.Decision`).
    """

    kind: Kind
    polarity: Polarity
    question: str | None
    statement: Sentence
    meaning: str
    context: str
    source: str
    evidence: tuple[Sentence, ...] = ()
    deadline: str | None = None
    cause: str | None = None
    key: str = ""
    polarity_basis: str = "kind"
    confidence: float = 1.0

    @property
    def start(self) -> int:
        """Where its words begin in the source."""
        return self.statement.start

    @property
    def end(self) -> int:
        """Where its words end in the source, exclusive."""
        return self.statement.end

    @property
    def text(self) -> str:
        """Its words, verbatim."""
        return self.statement.text


@dataclass(frozen=True, slots=True)
class Report:
    """What was published about one force in one cycle (and, to 2018/19, on one pillar).

    `part` sets apart what is neither on a pillar nor the force's main page, such as "other-reports".
    """

    force: str
    cycle: str
    pillar: str | None
    updated: str | None
    sources: tuple[Source, ...]
    judgments: tuple[Judgment, ...]
    findings: tuple[Finding, ...]
    part: str | None = None

    @property
    def slug(self) -> str:
        """The report's name in IRIs, such as `kent-2017-effectiveness`."""
        return "-".join(filter(None, (self.force, slug_of_cycle(self.cycle), self.pillar or self.part)))


@dataclass(frozen=True, slots=True)
class Line:
    """A source line that is no finding: what it says and why it was set aside."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as read from one page, with the account of every line that is not in a finding."""

    report: Report
    headings: tuple[Line, ...] = ()
    skipped: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """That one finding bears on another, with the evidence.

    `start` and `end` are the findings' IRIs: the earlier or the criticism first. `score`, `cosine` and `overlap` are at
    most 1; `words` and `subjects` (notations) are what both have; `texts` the sha256 of either's words; `escalates`
    says, of what recurs, whether it became a cause of concern.
    """

    relation: Relation
    start: str
    end: str
    score: float
    cosine: float
    overlap: float
    words: tuple[str, ...]
    subjects: tuple[str, ...]
    texts: tuple[str, str]
    escalates: bool | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A matter that several findings criticise: its IRI, a name in words, its findings, its subject if it has one."""

    iri: str
    label: str
    members: tuple[str, ...]
    trend: Trend
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """That a person (`by`) confirmed or rejected a link at a time (`when`, ISO 8601 in UTC), and why."""

    relation: Relation
    start: str
    end: str
    verdict: Verdict
    by: str
    when: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is limited to. Values of one field are alternatives; fields must all hold."""

    force: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()
    pillar: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    polarity: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()


def slug_of_cycle(cycle: str) -> str:
    """The cycle's name in IRIs: `2018/19` becomes `2018-19`."""
    return cycle.replace("/", "-")


_QUOTES = str.maketrans("’‘“”", "''\"\"")


def normalised(text: str) -> str:
    """Text with case, spacing, quotes and final punctuation folded: two copies of one statement agree on it."""
    folded = text.casefold().translate(_QUOTES)
    return " ".join(folded.split()).rstrip(" .;:,")


def with_keys(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give every finding its key: `f-` and 12 hex digits of the sha1 of its normalised text, `-2` for a repeat."""
    seen: Counter[str] = Counter()
    keyed = []
    for finding in findings:
        digest = hashlib.sha1(normalised(finding.text).encode(), usedforsecurity=False).hexdigest()[:12]
        seen[digest] += 1
        repeat = f"-{seen[digest]}" if seen[digest] > 1 else ""
        keyed.append(replace(finding, key=f"f-{digest}{repeat}"))
    return tuple(keyed)
