"""The one official page that is kept beside the project, read in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import ingest
from kg.model import Basis, Finding, Grade, Kind, Polarity, Reading, Status
from kg.readers import pages
from tests.unit.readings import assert_whole, judged


@pytest.fixture(scope="module")
def kent_page(shared: Path) -> Reading:
    page = shared / "data" / "kent-peel-2017-effectiveness.txt"
    return pages.read(page.read_bytes(), page.name)


def in_question(reading: Reading, number: str | None) -> list[Finding]:
    return [finding for finding in reading.report.findings if finding.question == number]


def bullets(reading: Reading) -> list[Finding]:
    text = reading.report.sources[0].text
    return [f for f in reading.report.findings if text[: f.start].endswith("• ")]


def test_kent_is_identified(kent_page: Reading) -> None:
    report = kent_page.report
    assert (report.force, report.cycle, report.pillar) == ("kent", "2017", "effectiveness")
    assert (report.updated, report.slug) == ("2018-03-22", "kent-2017-effectiveness")


def test_kent_has_four_judgments_under_their_printed_numbers(kent_page: Reading) -> None:
    assert judged(kent_page) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "3": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.PRINTED),
    }


def test_kents_bullets_stand_alone(kent_page: Reading) -> None:
    listed = [f for f in bullets(kent_page) if f.kind is Kind.STRENGTH]
    assert [f.question for f in listed] == ["2"] * 5 + ["3"] * 4 + ["5"] * 4
    assert listed[0].meaning == "The force attends incidents promptly"
    assert all(f.meaning == f"The force {'is ' if f.question == '3' else ''}{f.text}".rstrip(".") for f in listed)


def test_kent_has_one_area_for_improvement(kent_page: Reading) -> None:
    (area,) = [f for f in kent_page.report.findings if f.kind is Kind.AREA_FOR_IMPROVEMENT]
    assert (area.question, area.polarity) == ("2", Polarity.NEGATIVE)
    assert area.text.startswith("The force should ensure that all investigations")


def test_kents_narrative_is_one_finding_a_sentence_in_its_paragraph(kent_page: Reading) -> None:
    first, second, *_ = in_question(kent_page, None)
    assert first.context == second.context
    assert second.text in first.context
    assert second.text == "When required, the force attends incidents promptly."
    assert len(in_question(kent_page, None)) == 17


@pytest.mark.parametrize("number", [None, "3"])
def test_kents_body_worn_video_is_a_weakness(kent_page: Reading, number: str | None) -> None:
    (video,) = [f for f in in_question(kent_page, number) if "body-worn video" in f.text]
    assert (video.kind, video.polarity) == (Kind.WEAKNESS, Polarity.NEGATIVE)
    assert [f for f in in_question(kent_page, number) if f.kind is Kind.WEAKNESS] == [video]


def test_kents_bullets_under_most_positively_are_strengths(kent_page: Reading) -> None:
    last = in_question(kent_page, "5")[-4:]
    assert [f.kind for f in last] == [Kind.STRENGTH] * 4
    assert last[1].meaning == "The force tests its skills in training exercises"


def test_kent_is_accounted_for_and_masked(kent_page: Reading) -> None:
    assert_whole(kent_page)
    assert [(line.line, line.reason) for line in kent_page.skipped] == [
        (1, "navigation"),
        (69, "lead-in, joined to the items below it"),
    ]
    assert kent_page.warnings == ()
    assert [f.meaning for f in kent_page.report.findings if "Kent" in f.meaning] == []


def test_kent_breaks_no_shape(kent_page: Reading) -> None:
    _, warnings = ingest.checked_graph(kent_page.report)
    assert [warning for warning in warnings if "has no address" not in warning] == []
