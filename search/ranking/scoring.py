"""Allowed rows to scores: both sides of every candidate, weighed together, and the best of them in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder
from search.ranking import fusion, relevance
from search.ranking.lexical import Asked, Matched
from search.snapshot import Snapshot

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]
Stage = Callable[[str], AbstractContextManager[None]]
"""Measures what is done within it, under a name."""


class Mode(StrEnum):
    """How findings are ranked: by meaning and words, by meaning alone, by words alone."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    LEXICAL = "lexical"


class Fusion(StrEnum):
    """How hybrid ranking weighs its two sides together: see `search.ranking.fusion`."""

    CONVEX = "convex"
    RECIPROCAL_RANK = "reciprocal-rank"


@dataclass(frozen=True, eq=False)
class Ranking:
    """Every candidate's scores; arrays are of one length, in the order of `rows`, which ascend.

    `sentences` are the cosines of the sentences of those findings that have several, in the snapshot's order.
    """

    rows: Rows
    parts: Mapping[str, Numbers]
    close: NDArray[np.bool_]
    asked: Asked | None = None
    cosine: Numbers | None = None
    standing: Numbers = field(default_factory=lambda: np.zeros(0))
    sentences: Numbers | None = None
    words: Matched | None = None
    relevance: Numbers | None = None
    weight: float | None = None

    @property
    def score(self) -> Numbers:
        """The parts together; higher is better."""
        return np.sum(list(self.parts.values()), axis=0) if self.parts else np.zeros(len(self.rows))

    def best(self, count: int) -> NDArray[np.int64]:
        """The places of the `count` best candidates: those above the cut-off first, then by score, then by row."""
        score = self.score
        above, below = np.flatnonzero(self.close), np.flatnonzero(~self.close)
        first = above[_best(score[above], count)]
        rest = below[_best(score[below], count - len(first))] if len(first) < count else below[:0]
        return np.concatenate([first, rest])


def rank(
    snapshot: Snapshot, encoder: Callable[[], Encoder], text: str, rows: Rows, mode: Mode, how: Fusion, stage: Stage
) -> Ranking:
    """The allowed rows, ascending, with their scores for a question; in lexical mode those that have a word of it.

    A question with nothing to rank by, all of it being constraints, is matched by every allowed row, in their order.
    """
    if not text.strip() or rows.size == 0:
        return Ranking(rows, {}, np.ones(len(rows), bool))
    if mode is Mode.LEXICAL:
        return _by_words(snapshot, text, rows, stage)
    meaning = _by_meaning(snapshot, encoder, text, rows, stage)
    if mode is Mode.SEMANTIC:
        return meaning
    asked, words = _words(snapshot, text, rows, stage)
    with stage("fusion"):
        return _fused(meaning, asked, words, how)


def _fused(meaning: Ranking, asked: Asked, words: Matched, how: Fusion) -> Ranking:
    """Both sides of a hybrid ranking, weighed together."""
    cosine = meaning.parts["meaning"]
    if how is Fusion.RECIPROCAL_RANK:
        fused, weight = fusion.reciprocal_rank(cosine, words.scores), None
    else:
        fused, weight = fusion.convex(cosine, words.scores, relevance.WEIGHT), relevance.WEIGHT
    judge = relevance.JUDGES[Mode.HYBRID]
    sure = judge.relevance(cosine, meaning.standing, words.shares.astype(np.float64))
    parts = {"meaning": fused.cosine, "words": fused.words}
    close = sure >= judge.least
    return replace(meaning, parts=parts, close=close, asked=asked, words=words, relevance=sure, weight=weight)


def _by_words(snapshot: Snapshot, text: str, rows: Rows, stage: Stage) -> Ranking:
    asked, words = _words(snapshot, text, rows, stage)
    has = words.scores > 0
    words = Matched(words.scores[has], words.shares[has])
    close = np.ones(len(words.scores), bool)
    return Ranking(rows[has], {"words": words.scores.astype(np.float64)}, close, asked=asked, words=words)


def _words(snapshot: Snapshot, text: str, rows: Rows, stage: Stage) -> tuple[Asked, Matched]:
    with stage("words"):
        asked = snapshot.words.ask(text)
        return asked, snapshot.words.match(asked, rows)


def _by_meaning(snapshot: Snapshot, encoder: Callable[[], Encoder], text: str, rows: Rows, stage: Stage) -> Ranking:
    """Every allowed row by the cosine of its best sentence."""
    with stage("encode"):
        vector = encoder().query(text)
    with stage("vectors"):
        cosine = snapshot.index.scores(vector, rows).astype(np.float64)
        sentences = _sentences(snapshot, vector)
        owners = snapshot.sentences.rows
        places = np.minimum(np.searchsorted(rows, owners), len(rows) - 1)
        allowed = rows[places] == owners
        np.maximum.at(cosine, places[allowed], sentences[allowed])
        standing = snapshot.spread.standing(vector, cosine)
        judge = relevance.JUDGES[Mode.SEMANTIC]
        sure = judge.relevance(cosine, standing)
        return Ranking(
            rows, {"meaning": cosine}, sure >= judge.least,
            cosine=cosine, standing=standing, sentences=sentences, relevance=sure,
        )  # fmt: skip


def _sentences(snapshot: Snapshot, vector: NDArray[np.float32]) -> Numbers:
    """The cosine of every sentence with a vector of its own."""
    count = len(snapshot.sentences.rows)
    if count == 0:
        return np.zeros(0)
    return snapshot.sentences.index.scores(vector, np.arange(count)).astype(np.float64)


def _best(scores: Numbers, count: int) -> NDArray[np.int64]:
    """The places of the `count` highest scores, best first, ties by place."""
    places = np.arange(len(scores))
    if count < len(scores):
        places = np.flatnonzero(scores >= np.partition(scores, len(scores) - count)[len(scores) - count])
    return places[np.argsort(-scores[places], kind="stable")[:count]]
