"""Whole-force reports of 2021/22 and later: areas, grades, and findings with what supports them."""

from __future__ import annotations

import pytest

from kg import ingest
from kg.model import Basis, Finding, Grade, Kind, Reading, Status
from tests.unit.readings import REPORT_ADDRESS, asked, assert_whole, main_text, read, reasons, spaced

EARLIER_ADDRESS = REPORT_ADDRESS.replace("2023-25", "2021-22")
RESPONDING = "Responding to the public"
INVESTIGATING = "Investigating crime"
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


def report(*blocks: str, url: str = REPORT_ADDRESS) -> Reading:
    """A report in both of its saved forms, which must be read alike."""
    full, main = read(spaced(*blocks), url), read(main_text(*blocks), url)
    assert_whole(full)
    assert_whole(main)
    ingest.checked_graph(full.report)
    assert asked(full) == asked(main)
    assert judged(full) == judged(main)
    return full


def area(*blocks: str, grade: str = "Adequate") -> Reading:
    return report(RESPONDING, grade, *blocks)


def judged(reading: Reading) -> dict[str, tuple[Grade | None, Status, Basis]]:
    return {j.of: (j.grade, j.status, j.basis) for j in reading.report.judgments}


def supported(reading: Reading) -> list[tuple[str, str, list[str]]]:
    return [(f.kind.value, f.text, [s.text for s in f.evidence]) for f in reading.report.findings]


