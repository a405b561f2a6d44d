"""The digest: what its format says is read, and everything else is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ingest
from kg.errors import InputRefused, UnknownCycle, UnknownForce, UnreadablePage
from kg.model import Basis, Coverage, Grade, Kind, Polarity, Reading, Status, Wording
from kg.readers import digest

SHIPPED = sorted((Path(digest.__file__).resolve().parent.parent / "digest").glob("*/*.md"))
PAGE = """---
force: durham
cycle: 2017
pillar: effectiveness
grade: good
updated: 2018-03-22
source: https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2017/durham/effectiveness/
wording: restated
coverage: beginning
---

## Summary

### Strengths

- Durham Constabulary lists its goats.
- The force knows its ducks.

### Observations

- A goat was found.

## Question 2: requires improvement

### Weaknesses

- Ducks are lost.

### Areas for improvement

- The force should name its ducks.

### Causes of concern

- Boats are late.
  - immediately: The force should buy a boat.
  - no deadline: The force should paint it.

### Innovative practice

- A drone rings a bell.

## Question 1: carried over from 2016, good

## Question 5: not graded
"""
OVERVIEW = """---
force: durham
cycle: 2018/19
pillar: overview
source: https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2018/durham/
wording: restated
coverage: whole
---

## Pillar efficiency: outstanding

### Strengths

- The force lists its goats.

