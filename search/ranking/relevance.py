"""How sure an answer is: what weighs meaning against words, and what is too far off to be a match.

The order of an answer comes from scores stretched over its own candidates, which say nothing across questions.
Whether a finding matches at all is judged by three figures that mean the same for every question:

- its cosine;
- its standing: by how many standard deviations its cosine exceeds the mean over all findings. General wording is
  rather near to every finding (a mean of 0.43 for "external scrutiny of use of force by the public"), a narrow
  subject near to none (0.06 for "body-worn video"), so that no cosine says by itself what is far (the digest);
- the share of the question's words, by their idf, that it has.

Logistic regression puts them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Judge:
    """A logistic regression of whether a finding matches; it does from a relevance of `least` on."""

    cosine: float
    standing: float
    share: float
    bias: float
    least: float

    def relevance(self, cosine: Numbers, standing: Numbers, share: Numbers | float = 0.0) -> Numbers:
        """The estimated probability, 0 to 1, that findings match."""
        exponent = self.cosine * cosine + self.standing * standing + self.share * share + self.bias
        sure: Numbers = 1.0 / (1.0 + np.exp(-exponent))
        return sure


WEIGHT = 0.6
"""The share of meaning in hybrid ranking; the rest is words."""
JUDGES = {
    "hybrid": Judge(cosine=1.86, standing=0.39, share=3.11, bias=-4.56, least=0.217),
    "semantic": Judge(cosine=3.16, standing=0.43, share=0.0, bias=-4.35, least=0.213),
}
"""What decides in each mode. These and the weight were learned from `tests/data/judged.tsv` by
`benchmarks/learn_weight.py`; what they do on questions that were held out is in `docs/evaluation.md`."""


@dataclass(frozen=True, eq=False)
class Spread:
    """How all findings of a generation lie: their mean vector (dim,) and their covariance (dim, dim)."""

    mean: NDArray[np.float32]
    covariance: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> Spread:
        """The spread of unit rows (n, dim); of none or one, a spread of nothing."""
        if len(vectors) == 0:
            return cls(np.zeros(vectors.shape[1], np.float32), np.zeros((vectors.shape[1],) * 2, np.float32))
        mean = vectors.mean(axis=0, dtype=np.float64)
        second = (vectors.T @ vectors).astype(np.float64) / len(vectors)
        return cls(mean.astype(np.float32), (second - np.outer(mean, mean)).astype(np.float32))

    def standing(self, vector: NDArray[np.float32], cosine: Numbers) -> Numbers:
        """By how many standard deviations cosines with a question's vector exceed the mean over all findings."""
        deviation = float(np.sqrt(max(float(vector @ self.covariance @ vector), 0.0)))
        if deviation < 1e-6:
            return np.zeros_like(cosine)
        return (cosine - float(vector @ self.mean)) / deviation


def cutoff(mode: str) -> dict[str, Any] | None:
    """The cut-off of a mode as it is stated in answers; words alone have none."""
    judge = JUDGES.get(mode)
    if judge is None:
        return None
    weights = {"cosine": judge.cosine, "standing": judge.standing, "share": judge.share, "bias": judge.bias}
    return {"score": judge.least, "on": "relevance", "weights": weights}
