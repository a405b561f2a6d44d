"""Overviews of 2014: three clauses, one of which packs the grades of several questions."""

from __future__ import annotations

from kg import ingest
from kg.model import Grade, Reading, Status
from tests.unit.readings import asked, assert_whole, main_text, read, reasons, spaced

GOOD = (Grade.GOOD, Status.INSPECTED)
REQUIRES_IMPROVEMENT = (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED)
OUTSTANDING = (Grade.OUTSTANDING, Status.INSPECTED)
INTRODUCES = "introduces the page"


def graded(reading: Reading) -> dict[str, tuple[Grade | None, Status]]:
    assert_whole(reading)
    ingest.checked_graph(reading.report)
    return {j.of: (j.grade, j.status) for j in reading.report.judgments}


def of_2014(*clauses: str, opening: str = "The available evidence indicates that:") -> Reading:
    first = "This is the first PEEL assessment of Durham Constabulary."
    return read(spaced("Skip to content", "Durham 2014", first, opening, *clauses))


EFFICIENCY_2014 = "the efficiency with which the force carries out its responsibilities is outstanding; and"
LEGITIMACY_2014 = (
    "the force is acting to achieve fairness and legitimacy in most of the practices that were examined this year."
)
THREE_GRADES = (
    "in terms of its effectiveness, in general, the force is good at reducing crime and preventing offending, "
    "outstanding at investigating offending and requires improvement at tackling anti-social behaviour;"
)
LEGITIMACY_FINDING = (
    "legitimacy",
    "observation",
    "The force is acting to achieve fairness and legitimacy in most of the practices that were examined this year",
)


def test_a_clause_of_2014_packs_the_grades_of_several_questions() -> None:
    reading = of_2014(THREE_GRADES, EFFICIENCY_2014, LEGITIMACY_2014, "HMI's observations", "Goats are counted well.")
    assert graded(reading) == {
        "effectiveness/1": GOOD,
        "effectiveness/2": OUTSTANDING,
        "effectiveness/3": REQUIRES_IMPROVEMENT,
        "efficiency": OUTSTANDING,
    }
    assert asked(reading) == [LEGITIMACY_FINDING, (None, "strength", "Goats are counted well")]
    assert reasons(reading) == {
        "Skip to content": "navigation",
        "This is the first PEEL assessment of Durham Constabulary.": INTRODUCES,
    }


def test_a_clause_that_turns_in_the_middle_grades_both_sides() -> None:
    reading = of_2014(
        "in terms of its effectiveness, in general, the force is good at reducing crime and preventing offending and "
        "is good at tackling anti-social behaviour. However, it requires improvement in the way it investigates "
        "offending. I have some specific concerns about its care of goats;",
        EFFICIENCY_2014,
        LEGITIMACY_2014,
    )
    assert graded(reading) == {
        "effectiveness/1": GOOD,
        "effectiveness/2": REQUIRES_IMPROVEMENT,
        "effectiveness/3": GOOD,
        "efficiency": OUTSTANDING,
    }
    assert asked(reading) == [
        ("effectiveness", "weakness", "I have some specific concerns about its care of goats"),
        LEGITIMACY_FINDING,
    ]


def test_what_a_clause_says_besides_its_grade_is_a_finding() -> None:
    reading = of_2014(
        THREE_GRADES,
        "the efficiency with which the force carries out its responsibilities requires improvement. However, there "
        "has been a notable improvement in its barns since the first inspection; and",
        LEGITIMACY_2014,
    )
    assert graded(reading)["efficiency"] == REQUIRES_IMPROVEMENT
    assert asked(reading) == [
        ("efficiency", "strength", "There has been a notable improvement in its barns since the first inspection"),
        LEGITIMACY_FINDING,
    ]


def test_one_grade_for_all_three_questions() -> None:
    reading = of_2014(
        "in terms of its effectiveness, in general, the force is good at reducing crime and preventing offending, at "
        "investigating offending and at tackling anti-social behaviour;",
        EFFICIENCY_2014,
        LEGITIMACY_2014,
    )
    assert graded(reading) == {
        "effectiveness/1": GOOD,
        "effectiveness/2": GOOD,
        "effectiveness/3": GOOD,
        "efficiency": OUTSTANDING,
    }


def test_the_sentence_before_the_clauses_may_end_the_introduction() -> None:
    opening = "I have used my professional judgment to consider the evidence. The available evidence indicates that:"
    reading = of_2014(THREE_GRADES, EFFICIENCY_2014, LEGITIMACY_2014, opening=opening)
    assert len(graded(reading)) == 4
    assert reasons(reading)[opening] == INTRODUCES


def test_clauses_whose_opening_is_lost_still_give_their_grades() -> None:
    page = main_text(THREE_GRADES, EFFICIENCY_2014, LEGITIMACY_2014, "Durham has many goats.")
    reading = read(page, "https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2014/durham/?")
    assert len(graded(reading)) == 4
    assert asked(reading) == [LEGITIMACY_FINDING, (None, "observation", "The force area has many goats")]
