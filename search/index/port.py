"""The `VectorIndex` port, and what its adapters share: checks of what is given, and the order of what is returned."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

_UNIT = 1e-6  # how far the square of a unit row's length may be from 1
_BLOCK = 16_384  # rows checked at a time, so that checking a million copies nothing of their size


class VectorIndex(Protocol):
    """Nearest rows by cosine over a fixed set of vectors; rows are 0 to len - 1. Safe to ask from several threads."""

    def __len__(self) -> int:
        """How many rows there are."""

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """The min(k, allowed) best rows and their cosines, best first, ties by row.

        `rows` are the allowed ones in any order (all where None); one named twice counts once.
        Raises ValueError for k < 1, a row that does not exist, or a vector of the wrong shape or not finite.
        """

    def scores(self, vector: ArrayLike, rows: Rows) -> Scores:
        """The cosine of every given row, in the order given, repeats included; ValueError as in `search`."""


def unit_rows(vectors: ArrayLike) -> Scores:
    """The rows of a (n, dim) array divided by their lengths; a zero row stays zero.

    Float32 rows of unit length are neither changed nor copied. Raises ValueError for another shape and for numbers
    that are not finite.
    """
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.ndim != 2:
        raise ValueError(f"vectors must be finite numbers in 2 dimensions, not shape {array.shape}")
    changed = array
    for start in range(0, len(array), _BLOCK):
        block = array[start : start + _BLOCK]
        if not np.isfinite(block).all():
            raise ValueError("vectors must be finite numbers in 2 dimensions")
        with np.errstate(over="ignore"):
            squares = np.einsum("ij,ij->i", block, block)
        if (np.abs(squares - 1.0) >= _UNIT).any():
            changed = array.copy() if changed is array else changed
            changed[start : start + _BLOCK] = _divided(block)
    return changed


def _divided(rows: Scores) -> NDArray[np.float64]:
    array = rows.astype(np.float64)
    # scaled first, so that the squares of very large or small numbers neither overflow nor vanish
    largest = np.abs(array).max(axis=1, keepdims=True, initial=0.0)
    array = np.divide(array, largest, out=np.zeros_like(array), where=largest > 0)
    length = np.linalg.norm(array, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(array, length, out=np.zeros_like(array), where=length > 0)
    return unit


def question(vector: ArrayLike, k: int, dim: int) -> Scores:
    """The query as a unit vector.

    Raises ValueError for one that is not finite or not of `dim` numbers, and for k < 1.
    """
    query = np.asarray(vector, dtype=np.float32)
    if query.ndim != 1 or not np.isfinite(query).all():
        raise ValueError(f"the vector must be finite numbers in 1 dimension, not shape {query.shape}")
    if len(query) != dim:
        raise ValueError(f"the vector has {len(query)} dimensions, the index has {dim}")
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    with np.errstate(over="ignore"):
        if abs(float(query @ query) - 1.0) < _UNIT:
            return np.ascontiguousarray(query)
    unit: Scores = unit_rows(query[None, :])[0]
    return unit


def existing(rows: Rows, count: int) -> Rows:
    """The rows as 64-bit integers side by side. Raises ValueError where one is none of `count`."""
    array = _integers(rows)
    if array.size and (array.min() < 0 or array.max() >= count):
        raise ValueError(f"rows must be from 0 to {count - 1}")
    return array


def each_once(rows: Rows, count: int) -> Rows:
    """The rows, each once, ascending; those that are so already are not sorted again. Raises as `existing`."""
    array = _integers(rows)
    if not (array[1:] > array[:-1]).all():
        array = np.unique(array)
    if array.size and (array[0] < 0 or array[-1] >= count):
        raise ValueError(f"rows must be from 0 to {count - 1}")
    return array


def _integers(rows: Rows) -> Rows:
    array = np.asarray(rows)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError("rows must be integers in one dimension")
    return np.ascontiguousarray(array, dtype=np.int64)


def best(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """The k best of ascending rows, best first, ties by row."""
    if len(rows) > k:
        kept = np.flatnonzero(scores >= np.partition(scores, len(rows) - k)[len(rows) - k])
        rows, scores = rows[kept], scores[kept]
    order = np.argsort(-scores, kind="stable")[:k]
    return rows[order], scores[order]
