"""The digest: findings restated in our own words, one Markdown file a report, each naming the page it restates.

    ---
    force: kent
    cycle: 2017
    pillar: effectiveness
    grade: good                  (left out where the page does not say)
    updated: 2018-03-22          (likewise)
    source: http://…
    wording: restated
    coverage: whole              (or: beginning)
    ---

    ## Summary                   or  ## Question 2: good

    ### Strengths
    - One sentence that stands alone.

`kg/digest/README.md` describes the format for contributors. What is not understood is refused with its line.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from typing import NoReturn

from kg import sentences, vocabulary
from kg.errors import UnknownCycle, UnknownForce, UnreadablePage
from kg.model import (
    Basis,
    Coverage,
    Finding,
    Force,
    Grade,
    Judgment,
    Kind,
    Line,
    Polarity,
    Reading,
    Report,
    Sentence,
    Source,
    Status,
    Wording,
    with_keys,
)
from kg.polarity import kind_of
from kg.readers.text import SourceLine, decode, lines

REQUIRED = ("force", "cycle", "pillar", "source", "wording", "coverage")
OPTIONAL = ("grade", "updated", "checked")

KINDS: dict[str, tuple[Kind, Polarity]] = {
    "Strengths": (kind_of(Polarity.POSITIVE), Polarity.POSITIVE),
    "Weaknesses": (kind_of(Polarity.NEGATIVE), Polarity.NEGATIVE),
    "Observations": (kind_of(Polarity.NEUTRAL), Polarity.NEUTRAL),
    "Areas for improvement": (Kind.AREA_FOR_IMPROVEMENT, Polarity.NEGATIVE),
    "Causes of concern": (Kind.CAUSE_OF_CONCERN, Polarity.NEGATIVE),
    "Innovative practice": (Kind.INNOVATIVE_PRACTICE, Polarity.POSITIVE),
}
"""The `###` headings and what the items below them are."""

_GRADES = {grade.value.replace("-", " "): grade for grade in Grade}
WHOLE_FORCE = ("overview", "report")
"""In place of a pillar: a force's overview page (to 2018/19), or whole-force report (from 2021/22)."""

_SECTION = re.compile(r"^## (?:Summary|(?P<sort>Question|Pillar) (?P<key>[a-z0-9-]+): (?P<judgment>.+))$")
_STATUSES = {s.value.replace("-", " "): s for s in (Status.NOT_GRADED, Status.NOT_YET_GRADED, Status.NOT_INSPECTED)}
_CARRIED = re.compile(r"^carried over from (?P<cycle>20\d\d(?:/\d\d)?)(?:, (?P<grade>[\w ]+))?$")
_RECOMMENDATION = re.compile(r"^(?P<deadline>[\w ,-]+): (?P<words>.+)$")


def is_digest(data: bytes) -> bool:
    """Whether a file is of the digest: it opens with front matter."""
    return re.match(rb"(?:\xef\xbb\xbf)?---[\r\n]", data) is not None


def read(data: bytes, path: str) -> Reading:
    """Read one digest file. Raises the errors of `kg.errors.InputRefused`, naming file and line."""
    text = decode(data, path)
    found = list(lines(text))
    front, body = _front_matter(found, path)
    reader = _Reader(path, text, hashlib.sha256(data).hexdigest(), front)
    for line in body:
        reader.take(line)
    return reader.reading(found[: len(found) - len(body)])


def _front_matter(found: list[SourceLine], path: str) -> tuple[dict[str, str], list[SourceLine]]:
    fences = [index for index, line in enumerate(found) if line.text == "---"][:2]
    if len(fences) < 2 or fences[0] != 0:
        raise UnreadablePage(path, "no front matter", "begin and end it with a line of three hyphens", 1)
    values: dict[str, str] = {}
    for line in found[1 : fences[1]]:
        key, colon, value = line.text.partition(":")
        if not colon or not value.strip() or key not in REQUIRED + OPTIONAL or key in values:
            mend = f"the keys are {', '.join(REQUIRED + OPTIONAL)}, each once, as `key: value`"
            raise UnreadablePage(path, f"front matter {line.text!r} is not understood", mend, line.number)
        values[key] = value.strip()
    missing = [key for key in REQUIRED if key not in values]
    if missing:
        raise UnreadablePage(path, f"front matter lacks {', '.join(missing)}", "add it", 1)
    return values, found[fences[1] + 1 :]


