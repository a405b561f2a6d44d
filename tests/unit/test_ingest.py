"""The one door in: pages by their content, copies of a page put together, triples checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg import ingest
from kg.errors import InputRefused
from kg.model import Basis, Finding, Grade, Kind, Reading, Status, Wording

PAGES = Path(__file__).resolve().parent.parent / "data" / "pages"
DIGEST = """---
force: durham
cycle: 2017
pillar: effectiveness
grade: good
source: https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2017/durham/effectiveness/
wording: restated
coverage: whole
---

## Summary

### Strengths

- The force lists its goats.
"""


def invented(name: str) -> str:
    page = (PAGES / name).read_text(encoding="utf-8")
    return page.replace("{area}", "Durham").replace("{force}", "Durham Constabulary")


def read(text: str) -> Reading:
    return ingest.page(text.encode(), "page.txt")


FULL, MAIN_TEXT = invented("effectiveness.txt"), invented("effectiveness-main-text.txt")


def words(findings: tuple[Finding, ...]) -> list[tuple[str | None, str]]:
    return [(f.question, f.meaning) for f in findings]


def judged(reading: Reading) -> dict[str, tuple[Grade | None, Status, str | None, Basis]]:
    return {j.of: (j.grade, j.status, j.carried_over_from, j.basis) for j in reading.report.judgments}


# ---------------------------------------------------------------- one page


def test_a_page_is_known_by_its_content() -> None:
    assert read(FULL).report.sources[0].wording is Wording.OFFICIAL
    for text in (DIGEST, DIGEST.replace("\n", "\r\n"), "\ufeff" + DIGEST):
        reading = read(text)
        assert reading.report.sources[0].wording is Wording.RESTATED
        assert words(reading.report.findings) == [(None, "The force lists its goats")]


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"caf\xe9", b"Dear reader,\n\nhello.\n", b"<html></html>", b"---\n"])
def test_anything_else_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(InputRefused) as refused:
        ingest.page(data, "folder/page.txt")
    assert refused.value.fault.startswith("folder/page.txt")
    assert refused.value.mend


@pytest.mark.parametrize("text", [FULL, MAIN_TEXT, DIGEST], ids=["full", "main text", "digest"])
def test_what_is_read_breaks_no_shape(text: str) -> None:
    graph, _ = ingest.checked_graph(read(text).report)
    assert len(graph) > 0


# ---------------------------------------------------------------- copies of a page


@pytest.fixture(scope="module")
def both() -> Reading:
    return ingest.merged([read(MAIN_TEXT), read(FULL)])


def test_copies_add_what_the_richest_lacks_and_nothing_twice(both: Reading) -> None:
    added = [("2", "The force should name its drones"), ("3", "The force should immediately paint its buoys")]
    assert words(both.report.findings) == words(read(FULL).report.findings) + added


def test_copies_give_the_best_known_judgments(both: Reading) -> None:
    assert judged(both) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "1": (None, Status.CARRIED_OVER, "2016", Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "3": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.PRINTED),
    }


def test_every_source_is_kept_and_every_span_points_into_its_own(both: Reading) -> None:
    texts = {source.sha256: source.text for source in both.report.sources}
    assert set(texts.values()) == {FULL, MAIN_TEXT}
    assert all(texts[f.source][f.start : f.end] == f.text for f in both.report.findings)
    assert both.report.updated == "2018-03-22"


def test_a_recommendation_of_a_poorer_copy_finds_its_cause(both: Reading) -> None:
    (concern,) = [f for f in both.report.findings if f.kind is Kind.CAUSE_OF_CONCERN]
    advice = [f for f in both.report.findings if f.kind is Kind.RECOMMENDATION]
    assert [(f.text, f.cause) for f in advice] == [
        ("moor a second boat", concern.key),
        ("test its flares each week.", concern.key),
        ("publish its answer times.", concern.key),
        ("paint its buoys.", concern.key),
    ]


def test_a_cause_is_found_though_its_words_are_repeated() -> None:
    words = "Callers who are lost at sea wait too long for a boat."
    repeated = read(MAIN_TEXT.replace("However, supervision", f"{words}\nHowever, supervision"))
    found = ingest.merged([read(FULL), repeated]).report.findings
    (advice,) = [f for f in found if f.text == "paint its buoys."]
    assert [f.kind for f in found if f.key == advice.cause] == [Kind.CAUSE_OF_CONCERN]
    assert [f.question for f in found if f.text == words] == ["3", "2"]


def test_keys_are_unique_in_a_merged_report(both: Reading) -> None:
    keys = [f.key for f in both.report.findings]
    assert len(set(keys)) == len(keys)


def test_the_order_of_copies_does_not_matter(both: Reading) -> None:
    assert ingest.merged([read(FULL), read(MAIN_TEXT)]).report == both.report


def test_merging_again_changes_nothing(both: Reading) -> None:
    assert ingest.merged([both, read(MAIN_TEXT), read(FULL)]).report == both.report


def test_a_grade_printed_in_one_copy_completes_a_carried_over_judgment_of_another() -> None:
    asked = "How effective is the force at preventing crime, tackling anti-social behaviour and keeping people safe?"
    graded = read(f"Durham PEEL 2017\n\nEffectiveness\n\n1\n\n{asked}\n\nOutstanding\n\nGoats are found.\n")
    merged = ingest.merged([graded, read(MAIN_TEXT)])
    assert judged(merged)["1"] == (Grade.OUTSTANDING, Status.CARRIED_OVER, "2016", Basis.PRINTED)


def test_a_final_copy_wins_over_one_of_mid_cycle() -> None:
    early = read(FULL.replace("22/03/2018\nGood", "22/03/2018\nTo be graded"))
    for copies in ([early, read(FULL)], [read(FULL), early]):
        assert judged(ingest.merged(copies))["pillar"] == judged(read(FULL))["pillar"]


def test_of_two_printed_grades_the_later_stands() -> None:
    later = read(FULL.replace("22/03/2018\nGood", "01/06/2018\nOutstanding"))
    for copies in ([later, read(FULL)], [read(FULL), later]):
        merged = ingest.merged(copies)
        assert judged(merged)["pillar"] == (Grade.OUTSTANDING, Status.INSPECTED, None, Basis.PRINTED)
        assert merged.report.updated == "2018-06-01"


def test_quotes_and_line_ends_do_not_make_two_findings_of_one() -> None:
    straight = FULL.replace("’", "'").replace("\n", "\r\n")
    assert words(ingest.merged([read(FULL), read(straight)]).report.findings) == words(read(FULL).report.findings)


def test_official_words_put_restated_ones_aside() -> None:
    official, restated = read(FULL), read(DIGEST)
    both = (*official.report.sources, *restated.report.sources)
    expected = replace(official, report=replace(official.report, sources=both))
    assert ingest.merged([restated, official]) == expected, "the words of one, both sources on record"
    assert ingest.merged([official, restated]) == expected


def test_of_restated_copies_the_last_stands() -> None:
    newer = read(DIGEST.replace("goats", "ducks"))
    assert ingest.merged([read(DIGEST), newer]) == newer


def test_one_copy_is_what_it_is() -> None:
    reading = replace(read(FULL), warnings=("seen",))
    assert ingest.merged([reading]) == reading


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The force re-trained 40 goats.", "The force retrained 40 goats.", True),
        ("Goats are fed on time (PDF document).", "Goats are fed on time.", False),
        ("The herd of goats is counted each week in winter.", "The herd of goats is counted each week in Winter", True),
        ("The force fed 40 of its goats on the first day.", "The force fed 41 of its goats on the first day.", False),
        ("Most goats on the hill are fed by the handlers.", "Some goats on the hill are fed by the handlers.", False),
        ("The goats on the hill are fed by the handler.", "The goats on the hill are not fed by the handler.", False),
    ],
)
def test_near_copies_are_one_finding_unless_a_number_or_a_negation_differs(one: str, other: str, same: bool) -> None:
    full = FULL + f"\n\n{one}\n"
    readings = [read(full), read(full.replace(one, other))]
    assert len(ingest.merged(readings).report.findings) == len(readings[0].report.findings) + (not same)
