"""The oracle: numpy alone, one scan and one sort, to hold the adapters against."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from search.index.port import Rows, Scores, best, each_once, existing, question, unit_rows


class NumpyIndex:
    """Exact, in numpy alone. Float32 unit rows are kept, not copied: leave them as they are."""

    def __init__(self, vectors: Scores) -> None:
        self._vectors = vectors

    @classmethod
    def build(cls, vectors: ArrayLike) -> NumpyIndex:
        """An index of the rows of a (n, dim) array; raises ValueError where it is not one or not finite."""
        return cls(unit_rows(vectors))

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """See `VectorIndex.search`."""
        query = question(vector, k, self._vectors.shape[1])
        allowed = np.arange(len(self), dtype=np.int64) if rows is None else each_once(rows, len(self))
        return best(allowed, self._cosines(query, allowed), k)

    def scores(self, vector: ArrayLike, rows: Rows) -> Scores:
        """See `VectorIndex.scores`."""
        return self._cosines(question(vector, 1, self._vectors.shape[1]), existing(rows, len(self)))

    def _cosines(self, query: Scores, rows: Rows) -> Scores:
        # einsum sums every row alike; a matrix product sums the last few rows in another order, which breaks ties
        cosines: Scores = np.einsum("ij,j->i", self._vectors, query)[rows]
        return np.clip(cosines, -1.0, 1.0)
