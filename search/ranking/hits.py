"""Ranked rows to what is shown: each finding once, with its best sentence, its ledger, and who else has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.answers import Hit, Ledger, Same, hit
from search.ranking import alike
from search.ranking.passages import Passage, passages
from search.ranking.scoring import Ranking
from search.ranking.words import tokens
from search.snapshot import Record, Snapshot


def shown(snapshot: Snapshot, ranking: Ranking, offset: int, k: int) -> list[Hit]:
    """The k hits from `offset` of the ranking in which findings that say the same stand once, at the best place.

    What is folded into a hit depends on the hits above it alone, so every page is a slice of one ranking.
    """
    places = _page(snapshot, ranking, offset, k)
    score = ranking.score
    records = snapshot.records(ranking.rows[places])
    hits = []
    for place, record in zip(places.tolist(), records, strict=True):
        ledger = _ledger(snapshot, ranking, place)
        sentence = _sentence(snapshot, ranking, place, record, ledger)
        also = _also(snapshot, ranking, score, place)
        close = bool(ranking.close[place])
        hits.append(hit(record, float(score[place]), ledger, close=close, sentence=sentence, also=also))
    return hits


def _page(snapshot: Snapshot, ranking: Ranking, offset: int, k: int) -> NDArray[np.int64]:
    """The places of the hits of one page: the ranking is taken as deep as it needs to be."""
    depth = offset + k
    while True:
        places = ranking.best(depth)
        once = alike.firsts(ranking.rows[places], snapshot.alike, snapshot.vectors)
        if len(once) >= offset + k or len(places) == len(ranking.rows):
            return places[once[offset : offset + k]]
        depth *= 2


def _ledger(snapshot: Snapshot, ranking: Ranking, place: int) -> Ledger:
    parts = {name: float(part[place]) for name, part in ranking.parts.items()}
    words = {} if ranking.asked is None else snapshot.words.explain(ranking.asked, int(ranking.rows[place]))
    cosine = None if ranking.cosine is None else float(ranking.cosine[place])
    ledger: Ledger = {"cosine": cosine, "words": words, "parts": parts}
    if ranking.words is not None:
        ledger["share"] = float(ranking.words.shares[place])
    if ranking.relevance is not None:
        ledger["standing"] = float(ranking.standing[place])
        ledger["relevance"] = float(ranking.relevance[place])
    if (weight := ranking.weight) is not None:
        ledger["weight"] = weight
        ledger["normalised"] = {"meaning": parts["meaning"] / weight, "words": parts["words"] / (1 - weight)}
    return ledger


def _also(snapshot: Snapshot, ranking: Ranking, score: NDArray[np.float64], place: int) -> list[Same]:
    """The ranked findings that are folded into the one at a place."""
    row = int(ranking.rows[place])
    alikes = np.flatnonzero(snapshot.alike[ranking.rows] == snapshot.alike[row])
    best_first = alikes[np.lexsort((alikes, -score[alikes], ~ranking.close[alikes]))]
    like = alike.folded(row, ranking.rows[best_first], snapshot.alike, snapshot.vectors)
    return [{"finding": r["finding"], "force": r["force"], "cycle": r["cycle"]} for r in snapshot.records(like)]


def _sentence(snapshot: Snapshot, ranking: Ranking, place: int, record: Record, ledger: Ledger) -> Passage:
    """The sentence nearest in meaning; where only words were asked for, the one with the most of them."""
    found = passages(record)
    if len(found) == 1:
        return found[0]
    if ranking.sentences is not None:
        owners, row = snapshot.sentences.rows, ranking.rows[place]
        start, end = np.searchsorted(owners, row), np.searchsorted(owners, row, side="right")
        return found[int(np.argmax(ranking.sentences[start:end]))]
    return max(found, key=lambda one: _weight(one["text"], ledger))


def _weight(sentence: str, ledger: Ledger) -> float:
    stems = set(tokens(sentence))
    return sum(weight for word, weight in ledger["words"].items() if stems.intersection(tokens(word)))
