"""A partition of vectors into cells, so that the neighbours of each need be looked for in a few cells only."""

from __future__ import annotations

import numpy as np

from search.index.port import Scores

ROUNDS = 8
"""How often the centres are moved."""
SAMPLE = 64
"""How many vectors a centre are looked at."""
_SEED = 1234


def centres(vectors: Scores, count: int) -> Scores:
    """`count` unit vectors that unit rows gather around: FAISS's spherical k-means on a sample of them.

    Raises ValueError for fewer rows than centres.
    """
    import faiss

    if len(vectors) < count:
        raise ValueError(f"{len(vectors)} vectors cannot have {count} centres")
    means = faiss.Kmeans(
        vectors.shape[1], count, niter=ROUNDS, seed=_SEED, spherical=True, max_points_per_centroid=SAMPLE,
        min_points_per_centroid=1,
    )  # fmt: skip
    means.train(np.ascontiguousarray(vectors))
    return np.asarray(means.centroids, np.float32)
