"""Issues: groups of criticism on one matter, made of the links between findings.

Communities of the graph of links by the Leiden algorithm (Traag, Waltman and van Eck, "From Louvain to Leiden:
guaranteeing well-connected communities", 2019) on the constant Potts model, whose groups do not grow coarser as the
graph grows. An issue keeps its identifier from generation to generation while most of its findings stay.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from kg import vocabulary
from kg.model import Issue, Polarity, Relation, Trend
from kg.triples import ID
from search.link.evidence import subject_notation
from search.link.table import RELATIONS, Links

RESOLUTION = 0.15
"""How tightly the findings of an issue are linked: the least share of possible links, by weight, that a group has."""
LABEL = 90
"""The most characters of a finding's words in an issue's name."""

_SEED = 1
_JOINING = (Relation.SAME_ISSUE, Relation.RECURS, Relation.SAME_TEXT)

Record = Mapping[str, Any]


class IssueShown(TypedDict):
    """An issue as it is kept and shown: how many findings of which forces, cycles and kinds, and which way it goes."""

    issue: str
    label: str
    topic: str | None
    trend: str
    count: int
    forces: list[dict[str, str]]
    cycles: dict[str, int]
    kinds: dict[str, int]
    findings: list[str]


def issues(
    links: Links,
    records: Sequence[Record],
    vectors: NDArray[np.float32],
    verdicts: NDArray[np.bool_],
    apart: Iterable[tuple[int, int]] = (),
    before: Sequence[IssueShown] = (),
) -> list[IssueShown]:
    """The issues that links make, those of most forces first.

    `verdicts` says which rows are general verdicts on a force, which are in no issue; `apart` are pairs of rows that
    people said are not on one matter; `before` are the issues of the generation before.
    """
    groups = [_without(group, apart, links) for group in communities(links, records, verdicts)]
    groups = sorted(group for group in groups if len(group) > 1)
    names = named([[str(records[row]["finding"]) for row in group] for group in groups], before)
    found = [_shown(iri, group, records, vectors) for iri, group in zip(names, groups, strict=True)]
    return sorted(found, key=lambda issue: (-len(issue["forces"]), -issue["count"], issue["issue"]))


def communities(links: Links, records: Sequence[Record], verdicts: NDArray[np.bool_]) -> list[list[int]]:
    """The groups of rows that links of criticism hold together, each ascending."""
    from graspologic_native import leiden

    joining = np.isin(links.relation, [RELATIONS.index(one) for one in _JOINING])
    edges = [
        (str(start), str(end), float(score))
        for start, end, score in zip(links.start[joining], links.end[joining], links.score[joining], strict=True)
        if records[start]["polarity"] == records[end]["polarity"] == Polarity.NEGATIVE
        and not (verdicts[start] or verdicts[end])
    ]
    if not edges:
        return []
    _, member_of = leiden(edges=edges, resolution=RESOLUTION, use_modularity=False, seed=_SEED, trials=1)
    groups: dict[int, list[int]] = {}
    for row in sorted(map(int, member_of)):
        groups.setdefault(member_of[str(row)], []).append(row)
    return list(groups.values())


def named(groups: Sequence[Sequence[str]], before: Sequence[IssueShown]) -> list[str]:
    """An IRI for each group of findings: that of the issue most of whose findings it has, or a new one."""
    issue_of = {finding: issue["issue"] for issue in before for finding in issue["findings"]}
    sizes = {issue["issue"]: len(issue["findings"]) for issue in before}
    claims = sorted(
        (-shared, issue, place)
        for place, group in enumerate(groups)
        for issue, shared in Counter(issue_of[one] for one in group if one in issue_of).items()
        if shared * 2 > sizes[issue] or shared * 2 > len(group)
    )
    names: dict[int, str] = {}
    for _, issue, place in claims:
        if place not in names and issue not in names.values():
            names[place] = issue
    for place, group in enumerate(groups):
        if place not in names:
            names[place] = _new_name(group, {*names.values(), *sizes})
    return [names[place] for place in range(len(groups))]


def values(found: Iterable[IssueShown]) -> list[Issue]:
    """The issues as values to be made into triples."""
    return [
        Issue(one["issue"], one["label"], tuple(one["findings"]), Trend(one["trend"]), one["topic"]) for one in found
    ]


def _new_name(group: Sequence[str], taken: set[str]) -> str:
    text = " ".join(sorted(group))
    while True:
        name = str(ID["issue/" + hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]])
        if name not in taken:
            return name
        text += " "


def _without(group: Sequence[int], apart: Iterable[tuple[int, int]], links: Links) -> list[int]:
    """A group without the less linked of each two findings that people said are not on one matter."""
    kept = set(group)
    for one, other in apart:
        if one in kept and other in kept:
            kept.remove(min(one, other, key=lambda row: (len(links.of(row)), row)))
    return sorted(kept)


def _shown(iri: str, group: Sequence[int], records: Sequence[Record], vectors: NDArray[np.float32]) -> IssueShown:
    members = [records[row] for row in group]
    cycles = {c: n for c in vocabulary.cycles() if (n := sum(one["cycle"] == c for one in members))}
    forces = {one["force"]["slug"]: one["force"] for one in members}
    medoid = members[int(np.argmax(vectors[list(group)] @ vectors[list(group)].sum(axis=0)))]
    subject = _subject(members)
    return {
        "issue": iri,
        "label": label(medoid["meaning"], subject),
        "topic": subject_notation(subject) if subject else None,
        "trend": trend(members).value,
        "count": len(members),
        "forces": [forces[slug] for slug in sorted(forces)],
        "cycles": cycles,
        "kinds": dict(Counter(one["kind"] for one in members).most_common()),
        "findings": [one["finding"] for one in members],
    }


def _subject(members: Sequence[Record]) -> str | None:
    """The label of the subject that most of the findings name; None where no subject is named by half of them."""
    counted = Counter(label for one in members for label in one["topics"])
    best = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
    return best[0][0] if best and best[0][1] * 2 >= len(members) else None


def label(meaning: str, subject: str | None) -> str:
    """An issue's name: its subject, and the words of the finding in the middle of it, shortened, none invented."""
    words = textwrap.shorten(meaning.strip().rstrip("."), LABEL, placeholder=" …")
    return f"{subject}: {words}" if subject else words


def trend(members: Sequence[Record]) -> Trend:
    """How the number of forces criticised moved between the last two cycles in which any was."""
    forces = {
        cycle: {one["force"]["slug"] for one in members if one["cycle"] == cycle} for cycle in vocabulary.cycles()
    }
    counts = [len(found) for found in forces.values() if found]
    if len(counts) < 2:
        return Trend.SINGLE
    if counts[-1] == counts[-2]:
        return Trend.STEADY
    return Trend.RISING if counts[-1] > counts[-2] else Trend.FALLING
