"""Whole-force reports of 2021/22 and later: areas, grades, and findings with what supports them."""

from __future__ import annotations

import pytest

from kg.model import Basis, Grade, Status
from tests.unit.readings import EARLIER_ADDRESS, INVESTIGATING, RESPONDING, area, areas, asked, reasons, report

GOOD = (Grade.GOOD, Status.INSPECTED, Basis.PRINTED)
ADEQUATE = (Grade.ADEQUATE, Status.INSPECTED, Basis.PRINTED)
OUTSTANDING = (Grade.OUTSTANDING, Status.INSPECTED, Basis.PRINTED)
VICTIMS = (
    "We also inspected how effective a service Durham Constabulary gives to victims of crime. "
    "We don’t make a graded judgment for this area."
)


def assessed(areas: str, graded: str) -> str:
    return (
        f"Our inspection assessed how good Durham Constabulary is in {areas} areas of policing. "
        f"We make graded judgments in {graded} of these {areas} as follows:"
    )


# ---------------------------------------------------------------- the beginning


@pytest.mark.parametrize("numbers", [("10", "9"), ("ten", "nine"), ("nine", "eight")])
@pytest.mark.parametrize("heading_first", [True, False])
def test_what_introduces_the_judgments_is_no_finding(numbers: tuple[str, str], heading_first: bool) -> None:
    start = ["Our judgments", assessed(*numbers)]
    reading = report(
        "Overall summary",
        *(start if heading_first else reversed(start)),
        VICTIMS,
        "Important changes to PEEL",
        "In 2014, we introduced our inspections of goats, which assess every farm.",
        "HM Inspector’s observations",
        "I am pleased with the goats of Durham Constabulary.",
        RESPONDING,
        "Adequate",
        "Durham Constabulary is adequate at responding to the public.",
        url=EARLIER_ADDRESS,
    )
    assert areas(reading) == {
        "victims-of-crime": (None, Status.NOT_GRADED, Basis.PRINTED),
        "responding-to-the-public": ADEQUATE,
    }
    assert asked(reading) == [
        (None, "strength", "I am pleased with the goats of the force"),
        ("responding-to-the-public", "strength", "The force is adequate at responding to the public"),
    ]
    assert reasons(reading) == {
        assessed(*numbers): "introduces what follows",
        "In 2014, we introduced our inspections of goats, which assess every farm.": (
            "about the inspection, not the force"
        ),
    }


@pytest.mark.parametrize("heading", ["HM Inspector’s summary", "HM Inspector's summary", "HM Inspector’s observations"])
def test_the_inspectors_own_words_belong_to_no_area(heading: str) -> None:
    reading = report(
        heading, "I have concerns about how the force keeps ducks.", RESPONDING, "Good", "Calls are heard."
    )
    assert asked(reading) == [
        (None, "weakness", "I have concerns about how the force keeps ducks"),
        ("responding-to-the-public", "observation", "Calls are heard"),
    ]


def test_terminology_and_what_is_about_the_inspection_are_no_findings() -> None:
    reading = report(
        "PEEL 2023–2025",
        "Our goats are not comparable with those of earlier cycles.",
        "Terminology in this report",
        "We use the word goat. Our reports contain references to hay.",
        "  • A goat is an animal; and\n  • hay is dry.",
        RESPONDING,
        "Good",
        "Calls are heard.",
        "About the data",
        "We counted 40 goats. Some forces were not able to count theirs.",
    )
    assert asked(reading) == [("responding-to-the-public", "observation", "Calls are heard")]
    assert {reason for text, reason in reasons(reading).items()} == {"about the inspection, not the force"}


def test_grades_that_were_announced_and_are_not_there_are_said() -> None:
    reading = report("Our judgments", assessed("nine", "eight"), RESPONDING, "Good", "Calls are heard.")
    assert "8 areas are announced as graded, 1 grades are read" in reading.warnings


# ---------------------------------------------------------------- judgments


