"""Findings that say the same: national paragraphs repeated force by force are shown once, with all who have them.

Two findings say the same when they have the same words, stems and order aside, the same polarity, and meanings
of a cosine of `SAME` or more. Nearly the same words are not enough: "pleased" and "very pleased", or "good in two"
and "good in three", are 0.97 and more alike by cosine and by letters, and say different things (measured on the
digest).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.ranking.words import tokens

SAME = 0.97
"""The least cosine of findings that say the same: with the words in another order, it can be less."""


def numbered(records: Iterable[Mapping[str, Any]]) -> NDArray[np.int32]:
    """A number for each record, the same for those of the same words and polarity."""
    numbers: dict[tuple[str, ...], int] = {}
    keys = ((record["polarity"], *sorted(tokens(record["meaning"]))) for record in records)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int32)


def firsts(rows: NDArray[np.int64], numbers: NDArray[np.int32], vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """The places, ascending, of the rows that no earlier one says the same as; rows come best first."""
    repeated = np.ones(len(rows), bool)
    repeated[np.unique(numbers[rows], return_index=True)[1]] = False
    kept = ~repeated
    for place in np.flatnonzero(repeated):
        before = np.flatnonzero(kept[:place] & (numbers[rows[:place]] == numbers[rows[place]]))
        kept[place] = not (vectors[rows[before]] @ vectors[rows[place]] >= SAME).any()
    return np.flatnonzero(kept)


def folded(
    row: int, rows: NDArray[np.int64], numbers: NDArray[np.int32], vectors: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Those of `rows`, which come best first, that are shown with `row`, ascending; each is shown with one alone.

    That is the best of those kept that it says the same as: a chain of likenesses may lead to two that differ.
    """
    kept: list[int] = []
    found: list[int] = []
    for one in rows[numbers[rows] == numbers[row]].tolist():
        same = np.flatnonzero(vectors[kept] @ vectors[one] >= SAME)
        if not same.size:
            kept.append(one)
        elif kept[same[0]] == row:
            found.append(one)
    return np.array(sorted(found), np.int64)
