"""The account of an ingest: every line of every page, as `peel ingest --json` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.model import Decision, Finding, Reading
from kg.triples import finding_iri, report_iri
from search.publish import Outcome


def of(outcome: Outcome) -> dict[str, Any]:
    """The whole account, ready for JSON."""
    return {
        "generation": outcome.generation,
        "reports": [_report(reading) for reading in outcome.reports],
        "refused": [{"path": r.path, "error": str(r.error)} for r in outcome.refused],
        "warnings": _warnings(outcome.bereft),
    }


def _warnings(bereft: Sequence[Decision]) -> list[str]:
    """What concerns no single report: the decisions about links whose findings went."""
    if not bereft:
        return []
    links = "; ".join(f"{one.start} {one.end}" for one in bereft)
    if len(bereft) == 1:
        return [f"1 decision about a link no longer has its finding: {links}"]
    return [f"{len(bereft):,} decisions about links no longer have their findings: {links}"]


def _report(reading: Reading) -> dict[str, Any]:
    report = reading.report
    return {
        "report": str(report_iri(report)),
        "force": report.force,
        "cycle": report.cycle,
        "pillar": report.pillar,
        "updated": report.updated,
        "sources": [
            {"url": s.url, "sha256": s.sha256, "wording": s.wording.value, "coverage": s.coverage.value}
            for s in report.sources
        ],
        "judgments": [
            {
                "of": _of(j.of),
                "title": j.title,
                "grade": j.grade.value if j.grade else None,
                "status": j.status.value,
                "carried_over_from": j.carried_over_from,
                "basis": j.basis.value,
                "line": j.line,
            }
            for j in report.judgments
        ],
        "findings": [_finding(reading, f) for f in report.findings],
        "headings": [{"line": h.line, "text": h.text} for h in reading.headings],
        "skipped": [{"line": s.line, "text": s.text, "reason": s.reason} for s in reading.skipped],
        "warnings": list(reading.warnings),
    }


def _finding(reading: Reading, finding: Finding) -> dict[str, Any]:
    return {
        "finding": str(finding_iri(reading.report, finding.key)),
        "text": finding.text,
        "meaning": finding.meaning,
        "context": finding.context,
        "kind": finding.kind.value,
        "polarity": finding.polarity.value,
        "polarity_basis": finding.polarity_basis,
        "confidence": finding.confidence,
        "question": None if finding.question is None else _of(finding.question),
        "deadline": finding.deadline,
        "evidence": [sentence.text for sentence in finding.evidence],
        "evidence_spans": [[sentence.start, sentence.end] for sentence in finding.evidence],
        "start": finding.start,
        "end": finding.end,
        "source": finding.source,
    }


def _of(key: str) -> int | str:
    """A printed number as a number; "pillar", a pillar's or an area's name as it is."""
    return int(key) if key.isdigit() else key
