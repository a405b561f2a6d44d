"""The forces: a list of the 43, and a page for each with its grades, what it was told and who was told the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Response

from kg import vocabulary
from kg.errors import NotFound
from kg.model import Filters, Kind, Polarity, Relation
from kg.triples import ID
from search.grades import Comparability, Entry
from search.home import Home
from search.lines import Line, lines
from search.link.table import RELATIONS
from search.snapshot import Record
from search.subjects import groups
from search.tally import Rows, peers, tally
from search.web.rendering import PageRoute, page
from search.web.served import home_of
from search.web.wording import search_path

router = APIRouter(route_class=PageRoute)
SUBJECTS = 15
"""The subjects that a force's page names; the rest are a search away."""
PAIRS = 5
"""How many of what recurs, and of what was answered, a force's page shows."""
Opened = Annotated[Home, Depends(home_of)]


@dataclass(frozen=True)
class Cell:
    """One judgment in a table of grades: a grade, or why there is none; and the findings behind it."""

    grade: str | None
    note: str
    count: int
    search: str


@dataclass(frozen=True)
class Row:
    """One matter with its judgments, a cell a cycle; None where nothing was read."""

    title: str
    pillar: str | None
    whole: bool
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Pair:
    """Two linked findings of one force, the earlier first."""

    earlier: Record
    later: Record
    score: float
    confirmed: bool


@lru_cache(maxsize=2)
def judgments(home: Home) -> tuple[Entry, ...]:
    """Every judgment of a generation, read once."""
    return tuple(home.grades())


@lru_cache(maxsize=2)
def breaks(home: Home) -> dict[str, Comparability]:
    """The cycles whose grades may not be compared with those of the cycle before, and why."""
    return {pair["later"]: pair for pair in home.comparability() if not pair["comparable"]}


@router.get("/forces")
def forces(home: Opened) -> Response:
    """The 43 forces by region, each with how many findings there are of it."""
    counts = tally(home.snapshot.facets, ("force",))
    regions = _regions()
    every = sorted(vocabulary.forces().values(), key=lambda force: (regions[force.region], force.area))
    by_region = [(regions[region], list(of)) for region, of in groupby(every, key=lambda force: force.region)]
    return page("forces.html", home, regions=by_region, told={slug: counts[(slug,)] for slug in vocabulary.forces()})


@router.get("/forces/{slug}")
def force(slug: str, home: Opened) -> Response:
    """One force. Raises NotFound for a slug that is none."""
    found = vocabulary.forces().get(slug)
    if found is None:
        raise NotFound(f"there is no force {slug!r}", "choose one from the list of forces")
    facets = home.snapshot.facets
    rows = facets.allowed(Filters(force=(slug,)))
    cycles = _cycles(home, slug, rows)
    return page(
        "force.html",
        home,
        force=found,
        region=_regions()[found.region],
        total=len(rows),
        cycles=cycles,
        missing=[c for c in vocabulary.cycles() if c not in cycles and (c,) in tally(facets, ("cycle",))],
        breaks=breaks(home),
        table=table(home, slug, cycles),
        kinds=_kinds(home, slug, rows, cycles),
        subjects=_subjects(home, slug, rows),
        recurs=pairs(home, rows, Relation.RECURS),
        answered=pairs(home, rows, Relation.ANSWERED_BY),
        peers=[(vocabulary.forces()[peer], alike) for peer, alike in peers(facets, slug)],
    )


def _regions() -> Mapping[str, str]:
    """The English regions, and Wales, by slug."""
    return vocabulary.notations(ID["scheme/region"])


def _cycles(home: Home, slug: str, rows: Rows) -> list[str]:
    """The cycles in which something was read of a force, earliest first."""
    told = {cell[0] for cell in tally(home.snapshot.facets, ("cycle",), rows)}
    judged = {entry["cycle"] for entry in judgments(home) if entry["force"] == slug}
    return [cycle for cycle in vocabulary.cycles() if cycle in told | judged]


