"""Weighing meaning and words together.

`convex` is the convex combination of min-max normalised scores that Bruch, Gai and Ingber recommend
("An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023). `reciprocal_rank` is that of
Cormack, Clarke and Buettcher ("Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
Methods", SIGIR 2009). Both take one score of either kind for every candidate, and hand back the two parts
that add up to the total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fused:
    """Scores of the candidates, in the order given: `cosine` + `words` == `total`, to the last bit."""

    cosine: Numbers
    words: Numbers

    @property
    def total(self) -> Numbers:
        """The sum of the two parts; higher is better."""
        return self.cosine + self.words


def minmax(scores: ArrayLike) -> Numbers:
    """The scores stretched to 0..1 over the candidates given.

    Where all are equal there is nothing to stretch: 1 if they are above zero (a sole candidate is the best
    there is), else 0 (no word matched anywhere). Raises ValueError for numbers that are not finite.
    """
    array = _finite(scores)
    if array.size == 0:
        return array
    low, high = array.min(), array.max()
    if low == high:
        return np.full(array.shape, 1.0 if high > 0 else 0.0)
    stretched: Numbers = (array - low) / (high - low)
    return stretched


def convex(cosine: ArrayLike, words: ArrayLike, weight: float) -> Fused:
    """`weight` x normalised cosine + (1 - `weight`) x normalised words, so totals lie in 0..1.

    Raises ValueError where the two differ in shape or `weight` is outside 0..1.
    """
    meaning, matched = _pair(cosine, words)
    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"weight must be from 0 to 1, not {weight}")
    return Fused(weight * minmax(meaning), (1.0 - weight) * minmax(matched))


def reciprocal_rank(cosine: ArrayLike, words: ArrayLike, k: int = 60) -> Fused:
    """1 / (k + rank) from either side. Equal scores share the better rank; no matched word (score 0) gives 0.

    Raises ValueError where the two differ in shape or `k` is negative.
    """
    meaning, matched = _pair(cosine, words)
    if k < 0:
        raise ValueError(f"k must not be negative, not {k}")
    return Fused(1.0 / (k + _ranks(meaning)), np.where(matched > 0, 1.0 / (k + _ranks(matched)), 0.0))


def _ranks(scores: Numbers) -> Numbers:
    """1 for the highest; equal scores have equal ranks."""
    ascending = np.sort(scores)
    higher = len(scores) - np.searchsorted(ascending, scores, side="right")
    return higher.astype(np.float64) + 1.0


def _finite(scores: ArrayLike) -> Numbers:
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError("scores must be finite numbers in one dimension")
    return array


def _pair(cosine: ArrayLike, words: ArrayLike) -> tuple[Numbers, Numbers]:
    meaning, matched = _finite(cosine), _finite(words)
    if meaning.shape != matched.shape:
        raise ValueError(f"{len(meaning)} cosines and {len(matched)} word scores; there must be one of each")
    return meaning, matched
