"""Pillar pages with detailed findings, common blocks, carried-over questions and summaries printed twice."""

from __future__ import annotations

import pytest

from kg.model import Basis, Coverage, Grade, Reading, Status
from tests.unit.readings import TITLES, asked, assert_whole, judged, main_text, read, reasons, spaced, told
from tests.unit.readings import without_one_word_lines as dropped

DETAILED = (
    "We set out our detailed findings below. These are the basis for our judgment of the force’s performance in this "
    "area."
)
FORMS = {
    "full": lambda *blocks: read(spaced(*blocks)),
    "one-word lines dropped": lambda *blocks: read(dropped(spaced(*blocks))),
    "main text": lambda *blocks: read(main_text(*blocks)),
}
in_every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def headings(reading: Reading) -> list[str]:
    return [heading.text for heading in reading.headings]


@in_every_form
@pytest.mark.parametrize("variant", [DETAILED, DETAILED.replace("the force’s performance", "performance")])
def test_sub_headings_of_detailed_findings_carry_no_mark(form: object, variant: str) -> None:
    assert callable(form)
    reading = form(
        "Durham PEEL 2018",
        "Effectiveness",
        "How effectively does the force reduce crime and keep people safe?",
        TITLES[2],
        "Areas for improvement",
        "  • The force should count its goats.\n  • The force should feed its ducks.",
        variant,
        "Investigation quality",
        "Durham Constabulary’s files are poor.",
        "Treating goats fairly and respectfully",
        "Goats are greeted. The force:",
        "  • listens to goats; and\n  • acts on what they say.",
        "Catching criminals",
        "The force is quick.",
    )
    assert_whole(reading)
    assert headings(reading)[-3:] == [
        "Investigation quality",
        "Treating goats fairly and respectfully",
        "Catching criminals",
    ]
    assert told(reading) == [
        ("area-for-improvement", "The force should count its goats"),
        ("area-for-improvement", "The force should feed its ducks"),
        ("weakness", "The force’s files are poor"),
        ("observation", "Goats are greeted"),
        ("strength", "The force listens to goats"),
        ("strength", "The force acts on what they say"),
        ("strength", "The force is quick"),
    ]
    assert {question for question, _, _ in asked(reading)} == {"2"}
    assert reasons(reading)[variant] == "introduces the detailed findings"


@in_every_form
def test_leadership_begins_after_the_common_block(form: object) -> None:
    assert callable(form)
    reading = form(
        "Durham PEEL 2016",
        "Other inspections",
        "How well has the force performed in our other inspections?",
        "In addition to the three core PEEL pillars, HMIC inspects goats.",
        "Findings from these inspections are published separately.",
        "Leadership",
        "Last updated 08/12/2016\nUngraded",
        "Questions for Leadership",
        "1",
        "How well does the force understand leadership?",
        "Ungraded",
        "Leaders are kind. Not every goat has met one.",
    )
    assert_whole(reading)
    assert told(reading) == [("observation", "Leaders are kind"), ("weakness", "Not every goat has met one")]
    assert all(j.status is Status.NOT_GRADED for j in reading.report.judgments)
    common = "common block on other inspections"
    assert [line.text[:8] for line in reading.skipped if line.reason == common] == ["In addit", "Findings"]


GOOD, PROSE, PRINTED = Grade.GOOD, Basis.PROSE, Basis.PRINTED
CARRIED = (
    "This question was not subject to detailed inspection in 2018/19, and our judgment from the 2017 effectiveness "
    "inspection has been carried over."
)


@pytest.mark.parametrize("old", ["Good", "Requires improvement"])
def test_a_carried_over_question_keeps_its_old_grade_and_its_new_content(old: str) -> None:
    reading = read(
        spaced(
            "Durham PEEL 2018",
            "Effectiveness",
            "1",
            TITLES[1],
            old,
            CARRIED,
            "However, we reviewed a representative sample of 40 goats. We found that 30 had bells.",
            "2",
            TITLES[2],
            "Outstanding",
            "The force finds every goat.",
        )
    )
    assert_whole(reading)
    assert judged(reading) == {
        "1": (Grade(old.casefold().replace(" ", "-")), Status.CARRIED_OVER, "2017", Basis.PRINTED),
        "2": (Grade.OUTSTANDING, Status.INSPECTED, None, Basis.PRINTED),
    }
    assert asked(reading) == [
        ("1", "observation", "We reviewed a representative sample of 40 goats"),
        ("1", "observation", "We found that 30 had bells"),
        ("2", "observation", "The force finds every goat"),
    ]


