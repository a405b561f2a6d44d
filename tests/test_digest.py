"""The whole digest: every file reads, holds to the shapes and names its page, and no files contradict each other."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from rdflib import Graph

from kg import check, triples, vocabulary
from kg.model import Coverage, Judgment, Kind, Reading, Status, Wording
from kg.readers import digest

DIGEST = Path(__file__).parent.parent / "kg" / "digest"
FILES = sorted(str(path.relative_to(DIGEST)) for path in DIGEST.glob("*/*.md"))
DISAGREEMENTS = Path(__file__).parent / "data" / "digest-disagreements.tsv"
COLUMNS = ("force", "cycle", "matter", "first", "first_says", "second", "second_says", "explanation")
BATCH = 25
RENAMED = {"hampshire": ("hampshire", "hampshire-and-isle-of-wight")}
"""Forces whose name in an address is not always their slug."""


class Statement(NamedTuple):
    """What one file says of one matter: a grade, or that none was given."""

    force: str
    cycle: str
    matter: str
    file: str
    says: str


@cache
def _reading(file: str) -> Reading:
    return digest.read((DIGEST / file).read_bytes(), file)


def _front(file: str) -> dict[str, str]:
    lines = (DIGEST / file).read_text(encoding="utf-8").split("---\n")[1].splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize("file", FILES)
def test_file_is_read_and_is_restated_and_checked(file: str) -> None:
    report = _reading(file).report
    assert [source.wording for source in report.sources] == [Wording.RESTATED]
    assert report.judgments or report.findings, "a file with nothing in it"
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", _front(file).get("checked", "")), "no second reader has compared it"


@pytest.mark.parametrize("file", FILES)
def test_folder_and_name_agree_with_front_matter(file: str) -> None:
    front = _front(file)
    assert file == f"{front['cycle'].replace('/', '-')}/{front['force']}.{front['pillar']}.md"


@pytest.mark.parametrize("file", FILES)
def test_address_is_the_inspectorates_and_names_force_and_cycle(file: str) -> None:
    front = _front(file)
    address = urlsplit(front["source"])
    assert address.scheme in {"http", "https"}
    assert (address.hostname or "").endswith("justiceinspectorates.gov.uk")
    steps = [step for step in address.path.split("/") if step]
    names = RENAMED.get(front["force"], (front["force"],))
    if front["pillar"] == "report" or "publications" in steps:
        assert any(name in address.path for name in names)
        assert front["pillar"] == "report" or front["cycle"][:4] in address.path
        return
    assert set(names) & set(steps), "the address names another force"
    years = [step.removeprefix("peel-") for step in steps if re.fullmatch(r"peel-20\d\d", step)]
    assert years == [front["cycle"][:4]] or (not years and front["cycle"] == "2014"), "the address names another cycle"
    pages = set(steps) & {*vocabulary.pillars()}
    assert pages <= {front["pillar"]}, "the address names another page"


@pytest.mark.parametrize("file", FILES)
def test_every_finding_is_one_sentence_that_names_its_subject(file: str) -> None:
    for finding in _reading(file).report.findings:
        assert finding.text.endswith(".")
        assert "\n" not in finding.text
        assert not re.search(r"[.!?]\s+[A-Z]", finding.text.replace("St. ", "St ")), finding.text
        assert not re.match(r"(?:They|These|He|She|This (?!force))", finding.text), "does not stand alone"
        assert "  " not in finding.text


def test_no_finding_stands_twice_in_a_section() -> None:
    for file in FILES:
        found = Counter((f.question, f.text.casefold()) for f in _reading(file).report.findings)
        assert [text for text, count in found.items() if count > 1] == [], file


def test_report_slugs_are_unique() -> None:
    slugs = Counter(_reading(file).report.slug for file in FILES)
    assert [slug for slug, count in slugs.items() if count > 1] == []


@pytest.mark.parametrize("start", range(0, len(FILES), BATCH))
def test_no_shape_is_broken(start: int) -> None:
    graph = Graph()
    for file in FILES[start : start + BATCH]:
        graph += triples.to_graph(_reading(file).report)
    assert check.violations(graph)["must"] == []


def test_coverage() -> None:
    reports = [_reading(file).report for file in FILES]
    assert len(reports) >= 300
    assert {report.force for report in reports} == set(vocabulary.forces())
    assert len({report.cycle for report in reports}) == 7
    assert {report.pillar for report in reports} - {None} == set(vocabulary.pillars())
    findings = [finding for report in reports for finding in report.findings]
    assert len(findings) >= 3_600
    assert {finding.kind for finding in findings} >= {Kind.AREA_FOR_IMPROVEMENT, Kind.CAUSE_OF_CONCERN}
    assert Counter(source.coverage for report in reports for source in report.sources)[Coverage.WHOLE] >= 1


def _pillar_of(judgment: Judgment, pillar: str | None) -> str:
    """The pillar that a judgment grades or asks in: the page's own, or that of an overview's section."""
    return pillar or judgment.of


def _matter(pillar: str, title: str, cycle: str) -> str | None:
    """`effectiveness` for the pillar itself, `effectiveness 2` for a question; None where the cycle asks no such."""
    asked = {q.title: q.key for q in vocabulary.questions(cycle, pillar)}
    if title not in asked:
        return None
    return pillar if asked[title] == "pillar" else f"{pillar} {asked[title]}"


def _statements(file: str) -> Iterator[Statement]:
    report = _reading(file).report
    for judgment in report.judgments:
        whole = report.pillar is None or judgment.of == "pillar"
        pillar = _pillar_of(judgment, report.pillar)
        matter: str | None = pillar if whole else f"{pillar} {judgment.of}"
        cycle = report.cycle
        if judgment.status is Status.CARRIED_OVER:
            if judgment.carried_over_from is None:
                continue
            cycle = judgment.carried_over_from
            matter = _matter(pillar, judgment.title, cycle)
        says = judgment.grade.value if judgment.grade else judgment.status.value
        if matter and (judgment.grade or judgment.status in {Status.NOT_GRADED, Status.NOT_YET_GRADED}):
            yield Statement(report.force, cycle, matter, file, says.replace("-", " "))


def _disagreements() -> set[tuple[str, ...]]:
    said: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in (s for file in FILES for s in _statements(file)):
        said.setdefault(statement[:3], []).append(statement)
    return {
        (*matter, first.file, first.says, second.file, second.says)
        for matter, statements in said.items()
        for place, first in enumerate(statements)
        for second in statements[place + 1 :]
        if first.says != second.says
    }


def _listed() -> dict[tuple[str, ...], str]:
    with DISAGREEMENTS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return {tuple(row[column] for column in COLUMNS[:-1]): row["explanation"] for row in rows}


def test_enough_is_said_twice_to_compare() -> None:
    said = Counter(statement[:3] for file in FILES for statement in _statements(file))
    assert sum(count > 1 for count in said.values()) >= 40


def test_files_that_disagree_are_listed_and_explained_and_no_others() -> None:
    listed = _listed()
    found = _disagreements()
    assert found - listed.keys() == set(), "not listed in digest-disagreements.tsv"
    assert listed.keys() - found == set(), "listed in digest-disagreements.tsv, but gone"
    assert all(explanation.endswith(".") for explanation in listed.values())
