"""The matrix: all forces at once, by cycle for one question, or by subject; every cell is a search."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from kg import vocabulary
from kg.errors import InvalidQuery
from kg.model import Filters
from search.home import Home
from search.lines import Line, lines
from search.subjects import groups, subjects
from search.tally import tally
from search.web.pages.compare import key_of
from search.web.pages.force import breaks, judgments, note
from search.web.rendering import PageRoute, page
from search.web.served import home_of
from search.web.wording import search_path

router = APIRouter(route_class=PageRoute)
LEVELS = (1, 3, 6, 12)
"""From how many findings on a cell of subjects is shaded darker; the number stands in it as well."""
Opened = Annotated[Home, Depends(home_of)]


@dataclass(frozen=True)
class Cell:
    """A grade, or why there is none; and the findings behind it."""

    grade: str | None
    note: str
    search: str


@dataclass(frozen=True)
class Count:
    """How many findings, how dark, and the search for them."""

    number: int
    level: int
    search: str


@router.get("/matrix")
def by_cycle(home: Opened, matter: str = "") -> Response:
    """Forces by cycles, for one question or area. Raises InvalidQuery for a question that was never judged."""
    table = _by_place(home)
    every = {key_of(line): line for line in lines() if any(key[1] == line for key in table)}
    if matter and matter not in every:
        raise InvalidQuery(f"there is no question {matter!r}", "choose one from the list")
    chosen = matter or next(iter(every), "")
    line = every.get(chosen)
    cycles = (
        [q.cycle for q in line.questions if any((s, line, q.cycle) in table for s in vocabulary.forces())]
        if line
        else []
    )
    rows = [
        (force, [table.get((slug, line, cycle)) for cycle in cycles])
        for slug, force in sorted(vocabulary.forces().items())
        if line
    ]
    return page(
        "matrix.html",
        home,
        matters=every,
        chosen=chosen,
        line=line,
        cycles=cycles,
        rows=rows,
        totals=[Counter(cell.grade for _, cells in rows if (cell := cells[i])) for i in range(len(cycles))],
        breaks=breaks(home),
        scale=("outstanding", "good", "adequate", "requires-improvement", "inadequate"),
    )  # fmt: skip


def _by_place(home: Home) -> dict[tuple[str, Line, str], Cell]:
    """Every judgment as a cell, by force, matter and cycle."""
    of = {(q.cycle, q.pillar, q.key): line for line in lines() for q in line.questions}
    counts = tally(home.snapshot.facets, ("force", "cycle", "pillar", "question"))
    wholes = tally(home.snapshot.facets, ("force", "cycle", "pillar"))
    found = {}
    for entry in judgments(home):
        force, cycle, pillar, question = entry["force"], entry["cycle"], entry["pillar"], entry["question"]
        line = of.get((cycle, pillar, question or "pillar"))
        if line is None:
            continue
        number = counts[(force, cycle, pillar, question)] if question else wholes[(force, cycle, pillar)]
        search = search_path(force=force, cycle=cycle, pillar=pillar, question=question) if number else ""
        found[force, line, cycle] = Cell(entry["grade"], note(entry), search)
    return found


@router.get("/matrix/subjects")
def by_subject(home: Opened, group: str = "", polarity: str = "negative", cycle: str = "") -> Response:
    """Forces by the subjects of one group. Raises InvalidQuery for a group, polarity or cycle that is none."""
    chosen = group or next(iter(groups()))
    if chosen not in groups():
        raise InvalidQuery(f"there is no group of subjects {group!r}", "choose one from the list")
    facets = home.snapshot.facets
    limits = Filters(polarity=(polarity,) if polarity else (), cycle=(cycle,) if cycle else ())
    counts = tally(facets, ("force", "topic"), facets.allowed(facets.resolve(limits)))
    told = [subject for subject in groups()[chosen] if any(cell[1] == subject.slug for cell in counts)]
    rows = [
        (force, [_count(counts[(slug, subject.slug)], slug, subject.slug, polarity, cycle) for subject in told])
        for slug, force in sorted(vocabulary.forces().items())
    ]
    return page(
        "matrix_subjects.html",
        home,
        groups=groups(),
        subjects=subjects(),
        chosen=chosen,
        told=told,
        rows=rows,
        polarity=polarity,
        cycle=cycle,
        choices=facets.values,
    )


def _count(number: int, force: str, topic: str, polarity: str, cycle: str) -> Count:
    search = search_path(force=force, topic=topic, polarity=polarity, cycle=cycle)
    return Count(number, sum(number >= bound for bound in LEVELS), search)
