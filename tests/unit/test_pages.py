"""Pillar pages in every saved form, the layouts kept beside the project, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import vocabulary
from kg.errors import UnknownQuestion, UnreadablePage
from kg.model import Basis, Grade, Kind, Status
from tests.unit.readings import (
    FULL,
    MAIN_TEXT,
    ONE_WORD_LINES_DROPPED,
    REPORT_ADDRESS,
    TITLES,
    assert_whole,
    judged,
    question,
    read,
    told,
)

BULLETS = [
    ("strength", "The force interviews every scarecrow promptly"),
    ("strength", "The force keeps a clear list of missing wheelbarrows"),
    ("strength", "The force has cut its queue of tractors waiting to be examined"),
]
PATCHY = ("weakness", "Supervision in the north of the county is patchy")
NEGATIVE_BULLETS = [
    ("weakness", "The force also takes notes on paper"),
    ("weakness", "The force also reviews old thefts once a year"),
]
AREAS = [
    ("area-for-improvement", "The force should ensure that sergeants sign every plan"),
    ("area-for-improvement", "The force should improve how it recognises repeat callers"),
]
GOOD_AT_INVESTIGATING = ("strength", "The force is good at investigating crime and reducing re-offending")
INVESTIGATING = [GOOD_AT_INVESTIGATING, *BULLETS, PATCHY, *NEGATIVE_BULLETS, *AREAS]


@pytest.mark.parametrize("page", [FULL, ONE_WORD_LINES_DROPPED], ids=["full", "one-word lines dropped"])
def test_the_findings_of_a_full_copy(page: str) -> None:
    reading = read(page)
    assert_whole(reading)
    assert (reading.report.force, reading.report.updated) == ("durham", "2018-03-22")
    assert told(reading) == [
        ("strength", "The force is good at keeping people safe and reducing crime"),
        ("observation", "The force sends a drone to every barn fire"),
        ("weakness", "The force does not always tell farmers what became of their reports"),
        *INVESTIGATING,
        ("cause-of-concern", "Callers who are lost at sea wait too long for a boat"),
        ("recommendation", "The force should immediately moor a second boat"),
        ("recommendation", "The force should immediately test its flares each week"),
        ("recommendation", "By 30 September 2018, the force should publish its answer times"),
        ("weakness", "Some callers wait too long"),
        ("strength", "The force rehearses its flood plan with neighbouring forces"),
        ("strength", "The force debriefs every exercise"),
    ]


def test_the_judgments_of_a_full_copy() -> None:
    assert judged(read(FULL)) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "3": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.PRINTED),
    }


def test_grades_of_one_word_are_recovered_and_the_basis_says_so() -> None:
    reading = read(ONE_WORD_LINES_DROPPED)
    assert judged(reading) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE),
        "3": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.SCHEME),
    }
    assert len(reading.warnings) == 2


def test_a_lost_grade_is_never_assumed() -> None:
    pillar_only = "Durham Constabulary is good in respect of its effectiveness."
    assert judged(question(pillar_only, grade=""))["2"] == (None, Status.INSPECTED, None, Basis.MISSING)
    reading = read(ONE_WORD_LINES_DROPPED.replace("is good at investigating", "looks into investigating"))
    assert judged(reading)["2"] == (None, Status.INSPECTED, None, Basis.MISSING)


def test_areas_before_the_narrative_do_not_hide_a_grade_in_it() -> None:
    areas = "Areas for improvement\n\n  • The force should count its goats."
    text = "Durham Constabulary is good at investigating crime and reducing re-offending."
    reading = question(f"{areas}\n\n{text}", grade="")
    assert judged(reading)["2"] == (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE)
    assert [kind for kind, _ in told(reading)] == ["area-for-improvement", "strength"]


def test_main_text_gets_its_numbers_from_the_scheme() -> None:
    reading = read(MAIN_TEXT)
    assert_whole(reading)
    assert judged(reading) == {
        "pillar": (None, Status.INSPECTED, None, Basis.MISSING),
        "1": (None, Status.CARRIED_OVER, "2016", Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE),
        "3": (None, Status.INSPECTED, None, Basis.MISSING),
    }
    assert [pair for f, pair in zip(reading.report.findings, told(reading), strict=True) if f.question == "2"] == [
        *INVESTIGATING,
        ("area-for-improvement", "The force should name its drones"),
    ]


def test_what_says_nothing_about_the_force_is_skipped_with_its_reason() -> None:
    reasons = {line.text: line.reason for line in read(FULL).skipped}
    assert reasons == {
        "Skip to content": "navigation",
        "English Cymraeg": "navigation",
        "HMIC is consulting on its proposed inspection programme for 2018/19": "stands before the page's title",
        "Tell us by 3 January 2019 what you think of it.": "stands before the page's title",
        "In 2016, we judged Durham Constabulary as outstanding at goats.": "states the judgment of an earlier cycle",
        "Read more about Durham 2017": "link",
        "Contact Alex Example": "contact",
        "In our 2017 legitimacy report, we recommended that all forces should:": "addressed to all forces",
        "count their ducks; and": "addressed to all forces",
        "publish the count.": "addressed to all forces",
        "The force should immediately:": "lead-in, joined to the items below it",
        "By 30 September 2018, the force should:": "lead-in, joined to the items below it",
        "Most positively, the force:": "lead-in, joined to the items below it",
    }


@pytest.mark.parametrize("page", [FULL, ONE_WORD_LINES_DROPPED], ids=["full", "recommendations heading lost"])
def test_recommendations_have_deadlines_and_their_cause(page: str) -> None:
    found = read(page).report.findings
    (concern,) = [f for f in found if f.kind is Kind.CAUSE_OF_CONCERN]
    assert [(f.text, f.deadline, f.cause) for f in found if f.kind is Kind.RECOMMENDATION] == [
        ("moor a second boat", "immediately", concern.key),
        ("test its flares each week.", "immediately", concern.key),
        ("publish its answer times.", "By 30 September 2018", concern.key),
    ]


def layout(shared: Path, name: str) -> str:
    """An invented page about a force that never was, given to one that is."""
    text = (shared / "data" / "layouts" / name).read_text(encoding="utf-8")
    return text.replace("Westshire Police", "Durham Constabulary").replace("Westshire", "Durham")


@pytest.mark.parametrize(
    ("name", "slug", "grades"),
    [
        (
            "2014_effectiveness_F.txt",
            "durham-2014-effectiveness",
            {"pillar": None, "1": "good", "2": "requires-improvement"},
        ),
        ("2016_leadership_O.txt", "durham-2016-leadership", {"1": None}),
        (
            "2017_effectiveness_F.txt",
            "durham-2017-effectiveness",
            {"pillar": "good", "2": "good", "3": "requires-improvement", "5": None},
        ),
        (
            "2017_effectiveness_O.txt",
            "durham-2017-effectiveness",
            {"pillar": "good", "2": "good", "3": "requires-improvement", "5": None},
        ),
        ("2017_effectiveness_M.txt", "durham-2017-effectiveness", {"pillar": None, "1": None, "2": "good"}),
        (
            "2018_efficiency_detailed_carried_over_O.txt",
            "durham-2018-19-efficiency",
            {"pillar": None, "1": None, "2": "requires-improvement"},
        ),
    ],
)
def test_every_layout_of_a_pillar_page_is_read_whole(
    shared: Path, name: str, slug: str, grades: dict[str, str | None]
) -> None:
    reading = read(layout(shared, name))
    assert_whole(reading)
    assert reading.report.slug == slug
    assert {j.of: j.grade for j in reading.report.judgments} == grades


@pytest.mark.parametrize(
    ("name", "url", "slug", "grades"),
    [
        (
            "2014_overview_F.txt",
            None,
            "durham-2014",
            {
                "effectiveness/1": "good",
                "effectiveness/2": "requires-improvement",
                "effectiveness/3": "good",
                "efficiency": "outstanding",
            },
        ),
        (
            "2016_overview_midcycle_F.txt",
            None,
            "durham-2016",
            {"effectiveness": None, "efficiency": "requires-improvement"},
        ),
        (
            "2018_overview_M.txt",
            None,
            "durham-2018-19",
            {"effectiveness": "requires-improvement", "efficiency": "inadequate", "legitimacy": "good"},
        ),
        (
            "2023_report_R.txt",
            REPORT_ADDRESS,
            "durham-2023-25",
            {"responding-to-the-public": "inadequate", "victims-of-crime": None},
        ),
    ],
)
def test_every_other_layout_is_read_whole(
    shared: Path, name: str, url: str | None, slug: str, grades: dict[str, str | None]
) -> None:
    reading = read(layout(shared, name), url)
    assert_whole(reading)
    assert reading.report.slug == slug
    assert {j.of: j.grade for j in reading.report.judgments} == grades


def test_a_report_on_a_whole_force_without_title_and_address_is_refused(shared: Path) -> None:
    with pytest.raises(UnreadablePage, match="names neither force nor cycle in a title"):
        read(layout(shared, "2023_report_R.txt"))


def test_a_question_out_of_the_scheme_is_refused_with_its_line() -> None:
    with pytest.raises(
        UnknownQuestion, match=r"page\.txt, line 30: 'How effective is the force at finding goats\?'"
    ) as refused:
        read(FULL.replace(TITLES[2], "How effective is the force at finding goats?"))
    assert "2017" in refused.value.fault


def test_a_printed_number_above_no_title_is_refused() -> None:
    with pytest.raises(UnknownQuestion, match="line 7"):
        read("Durham PEEL 2017\n\nEffectiveness\n\n2\n\nThe goats of the county\n")


def test_printed_numbers_are_kept_and_said() -> None:
    reading = question("Goats are found.").report
    assert [j.of for j in reading.judgments] == ["2"]
    other = read(f"Durham PEEL 2017\nEffectiveness\n4\n{TITLES[2]}\nGood\nGoats are found.\n")
    assert [j.of for j in other.report.judgments] == ["4"]
    assert other.warnings == ("line 4: question 2 is printed as 4",)


@pytest.mark.parametrize(
    "page",
    [
        "Durham PEEL 2017\n\nEffectiveness\n",
        f"Durham PEEL 2017\n\nEffectiveness\n\n{TITLES[2]}\n",
        f"{FULL}\n\nHow efficient is the force at keeping people safe and reducing crime?\n\nGood\n",
    ],
    ids=["title only", "question only", "two pillars"],
)
def test_pages_that_are_no_pillar_page_are_refused(page: str) -> None:
    with pytest.raises(UnreadablePage):
        read(page)


def test_a_date_that_never_was_is_not_believed() -> None:
    reading = read(FULL.replace("22/03/2018", "22/13/2018"))
    assert reading.report.updated is None
    assert "a date that never was" in [line.reason for line in reading.skipped]


@pytest.mark.parametrize("cycle", ["2014", "2015", "2016", "2017", "2018/19"])
@pytest.mark.parametrize("pillar", vocabulary.pillars())
def test_every_question_of_the_scheme_is_read(cycle: str, pillar: str) -> None:
    asked = [q for q in vocabulary.questions(cycle, pillar) if q.key != "pillar"]
    page = "".join(f"{q.key}\n{q.title}\nGood\nGoats are found in {q.key} hills.\n" for q in asked)
    if asked:
        reading = read(f"Durham PEEL {cycle}\n{pillar.capitalize()}\n{page}")
        assert [(j.of, j.title) for j in reading.report.judgments] == [(q.key, q.title) for q in asked]
        assert [f.question for f in reading.report.findings] == [q.key for q in asked]