def of_kind(reading: Reading, kind: Kind) -> list[Finding]:
    return [finding for finding in reading.report.findings if finding.kind is kind]


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
    assert judged(reading) == {
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
    assert judged(reading) == {
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
    assert judged(reading) == {"responding-to-the-public": GOOD, "investigating-crime": ADEQUATE}
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
    assert judged(reading) == {"responding-to-the-public": missing, "investigating-crime": missing}
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
    assert judged(reading) == {"responding-to-the-public": GOOD, "investigating-crime": ADEQUATE}
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
    assert judged(reading) == {
        "responding-to-the-public": (Grade.ADEQUATE, Status.INSPECTED, Basis.PROSE),
        "investigating-crime": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, Basis.PROSE),
        "managing-offenders": (None, Status.INSPECTED, Basis.MISSING),
    }


def test_a_grade_word_in_the_text_is_no_second_judgment() -> None:
    reading = area("Calls are heard.", "Good", "Main findings", "Patrols are quick.")
    assert judged(reading) == {"responding-to-the-public": ADEQUATE}
    assert reasons(reading) == {"Good": "a grade word in the text"}


def test_victims_are_not_graded_by_scheme() -> None:
    reading = report("Providing a service to the victims of crime", "Victim service assessment", "Victims are heard.")
    assert judged(reading) == {"victims-of-crime": (None, Status.NOT_GRADED, Basis.SCHEME)}
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
    assert judged(reading) == {"treating-the-public": GOOD, "workforce": ADEQUATE, "strategic-planning": OUTSTANDING}
    assert [question for question, _, _ in asked(reading)] == ["treating-the-public", "workforce", "strategic-planning"]


# ---------------------------------------------------------------- areas for improvement


@pytest.mark.parametrize("stop", ["", "."])
def test_several_areas_for_improvement_under_one_heading(stop: str) -> None:
    reading = area(
        "Areas for improvement",
        f"Durham Constabulary needs to flag its goats{stop}",
        "In 12 of 40 cases we reviewed there was no flag. Patrols came without knowing.",
        "The force has begun to count them.",
        f"The force should make sure that ducks are heard{stop}",
        "Ducks told us that they wait.",
        "Main findings",
        "Patrols are quick.",
    )
    assert supported(reading) == [
        (
            "area-for-improvement",
            f"Durham Constabulary needs to flag its goats{stop}",
            [
                "In 12 of 40 cases we reviewed there was no flag.",
                "Patrols came without knowing.",
                "The force has begun to count them.",
            ],
        ),
        (
            "area-for-improvement",
            f"The force should make sure that ducks are heard{stop}",
            ["Ducks told us that they wait."],
        ),
        ("strength", "Patrols are quick.", []),
    ]
    assert asked(reading)[0][2] == "The force needs to flag its goats"


def test_a_list_in_the_evidence_is_evidence() -> None:
    reading = area(
        "Area for improvement",
        "The force should improve how it finds goats",
        "We found that:",
        "  • goats are lost at night; and\n  • nobody looks.",
        "This was so last year.",
    )
    assert supported(reading) == [
        (
            "area-for-improvement",
            "The force should improve how it finds goats",
            ["We found that:", "goats are lost at night", "nobody looks.", "This was so last year."],
        )
    ]


def test_areas_for_improvement_may_still_be_a_list() -> None:
    reading = area("Areas for improvement", "  • The force should count goats.\n  • The force should feed ducks.")
    assert [(kind, meaning) for _, kind, meaning in asked(reading)] == [
        ("area-for-improvement", "The force should count goats"),
        ("area-for-improvement", "The force should feed ducks"),
    ]


def test_an_area_for_improvement_does_not_reach_into_the_next_area() -> None:
    reading = area(
        "Area for improvement", "The force should count goats", INVESTIGATING, "Good", "Files are in good order."
    )
    assert asked(reading) == [
        ("responding-to-the-public", "area-for-improvement", "The force should count goats"),
        ("investigating-crime", "strength", "Files are in good order"),
    ]


# ---------------------------------------------------------------- causes of concern


@pytest.mark.parametrize("heading", ["Cause of concern", "Causes of concern", "Accelerated cause of concern"])
def test_a_cause_of_concern_and_its_recommendations_by_several_deadlines(heading: str) -> None:
    reading = area(
        heading,
        "The force doesn’t answer goats quickly enough",
        "Goats wait for an hour. Some give up.",
        "Recommendations",
        "The force should immediately:",
        "  • ring every goat; and\n  • note the time.",
        "By 30 September 2024, Durham Constabulary should:",
        "  • publish its times.",
        "Within six months, the force should:",
        "  • buy a bell.",
        "Main findings",
        "Patrols are quick.",
    )
    (concern,) = of_kind(reading, Kind.CAUSE_OF_CONCERN)
    assert [s.text for s in concern.evidence] == ["Goats wait for an hour.", "Some give up."]
    assert [(f.meaning, f.deadline, f.cause) for f in of_kind(reading, Kind.RECOMMENDATION)] == [
        ("The force should immediately ring every goat", "immediately", concern.key),
        ("The force should immediately note the time", "immediately", concern.key),
        ("By 30 September 2024, the force should publish its times", "By 30 September 2024", concern.key),
        ("Within six months, the force should buy a bell", "Within six months", concern.key),
    ]
    assert asked(reading)[-1] == ("responding-to-the-public", "strength", "Patrols are quick")


def test_a_list_in_the_words_of_a_cause_of_concern_is_its_evidence() -> None:
    reading = area(
        "Cause of concern",
        "The force doesn’t protect goats well enough",
        "We found that it:",
        "  • loses bells; and\n  • forgets hay.",
        "Recommendations",
        "By 1 May 2024, the force should buy bells.",
    )
    concern, advice = reading.report.findings
    assert [s.text for s in concern.evidence] == ["We found that it:", "loses bells", "forgets hay."]
    assert (advice.kind, advice.deadline, advice.cause) == (Kind.RECOMMENDATION, "By 1 May 2024", concern.key)


# ---------------------------------------------------------------- practice and main findings


@pytest.mark.parametrize("heading", ["Innovative practice", "Promising practice"])
def test_innovative_practice_is_a_title_with_what_supports_it(heading: str) -> None:
    reading = area(
        heading, "The force lends its bells to farmers", "The scheme began in 2023. It has not failed yet.", "It grows."
    )
    assert supported(reading) == [
        (
            "innovative-practice",
            "The force lends its bells to farmers",
            ["The scheme began in 2023.", "It has not failed yet.", "It grows."],
        )
    ]


INTRODUCES_MAIN = (
    "In this section we set out our main findings that relate to how well the force responds to the public."
)


def test_main_findings_with_headings_are_statements_with_evidence() -> None:
    reading = area(
        "Main findings",
        INTRODUCES_MAIN,
        "The force trains its call handlers well",
        "New staff shadow a goat. They learn quickly:",
        "  • by day; and\n  • by night.",
        "The force doesn’t always answer in time",
        "In 9 of 60 cases it was late.",
    )
    assert supported(reading) == [
        (
            "strength",
            "The force trains its call handlers well",
            ["New staff shadow a goat.", "They learn quickly:", "by day", "by night."],
        ),
        ("weakness", "The force doesn’t always answer in time", ["In 9 of 60 cases it was late."]),
    ]
    assert reasons(reading) == {INTRODUCES_MAIN: "introduces what follows"}


def test_main_findings_without_headings_are_sentences() -> None:
    reading = area(
        "Main findings",
        INTRODUCES_MAIN,
        "Call handlers are well trained. In 9 of 60 cases (15 percent) there was no flag.",
        "The force also:",
        "  • tests its bells regularly.",
    )
    assert [(kind, meaning) for _, kind, meaning in asked(reading)] == [
        ("strength", "Call handlers are well trained"),
        ("weakness", "In 9 of 60 cases (15 percent) there was no flag"),
        ("weakness", "The force also tests its bells regularly"),
    ]


def test_case_file_statistics_are_whole_sentences() -> None:
    statistics = (
        "We estimate that the force records 97.2 percent (with a confidence interval of +/- 2.8 percent) of goats."
    )
    reading = area(f"{statistics} That is good.")
    assert [f.text for f in reading.report.findings] == [statistics, "That is good."]
