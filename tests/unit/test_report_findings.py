"""Findings of whole-force reports: statements printed as headings, with what supports them."""

from __future__ import annotations

import pytest

from kg.model import Finding, Kind, Reading
from tests.unit.readings import INVESTIGATING, area, asked, reasons


def supported(reading: Reading) -> list[tuple[str, str, list[str]]]:
    return [(f.kind.value, f.text, [s.text for s in f.evidence]) for f in reading.report.findings]


def of_kind(reading: Reading, kind: Kind) -> list[Finding]:
    return [finding for finding in reading.report.findings if finding.kind is kind]


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


@pytest.mark.parametrize("heading", ["Cause of concern", "Causes of concern", "Accelerated cause of concern: goats"])
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
