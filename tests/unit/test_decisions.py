"""Every polarity says on what basis it stands, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from kg import polarity
from kg.model import Kind, Polarity
from kg.readers import digest
from tests.unit.readings import TITLES, question, read, spaced

DIGEST = Path(__file__).resolve().parents[2] / "kg" / "digest"
POSITIVE, NEGATIVE, NEUTRAL = Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NEUTRAL
ENOUGH = 50


@pytest.mark.parametrize(
    ("text", "context", "side", "basis"),
    [
        ("The force is good at finding goats.", NEUTRAL, POSITIVE, "cue"),
        ("The force can’t find its goats.", NEUTRAL, NEGATIVE, "cue"),
        ("Goats live in hills.", NEUTRAL, NEUTRAL, "silent"),
        ("Goats live in hills.", NEGATIVE, NEGATIVE, "context"),
        ("Goats live in hills.", POSITIVE, POSITIVE, "context"),
        ("The force is good at finding goats.", NEGATIVE, NEGATIVE, "context"),
        ("The force does not find goats.", POSITIVE, NEGATIVE, "cue"),
    ],
)
def test_words_decide_and_where_they_are_silent_the_context(
    text: str, context: Polarity, side: Polarity, basis: str
) -> None:
    decision = polarity.decide(text, context)
    assert (decision.polarity, decision.basis) == (side, basis)
    assert 0 < decision.confidence <= 1


def test_findings_carry_the_basis_of_their_polarity() -> None:
    reading = question(
        "Goats live in hills. Most positively, the force:\n\n  • has drones.\n\n"
        "However, its maps could be improved. The force:\n\n  • draws in pencil.\n\n"
        "Area for improvement\n\nThe force should count its goats."
    )
    assert [(f.polarity, f.polarity_basis) for f in reading.report.findings] == [
        (NEUTRAL, "silent"),
        (POSITIVE, "lead-in"),
        (NEGATIVE, "cue"),
        (NEGATIVE, "context"),
        (NEGATIVE, "kind"),
    ]
    assert [f.confidence for f in reading.report.findings if f.polarity_basis == "kind"] == [1.0]


def test_a_kind_that_was_given_by_hand_is_sure() -> None:
    page = next(iter(sorted(DIGEST.glob("2017/*.effectiveness.md"))))
    findings = digest.read(page.read_bytes(), page.name).report.findings
    assert {(f.polarity_basis, f.confidence) for f in findings} == {("kind", 1.0)}


def test_confidence_is_the_share_that_agrees_with_the_kinds_given_by_hand() -> None:
    agreed: dict[float, list[bool]] = defaultdict(list)
    for file in sorted(DIGEST.glob("*/*.md")):
        for finding in digest.read(file.read_bytes(), file.name).report.findings:
            if finding.kind in (Kind.STRENGTH, Kind.WEAKNESS, Kind.OBSERVATION):
                decision = polarity.decide(finding.text)
                agreed[decision.confidence].append(decision.polarity is polarity.of_kind(finding.kind))
    measured = {confidence: sum(right) / len(right) for confidence, right in agreed.items() if len(right) >= ENOUGH}
    assert len(measured) == 6
    assert measured == {confidence: pytest.approx(confidence, abs=0.05) for confidence in measured}


def test_a_list_for_nobody_in_particular_keeps_the_side_of_the_sentence_above() -> None:
    body = "Patrols are late. The force also:\n\n  • draws maps."
    (_, item) = read(spaced("Durham PEEL 2017", "Effectiveness", "2", TITLES[2], "Good", body)).report.findings
    assert (item.polarity, item.polarity_basis) == (NEGATIVE, "context")
