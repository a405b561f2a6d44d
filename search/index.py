"""Vectors to nearest rows: the `VectorIndex` port, its oracle in numpy and its adapter to FAISS.

A score is a cosine, higher is better. Both sides are normalised here, so callers may pass any length; a zero
vector scores 0 against everything. Search is exact, with or without a filter: filter first, then rank.

Every score that is returned comes from one sum that treats equal rows equally to the last bit. Equal vectors
therefore tie, and ties are ordered by row, at the k-th place too; FAISS only proposes candidates.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

ROUNDING = 1e-5  # more than float32 sums over unit vectors can differ by
UNIT = 1e-6  # how far the square of a unit row's length may be from 1
SCAN = 6  # copying a row out costs as much as scanning so many in place (measured, 384 dimensions)


class VectorIndex(Protocol):
    """Exact nearest rows by cosine over a fixed set of vectors; rows are 0 to len - 1."""

    def __len__(self) -> int:
        """How many rows there are."""

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """The min(k, allowed) best rows and their cosines, best first, ties by row.

        `rows` are the allowed ones in any order (all where None); one named twice counts once.
        Raises ValueError for k < 1, a row that does not exist, or a vector of the wrong shape or not finite.
        """

    def scores(self, vector: ArrayLike, rows: Rows) -> Scores:
        """The cosine of every given row, in the order given, repeats included; ValueError as in `search`."""


class NumpyIndex:
    """The oracle: one scan, one sort. Float32 unit rows are kept, not copied: leave them as they are."""

    def __init__(self, vectors: Scores) -> None:
        self._vectors = vectors

    @classmethod
    def build(cls, vectors: ArrayLike) -> NumpyIndex:
        """An index of the rows of a (n, dim) array; raises ValueError where it is not one or not finite."""
        return cls(_unit_rows(vectors))

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """See `VectorIndex.search`."""
        query = _question(vector, k, self._vectors)
        return _best(self._vectors, query, k, _allowed(rows, len(self)))

    def scores(self, vector: ArrayLike, rows: Rows) -> Scores:
        """See `VectorIndex.scores`."""
        return _cosines(self._vectors, _question(vector, 1, self._vectors), _existing(rows, len(self)))


class FaissIndex:
    """FAISS' flat inner product index, held in memory and rebuilt at open: no FAISS file is ever read."""

    def __init__(self, flat: Any) -> None:
        import faiss

        self._flat = flat
        # a view of the index's own storage: the vectors are held once
        self._vectors: Scores = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)

    @classmethod
    def build(cls, vectors: ArrayLike) -> FaissIndex:
        """An index of the rows of a (n, dim) array; raises ValueError where it is not one or not finite."""
        import faiss

        unit = _unit_rows(vectors)
        flat = faiss.IndexFlatIP(unit.shape[1])
        flat.add(unit)
        return cls(flat)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """See `VectorIndex.search`."""
        query = _question(vector, k, self._vectors)
        allowed = _allowed(rows, len(self))
        if rows is None:
            allowed = self._candidates(query, k, allowed)
        return _best(self._vectors, query, k, allowed)

    def scores(self, vector: ArrayLike, rows: Rows) -> Scores:
        """See `VectorIndex.scores`."""
        return _cosines(self._vectors, _question(vector, 1, self._vectors), _existing(rows, len(self)))

    def _candidates(self, query: Scores, k: int, allowed: Rows) -> Rows:
        """Rows that certainly hold the k best: so many that the last scores clearly below the k-th."""
        wide = k + 16
        while wide < len(allowed):
            scores, rows = self._flat.search(query[None, :], wide)
            if scores[0, -1] < scores[0, k - 1] - ROUNDING:
                return np.sort(rows[0])
            wide *= 4
        return allowed


def _finite(values: ArrayLike, dimensions: int, what: str) -> Scores:
    array = np.ascontiguousarray(values, dtype=np.float32)
    if array.ndim != dimensions or not np.isfinite(array).all():
        raise ValueError(f"{what} must be finite numbers in {dimensions} dimension(s), not shape {array.shape}")
    return array


def _unit_rows(vectors: ArrayLike) -> Scores:
    """The rows divided by their lengths; a zero row stays zero. Unit rows are neither changed nor copied."""
    given = _finite(vectors, 2, "vectors")
    with np.errstate(over="ignore"):
        if (np.abs(np.einsum("ij,ij->i", given, given) - 1.0) < UNIT).all():
            return given
    array = given.astype(np.float64)
    # scaled first, so that the squares of very large or small numbers neither overflow nor vanish
    largest = np.abs(array).max(axis=1, keepdims=True, initial=0.0)
    array = np.divide(array, largest, out=np.zeros_like(array), where=largest > 0)
    length = np.linalg.norm(array, axis=1, keepdims=True)
    unit = np.divide(array, length, out=np.zeros_like(array), where=length > 0)
    return np.ascontiguousarray(unit, dtype=np.float32)


def _question(vector: ArrayLike, k: int, vectors: Scores) -> Scores:
    """The query as a unit vector, checked against the index."""
    query = _finite(vector, 1, "the vector")
    if len(query) != vectors.shape[1]:
        raise ValueError(f"the vector has {len(query)} dimensions, the index has {vectors.shape[1]}")
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    unit: Scores = _unit_rows(query[None, :])[0]
    return unit


def _existing(rows: Rows, count: int) -> Rows:
    array = np.asarray(rows)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError("rows must be integers in one dimension")
    if array.min() < 0 or array.max() >= count:
        raise ValueError(f"rows must be from 0 to {count - 1}")
    return array.astype(np.int64)


def _allowed(rows: Rows | None, count: int) -> Rows:
    """The allowed rows, each once, ascending."""
    return np.arange(count, dtype=np.int64) if rows is None else np.unique(_existing(rows, count))


def _cosines(vectors: Scores, query: Scores, rows: Rows) -> Scores:
    # einsum sums every row alike; a matrix product sums the last few rows in another order, which breaks ties
    if len(rows) * SCAN < len(vectors):
        cosines: Scores = np.einsum("ij,j->i", vectors[rows], query)
    else:
        cosines = np.einsum("ij,j->i", vectors, query)[rows]
    return np.clip(cosines, -1.0, 1.0)


def _best(vectors: Scores, query: Scores, k: int, rows: Rows) -> tuple[Rows, Scores]:
    """The k best of ascending rows, best first, ties by row."""
    scores = _cosines(vectors, query, rows)
    if len(rows) > k:
        kept = scores >= np.partition(scores, len(rows) - k)[len(rows) - k]
        rows, scores = rows[kept], scores[kept]
    order = np.argsort(-scores, kind="stable")[:k]
    return rows[order], scores[order]
