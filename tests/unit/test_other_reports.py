"""Pages on a force's other inspections: custody, child protection and the like."""

from __future__ import annotations

import pytest

from kg import ingest
from kg.errors import UnreadablePage
from tests.unit.readings import asked, assert_whole, main_text, read, reasons, spaced

URL = "https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2015/durham/other-reports/"
COMMON = (
    "Durham PEEL 2015",
    "Other inspections",
    "How well has the force performed in our other inspections?",
    "In addition to the three core PEEL pillars, HMIC carries out inspections of a wide range of policing activity.",
    "Findings from these inspections are published separately to the main PEEL reports.",
)
OWN = (
    "Honour-based violence (HBV)",
    "Durham Constabulary is ready to protect goats in some respects.",
    "Get the report",
    "Published: 8 December 2015",
    "Police custody",
    "Cells are clean. However, records of hay are poor.",
    "Get the report",
)


@pytest.mark.parametrize("layout", [spaced, main_text], ids=["full", "main text"])
def test_other_inspections_are_findings_without_grades(layout: object) -> None:
    assert callable(layout)
    reading = read(layout(*COMMON, *OWN), URL)
    assert_whole(reading)
    ingest.checked_graph(reading.report)
    assert (reading.report.slug, reading.report.judgments) == ("durham-2015-other-reports", ())
    assert [meaning for _, _, meaning in asked(reading)] == [
        "The force is ready to protect goats in some respects",
        "Cells are clean",
        "Records of hay are poor",
    ]
    assert [heading.text for heading in reading.headings][-2:] == ["Honour-based violence (HBV)", "Police custody"]
    assert reasons(reading) == {
        COMMON[3]: "introduces the page",
        COMMON[4]: "introduces the page",
        "Get the report": "link",
        "Published: 8 December 2015": "date of another report",
    }


def test_a_page_of_nothing_but_the_common_block_is_refused() -> None:
    with pytest.raises(UnreadablePage, match="no finding and no judgment"):
        read(spaced(*COMMON), URL)