@pytest.mark.parametrize(
    ("said", "grade", "basis"),
    [
        (
            "the force as good at preventing crime, keeping people safe and tackling anti-social behaviour",
            GOOD,
            PROSE,
        ),
        ("that how it prevents crime, tackles anti-social behaviour and keeps people safe was good", GOOD, PROSE),
        ("the force as good at finding goats", None, PRINTED),
        ("the force as good at preventing crime and keeping people safe and inadequate at goats", None, PRINTED),
    ],
)
def test_the_grade_of_an_earlier_cycle_stands_where_a_question_is_carried_over(
    said: str, grade: Grade | None, basis: Basis
) -> None:
    summary = f"It finds goats. In 2017, we judged {said}."
    reading = read(spaced("Durham PEEL 2018", "Effectiveness", summary, "1", TITLES[1], CARRIED))
    assert_whole(reading)
    assert judged(reading) == {"1": (grade, Status.CARRIED_OVER, "2017", basis)}
    assert len(reading.warnings) == (grade is not None)


def test_a_grade_below_the_summary_is_not_the_pillars() -> None:
    reading = read(spaced("Durham PEEL 2018", "Effectiveness", "Last updated 02/05/2019", "It finds goats.",
                          "Requires improvement", "It loses ducks."))  # fmt: skip
    assert judged(reading) == {}
    assert reasons(reading) == {"Requires improvement": "a grade word in the text"}


def test_a_question_not_inspected_is_no_finding_where_its_title_is_lost() -> None:
    reading = read(
        spaced(
            "Durham PEEL 2018", "Effectiveness", "It finds goats.", f"{CARRIED} However, it does not find every one."
        )
    )
    assert_whole(reading)
    assert told(reading) == [
        ("observation", "The force finds goats"),
        ("weakness", "The force does not find every one"),
    ]


def test_a_list_whose_bullets_are_lost_is_a_list() -> None:
    reading = read(
        spaced(
            "Durham PEEL 2017", "Effectiveness", "2", TITLES[2], "Good",
            "However, the force needs to improve:", "its goat register;", "how it plans feed; and", "its barns.",
            "Goats are found.",
        )
    )  # fmt: skip
    assert_whole(reading)
    assert told(reading) == [
        ("weakness", "The force needs to improve its goat register"),
        ("weakness", "The force needs to improve how it plans feed"),
        ("weakness", "The force needs to improve its barns"),
        ("observation", "Goats are found"),
    ]


@pytest.mark.parametrize(
    "end",
    [
        "The force finds goats in the",
        "Treating goats",
        "The force finds its goats in the hills of the county by day and by night and in the",
    ],
)
def test_the_end_of_a_copy_that_was_cut_is_no_finding(end: str) -> None:
    reading = read(spaced("Durham PEEL 2017", "Effectiveness", "2", TITLES[2], "Good", "Goats are found.", end))
    assert_whole(reading)
    assert told(reading) == [("observation", "Goats are found")]
    assert reasons(reading) == {end: "the copy ends within it"}
    assert reading.report.sources[0].coverage is Coverage.BEGINNING


def test_what_is_about_the_assessment_is_no_finding() -> None:
    said = [
        "This is the first year HMIC has graded forces on their goats, so no comparison is possible.",
        "The assessment has led to a narrative rather than graded judgment of goats.",
    ]
    reading = read(spaced("Durham PEEL 2015", "Effectiveness", f"Goats are found. {' '.join(said)}"))
    assert told(reading) == [("observation", "Goats are found")]
    assert reasons(reading) == dict.fromkeys(said, "about the assessment, not the force")


def test_a_short_line_in_lower_case_is_no_heading() -> None:
    reading = read(spaced("Durham PEEL 2015", "Effectiveness", "Goats are found.", "its ducks", "It has many."))
    assert_whole(reading)
    assert "its ducks" not in headings(reading)


