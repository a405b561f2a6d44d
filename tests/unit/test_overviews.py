"""Overviews of 2014 to 2018/19: a grade a pillar, the inspector's observations, a summary of each pillar."""

from __future__ import annotations

import pytest

from kg import ingest
from kg.model import Basis, Grade, Reading, Status
from tests.unit.readings import asked, assert_whole, main_text, read, reasons, spaced

GOOD = (Grade.GOOD, Status.INSPECTED)
REQUIRES_IMPROVEMENT = (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED)
OUTSTANDING = (Grade.OUTSTANDING, Status.INSPECTED)
INADEQUATE = (Grade.INADEQUATE, Status.INSPECTED)
NOT_YET = (None, Status.NOT_YET_GRADED)
NOT_GRADED = (None, Status.NOT_GRADED)

INTRODUCES = "introduces the page"
INTRODUCTION = "This is HMIC’s third PEEL assessment of Durham Constabulary. It is updated through the year."
KEEPING_SAFE = "keeping people safe and reducing crime"
HEADLINES = {
    "effectiveness": f"How effective is the force at {KEEPING_SAFE}?",
    "efficiency": f"How efficient is the force at {KEEPING_SAFE}?",
    "legitimacy": f"How legitimate is the force at {KEEPING_SAFE}?",
}


def extent(adjective: str, grade: str, who: str = "the force") -> str:
    return f"The extent to which {who} is {adjective} at {KEEPING_SAFE}{grade}"


def graded(reading: Reading) -> dict[str, tuple[Grade | None, Status]]:
    assert_whole(reading)
    ingest.checked_graph(reading.report)
    return {j.of: (j.grade, j.status) for j in reading.report.judgments}


# ---------------------------------------------------------------- 2015


def test_an_overview_of_2015_names_the_force_in_its_grades_and_describes_its_area() -> None:
    reading = read(
        spaced(
            "Durham 2015",
            "Read more about Durham 2015",
            extent("effective", " is good.", "Durham Constabulary"),
            extent("efficient", " is outstanding.", "Durham Constabulary"),
            extent("legitimate", " requires improvement.", "Durham Constabulary"),
            "Read the transcript of the video",
            "Alex Example, Her Majesty’s Inspector of Constabulary",
            "Alex Example, Her Majesty’s Inspector of Constabulary",
            "Contact Alex Example",
            "HMI’s observations",
            "I congratulate Durham Constabulary on its goats.",
            "Description of force area",
            "Durham has two rivers and a good cathedral.",
            "Working arrangements",
            "It shares its helicopters with its neighbours.",
            "Effectiveness",
            HEADLINES["effectiveness"],
            "Last updated 18/02/2016\nGood",
            "The force keeps careful watch.",
        )
    )
    assert graded(reading) == {"effectiveness": GOOD, "efficiency": OUTSTANDING, "legitimacy": REQUIRES_IMPROVEMENT}
    assert asked(reading) == [
        (None, "strength", "I congratulate the force on its goats"),
        ("effectiveness", "strength", "The force keeps careful watch"),
    ]
    assert reasons(reading) == {
        "Read more about Durham 2015": "link",
        "Read the transcript of the video": "link",
        "Alex Example, Her Majesty’s Inspector of Constabulary": "name of the inspector",
        "Contact Alex Example": "contact",
        "Durham has two rivers and a good cathedral.": "describes the area, not the force",
        "It shares its helicopters with its neighbours.": "describes the area, not the force",
    }
    assert (reading.report.updated, reading.warnings) == ("2016-02-18", ())


def test_looking_ahead_ends_the_description_of_the_area() -> None:
    page = spaced(
        "Durham 2015", "Description of force area", "Durham has a hill.", "Looking ahead", "I look forward to goats."
    )
    assert asked(read(page)) == [(None, "observation", "I look forward to goats")]


