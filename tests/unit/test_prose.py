"""Paragraphs and lists become findings: lead-ins, the side a list takes, and kinds."""

from __future__ import annotations

import pytest

from tests.unit.readings import TITLES, assert_whole, question, read, told


def test_a_list_cut_by_a_paragraph_takes_the_other_side() -> None:
    strengths = "The force is good at farms. The force:\n\n  • finds goats; and\n  • counts ducks.\n\n"
    faults = "However, its maps could be improved. The force:\n\n  • draws in pencil."
    kinds = [kind for kind, _ in told(question(strengths + faults))]
    assert kinds == ["strength", "strength", "strength", "weakness", "weakness"]


def test_a_list_for_all_forces_does_not_colour_the_next() -> None:
    text = (
        "The force is good at farms.\n\nIn our 2017 legitimacy report, we recommended that all forces should:\n\n"
        "  • stop losing goats.\n\nThe force also:\n\n  • counts its ducks."
    )
    assert told(question(text)) == [
        ("strength", "The force is good at farms"),
        ("strength", "The force also counts its ducks"),
    ]


def test_a_lead_in_that_speaks_decides_for_every_item() -> None:
    text = "Most positively, the force:\n\n  • has no long queue at its desks; and\n  • debriefs every exercise."
    assert [kind for kind, _ in told(question(text))] == ["strength", "strength"]
    text = "However, the force:\n\n  • uses drones well only by day; and\n  • debriefs every exercise."
    assert [kind for kind, _ in told(question(text))] == ["weakness", "weakness"]


def test_bullets_that_are_sentences_stand_as_they_are() -> None:
    text = "Goats matter. The force:\n\n  • The force uses drones well.\n  • Officers do not know the hills."
    assert told(question(text))[1:] == [
        ("strength", "The force uses drones well"),
        ("weakness", "Officers do not know the hills"),
    ]


def test_a_pronoun_in_a_lead_in_gets_its_sentence() -> None:
    text = "The force has drones. This allows it to:\n\n  • find goats; and\n  • count ducks."
    assert [meaning for _, meaning in told(question(text))][1:] == [
        "The force has drones. This allows it to find goats",
        "The force has drones. This allows it to count ducks",
    ]


@pytest.mark.parametrize("wrap", ["\n    ", "\n", "\n\u00a0\u00a0", "\r\n    "])
def test_a_wrapped_bullet_is_one_finding(wrap: str) -> None:
    reading = question(f"The force:\n\n  • finds goats in{wrap}high fields; and\n  • counts them.")
    assert [meaning for _, meaning in told(reading)] == [
        "The force finds goats in high fields",
        "The force counts them",
    ]
    assert_whole(reading)


def test_an_area_for_improvement_may_be_a_paragraph_and_narrative_follow() -> None:
    text = "Area for improvement\n\nThe force should count its goats.\n\nGoats are found in hills."
    assert told(question(text)) == [
        ("area-for-improvement", "The force should count its goats"),
        ("observation", "Goats are found in hills"),
    ]


def test_areas_may_share_a_lead_in() -> None:
    text = "Areas for improvement\n\nThe force should:\n\n  • count its goats; and\n  • name its ducks."
    assert told(question(text)) == [
        ("area-for-improvement", "The force should count its goats"),
        ("area-for-improvement", "The force should name its ducks"),
    ]


def test_a_list_after_the_areas_is_narrative() -> None:
    areas = "Areas for improvement\n\n  • The force should count its goats.\n\n"
    narrative = "The force is good at farms. The force:\n\n  • feeds ducks."
    assert [kind for kind, _ in told(question(areas + narrative))] == ["area-for-improvement", "strength", "strength"]


def test_narrative_after_recommendations_is_no_recommendation() -> None:
    text = (
        "Cause of concern\n\nBoats are late.\n\nThe delay is a risk to swimmers.\n\nRecommendations\n\n"
        "Within six months, the force should buy a boat.\n\nSwimmers are counted."
    )
    reading = question(text)
    concern, advice, _ = reading.report.findings
    assert [sentence.text for sentence in concern.evidence] == ["The delay is a risk to swimmers."]
    assert (advice.deadline, advice.cause) == ("Within six months", concern.key)
    assert [kind for kind, _ in told(reading)] == ["cause-of-concern", "recommendation", "observation"]
    assert_whole(reading)


def test_a_subheading_of_detailed_findings_is_a_heading() -> None:
    text = (
        "We set out our detailed findings below. These are the basis for our judgment of the force’s performance in "
        "this area.\n\nAssessing the demand for goats\n\nGoats are found."
    )
    reading = question(text)
    assert "Assessing the demand for goats" in [heading.text for heading in reading.headings]
    assert told(reading) == [("observation", "Goats are found")]


def test_a_subheading_of_a_copy_without_blank_lines_is_a_heading() -> None:
    page = f"Durham PEEL 2017\nEffectiveness\n{TITLES[2]}\nAssessing the demand for goats\nGoats are found.\n"
    assert told(read(page)) == [("observation", "Goats are found")]
