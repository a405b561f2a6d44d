"""Two to six forces side by side: their grades, and what each was told on a subject, a matter or in one's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query, Response

from kg import vocabulary
from kg.errors import InvalidQuery
from kg.model import Filters
from search.browse import Sort, listed
from search.grades import Entry
from search.home import Home
from search.lines import Line, lines
from search.subjects import groups, subjects
from search.tally import Rows, tally
from search.web.pages.force import breaks, judgments, note
from search.web.rendering import PageRoute, page
from search.web.served import home_of
from search.web.wording import search_path

router = APIRouter(route_class=PageRoute)
MOST = 6
"""The most forces side by side."""
TOLD = 5
"""How many findings of each force are shown."""


@dataclass(frozen=True)
class Grade:
    """A judgment as it stands in a table: None for the grade where there is none, and what must be said beside it."""

    grade: str | None
    note: str


@dataclass(frozen=True)
class Told:
    """What one force was told: counts by polarity, the findings shown, and the search for all of them."""

    slug: str
    label: str
    counts: Mapping[str, int]
    hits: Sequence[Mapping[str, Any]]
    answered: bool
    search: str


@router.get("/compare")
def compare(
    home: Annotated[Home, Depends(home_of)],
    force: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    topic: str = "",
    matter: str = "",
    text: str = "",
) -> Response:
    """The form; for two forces or more, their grades and findings. 400 with the form for what cannot be compared."""
    every = [line for line in lines() if _judged(home, line)]
    given = {"force": [name for name in force if name], "topic": topic, "matter": matter, "text": text.strip()}
    form = {
        "given": given,
        "every_force": list(vocabulary.forces().values()),
        "groups": groups(),
        "subjects": subjects(),
        "matters": {key_of(line): line for line in every},
        "places": range(MOST),
    }
    try:
        forces = _forces(home, given["force"])
        subject = Filters(topic=(topic,)) if topic else Filters()
        line = _matter(every, matter)
        told = [_told(home, one, subject, line, text.strip()) for one in forces]
    except InvalidQuery as error:
        return page("compare.html", home, 400, error=error, forces=[], **form)
    table = _grades(home, forces, line, every) if forces else []
    said = any(one.hits for one in told)
    return page(
        "compare.html", home, error=None, forces=forces, told=told, said=said, table=table, line=line,
        breaks=breaks(home), **form,
    )  # fmt: skip


def key_of(line: Line) -> str:
    """A name for a matter that addresses can carry: its last question's cycle, pillar and number."""
    last = line.questions[-1]
    return "_".join((last.cycle.replace("/", "-"), last.pillar or "area", last.key))


def _judged(home: Home, line: Line) -> bool:
    return any(line.of(entry["cycle"], entry["pillar"], entry["question"]) for entry in judgments(home))


def _forces(home: Home, names: Sequence[str]) -> list[str]:
    """The slugs of the forces named, each once. Raises InvalidQuery unless they are none, or two to six."""
    slugs = list(dict.fromkeys(home.snapshot.facets.resolve(Filters(force=tuple(names))).force))
    if len(slugs) == 1:
        raise InvalidQuery("only one force is chosen", "choose at least two different forces")
    if len(slugs) > MOST:
        raise InvalidQuery(f"{len(slugs)} forces are chosen", f"choose at most {MOST}")
    return slugs


def _matter(every: Sequence[Line], key: str) -> Line | None:
    if not key:
        return None
    found = next((line for line in every if key_of(line) == key), None)
    if found is None:
        raise InvalidQuery(f"there is no question {key!r}", "choose one from the list")
    return found


def _told(home: Home, slug: str, subject: Filters, line: Line | None, text: str) -> Told:
    """What one force was told. Raises InvalidQuery for a subject that does not exist."""
    facets = home.snapshot.facets
    topic = facets.resolve(subject).topic
    rows = facets.allowed(Filters(force=(slug,), topic=topic))
    if line is not None:
        rows = np.intersect1d(rows, rows_of(home, line), assume_unique=True)
    counts = tally(facets, ("polarity",), rows)
    hits: Sequence[Any] = listed(home.snapshot, rows, TOLD, sort=Sort.NEWEST)
    answered = bool(hits)
    if text:
        found = home.find(text, k=TOLD, understand=False, force=slug, topic=topic)
        hits, answered = found["hits"], found["answered"]
        hits = [hit for hit in hits if hit["close"]]
    label = vocabulary.forces()[slug].label
    search = search_path(text=text, force=slug, topic=topic)
    sides = {side: counts[(side,)] for side in ("positive", "negative", "neutral")}
    return Told(slug, label, sides, hits, answered, search)


def rows_of(home: Home, line: Line) -> Rows:
    """The findings under the questions of one matter, ascending."""
    facets = home.snapshot.facets
    found = []
    for question in line.questions:
        pillar = (question.pillar,) if question.pillar else ()
        key = () if question.key == "pillar" else (question.key,)
        known = {value["value"] for value in facets.values["question"]}
        if set(key) <= known:
            found.append(facets.allowed(Filters(cycle=(question.cycle,), pillar=pillar, question=key)))
    return np.unique(np.concatenate(found)) if found else np.array([], np.int64)


def _grades(
    home: Home, forces: Sequence[str], line: Line | None, every: Sequence[Line]
) -> list[tuple[str, bool, list[Grade | None]]]:
    """Rows of grades, a column a force: cycle by cycle for one matter, else the pillars as wholes in every cycle.

    Each row has its title, and whether grades may not be compared with those of the cycle before.
    """
    wanted = [line] if line else [one for one in every if one.whole]
    found: list[tuple[str, bool, list[Grade | None]]] = []
    for one in wanted:
        first = len(found)
        for question in one.questions:
            cells = [_grade(home, slug, one, question.cycle) for slug in forces]
            if any(cells):
                title = f"PEEL {question.cycle}" if line else f"{str(one.pillar).capitalize()}, PEEL {question.cycle}"
                found.append((title, question.cycle in breaks(home) and len(found) > first, cells))
    return found


def _grade(home: Home, slug: str, line: Line, cycle: str) -> Grade | None:
    def fits(entry: Entry) -> bool:
        return (entry["force"], entry["cycle"]) == (slug, cycle) and line.of(cycle, entry["pillar"], entry["question"])

    entry = next(filter(fits, judgments(home)), None)
    return None if entry is None else Grade(entry["grade"], note(entry))