def test_an_older_form_without_observations_gives_the_prose_after_the_grades() -> None:
    reading = read(
        spaced(
            "Durham 2015",
            INTRODUCTION,
            INTRODUCTION,
            extent("effective", " is good.", "Durham Constabulary"),
            "Read the transcript",
            "The force counts its goats well.",
        )
    )
    assert graded(reading) == {"effectiveness": GOOD}
    assert asked(reading) == [(None, "strength", "The force counts its goats well")]
    assert [line.reason for line in reading.skipped] == [INTRODUCES, INTRODUCES, "link"]


def test_another_force_named_in_a_grade_changes_nothing() -> None:
    reading = read(
        spaced(
            "Durham 2015", extent("efficient", " is good.", "Surrey Police"), "HMI’s observations", "Goats are found."
        )
    )
    assert reading.report.force == "durham"
    assert graded(reading) == {"efficiency": GOOD}


# ---------------------------------------------------------------- 2016 and 2017


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (" is good.", GOOD),
        (" is: good.", GOOD),
        (" is good", GOOD),
        (" good.", GOOD),
        (": requires improvement.", REQUIRES_IMPROVEMENT),
        (" requires improvement.", REQUIRES_IMPROVEMENT),
        (" is inadequate.", INADEQUATE),
        (": not yet graded.", NOT_YET),
        (" is not yet graded.", NOT_YET),
        (" is not graded.", NOT_GRADED),
        (" is outstanding.", OUTSTANDING),
    ],
)
@pytest.mark.parametrize("who", ["the force", "the constabulary", "Durham Constabulary", "Thames Valley"])
def test_every_wording_of_a_grade_sentence(ending: str, expected: tuple[Grade | None, Status], who: str) -> None:
    reading = read(spaced("Durham 2016", extent("efficient", ending, who), "HMI's observations", "Goats are found."))
    assert graded(reading) == {"efficiency": expected}
    assert asked(reading) == [(None, "observation", "Goats are found")]


def test_mid_cycle_the_sentence_on_effectiveness_stands_in_the_place_of_legitimacy() -> None:
    not_yet = extent("effective", ": not yet graded.")
    reading = read(
        spaced(
            "Durham 2016",
            not_yet,
            extent("efficient", " is good."),
            not_yet,
            "Effectiveness",
            HEADLINES["effectiveness"],
            "To be graded",
            "View the five questions for effectiveness",
            "Efficiency",
            HEADLINES["efficiency"],
            "Last updated 03/11/2016\nGood",
            "The force knows the price of hay.",
            "Legitimacy",
            HEADLINES["legitimacy"],
            "Last updated 08/12/2016\nRequires improvement",
            "Some farmers are not heard.",
        )
    )
    assert graded(reading) == {"effectiveness": NOT_YET, "efficiency": GOOD, "legitimacy": REQUIRES_IMPROVEMENT}
    assert asked(reading) == [
        ("efficiency", "strength", "The force knows the price of hay"),
        ("legitimacy", "weakness", "Some farmers are not heard"),
    ]
    assert reading.report.updated == "2016-12-08"
    assert reasons(reading)[not_yet] == "a grade that is printed twice"


def test_a_force_that_was_not_graded() -> None:
    reading = read(
        spaced(
            "Greater Manchester 2017",
            extent("effective", " is good."),
            extent("efficient", " is not graded."),
            extent("legitimate", " is not graded."),
            "HMI's observations",
            "We did not visit the goats.",
            "Efficiency",
            "Not being graded",
        )
    )
    assert graded(reading) == {"effectiveness": GOOD, "efficiency": NOT_GRADED, "legitimacy": NOT_GRADED}


def test_a_grade_line_that_contradicts_its_sentence_is_said() -> None:
    reading = read(
        spaced(
            "Durham 2017",
            extent("effective", " is good."),
            "Effectiveness",
            HEADLINES["effectiveness"],
            "Last updated 22/03/2018\nRequires improvement",
            "Goats are found.",
        )
    )
    assert graded(reading) == {"effectiveness": GOOD}
    assert reading.warnings == ("effectiveness: the grade line says Requires improvement, the sentence above good",)