## Pillar legitimacy: not yet graded
"""


def read(text: str) -> Reading:
    return digest.read(text.encode(), "page.md")


def test_every_item_is_a_finding_of_the_kind_above_it() -> None:
    assert [(f.question, f.kind, f.meaning) for f in read(PAGE).report.findings] == [
        (None, Kind.STRENGTH, "The force lists its goats"),
        (None, Kind.STRENGTH, "The force knows its ducks"),
        (None, Kind.OBSERVATION, "A goat was found"),
        ("2", Kind.WEAKNESS, "Ducks are lost"),
        ("2", Kind.AREA_FOR_IMPROVEMENT, "The force should name its ducks"),
        ("2", Kind.CAUSE_OF_CONCERN, "Boats are late"),
        ("2", Kind.RECOMMENDATION, "The force should buy a boat"),
        ("2", Kind.RECOMMENDATION, "The force should paint it"),
        ("2", Kind.INNOVATIVE_PRACTICE, "A drone rings a bell"),
    ]


def test_polarity_follows_the_kind() -> None:
    sides = {f.kind: f.polarity for f in read(PAGE).report.findings}
    positive, neutral = {Kind.STRENGTH, Kind.INNOVATIVE_PRACTICE}, {Kind.OBSERVATION}
    assert {kind for kind, side in sides.items() if side is Polarity.POSITIVE} == positive
    assert {kind for kind, side in sides.items() if side is Polarity.NEUTRAL} == neutral


def test_recommendations_have_their_deadline_and_cause() -> None:
    found = read(PAGE).report.findings
    (concern,) = [f for f in found if f.kind is Kind.CAUSE_OF_CONCERN]
    advice = [(f.deadline, f.cause) for f in found if f.kind is Kind.RECOMMENDATION]
    assert advice == [("immediately", concern.key), (None, concern.key)]


def test_the_front_matter_says_what_the_report_is() -> None:
    report = read(PAGE).report
    (source,) = report.sources
    assert (report.slug, report.updated) == ("durham-2017-effectiveness", "2018-03-22")
    assert (source.wording, source.coverage) == (Wording.RESTATED, Coverage.BEGINNING)
    assert source.url == "https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2017/durham/effectiveness/"


def test_judgments_in_every_form() -> None:
    assert [(j.of, j.grade, j.status, j.carried_over_from) for j in read(PAGE).report.judgments] == [
        ("pillar", Grade.GOOD, Status.INSPECTED, None),
        ("2", Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, None),
        ("1", Grade.GOOD, Status.CARRIED_OVER, "2016"),
        ("5", None, Status.NOT_GRADED, None),
    ]
    unstated = read(PAGE.replace("2: requires improvement", "2: grade not stated").replace("grade: good\n", ""))
    assert [(j.of, j.grade, j.basis) for j in unstated.report.judgments][:2] == [
        ("pillar", None, Basis.MISSING),
        ("2", None, Basis.MISSING),
    ]


def test_an_overview_has_a_section_a_pillar() -> None:
    report = read(OVERVIEW).report
    assert (report.slug, report.pillar) == ("durham-2018-19", None)
    assert [(j.of, j.grade, j.status) for j in report.judgments] == [
        ("efficiency", Grade.OUTSTANDING, Status.INSPECTED),
        ("legitimacy", None, Status.NOT_YET_GRADED),
    ]
    assert [f.question for f in report.findings] == ["efficiency"]


def assert_whole(reading: Reading) -> None:
    (source,) = reading.report.sources
    assert all(source.text[f.start : f.end] == f.text for f in reading.report.findings)
    lines = [line for line in source.text.splitlines() if line.strip()]
    assert len(lines) == len(reading.headings) + len(reading.skipped) + len(reading.report.findings)


@pytest.mark.parametrize("text", [PAGE, OVERVIEW])
def test_every_line_is_accounted_for(text: str) -> None:
    assert_whole(read(text))


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_do_not_matter(ending: str) -> None:
    other = read(PAGE.replace("\n", ending)).report
    assert [(f.key, f.meaning) for f in other.findings] == [(f.key, f.meaning) for f in read(PAGE).report.findings]
    assert other.judgments == read(PAGE).report.judgments


@pytest.mark.parametrize(
    ("old", "new", "error", "place"),
    [
        ("durham\n", "westshire\n", UnknownForce, "page.md: "),
        ("cycle: 2017", "cycle: 2013", UnknownCycle, "page.md: "),
        ("pillar: effectiveness", "pillar: kindness", UnreadablePage, "page.md, line 1: "),
        ("grade: good", "grade: fair", UnreadablePage, "page.md, line 1: "),
        ("updated: 2018-03-22", "updated: 22/03/2018", UnreadablePage, "page.md, line 1: "),
        ("wording: restated", "wording: official", UnreadablePage, "page.md, line 1: "),
        ("wording: restated\n", "", UnreadablePage, "page.md, line 1: "),
        ("force: durham", "farce: durham", UnreadablePage, "page.md, line 2: "),
        ("cycle: 2017", "force: durham", UnreadablePage, "page.md, line 3: "),
        ("## Summary", "## Preface", UnreadablePage, "page.md, line 12: "),
        ("### Strengths", "### Praise", UnreadablePage, "page.md, line 14: "),
        ("knows its ducks.", "knows its ducks", UnreadablePage, "page.md, line 17: "),
        ("- A goat", "A goat", UnreadablePage, "page.md, line 21: "),
        ("Question 2:", "Question 9:", UnreadablePage, "page.md, line 23: "),
        ("2: requires improvement", "2: middling", UnreadablePage, "page.md, line 23: "),
        ("  - immediately: The", "  - The", UnreadablePage, "page.md, line 36: "),
        ("from 2016", "from 1999", UnreadablePage, "page.md, line 43: "),
        ("## Question 5", "## Question 2", UnreadablePage, "page.md, line 45: "),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(
    old: str, new: str, error: type[InputRefused], place: str
) -> None:
    assert old in PAGE
    with pytest.raises(error) as refused:
        read(PAGE.replace(old, new, 1))
    assert refused.value.fault.startswith(place)
    assert refused.value.mend


@settings(deadline=None)
@given(st.lists(st.sampled_from(PAGE.split("\n")) | st.text(max_size=12)), st.booleans())
def test_any_text_is_refused_or_read_whole(lines: list[str], with_front: bool) -> None:
    front = PAGE.partition("\n## ")[0] if with_front else "---\n"
    try:
        reading = read(front + "\n" + "\n".join(lines))
    except InputRefused as refused:
        assert refused.mend
        return
    assert all(reading.report.sources[0].text[f.start : f.end] == f.text for f in reading.report.findings)


# ---------------------------------------------------------------- the digest that ships


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_shipped_file_is_read_whole(file: Path) -> None:
    reading = ingest.page(file.read_bytes(), file.name)
    assert_whole(reading)
    cycle, (force, _, page) = file.parent.name, file.stem.partition(".")
    pillar = "" if page in digest.WHOLE_FORCE else f"-{page}"
    assert reading.report.slug == f"{force}-{cycle}{pillar}"
    keys = [finding.key for finding in reading.report.findings]
    assert len(set(keys)) == len(keys)
