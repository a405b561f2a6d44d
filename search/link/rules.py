"""Which neighbours are on the same matter, and how sure that is.

A pair's score is the probability that a reader calls it the same matter, by logistic regression on five traits of the
pair. `benchmarks/fit_links.py` fitted the coefficients on the calibration part of `tests/data/links-labelled.tsv`; the
thresholds were set on the same pairs, for nine links in ten to be right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.model import Kind, Relation
from search.link import words
from search.link.nearest import Neighbours
from search.link.table import RELATIONS, Links
from search.link.traits import Traits

VERSION = "3"
"""The version of the method; it changes when the same findings give other links."""

FEATURES = ("cosine", "overlap", "subject", "apart", "elsewhere")
"""What is looked at in a pair: see `features`."""
COEFFICIENTS = (5.04, 1.98, 0.32, -0.52, -1.01)
INTERCEPT = -3.69
THRESHOLDS = {
    Relation.SAME_ISSUE: (0.78, 0.83),
    Relation.GOOD_PRACTICE: (0.73, 0.84),
    Relation.RECURS: (0.7, 0.8),
    Relation.ANSWERED_BY: (0.8, 0.85),
}
"""The least score of a link, and its least score where one finding is about all that the other is about and more: a
matter and a part of it ("investigating crime", "supervising investigations") read alike, and are two matters."""

_AFI, _CAUSE = list(Kind).index(Kind.AREA_FOR_IMPROVEMENT), list(Kind).index(Kind.CAUSE_OF_CONCERN)

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of findings in the direction of their link: the earlier or the criticism first."""

    start: Rows
    end: Rows
    relation: NDArray[np.int64]
    cosine: Floats

    def chosen(self, which: NDArray[np.bool_]) -> Pairs:
        """The pairs where `which` is true."""
        return Pairs(self.start[which], self.end[which], self.relation[which], self.cosine[which])


def directed(pairs: Neighbours, traits: Traits) -> Pairs:
    """The pairs that some relation may hold between, by force, cycle and polarity, turned the way it leads.

    Pairs of one force in one cycle, and criticism after praise in the same force, are left out.
    """
    cycle, polarity, force = traits.cycle, traits.polarity, traits.force
    one, other = pairs.owner, pairs.other
    turned = np.where(polarity[one] != polarity[other], polarity[one] > polarity[other], cycle[one] > cycle[other])
    start, end = np.where(turned, other, one), np.where(turned, one, other)
    same_force = force[start] == force[end]
    answered = (polarity[start] < 0) & (polarity[end] > 0)
    codes = np.select(
        [~same_force & ~answered, ~same_force & answered, same_force & ~answered, same_force & answered],
        [
            RELATIONS.index(r)
            for r in (Relation.SAME_ISSUE, Relation.GOOD_PRACTICE, Relation.RECURS, Relation.ANSWERED_BY)
        ],
    )
    kept = ~same_force | (cycle[start] < cycle[end])
    return Pairs(start[kept], end[kept], codes[kept], pairs.cosine[kept].astype(np.float64))


def overlap(traits: Traits, start: Rows, end: Rows) -> Floats:
    """Dice's coefficient of what the two are about: 2 x shared / (one + other), 0 where neither says anything."""
    sizes = traits.matters.sizes()
    return np.asarray(2 * traits.matters.shared(start, end) / np.maximum(sizes[start] + sizes[end], 1))


def features(traits: Traits, start: Rows, end: Rows, cosine: Floats) -> Floats:
    """(pairs, features): the cosine of the matters; the overlap of words; whether they share a subject; whether both
    have subjects and share none; whether they stand under different pillars, or under questions that do not descend
    from one."""
    tags = traits.subjects.sizes()
    shared = traits.subjects.shared(start, end) > 0
    return np.column_stack(
        [
            cosine,
            overlap(traits, start, end),
            shared,
            (tags[start] > 0) & (tags[end] > 0) & ~shared,
            _differ(traits.pillar, start, end) | _differ(traits.lineage, start, end),
        ]
    ).astype(np.float64)


def opposed(traits: Traits, start: Rows, end: Rows) -> NDArray[np.bool_]:
    """Whether one is about serious crime and the other about crime of a less serious kind."""
    less, more = (traits.matters.having(word) for word in words.OPPOSED)
    return np.asarray((less[start] & more[end]) | (more[start] & less[end]))


def _differ(column: Rows, start: Rows, end: Rows) -> NDArray[np.bool_]:
    """Whether both have a value, and not the same."""
    return np.asarray((column[start] >= 0) & (column[end] >= 0) & (column[start] != column[end]))


def scored(found: Floats) -> Floats:
    """The probability that a reader calls each pair the same matter."""
    return np.asarray(1 / (1 + np.exp(-(found @ np.array(COEFFICIENTS) + INTERCEPT))))


def judged(pairs: Pairs, traits: Traits) -> Links:
    """The links that the pairs make. A general verdict on a force as a whole is never linked."""
    found = features(traits, pairs.start, pairs.end, pairs.cosine)
    score = scored(found)
    sizes, shared = traits.matters.sizes(), traits.matters.shared(pairs.start, pairs.end)
    less, more = np.sort([sizes[pairs.start], sizes[pairs.end]], axis=0)
    part = ((shared == less) & (less < more)).astype(np.int64)
    least = np.array([THRESHOLDS.get(relation, (np.inf, np.inf)) for relation in RELATIONS])[pairs.relation, part]
    kept = (score >= least) & (less > 0) & ~opposed(traits, pairs.start, pairs.end)
    return made(traits, pairs, score, found[:, 1], kept)


def made(traits: Traits, pairs: Pairs, score: Floats, words: Floats, kept: NDArray[np.bool_]) -> Links:
    """The columns of the links that are kept."""
    return Links(
        start=pairs.start[kept].astype(np.int32),
        end=pairs.end[kept].astype(np.int32),
        relation=pairs.relation[kept].astype(np.uint8),
        score=score[kept].astype(np.float32),
        cosine=pairs.cosine[kept].astype(np.float32),
        overlap=words[kept].astype(np.float32),
        confirmed=np.zeros(int(kept.sum()), np.bool_),
        escalates=(
            (pairs.relation == RELATIONS.index(Relation.RECURS))
            & (traits.kind[pairs.start] == _AFI)
            & (traits.kind[pairs.end] == _CAUSE)
        )[kept],
    )
