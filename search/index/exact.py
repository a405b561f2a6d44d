"""Exact search: FAISS' inner product of a query with chosen rows where they lie."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from search.index.port import Rows, Scores, best, each_once, existing, question, unit_rows


class FaissIndex:
    """Exact, at the speed of memory. Float32 unit rows are kept, not copied: leave them as they are.

    The inner product visits the allowed rows in place and sums each by itself: nothing is gathered, nothing is
    ready before it is asked, and a row's score does not depend on the rows beside it. One thread a question: at
    several, FAISS waits for the slowest, for 20 ms where a core is busy with something else (measured).
    """

    def __init__(self, vectors: Scores) -> None:
        import faiss

        self._faiss: Any = faiss
        self._vectors = vectors

    @classmethod
    def build(cls, vectors: ArrayLike) -> FaissIndex:
        """An index of the rows of a (n, dim) array; raises ValueError where it is not one or not finite."""
        return cls(unit_rows(vectors))

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """See `VectorIndex.search`."""
        query = question(vector, k, self._vectors.shape[1])
        allowed = self._all() if rows is None else each_once(rows, len(self))
        return best(allowed, self._cosines(query, allowed), k)

    def scores(self, vector: ArrayLike, rows: Rows) -> Scores:
        """See `VectorIndex.scores`."""
        return self._cosines(question(vector, 1, self._vectors.shape[1]), existing(rows, len(self)))

    def _all(self) -> Rows:
        return np.arange(len(self), dtype=np.int64)

    def _cosines(self, query: Scores, rows: Rows) -> Scores:
        cosines: Scores = np.empty(len(rows), np.float32)
        if len(rows):
            at = self._faiss.swig_ptr
            self._faiss.omp_set_num_threads(1)  # of the calling thread alone
            self._faiss.fvec_inner_products_by_idx(
                at(cosines), at(query), at(self._vectors), at(rows), self._vectors.shape[1], 1, len(rows)
            )
        return np.clip(cosines, -1.0, 1.0, out=cosines)
