"""A page with its reading in the margin: what each line became, or why it was set aside."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.model import Finding, Judgment, Reading, Sentence

MARGIN = 34
WIDTH = 76


def lines(reading: Reading) -> Iterator[str]:
    """The page's lines, sentence by sentence, each behind a margin that says what was made of it."""
    report = reading.report
    whole, spans = _whole_lines(reading), _spans(report.findings)
    yield f"{report.slug}: {len(report.findings)} findings, {len(report.judgments)} judgments"
    start = 0
    for number, line in enumerate(report.sources[0].text.split("\n"), start=1):
        end = start + len(line)
        if line.strip():
            first = start + len(re.match(r"\W*", line)[0])  # type: ignore[index]
            cuts = [start, *(s.start for s, _ in spans if first < s.start < end), end]
            for place, (left, right) in enumerate(pairwise(sorted(set(cuts)))):
                notes = [what for s, what in spans if s.start < right and left < s.end]
                notes = (whole.get(number, []) if place == 0 else []) + notes
                words = " ".join(line[left - start : right - start].split())
                if words:
                    yield from _beside(number if place == 0 else None, notes or ["leads in"], words)
        start = end + 1
    for warning in reading.warnings:
        yield f"warning: {warning}"


def _beside(number: int | None, notes: list[str], words: str) -> Iterator[str]:
    left = [piece for note in notes for piece in textwrap.wrap(note, MARGIN - 2)]
    right = textwrap.wrap(words, WIDTH)
    for row in range(max(len(left), len(right))):
        shown = f"{number:4} " if number is not None and row == 0 else "     "
        note = left[row] if row < len(left) else ""
        yield f"{shown}{note:<{MARGIN}}| {right[row] if row < len(right) else ''}".rstrip()


def _whole_lines(reading: Reading) -> dict[int, list[str]]:
    """What became of lines as a whole: headings, lines set aside, judgments."""
    notes: dict[int, list[str]] = defaultdict(list)
    for line in (*reading.headings, *reading.skipped):
        notes[line.line].append(line.reason if line.reason == "heading" else f"set aside: {line.reason}")
    for judgment in reading.report.judgments:
        if judgment.line is not None:
            notes[judgment.line].append(_verdict(judgment))
    return notes


def _spans(findings: Sequence[Finding]) -> list[tuple[Sentence, str]]:
    """Every statement and every sentence of evidence, with what it is."""
    statements = [(finding.statement, _kind(finding)) for finding in findings]
    return statements + [(sentence, "evidence") for finding in findings for sentence in finding.evidence]


def _verdict(judgment: Judgment) -> str:
    origin = f" from {judgment.carried_over_from}" if judgment.carried_over_from else ""
    return f"{judgment.of}: {judgment.grade or 'no grade'}, {judgment.status}{origin} ({judgment.basis})"


def _kind(finding: Finding) -> str:
    deadline = f", {finding.deadline}" if finding.deadline else ""
    return f"{finding.kind.value}{deadline}"