def test_a_table_of_judgments_gives_each_area_the_grade_above_it() -> None:
    reading = report(
        "Our judgments",
        assessed("five", "four"),
        "Outstanding",
        "Preventing crime",
        "Good",
        "Treatment of the public",
        "Managing offenders",
        "Adequate",
        RESPONDING,
        VICTIMS,
        "We set out our detailed findings in the rest of this report.",
        "HM Inspector’s observations",
        "Goats are found.",
        "Preventing crime and anti-social behaviour",
        "Durham Constabulary is outstanding at preventing crime and anti-social behaviour.",
        RESPONDING,
        "Adequate",
        "Calls are heard.",
        url=EARLIER_ADDRESS,
    )
    assert areas(reading) == {
        "preventing-crime": OUTSTANDING,
        "treating-the-public": GOOD,
        "managing-offenders": GOOD,
        "responding-to-the-public": ADEQUATE,
        "victims-of-crime": (None, Status.NOT_GRADED, Basis.PRINTED),
    }
    assert [question for question, _, _ in asked(reading)] == [None, "preventing-crime", "responding-to-the-public"]
    assert reading.warnings == ()


def test_a_table_of_areas_each_above_its_grade() -> None:
    reading = report(
        "Our judgments",
        assessed("two", "two"),
        RESPONDING,
        "Good",
        INVESTIGATING,
        "Adequate",
        "HM Inspector’s summary",
        "Goats are found.",
    )
    assert areas(reading) == {"responding-to-the-public": GOOD, "investigating-crime": ADEQUATE}
    assert asked(reading) == [(None, "observation", "Goats are found")]


def test_a_table_of_areas_without_grades_says_nothing() -> None:
    reading = report(
        "Our judgments",
        assessed("two", "two"),
        RESPONDING,
        INVESTIGATING,
        "We set out our findings in the rest of this report.",
        "HM Inspector’s summary",
        "Goats are found.",
    )
    missing = (None, Status.INSPECTED, Basis.MISSING)
    assert areas(reading) == {"responding-to-the-public": missing, "investigating-crime": missing}
    assert asked(reading) == [(None, "observation", "Goats are found")]


def test_of_two_sets_of_judgments_the_later_stands_and_the_other_is_said() -> None:
    reading = report(
        "Our judgments",
        "We make graded judgments in two areas. Our initial judgments of May 2021 are as follows:",
        "Adequate",
        RESPONDING,
        INVESTIGATING,
        "We went back in May 2022. Our judgments are now as follows:",
        "Good",
        RESPONDING,
        "Adequate",
        INVESTIGATING,
        "HM Inspector’s observations",
        "Goats are found.",
        url=EARLIER_ADDRESS,
    )
    assert areas(reading) == {"responding-to-the-public": GOOD, "investigating-crime": ADEQUATE}
    assert reading.warnings == ("responding-to-the-public: printed first as adequate, then as good, which stands",)


def test_a_grade_lost_with_its_graphic_is_read_from_the_first_sentence() -> None:
    reading = report(
        RESPONDING,
        "Durham Constabulary is adequate at responding to the public.",
        INVESTIGATING,
        "Durham Constabulary requires improvement at investigating crime.",
        "Managing offenders and suspects",
        "Goats are managed.",
    )
    assert areas(reading) == {
        "responding-to-the-public": (Grade.ADEQUATE, Status.INSPECTED, Basis.PROSE),
        "investigating-crime": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, Basis.PROSE),
        "managing-offenders": (None, Status.INSPECTED, Basis.MISSING),
    }


def test_a_grade_word_in_the_text_is_no_second_judgment() -> None:
    reading = area("Calls are heard.", "Good", "Main findings", "Patrols are quick.")
    assert areas(reading) == {"responding-to-the-public": ADEQUATE}
    assert reasons(reading) == {"Good": "a grade word in the text"}


def test_victims_are_not_graded_by_scheme() -> None:
    reading = report("Providing a service to the victims of crime", "Victim service assessment", "Victims are heard.")
    assert areas(reading) == {"victims-of-crime": (None, Status.NOT_GRADED, Basis.SCHEME)}
    assert asked(reading) == [("victims-of-crime", "observation", "Victims are heard")]


def test_areas_in_the_short_labels_of_scorecards() -> None:
    reading = report(
        "Treatment of the public",
        "Good",
        "Goats are greeted.",
        "Developing a positive workplace",
        "Adequate",
        "Stables are warm.",
        "Good use of resources",
        "Outstanding",
        "Hay is bought.",
        url=EARLIER_ADDRESS,
    )
    assert areas(reading) == {"treating-the-public": GOOD, "workforce": ADEQUATE, "strategic-planning": OUTSTANDING}
    assert [question for question, _, _ in asked(reading)] == ["treating-the-public", "workforce", "strategic-planning"]
