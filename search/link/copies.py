"""Findings in the same or nearly the same words: national paragraphs, copies, sentences written from one template.

Each is linked to the earliest that it repeats, so n copies make n - 1 links. Pairs to be compared share a bucket: of
what they are about, or of one of the bands of a MinHash of their stems (Broder, "On the resemblance and containment
of documents", 1997). In each bucket the earliest leads, those it does not match get a leader of their own, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from search.link.traits import Bags, Traits

ALIKE = 0.65
"""The least share of stems in common (Jaccard's) of two findings in the same words; they are about the same things,
in the same degree, too. Of such pairs of the calibration part readers call nine in ten the same text."""

_BANDS, _ROWS, _ROUNDS = 8, 3, 8
_PRIME = np.uint64(2**31 - 1)
_SEED = 20170322

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


def resemblance(traits: Traits, one: Rows, other: Rows) -> Floats:
    """The share of stems that pairs of findings have in common."""
    sizes = traits.stems.sizes()
    shared = traits.stems.shared(one, other)
    return np.asarray(shared / np.maximum(sizes[one] + sizes[other] - shared, 1))


def same_text(traits: Traits, one: Rows, other: Rows, alike: Floats) -> NDArray[np.bool_]:
    """Whether pairs, so much `alike`, say the same in the same words: never where one praises and one criticises."""
    same = alike >= ALIKE
    for bags in (traits.matters, traits.degrees):
        sizes, shared = bags.sizes(), bags.shared(one, other)
        same &= (shared == sizes[one]) & (shared == sizes[other])
    return np.asarray(same & (traits.polarity[one] == traits.polarity[other]))


def copies(traits: Traits) -> tuple[Rows, Rows, Floats]:
    """The earliest, the copy, and how much they are alike, for every finding that repeats an earlier one."""
    count = len(traits)
    order = np.lexsort((np.arange(count), traits.cycle))
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    earliest, alike = np.full(count, -1, np.int64), np.zeros(count)
    for bucket in _buckets(traits):
        for leader, follower, share in _led(traits, bucket, place):
            better = (earliest[follower] < 0) | (place[leader] < place[earliest[follower]])
            earliest[follower[better]], alike[follower[better]] = leader[better], share[better]
    found = np.flatnonzero(earliest >= 0)
    return earliest[found], found, alike[found]


def _led(traits: Traits, bucket: NDArray[np.int64], place: Rows) -> Iterator[tuple[Rows, Rows, Floats]]:
    """The pairs of leader and follower in one bucketing, a round at a time; bucket 0 is none."""
    rows = np.flatnonzero(bucket)
    rows = rows[np.lexsort((place[rows], bucket[rows]))]
    for _ in range(_ROUNDS):
        _, first, sizes = np.unique(bucket[rows], return_index=True, return_counts=True)
        leaders = np.repeat(rows[first], sizes)
        others = np.arange(len(rows)) != np.repeat(first, sizes)
        leader, follower = leaders[others], rows[others]
        if not len(follower):
            return
        share = resemblance(traits, leader, follower)
        matched = same_text(traits, leader, follower, share)
        yield leader[matched], follower[matched], share[matched]
        rows = follower[~matched]


def _buckets(traits: Traits) -> Iterator[NDArray[np.int64]]:
    """A number for each row, equal where rows are to be compared."""
    sign = traits.polarity + 2
    signatures = np.stack([_least(traits.stems, number) for number in range(_BANDS * _ROWS)])
    for band in range(_BANDS):
        mixed = np.zeros(len(traits), np.uint64)
        for row in signatures[band * _ROWS : (band + 1) * _ROWS]:
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + row
        yield ((mixed >> np.uint64(8)).astype(np.int64) * 4 + sign) * (traits.stems.sizes() > 0)
    whole = np.stack([_least(traits.matters, number) for number in range(2)])
    mixed = whole[0] * np.uint64(0x9E3779B97F4A7C15) + whole[1] + traits.matters.sizes().astype(np.uint64)
    yield ((mixed >> np.uint64(8)).astype(np.int64) * 4 + sign) * (traits.matters.sizes() > 0)


def _least(bags: Bags, number: int) -> NDArray[np.uint64]:
    """The least of one hash over each row's symbols; 0 for a row without any."""
    one, two = np.random.default_rng((_SEED, number)).integers(1, int(_PRIME), 2, np.uint64)
    hashed = (bags.items.astype(np.uint64) % _PRIME * one + two) % _PRIME
    least = np.zeros(len(bags.starts) - 1, np.uint64)
    some = bags.sizes() > 0
    if some.any():
        least[some] = np.minimum.reduceat(hashed, bags.starts[:-1][some])
    return least
