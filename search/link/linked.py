"""The links of many findings at once, and the issues that links make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import TypedDict

from kg.errors import NotFound
from kg.model import Filters, Relation
from search.answers import Hit
from search.link.issues import IssueShown
from search.link.related import Linked, linked_of, plain, relation_named
from search.link.table import LEADING, RELATIONS

if TYPE_CHECKING:
    from search.snapshot import Snapshot


class FindingLinked(TypedDict):
    """A finding and what it is linked to."""

    finding: Hit
    links: list[Linked]


class LinkedAnswer(TypedDict):
    """The findings that pass some filters and have links, in the order of the reports."""

    generation: str
    relation: str | None
    findings: list[FindingLinked]


def linked(snapshot: Snapshot, filters: Filters, relation: Relation | str | None = None, k: int = 5) -> LinkedAnswer:
    """The findings that pass `filters` and from which links lead, with up to `k` links of each relation.

    Good practice, what recurs and what is answered are looked for from the criticism on; the other relations both
    ways. Raises InvalidQuery.
    """
    wanted = relation_named(relation)
    allowed = snapshot.facets.allowed(snapshot.facets.resolve(filters))
    links = snapshot.links
    leading = np.isin(links.relation, [RELATIONS.index(one) for one in LEADING])
    chosen = np.ones(len(links), bool) if wanted is None else links.relation == RELATIONS.index(wanted)
    rows = np.union1d(links.start[chosen], links.end[chosen & ~leading])
    found: list[FindingLinked] = []
    for row, record in _recorded(snapshot, np.intersect1d(rows, allowed).tolist()):
        shown = [
            link
            for link in linked_of(snapshot, row, record, wanted, k)
            if Relation(link["relation"]) not in LEADING or link["start"] == record["finding"]
        ]
        if shown:
            found.append({"finding": plain(record, 1.0), "links": shown})
    return {"generation": snapshot.generation, "relation": wanted.value if wanted else None, "findings": found}


def _recorded(snapshot: Snapshot, rows: Sequence[int]) -> zip[tuple[int, dict[str, object]]]:
    return zip(rows, snapshot.records(rows), strict=True)


def issues(
    snapshot: Snapshot, force: str | None = None, cycle: str | None = None, topic: str | None = None
) -> list[IssueShown]:
    """The issues, those of most forces first; only those with a finding of a force or cycle, or on a subject.

    Raises InvalidQuery for a force, cycle or subject that is none.
    """
    given = Filters(force=(force,) if force else (), cycle=(cycle,) if cycle else (), topic=(topic,) if topic else ())
    chosen = snapshot.facets.resolve(given)
    return [
        one
        for one in snapshot.issues
        if (not chosen.force or chosen.force[0] in {force["slug"] for force in one["forces"]})
        and (not chosen.cycle or chosen.cycle[0] in one["cycles"])
        and (not chosen.topic or chosen.topic[0] == one["topic"])
    ]


def link_ends(snapshot: Snapshot, link: str) -> tuple[Relation, str, str]:
    """The relation and the two findings of a link, by its IRI or the end of it. Raises NotFound."""
    from kg.links import name_of

    wanted = link.rsplit("/", 1)[-1]
    links = snapshot.links
    ends = snapshot.iris
    for place in links.places():
        relation, start, end = links.named(place), ends[links.start[place]], ends[links.end[place]]
        if name_of(relation, start, end) == wanted:
            return relation, start, end
    raise NotFound(
        f"there is no link {link!r} in generation {snapshot.generation}", "copy its address from `peel related FINDING`"
    )
