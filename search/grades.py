"""Grades by force, question and cycle: one entry a judgment, whichever pages state it, and what may be compared."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from typing_extensions import TypedDict

from kg.store import Row
from kg.triples import COMPARABILITY_COLUMNS, JUDGMENT_COLUMNS

_BASES = ("printed", "prose", "scheme", "missing")


class Entry(TypedDict):
    """The judgment of one force's pillar or question in one cycle.

    `question` is a printed number or an area's slug, None for the pillar as a whole. `grades` holds more than
    one grade only where pages disagree; `grade` is then the best attested.
    """

    force: str
    cycle: str
    pillar: str | None
    question: str | None
    title: str
    grade: str | None
    status: str
    carried_over_from: str | None
    basis: str
    date: str | None
    scale: str
    grades: list[str]
    reports: list[str]


class Comparability(TypedDict):
    """Whether grades of two neighbouring cycles may be compared, and why."""

    earlier: str
    later: str
    comparable: bool
    why: str


def entries(rows: Iterable[Row]) -> list[Entry]:
    """The rows of `kg.triples.JUDGMENTS_QUERY`, with what several pages say of one matter put together."""
    groups: dict[tuple[str | None, ...], list[Mapping[str, str | None]]] = defaultdict(list)
    for row in rows:
        judgment = dict(zip(JUDGMENT_COLUMNS, row, strict=True))
        groups[tuple(judgment[key] for key in ("force", "cycle", "pillar", "number"))].append(judgment)
    return [_entry(group) for group in groups.values()]


def _entry(judgments: Sequence[Mapping[str, str | None]]) -> Entry:
    best = min(judgments, key=lambda j: (j["grade"] is None, _BASES.index(str(j["basis"])), str(j["report"])))
    grades = sorted({grade for j in judgments if (grade := j["grade"]) is not None})
    return {
        "force": str(best["force"]),
        "cycle": str(best["cycle"]),
        "pillar": best["pillar"],
        "question": best["number"],
        "title": str(best["title"]),
        "grade": best["grade"],
        "status": str(best["status"]),
        "carried_over_from": best["from"],
        "basis": str(best["basis"]),
        "date": best["date"],
        "scale": str(best["scale"]),
        "grades": grades,
        "reports": sorted({str(j["report"]) for j in judgments}),
    }


def comparability(rows: Iterable[Row]) -> list[Comparability]:
    """The rows of `kg.triples.COMPARABILITY_QUERY`, earliest first."""
    found = (dict(zip(COMPARABILITY_COLUMNS, row, strict=True)) for row in rows)
    return [
        {
            "earlier": str(pair["earlier"]),
            "later": str(pair["later"]),
            "comparable": pair["comparable"] == "true",
            "why": str(pair["why"]),
        }
        for pair in found
    ]


def of_one_force(label: str, found: Sequence[Entry], pairs: Sequence[Comparability]) -> Iterator[str]:
    """A force's grades cycle by cycle, latest first, with a line wherever grades may not be compared."""
    yield label
    breaks = {pair["later"]: pair for pair in pairs if not pair["comparable"]}
    for cycle in sorted({entry["cycle"] for entry in found}, reverse=True):
        yield ""
        yield f"PEEL {cycle}"
        these = [entry for entry in found if entry["cycle"] == cycle]
        for entry in sorted(these, key=_place):
            yield _line(entry)
        if cycle in breaks:
            why = f"-- not comparable with PEEL {breaks[cycle]['earlier']}: {breaks[cycle]['why']}"
            yield from textwrap.wrap(why, 100, initial_indent="  ", subsequent_indent="     ")


def _place(entry: Entry) -> tuple[str, bool, str]:
    return entry["pillar"] or "", entry["question"] is not None, (entry["question"] or "").zfill(2)


def _line(entry: Entry) -> str:
    number = entry["question"]
    if number is None:
        name = f"  {(entry['pillar'] or entry['title']).capitalize()}"
    else:
        name = f"    {number + ' ' if number.isdigit() else ''}{entry['title']}"
    shown = name if len(name) <= 76 else name[:75] + "…"
    return f"{shown:<78}{_verdict(entry)}"


def _verdict(entry: Entry) -> str:
    words = " or ".join(entry["grades"]).replace("-", " ") or "unknown"
    if entry["status"] == "carried-over":
        return f"{words} (carried over from {entry['carried_over_from'] or 'an earlier cycle'})"
    if entry["status"] != "inspected":
        return entry["status"].replace("-", " ")
    return words + {"prose": " (from the prose)", "missing": " (lost from the copies read)"}.get(entry["basis"], "")
