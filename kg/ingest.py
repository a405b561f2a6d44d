"""The one door in: a page becomes a report with its account, copies of a report are merged, triples are checked.

Touches no disk: bytes come in, values and graphs go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rdflib import Graph

from kg import check, triples
from kg.model import Basis, Finding, Judgment, Reading, Report, Status, Wording, normalised, with_keys
from kg.readers import digest, pages
from kg.readers.text import decode


def page(data: bytes, path: str, url: str | None = None) -> Reading:
    """Read one page, recognised by its content. `url` is the address it came from, where the page has none.

    Raises a kg.errors.InputRefused that names the page and the mend.
    """
    if digest.is_digest(decode(data, path)):
        return digest.read(data, path)
    return pages.read(data, path, url)


def checked_graph(report: Report) -> tuple[Graph, tuple[str, ...]]:
    """The report's triples and the warnings of the `should` shapes.

    Raises ShapeBroken when a `must` shape is broken.
    """
    graph = triples.to_graph(report)
    return graph, check.conforms(graph)


def merged(readings: Sequence[Reading]) -> Reading:
    """One reading from several copies of the same report.

    Official copies put restated ones aside. The richest official copy (most judgments known, then most
    findings) leads; the others add the judgments and findings that it lacks. Every source is kept.
    """
    official = [r for r in readings if r.report.sources[0].wording is Wording.OFFICIAL]
    ranked = sorted(official or readings[-1:], key=_richness, reverse=True)
    lead = ranked[0]
    if len(ranked) == 1:
        return lead
    findings: list[Finding] = []
    seen: set[tuple[str | None, str]] = set()
    for reading in ranked:
        own = {(f.question, normalised(f.text)) for f in reading.report.findings}
        findings.extend(f for f in reading.report.findings if (f.question, normalised(f.text)) not in seen)
        seen |= own
    report = replace(
        lead.report,
        updated=max((r.report.updated for r in ranked if r.report.updated), default=None),
        sources=tuple({s.sha256: s for r in ranked for s in r.report.sources}.values()),
        judgments=_judgments([r.report for r in ranked]),
        findings=_with_causes(with_keys(findings), findings),
    )
    return replace(lead, report=report, warnings=tuple(w for r in ranked for w in r.warnings))


def _richness(reading: Reading) -> tuple[int, int]:
    known = [j for j in reading.report.judgments if j.basis is not Basis.MISSING]
    return len([j for j in known if j.basis is Basis.PRINTED]) * 2 + len(known), len(reading.report.findings)


def _judgments(reports: Sequence[Report]) -> tuple[Judgment, ...]:
    """Of each pillar or question, the judgment known best: printed before prose before missing."""
    best: dict[str, Judgment] = {}
    order = list(Basis)
    for judgment in (j for report in reports for j in report.judgments):
        held = best.get(judgment.of)
        if held is None or order.index(judgment.basis) < order.index(held.basis):
            best[judgment.of] = judgment
        elif held.status is Status.CARRIED_OVER and held.grade is None and judgment.grade is not None:
            best[judgment.of] = replace(held, grade=judgment.grade)
    return tuple(sorted(best.values(), key=lambda j: (j.of != "pillar", j.of)))


def _with_causes(keyed: Sequence[Finding], before: Sequence[Finding]) -> tuple[Finding, ...]:
    """Recommendations pointed at their cause's new key."""
    moved = {(old.source, old.key): new.key for old, new in zip(before, keyed, strict=True)}
    return tuple(replace(f, cause=moved.get((f.source, f.cause))) if f.cause else f for f in keyed)
