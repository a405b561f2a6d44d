"""Vectors to nearest rows: the `VectorIndex` port, its oracle in numpy and its adapters to FAISS.

A score is a cosine, higher is better. Both sides are normalised here, so callers may pass any length; a zero
vector scores 0 against everything. Filter first, then rank.

Every score that is returned is a full float32 sum over the vectors as given, made alike for equal rows. Equal vectors
therefore tie to the last bit, and ties are ordered by row, at the k-th place too. What is quantised only proposes.
"""

from search.index.exact import FaissIndex
from search.index.oracle import NumpyIndex
from search.index.port import Rows, Scores, VectorIndex
from search.index.quantised import LEAST, QuantisedIndex

__all__ = ["LEAST", "FaissIndex", "NumpyIndex", "QuantisedIndex", "Rows", "Scores", "VectorIndex"]