def test_further_insights_of_2014_belong_to_the_pillar() -> None:
    reading = read(
        spaced(
            "Durham PEEL 2014",
            "Legitimacy",
            "Does the force act with integrity and provide a service the public expects?",
            "Last updated 12/11/2014\nUngraded",
            "\u00a0",
            "The force acts with integrity.",
            "Further insights on legitimacy",
            "Staff did not know the rule on goats.",
            "Questions for Legitimacy",
            "1",
            "To what extent does the force ensure that the workforce acts with integrity?",
            "Ungraded",
            "Leaders are clear.",
        )
    )
    assert_whole(reading)
    assert asked(reading) == [
        (None, "observation", "The force acts with integrity"),
        (None, "weakness", "Staff did not know the rule on goats"),
        ("1", "strength", "Leaders are clear"),
    ]
    assert "Further insights on legitimacy" in headings(reading)


def test_a_summary_given_short_and_then_long_says_nothing_twice() -> None:
    short = "The force is good at finding goats."
    reading = read(
        spaced(
            "Durham PEEL 2015",
            "Effectiveness",
            "How effective is the force at keeping people safe and reducing crime?",
            "Last updated 18/02/2016\nGood",
            short,
            f"{short} It finds them by their bells. However, some bells are poor.",
        )
    )
    assert_whole(reading)
    assert asked(reading) == [
        (None, "strength", "The force is good at finding goats"),
        (None, "observation", "The force finds them by their bells"),
        (None, "weakness", "Some bells are poor"),
    ]
    assert reasons(reading) == {short: "said before in the same words"}


def test_the_same_words_under_another_question_are_said_again() -> None:
    page = spaced("Durham PEEL 2017", "Effectiveness", "2", TITLES[2], "It is late.", "3", TITLES[3], "It is late.")
    assert [question for question, _, _ in asked(read(page))] == ["2", "3"]


def test_a_cause_of_concern_printed_twice_keeps_all_its_recommendations() -> None:
    concern = ("Cause of concern", "Goats are lost.", "Recommendations")
    reading = read(
        spaced(
            "Durham PEEL 2017",
            "Effectiveness",
            "2",
            TITLES[2],
            *concern,
            "The force should immediately:",
            "  • buy bells.",
            *concern,
            "The force should immediately:",
            "  • buy bells; and\n  • ring them.",
        )
    )
    assert_whole(reading)
    concern_key = reading.report.findings[0].key
    assert [(f.kind.value, f.text, f.cause) for f in reading.report.findings] == [
        ("cause-of-concern", "Goats are lost.", None),
        ("recommendation", "buy bells.", concern_key),
        ("recommendation", "ring them.", concern_key),
    ]


def test_a_wrapped_paragraph_is_one_paragraph() -> None:
    body = (
        "Durham Constabulary is good at investigating crime and reducing\nre-offending. It sends a drone to every barn "
        "that burns in the hills, and\nwrites down what it saw."
    )
    reading = read(spaced("Durham PEEL 2017", "Effectiveness", "2", TITLES[2], "Good", body))
    assert_whole(reading)
    assert told(reading) == [
        ("strength", "The force is good at investigating crime and reducing re-offending"),
        ("observation", "The force sends a drone to every barn that burns in the hills, and writes down what it saw"),
    ]


def test_a_title_on_two_lines_is_a_title() -> None:
    title = TITLES[3].replace("harm, and ", "harm, and\n")
    reading = read(spaced("Durham PEEL 2017", "Effectiveness", "3", title, "Good", "Goats are found."))
    assert_whole(reading)
    assert judged(reading) == {"3": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED)}


def test_bullets_of_other_kinds_are_bullets() -> None:
    listed = "  • finds goats;\n  – counts ducks; and\n  - feeds both."
    reading = read(spaced("Durham PEEL 2017", "Effectiveness", "2", TITLES[2], "Good", "The force:", listed))
    assert [meaning for _, meaning in told(reading)] == [
        "The force finds goats",
        "The force counts ducks",
        "The force feeds both",
    ]
