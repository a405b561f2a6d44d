"""Pillar pages of 2014 to 2018/19: their judgments, names, quotes, and slips in the originals."""

from __future__ import annotations

import pytest

from kg import ingest
from kg.model import Basis, Grade, Status
from tests.unit.readings import FULL, assert_whole, judged, question, read, told


@pytest.mark.parametrize(
    ("words", "cycle", "expected"),
    [
        ("This question has not been inspected or graded in 2017.", 2017, (None, Status.NOT_INSPECTED, None)),
        (
            "This question was not inspected in 2017. The grade and findings from last year’s inspection still stand.",
            2017,
            (None, Status.CARRIED_OVER, "2016"),
        ),
        (
            "This question was not inspected in 2017. The grade and findings from last year's inspection still stand.",
            2017,
            (None, Status.CARRIED_OVER, "2016"),
        ),
        *(
            (
                "This question was not subject to detailed inspection in 2018/19, and our judgment from the "
                f"{year} {pillar} inspection has been carried over.",
                2018,
                (None, Status.CARRIED_OVER, year),
            )
            for year, pillar in [("2016", "effectiveness"), ("2017", "effectiveness"), ("2017", "legitimacy")]
        ),
    ],
)
def test_a_question_not_inspected(words: str, cycle: int, expected: tuple[Grade | None, Status, str | None]) -> None:
    reading = question(words, number=1, cycle=cycle, grade="")
    assert judged(reading)["1"][:3] == expected
    assert told(reading) == []
    assert_whole(reading)


def test_a_grade_printed_above_a_carried_over_question_is_kept() -> None:
    words = (
        "This question was not subject to detailed inspection in 2018/19, and our judgment from the 2017 effectiveness "
        "inspection has been carried over."
    )
    for reading in (question(words, 1, 2018), question(f"{words}\n\nGood", 1, 2018, grade="")):
        assert judged(reading) == {"1": (Grade.GOOD, Status.CARRIED_OVER, "2017", Basis.PRINTED)}
        assert_whole(reading)


def test_content_after_a_carried_over_sentence_is_read() -> None:
    words = (
        "This question was not subject to detailed inspection in 2018/19, and our judgment from the 2017 effectiveness "
        "inspection has been carried over. However, we counted goats. One area for improvement remained from that "
        "inspection.\n\n  • The force should count its goats.\n\nIt has lost some since."
    )
    assert told(question(words, 1, 2018)) == [
        ("observation", "We counted goats"),
        ("area-for-improvement", "The force should count its goats"),
        ("observation", "The force has lost some since"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Outstanding", (Grade.OUTSTANDING, Status.INSPECTED)),
        ("requires Improvement", (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED)),
        ("Requires\u00a0improvement", (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED)),
        ("Inadequate", (Grade.INADEQUATE, Status.INSPECTED)),
        ("Ungraded", (None, Status.NOT_GRADED)),
        ("Not being graded", (None, Status.NOT_GRADED)),
        ("To be graded", (None, Status.NOT_YET_GRADED)),
        ("not yet graded", (None, Status.NOT_YET_GRADED)),
    ],
)
def test_grade_lines(line: str, expected: tuple[Grade | None, Status]) -> None:
    assert judged(question("Goats are found.", grade=line))["2"][:2] == expected


def test_the_judgment_of_an_earlier_year_is_no_new_grade() -> None:
    earlier = "In 2016, we judged Durham Constabulary as good at investigating crime and re-offending."
    reading = question(f"{earlier} Goats are found.", grade="")
    assert told(reading) == [("observation", "Goats are found")]
    assert judged(reading)["2"] == (None, Status.INSPECTED, None, Basis.MISSING)


def test_a_statement_about_this_cycle_is_no_earlier_judgment() -> None:
    this_year = question("In 2017, we judged Durham Constabulary as good at finding goats.")
    assert told(this_year) == [("strength", "In 2017, we judged the force as good at finding goats")]


def test_leadership_is_not_graded_and_its_common_block_is_set_aside() -> None:
    reading = read(
        "Durham PEEL 2016\n\nOther inspections\n\nHow well has the force performed in our other inspections?\n\n"
        "Boats are good.\n\nLeadership\n\nLast updated 08/12/2016\nUngraded\n\nLeaders are kind.\n\n"
        "Questions for Leadership\n\n1\n\nHow well does the force understand leadership?\n\nUngraded\n\n"
        "Sergeants are unsure."
    )
    assert_whole(reading)
    assert [(j.of, j.title, j.status) for j in reading.report.judgments] == [
        ("pillar", "Leadership", Status.NOT_GRADED),
        ("1", "How well does the force understand leadership?", Status.NOT_GRADED),
    ]
    assert [meaning for _, meaning in told(reading)] == ["Leaders are kind", "Sergeants are unsure"]
    ingest.checked_graph(reading.report)


def test_a_common_block_without_a_date_ends_at_the_first_question() -> None:
    reading = read(
        "Durham PEEL 2016\nLeadership\nOther inspections\nHow well has the force performed in our other inspections?\n"
        "Boats are good.\nHow well does the force understand leadership?\nSergeants are unsure.\n"
    )
    assert [meaning for _, meaning in told(reading)] == ["Sergeants are unsure"]


def test_another_force_in_the_prose_changes_nothing() -> None:
    reading = question("Surrey Police is good at goats.")
    assert reading.report.force == "durham"
    assert told(reading) == [("strength", "Surrey Police is good at goats")]


@pytest.mark.parametrize("quote", ["’", "'"])
def test_curly_and_straight_quotes_are_one(quote: str) -> None:
    page = FULL.replace("’", quote).replace("force's specialist", f"force{quote}s specialist")
    assert judged(read(page))["5"] == (None, Status.NOT_GRADED, None, Basis.PRINTED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("re-offending?", "reoffending?"),
        ("How effective", "HOW EFFECTIVE"),
        ("supporting victims?", "supporting victims"),
    ],
)
def test_titles_are_known_however_they_are_spelt(old: str, new: str) -> None:
    assert old in FULL
    assert judged(read(FULL.replace(old, new))) == judged(read(FULL))


@pytest.mark.parametrize(
    "line",
    [
        "Contact HMICFRS (e-mail address)",
        "Read more about DurhamThis is HMIC’s third look at goats.",
        "Read the transcript of the video",
        "Download the full report",
        "PEEL: Police effectiveness 2017 – Durham Constabulary",
        "View the five questions for effectiveness",
        "Detailed findings for question 2",
        "Alex Example, Her Majesty’s Inspector of Constabulary",
        "Alex Example, Her Majesty's Inspector of Constabulary",
        "Os hoffech chi ddarllen hwn trwy’r Gymraeg (PDF document)",
        "(PDF document)",
        "Loading graph...",
        "Force x is",
        "score]",
        "***",
    ],
)
def test_junk_lines_are_skipped(line: str) -> None:
    reading = question(f"Goats are found.\n\n{line}\n\nDucks are counted.")
    assert line in [skipped.text for skipped in reading.skipped]
    assert [meaning for _, meaning in told(reading)] == ["Goats are found", "Ducks are counted"]


def test_contact_with_the_public_is_no_contact_line() -> None:
    assert told(question("Contact with goats is rare and poor."))[0][1] == "Contact with goats is rare and poor"