class _Reader:
    """Reads the body of a digest file line by line."""

    def __init__(self, path: str, text: str, sha256: str, front: dict[str, str]) -> None:
        self.path, self.text, self.sha256 = path, text, sha256
        self.force = self._force(front["force"])
        self.cycle = self._one_of(front, "cycle", vocabulary.cycles())
        page = self._one_of(front, "pillar", [*vocabulary.pillars(), *WHOLE_FORCE])
        self.pillar = None if page in WHOLE_FORCE else page
        self.source = Source(
            sha256,
            text,
            front["source"],
            Wording(self._one_of(front, "wording", [Wording.RESTATED.value])),
            Coverage(self._one_of(front, "coverage", [c.value for c in Coverage])),
        )
        self.updated = self._date(front.get("updated"))
        self.questions = {q.key: q for q in vocabulary.questions(self.cycle, self.pillar)}
        self.judgments = [self._pillar_judgment(self.pillar, front)] if self.pillar else []
        self.findings: list[Finding] = []
        self.headings: list[Line] = []
        self.causes: dict[int, int] = {}
        self.question: str | None = None
        self.kind: tuple[Kind, Polarity] | None = None
        self.cause: int | None = None
        self.in_section = False

    def _force(self, slug: str) -> Force:
        if slug not in vocabulary.forces():
            raise UnknownForce(self.path, slug)
        return vocabulary.forces()[slug]

    def _one_of(self, front: dict[str, str], key: str, allowed: list[str] | tuple[str, ...]) -> str:
        if front[key] in allowed:
            return front[key]
        if key == "cycle":
            raise UnknownCycle(self.path, front[key], allowed)
        mend = f"{key} is one of {', '.join(allowed)}"
        raise UnreadablePage(self.path, f"{key} {front[key]!r} is not known", mend, 1)

    def _date(self, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise UnreadablePage(self.path, f"updated {value!r} is no date", "write it as 2018-03-22", 1) from error

    def _pillar_judgment(self, pillar: str, front: dict[str, str]) -> Judgment:
        grade = _GRADES[self._one_of(front, "grade", list(_GRADES))] if "grade" in front else None
        basis = Basis.PRINTED if grade else Basis.MISSING
        return Judgment("pillar", self._headline(pillar), grade, Status.INSPECTED, None, basis, 1)

    def _headline(self, pillar: str) -> str:
        """The pillar's headline question in this cycle; its name where the cycle printed none."""
        asked = {q.key: q.title for q in vocabulary.questions(self.cycle, pillar)}
        return asked.get("pillar", pillar.capitalize())

    def take(self, line: SourceLine) -> None:
        """Deal with one line: a section, a kind or an item."""
        if line.text.startswith("## "):
            self._section(line)
        elif line.text.startswith("### "):
            self._kind(line)
        elif line.bullet and self.kind is not None:
            self._item(line)
        else:
            self._refuse(line, "is not understood here", "see kg/digest/README.md for the format")

    def _refuse(self, line: SourceLine, why: str, mend: str) -> NoReturn:
        raise UnreadablePage(self.path, f"{line.text[:60]!r} {why}", mend, line.number)

    def _section(self, line: SourceLine) -> None:
        found = _SECTION.match(line.text)
        if found is None:
            self._refuse(line, "is no section", "write `## Summary` or `## Question 2: good`")
        self.question, self.kind, self.cause, self.in_section = found["key"], None, None, True
        if self.question is not None:
            self._judge(self.question, self._title(found["sort"], self.question, line), found["judgment"], line)
        self.headings.append(Line(line.number, line.text, "heading"))

    def _title(self, sort: str, key: str, line: SourceLine) -> str:
        if sort == "Pillar" and self.pillar is None and key in vocabulary.pillars():
            return self._headline(key)
        if sort == "Question" and key != "pillar" and key in self.questions:
            return self.questions[key].title
        asks = ", ".join(k for k in self.questions if k != "pillar") or ", ".join(vocabulary.pillars())
        self._refuse(line, "asks what this page of this cycle does not have", f"it has {asks}")

    def _judge(self, number: str, title: str, words: str, line: SourceLine) -> None:
        if any(judgment.of == number for judgment in self.judgments):
            self._refuse(line, "stands twice", "put all findings of a question under one heading")
        grade, status, carried, basis = self._judgment(words, line)
        self.judgments.append(Judgment(number, title, grade, status, carried, basis, line.number))

    def _judgment(self, words: str, line: SourceLine) -> tuple[Grade | None, Status, str | None, Basis]:
        if words in _GRADES:
            return _GRADES[words], Status.INSPECTED, None, Basis.PRINTED
        if words == "grade not stated":
            return None, Status.INSPECTED, None, Basis.MISSING
        if words in _STATUSES:
            return None, _STATUSES[words], None, Basis.PRINTED
        carried = _CARRIED.match(words)
        if (
            carried is None
            or carried["cycle"] not in vocabulary.cycles()
            or (carried["grade"] or "good") not in _GRADES
        ):
            self._refuse(line, "gives no known judgment", "see the list in kg/digest/README.md")
        grade = _GRADES[carried["grade"]] if carried["grade"] else None
        return grade, Status.CARRIED_OVER, carried["cycle"], Basis.PRINTED

    def _kind(self, line: SourceLine) -> None:
        self.kind, self.cause = KINDS.get(line.text.removeprefix("### ")), None
        if self.kind is None or not self.in_section:
            self._refuse(line, "is no kind of finding", f"the kinds are {', '.join(KINDS)}, below a section")
        self.headings.append(Line(line.number, line.text, "heading"))

    def _item(self, line: SourceLine) -> None:
        if self.kind is None:
            return
        if not line.text.endswith("."):
            self._refuse(line, "is no full sentence", "end every item with a full stop")
        kind, polarity = self.kind
        if line.indented:
            self._recommendation(line)
            return
        if kind is Kind.CAUSE_OF_CONCERN:
            self.cause = len(self.findings)
        self._add(kind, polarity, line.span(), None)

    def _recommendation(self, line: SourceLine) -> None:
        found = _RECOMMENDATION.match(line.text)
        if found is None or self.cause is None:
            self._refuse(line, "is no recommendation", "write `  - immediately: …` below a cause of concern")
        self.causes[len(self.findings)] = self.cause
        words = Sentence(found["words"], line.start + found.start("words"), line.end)
        deadline = None if found["deadline"] == "no deadline" else found["deadline"]
        self._add(Kind.RECOMMENDATION, Polarity.NEGATIVE, words, deadline)

    def _add(self, kind: Kind, polarity: Polarity, words: Sentence, deadline: str | None) -> None:
        meaning = sentences.trimmed(sentences.masked(" ".join(words.text.split()), self.force))
        self.findings.append(
            Finding(kind, polarity, self.question, words, meaning, words.text, self.sha256, deadline=deadline)
        )

    def reading(self, front: list[SourceLine]) -> Reading:
        """The report and its account."""
        keyed = with_keys(self.findings)
        findings = tuple(
            replace(f, cause=keyed[self.causes[i]].key) if i in self.causes else f for i, f in enumerate(keyed)
        )
        skipped = tuple(Line(line.number, line.text, "front matter") for line in front)
        judgments = tuple(self.judgments)
        report = Report(self.force.slug, self.cycle, self.pillar, self.updated, (self.source,), judgments, findings)
        return Reading(report, tuple(self.headings), skipped)