def table(home: Home, slug: str, cycles: Sequence[str]) -> list[Row]:
    """A force's judgments: a row a matter, in the order of `search.lines`, a cell a cycle."""
    mine = [entry for entry in judgments(home) if entry["force"] == slug]
    counts = tally(home.snapshot.facets, ("force", "cycle", "pillar", "question"))
    found = []
    for line in lines():
        cells = tuple(_cell(slug, line, cycle, mine, counts) for cycle in cycles)
        if any(cells):
            found.append(Row(line.title, line.pillar, line.whole, cells))
    return found


def _cell(
    slug: str, line: Line, cycle: str, mine: Sequence[Entry], counts: Counter[tuple[str | None, ...]]
) -> Cell | None:
    entry = next((e for e in mine if e["cycle"] == cycle and line.of(cycle, e["pillar"], e["question"])), None)
    if entry is None:
        return None
    pillar, question = entry["pillar"], entry["question"]
    count = sum(
        number
        for (force, when, what, which), number in counts.items()
        if (force, when, what) == (slug, cycle, pillar) and (question is None or which == question)
    )
    search = search_path(force=slug, cycle=cycle, pillar=pillar, question=question)
    return Cell(entry["grade"], note(entry), count, search)


def note(entry: Entry) -> str:
    """What must be said beside a grade, or instead of one."""
    if len(entry["grades"]) > 1:
        return "pages disagree: " + " or ".join(grade.replace("-", " ") for grade in entry["grades"])
    if entry["status"] == "carried-over":
        return f"carried over from {entry['carried_over_from'] or 'an earlier cycle'}"
    if entry["status"] != "inspected":
        return entry["status"].replace("-", " ")
    return {"prose": "from the prose", "missing": "grade not in the pages read"}.get(entry["basis"], "")


def pairs(home: Home, rows: Rows, relation: Relation) -> list[Pair]:
    """The surest links of a relation between two findings of `rows`, those that a person confirmed first."""
    links = home.snapshot.links
    mine = np.isin(links.start, rows) & np.isin(links.end, rows) & (links.relation == RELATIONS.index(relation))
    found = links.chosen(mine)
    best = found.chosen(np.lexsort((found.end, found.start, -found.score, ~found.confirmed))[:PAIRS])
    earlier, later = home.snapshot.records(best.start), home.snapshot.records(best.end)
    each = zip(earlier, later, best.score.tolist(), best.confirmed.tolist(), strict=True)
    return [Pair(*one) for one in each]


def _kinds(home: Home, slug: str, rows: Rows, cycles: Sequence[str]) -> list[tuple[str, str, list[tuple[int, str]]]]:
    """Kinds of finding by cycle: the kind, the search for all of it, and a count and a search a cycle."""
    counts = tally(home.snapshot.facets, ("kind", "cycle"), rows)
    present = {cell[0] for cell in counts}
    return [
        (
            kind.value,
            search_path(force=slug, kind=kind.value),
            [(counts[(kind.value, c)], search_path(force=slug, kind=kind.value, cycle=c)) for c in cycles],
        )
        for kind in Kind
        if kind.value in present
    ]


def _subjects(home: Home, slug: str, rows: Rows) -> list[tuple[str, str, list[tuple[int, str]]]]:
    """The subjects most written about: slug, label, and a count and a search each for praise, criticism, neither."""
    facets = home.snapshot.facets
    labels = {value["value"]: value["label"] for value in facets.values["topic"]}
    counts = tally(facets, ("topic", "polarity"), rows)
    totals: Counter[str] = Counter()
    for (topic, _), number in counts.items():
        if topic is not None and topic not in groups():
            totals[topic] += number
    ordered = sorted(totals, key=lambda topic: (-totals[topic], labels[topic]))[:SUBJECTS]
    return [
        (
            topic,
            labels[topic],
            [
                (counts[(topic, polarity.value)], search_path(force=slug, topic=topic, polarity=polarity.value))
                for polarity in (Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NEUTRAL)
            ],
        )
        for topic in ordered
    ]
