"""The neighbourhood of a finding, or the inside of an issue: a numbered table of findings and links, and its picture.

The picture is drawn by the browser from the table itself, so that the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query, Response

from kg import vocabulary
from kg.errors import InvalidQuery, NotFound
from kg.model import Relation
from search.home import Home
from search.link.issues import IssueShown
from search.link.table import Links
from search.snapshot import Record
from search.tally import Rows
from search.web.rendering import PageRoute, address, page
from search.web.served import home_of
from search.web.wording import RELATIONS, finding_path, sure

router = APIRouter(route_class=PageRoute)
SIZES = (24, 100, 300)
"""How many findings a picture may have; up to the first of them they can be told apart at a glance."""
LINKS = 2.5
"""The most links of a picture, for each finding that it may have: with more, the lines cover each other."""
Opened = Annotated[Home, Depends(home_of)]


@dataclass(frozen=True)
class End:
    """A link as seen from one of its findings: the number of the other.

    `drawn` is its relation at the finding that it starts from and None at the other, so that the picture has one line
    for it.
    """

    number: int
    drawn: Relation | None


@dataclass(frozen=True)
class Node:
    """A finding of the picture by its number, with its links: what they are called from here, then how sure."""

    number: int
    record: Record
    area: str
    centre: bool
    links: dict[str, dict[str, list[End]]]


@router.get("/graph")
def graph(
    home: Opened,
    finding: str = "",
    issue: str = "",
    size: Annotated[int, Query(ge=2, le=SIZES[-1])] = SIZES[0],
) -> Response:
    """The links around a finding or within an issue. Raises NotFound, and InvalidQuery where not one is named."""
    if bool(finding) == bool(issue):
        raise InvalidQuery("not one finding or issue is named", "open the graph from the page of one")
    links = home.snapshot.links
    whole = None if finding else _issue(home, issue)
    rows = home.snapshot.rows_of(whole["findings"]) if whole else _near(links, home.snapshot.row_of(finding))
    shown = rows[:size]
    among = links.chosen(np.isin(links.start, shown) & np.isin(links.end, shown))
    drawn = _surest(among, shown[0] if finding else None, round(LINKS * size))
    nodes = _nodes(home.snapshot.records(shown), shown, drawn, bool(finding))
    return page(
        "graph.html",
        home,
        issue=whole,
        centre=nodes[0].record if finding else None,
        back=finding_path(nodes[0].record["finding"]) if finding else f"/issues/{issue.rpartition('/')[2]}",
        nodes=nodes,
        links=len(drawn),
        all_links=len(among),
        legend=[one for one in Relation if any(drawn.named(place) is one for place in drawn.places())],
        called=RELATIONS,
        total=len(rows),
        sizes=_sizes({"finding": finding, "issue": issue}, size, len(rows)),
    )


def _issue(home: Home, iri: str) -> IssueShown:
    found = next((one for one in home.snapshot.issues if one["issue"] == iri), None)
    if found is None:
        raise NotFound(f"there is no issue {iri!r} in generation {home.generation}", "choose one from the list")
    return found


def _near(links: Links, row: int) -> Rows:
    """A finding, what it is linked to, and what those are linked to, surest first, up to the largest size."""
    found: dict[int, None] = {row: None}  # in the order found
    for one in (row, *links.of(row).other(row).tolist()):
        found |= dict.fromkeys(links.of(one).other(one).tolist())
        if len(found) >= SIZES[-1]:
            break
    return np.array(list(found)[: SIZES[-1]], np.int64)


def _surest(links: Links, centre: int | None, most: int) -> Links:
    """So many of these links: those of the centre, where there is one, then those confirmed, then the surest."""
    own = (links.start == centre) | (links.end == centre) if centre is not None else np.zeros(len(links), np.bool_)
    return links.chosen(np.lexsort((links.end, links.start, -links.score, ~links.confirmed, ~own))[:most])


def _nodes(records: list[Record], rows: Rows, links: Links, centred: bool) -> list[Node]:
    numbers = {row: number for number, row in enumerate(rows.tolist(), start=1)}
    ends: dict[int, dict[str, dict[str, list[End]]]] = {number: {} for number in numbers.values()}
    for place in links.places():
        relation = links.named(place)
        said = "confirmed by a person" if links.confirmed[place] else sure(float(links.score[place]))
        start, end = numbers[int(links.start[place])], numbers[int(links.end[place])]
        for one, other, starts in ((start, end, True), (end, start, False)):
            alike = ends[one].setdefault(RELATIONS[relation, starts], {})
            alike.setdefault(said, []).append(End(other, relation if starts else None))
    return [
        Node(
            number,
            record,
            vocabulary.forces()[record["force"]["slug"]].area,
            centred and number == 1,
            {called: ends[number][called] for called in dict.fromkeys(RELATIONS.values()) if called in ends[number]},
        )
        for number, record in enumerate(records, start=1)
    ]


def _sizes(given: dict[str, str], size: int, total: int) -> list[tuple[int, str | None]]:
    """How many findings could be shown, each with its address; None for what is shown. Nothing where all are."""
    wanted = [one for i, one in enumerate(SIZES) if i == 0 or SIZES[i - 1] < total]
    found = [
        (min(one, total), None if one == size else address("/graph", {**given, "size": str(one)})) for one in wanted
    ]
    return found if len(found) > 1 else []
