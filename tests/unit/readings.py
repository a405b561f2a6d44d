"""What the tests of page readers share: invented pages, and what a reading says in short."""

from __future__ import annotations

import re
from pathlib import Path

from kg import ingest
from kg.model import Basis, Grade, Reading, Status
from kg.readers import blocks, pages, text

PAGES = Path(__file__).resolve().parent.parent / "data" / "pages"
ADDRESS = "https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2017/durham/effectiveness/"
REPORT_ADDRESS = "https://hmicfrs.justiceinspectorates.gov.uk/peel-reports/durham-2023-25/"
TITLES = {
    1: "How effective is the force at preventing crime, tackling anti-social behaviour and keeping people safe?",
    2: "How effective is the force at investigating crime and reducing re-offending?",
    3: "How effective is the force at protecting those who are vulnerable from harm, and supporting victims?",
}


def invented(name: str, area: str = "Durham", force: str = "Durham Constabulary") -> str:
    return (PAGES / name).read_text(encoding="utf-8").replace("{area}", area).replace("{force}", force)


FULL = invented("effectiveness.txt")


def without_one_word_lines(page: str) -> str:
    return "\n".join(line for line in page.split("\n") if len(line.split()) != 1)


ONE_WORD_LINES_DROPPED = without_one_word_lines(FULL)
MAIN_TEXT = invented("effectiveness-main-text.txt")


def read(text: str, url: str | None = None) -> Reading:
    return pages.read(text.encode(), "page.txt", url)


def question(body: str, number: int = 2, cycle: int = 2017, grade: str = "Good") -> Reading:
    """A page with one question."""
    return read(f"Durham PEEL {cycle}\n\nEffectiveness\n\n{number}\n\n{TITLES[number]}\n\n{grade}\n\n{body}\n")


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(f.kind.value, f.meaning) for f in reading.report.findings]


def judged(reading: Reading) -> dict[str, tuple[Grade | None, Status, str | None, Basis]]:
    return {j.of: (j.grade, j.status, j.carried_over_from, j.basis) for j in reading.report.judgments}


def unaccounted(reading: Reading) -> list[str]:
    """The lines that are in no finding, judgment, heading or list of what was skipped."""
    (source,) = reading.report.sources
    numbers = {line.line for line in (*reading.headings, *reading.skipped)} | {j.line for j in reading.report.judgments}
    spans = [(s.start, s.end) for f in reading.report.findings for s in (f.statement, *f.evidence)]
    lost, offset = [], 0
    for number, line in enumerate(re.split(r"(?<=\n)|(?<=\r)(?!\n)", source.text), start=1):
        start, end = offset, offset + len(line)
        offset = end
        if line.strip() and number not in numbers and not any(a < end and b > start for a, b in spans):
            lost.append(line)
    return lost


def assert_whole(reading: Reading) -> None:
    """What every reading promises."""
    report = reading.report
    (source,) = report.sources
    for finding in report.findings:
        assert all(source.text[s.start : s.end] == s.text for s in (finding.statement, *finding.evidence))
        assert finding.meaning
        assert finding.source == source.sha256
    keys = [finding.key for finding in report.findings]
    assert len(set(keys)) == len(keys)
    assert {f.cause for f in report.findings} <= {None, *keys}
    assert unaccounted(reading) == []


def spaced(*blocks: str) -> str:
    """A page in full: a blank line between paragraphs."""
    return "\n\n".join(blocks) + "\n"


def main_text(*blocks: str) -> str:
    """A page as its main text: no blank lines, hyphens for bullets."""
    return "\n".join(block.strip("\n").replace("  • ", "- ") for block in blocks) + "\n"


def asked(reading: Reading) -> list[tuple[str | None, str, str]]:
    """Under what, of which kind, meaning what: every finding."""
    return [(f.question, f.kind.value, f.meaning) for f in reading.report.findings]


def reasons(reading: Reading) -> dict[str, str]:
    """The lines that were set aside, each with the reason."""
    return {line.text: line.reason for line in reading.skipped}


EARLIER_ADDRESS = REPORT_ADDRESS.replace("2023-25", "2021-22")
RESPONDING = "Responding to the public"
INVESTIGATING = "Investigating crime"


def areas(reading: Reading) -> dict[str, tuple[Grade | None, Status, Basis]]:
    return {j.of: (j.grade, j.status, j.basis) for j in reading.report.judgments}


def report(*blocks: str, url: str = REPORT_ADDRESS) -> Reading:
    """A report in both of its saved forms, which must be read alike."""
    full, main = read(spaced(*blocks), url), read(main_text(*blocks), url)
    assert_whole(full)
    assert_whole(main)
    ingest.checked_graph(full.report)
    assert asked(full) == asked(main)
    assert areas(full) == areas(main)
    return full


def area(*blocks: str, grade: str = "Adequate") -> Reading:
    return report(RESPONDING, grade, *blocks)


def words_of(page: str) -> list[tuple[str, bool]]:
    """The blocks of a text: their words, and whether they are list items."""
    found = blocks.blocks(list(text.lines(page)), page)
    return [(block.plain, block.item) for block in found if block.plain != "Skip to content"]
