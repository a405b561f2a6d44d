"""The one door in: a page becomes a report with its account, copies of a report are merged, triples are checked.

Touches no disk: bytes come in, values and graphs go out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz
from rdflib import Graph

from kg import check, triples
from kg.model import Basis, Finding, Judgment, Reading, Report, Status, Wording, normalised, with_keys
from kg.readers import digest, pages


def page(data: bytes, path: str, url: str | None = None) -> Reading:
    """Read one page, recognised by its content. `url` is the address it came from, where the page has none.

    Raises a kg.errors.InputRefused that names the page and the mend.
    """
    if digest.is_digest(data):
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

    Official copies put what restated ones say aside. The richest official copy (most judgments known, then most
    findings) leads; the others add the judgments and findings that it lacks. Every source is kept.
    """
    official = [r for r in readings if r.report.sources[0].wording is Wording.OFFICIAL]
    ranked = sorted(official or readings[-1:], key=_richness, reverse=True)
    lead = ranked[0]
    if len(readings) == 1:
        return lead
    reports = [reading.report for reading in ranked]
    report = replace(
        lead.report,
        updated=max((r.updated for r in reports if r.updated), default=None),
        sources=tuple(
            {s.sha256: s for r in (*ranked, *(readings if official else ())) for s in r.report.sources}.values()
        ),
        judgments=_judgments(reports),
        findings=_findings(reports),
    )
    return replace(lead, report=report, warnings=tuple(w for r in ranked for w in r.warnings))


def _richness(reading: Reading) -> tuple[int, int]:
    known = [j for j in reading.report.judgments if j.basis is not Basis.MISSING]
    return len([j for j in known if j.basis is Basis.PRINTED]) * 2 + len(known), len(reading.report.findings)


def _findings(reports: Sequence[Report]) -> tuple[Finding, ...]:
    """The findings of the first report and what the others have besides, with keys and causes as in one report."""
    kept: list[Finding] = []
    causes: list[int | None] = []
    for report in reports:
        before = list(kept)
        places: dict[str, int] = {}
        for finding in report.findings:
            place = next((i for i, other in enumerate(before) if _says_the_same(finding, other)), len(kept))
            places[finding.key] = place
            if place == len(kept):
                kept.append(finding)
                causes.append(places[finding.cause] if finding.cause else None)
    keyed = with_keys(kept)
    return tuple(
        finding if cause is None else replace(finding, cause=keyed[cause].key)
        for finding, cause in zip(keyed, causes, strict=True)
    )


def _says_the_same(one: Finding, other: Finding) -> bool:
    """Whether two copies state one finding: the same words, or nearly so with the same numbers and negations."""
    if one.question != other.question:
        return False
    words, others = normalised(one.text), normalised(other.text)
    if words == others:
        return True
    if _TELLING.findall(words) != _TELLING.findall(others):
        return False
    return fuzz.ratio(words, others, score_cutoff=_NEARLY) > 0


_NEARLY = 95.0
"""How alike, of 100, the words of two copies are where only hyphens, a link's label or a slip sets them apart."""
_TELLING = re.compile(r"\d[\d.,]*|\b(?:not?|never|rarely|always|all|most|some|few|without)\b|n't\b")


def _judgments(reports: Sequence[Report]) -> tuple[Judgment, ...]:
    """Of each pillar or question, the judgment known best, and of equals the latest."""
    latest = sorted(reports, key=lambda report: report.updated or "", reverse=True)
    held: dict[str, list[Judgment]] = {}
    for report in latest:
        for judgment in report.judgments:
            day = judgment.date or report.updated
            dated = replace(judgment, date=None if day == latest[0].updated else day)
            held.setdefault(judgment.of, []).append(dated)
    best = (_best(judgments) for judgments in held.values())
    return tuple(sorted(best, key=lambda j: (j.of != "pillar", j.of)))


def _best(judgments: Sequence[Judgment]) -> Judgment:
    """Final before mid-cycle, printed before prose before missing; one carried over takes a grade printed elsewhere."""
    order = list(Basis)
    ranked = sorted(judgments, key=lambda j: (j.status is Status.NOT_YET_GRADED, order.index(j.basis)))
    carried = next((j for j in ranked if j.status is Status.CARRIED_OVER), None)
    if carried is None:
        return ranked[0]
    graded = next((j.grade for j in ranked if j.grade and j.basis is Basis.PRINTED), None)
    return replace(carried, grade=carried.grade or graded)
