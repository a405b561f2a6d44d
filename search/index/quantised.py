"""Quicker than memory for many rows: a scan of 4-bit codes proposes candidates, their exact scores decide."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from search.index.exact import FaissIndex
from search.index.port import Rows, Scores, best, each_once, question, unit_rows

LEAST = 20_000
"""Below so many rows the exact index is as quick: it takes 1 ms."""
_NARROW = 20  # a scan of all codes takes as long as the exact scores of one row in so many (measured),
_FEW = 4_000  # and never less than those of so many
_WIDE = 200  # candidates; with 100, up to a tenth of the best rows of a million were not among them (measured)
_A_PLACE = 10  # the least candidates for each place of the answer
_WIDER = 4  # how many times as many are asked for where those do not settle it
_MOST = 2 * _WIDE * _WIDER**2  # beyond so many, exact search
_MISSED = 0.01  # the share of the k best that may be expected to be no candidates
_TINY = 1e-9
_TRAINED = 65_536  # rows that the codes are learned from, and that are coded at a time
_PART = 4  # coordinates a code


class QuantisedIndex(FaissIndex):
    """Nearly exact, in a tenth of the time or less; what it returns has its exact score.

    A product quantiser (FAISS' fast scan: 16 values for every 4 coordinates) gives every row a code of dim / 8 bytes.
    The rows with the best codes are scored exactly. They are the answer if the last of them lies so far below the
    k-th best, by the error that the codes show on the candidates themselves, that few of the best can have been
    missed; if not, more are asked for, and in the end all. Narrow filters are answered exactly.
    """

    def __init__(self, vectors: Scores, codes: Any, few: int = _FEW) -> None:
        super().__init__(vectors)
        self._codes = codes
        self._few = max(few, len(vectors) // _NARROW)

    @classmethod
    def build(cls, vectors: ArrayLike, least: int = LEAST, few: int = _FEW) -> QuantisedIndex:
        """An index of the rows of a (n, dim) array; the same one for the same rows.

        Below `least` rows it is exact, and where up to `few` are allowed. Raises ValueError where it is not such an
        array or not finite.
        """
        unit = unit_rows(vectors)
        return cls(unit, _codes(unit) if len(unit) >= max(least, 2**_PART) else None, few)

    def search(self, vector: ArrayLike, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """See `VectorIndex.search`; recall@10 is 0.99 or better (benchmarks/vectors.py), scores and order are exact."""
        query = question(vector, k, self._vectors.shape[1])
        allowed = None if rows is None else each_once(rows, len(self))
        count = len(self) if allowed is None else len(allowed)
        if self._codes is not None and count > self._few:
            found = self._proposed(query, k, allowed, count)
            if found is not None:
                return found
        chosen = self._all() if allowed is None else allowed
        return best(chosen, self._cosines(query, chosen), k)

    def _proposed(self, query: Scores, k: int, allowed: Rows | None, count: int) -> tuple[Rows, Scores] | None:
        """The k best of the candidates, or None where they cannot be told to be the k best of all."""
        selector = self._selector(allowed)
        parameters = self._faiss.SearchParametersIVF(nprobe=1, sel=selector)
        padded = _padded(query[None, :])
        self._faiss.omp_set_num_threads(1)  # of the calling thread alone
        wide = max(_WIDE, _A_PLACE * k)
        while wide <= min(_MOST, count // 8):  # to be asked again and again is not to take longer than all
            coded, rows = self._codes.search(padded, wide, params=parameters)
            if rows[0, -1] < 0:
                return None
            scores = self._cosines(query, rows[0])
            if _settled(scores, coded[0], k):
                order = np.argsort(rows[0])
                return best(rows[0][order], scores[order], k)
            wide *= _WIDER
        return None

    def _selector(self, allowed: Rows | None) -> Any:
        if allowed is None:
            return None
        chosen = np.zeros(len(self), bool)
        chosen[allowed] = True
        return self._faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))


def _settled(scores: Scores, coded: Scores, k: int) -> bool:
    """Whether the k best of all are among these candidates, given in the order of their coded scores, but for 1 in 100.

    The scores scatter about the coded ones by `deviation`, alike above and below the last candidate, and rows become
    more numerous below it at the rate at which they do above it, as an exponential. Both together say how many rows
    that are no candidates are to be expected above the k-th best score.
    """
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    if coded[scores >= least].min() <= coded[-1]:
        return False  # a row equal to the k-th best has its code, and may have been cut off
    error = scores - coded
    deviation = float(error.std()) + _TINY
    margin = float(least - coded[-1] - error.mean()) / deviation
    rate = deviation / (float(coded.mean() - coded[-1]) + _TINY)
    if margin <= rate:
        return False
    missed = math.exp(rate * (rate / 2 - margin)) * _above(margin - rate) - _above(margin)
    return len(scores) * missed <= k * _MISSED


def _above(deviations: float) -> float:
    """The share of a normal distribution that lies by so many standard deviations above its mean."""
    return 0.5 * math.erfc(deviations / math.sqrt(2.0))


def _codes(unit: Scores) -> Any:
    """The rows' codes, learned from rows spread evenly over all; an inverted file of one list, for it takes a filter.

    More lists would be quicker, but an eighth of 64 held only 0.96 of the best rows of noisy clusters (measured).
    """
    import faiss

    faiss.omp_set_num_threads(1)  # of the calling thread alone; more wait for one another on a busy machine
    dim = -(-unit.shape[1] // _PART) * _PART
    codes = faiss.IndexIVFPQFastScan(faiss.IndexFlatIP(dim), dim, 1, dim // _PART, _PART, faiss.METRIC_INNER_PRODUCT)
    codes.train(_padded(unit[:: max(1, len(unit) // _TRAINED)]))
    for start in range(0, len(unit), _TRAINED):
        codes.add(_padded(unit[start : start + _TRAINED]))
    return codes


def _padded(rows: Scores) -> Scores:
    """The rows with zeros up to a multiple of _PART, which change no inner product."""
    missing = -rows.shape[1] % _PART
    return np.ascontiguousarray(np.pad(rows, ((0, 0), (0, missing))) if missing else rows)