def test_a_list_of_the_inspectors_observations_takes_the_side_of_its_lead_in() -> None:
    reading = read(
        spaced(
            "Durham 2016",
            extent("effective", " is good."),
            "HMI's observations",
            "I am reassured to see improvements since our last assessment, including:",
            "  • a new goat; and\n  • an old barn mended.",
            "I continue to have concerns about:",
            "  • its ducks.",
        )
    )
    assert [(kind, meaning) for _, kind, meaning in asked(reading)] == [
        ("strength", "I am reassured to see improvements since our last assessment, including a new goat"),
        ("strength", "I am reassured to see improvements since our last assessment, including an old barn mended"),
        ("weakness", "I continue to have concerns about its ducks"),
    ]


def test_one_word_lines_dropped_leave_the_headline_to_open_a_pillar() -> None:
    reading = read(
        spaced(
            "Durham 2017",
            extent("legitimate", " is good."),
            "HMI's observations",
            "Goats are found.",
            "\n\n" + HEADLINES["legitimacy"],
            "Last updated 12/12/2017",
            "The force asks goats what they think and acts on it.",
        )
    )
    assert graded(reading) == {"legitimacy": GOOD}
    assert [question for question, _, _ in asked(reading)] == [None, "legitimacy"]


# ---------------------------------------------------------------- 2018/19

TRANCHE = "Durham Constabulary was inspected in tranche one and we found:"
GRADES_2018 = (
    "the extent to which the force is effective at reducing crime and keeping people safe is good.",
    "the extent to which the force operates efficiently and sustainably is outstanding.",
    "the extent to which the force treats the public and its workforce legitimately requires improvement.",
)
LINKED = "PEEL: Police effectiveness, efficiency and legitimacy 2018/19 – Durham Constabulary"
GLUED = "Read more about DurhamThis is HMICFRS’s fifth PEEL assessment of Durham Constabulary."


@pytest.mark.parametrize("layout", [spaced, main_text], ids=["full", "main text"])
def test_an_overview_of_2018_19(layout: object) -> None:
    assert callable(layout)
    reading = read(
        layout(
            "Durham 2018/19",
            GLUED,
            TRANCHE,
            *GRADES_2018,
            "Download the full report",
            LINKED,
            "HMI's observations",
            "The force needs to improve:",
            "  • how it plans feed; and\n  • its goat register.",
        )
    )
    assert graded(reading) == {"effectiveness": GOOD, "efficiency": OUTSTANDING, "legitimacy": REQUIRES_IMPROVEMENT}
    assert asked(reading) == [
        (None, "weakness", "The force needs to improve how it plans feed"),
        (None, "weakness", "The force needs to improve its goat register"),
    ]
    assert reasons(reading) == {
        GLUED: "link run into the introduction",
        TRANCHE: INTRODUCES,
        "Download the full report": "link",
        LINKED: "title of a linked report",
        "The force needs to improve:": "lead-in, joined to the items below it",
    }


def test_three_grades_on_one_line_are_three_grades() -> None:
    reading = read(spaced("Durham 2018/19", TRANCHE, " ".join(GRADES_2018), "HMI's observations", "Goats are found."))
    assert graded(reading) == {"effectiveness": GOOD, "efficiency": OUTSTANDING, "legitimacy": REQUIRES_IMPROVEMENT}


def test_what_a_grade_sentence_shares_its_line_with_is_read_on_its_own() -> None:
    efficient, effective = extent("efficient", " is good."), extent("effective", " is good.")
    page = spaced("Durham 2017", f"{INTRODUCTION} {efficient}", f"{effective} The force finds goats well.")
    reading = read(page)
    assert graded(reading) == {"efficiency": GOOD, "effectiveness": GOOD}
    assert asked(reading) == [(None, "strength", "The force finds goats well")]
    assert set(reasons(reading).values()) == {INTRODUCES}


def test_a_grade_of_an_overview_is_as_printed() -> None:
    reading = read(spaced("Durham 2017", extent("effective", " is good."), "HMI's observations", "Goats are found."))
    assert {j.basis for j in reading.report.judgments} == {Basis.PRINTED}
