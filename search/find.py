"""The read side: a question, its constraints, and the findings that answer it with the reasons why.

Filter first, then rank exactly, always min(k, matches) hits. The dictionaries that come back are the JSON
of `peel find --json` and of `/api/search`, key for key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from kg.errors import InvalidQuery
from kg.model import Filters
from search import fusion
from search.encoder import Encoder
from search.snapshot import Record, Snapshot

WEIGHT = 0.6
"""The share of meaning in hybrid ranking; the rest is words."""
MAX_K = 1_000
"""The most hits of one answer."""
MAX_TEXT = 2_000
"""The longest question, in characters; the model reads no further."""

Rows = NDArray[np.int64]


class Mode(StrEnum):
    """How findings are ranked: by meaning and words, by meaning alone, by words alone."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    LEXICAL = "lexical"


class Ledger(TypedDict):
    """Why a hit has its score: the cosine, what each word gave, and the parts that sum to the score."""

    cosine: float | None
    words: dict[str, float]
    parts: dict[str, float]


class Hit(TypedDict):
    """One finding that answers, with its ledger and the way back to its source."""

    finding: str
    kind: str
    polarity: str
    text: str
    context: str
    meaning: str
    force: dict[str, str]
    cycle: str
    pillar: str | None
    question: dict[str, Any] | None
    grade: str | None
    deadline: str | None
    topics: list[str]
    score: float
    ledger: Ledger
    source: dict[str, Any]


class Answer(TypedDict):
    """An answer: the generation it comes from, the question as understood, exact counts, and the hits."""

    generation: str
    query: dict[str, Any]
    total: int
    facets: dict[str, list[dict[str, str | int]]]
    hits: list[Hit]


@dataclass(frozen=True)
class _Ranked:
    """Rows best first, with the parts of each row's score."""

    rows: Rows
    parts: Mapping[str, NDArray[np.float64]]
    cosine: NDArray[np.float64] | None


def find(
    snapshot: Snapshot,
    encoder: Callable[[], Encoder],
    text: str,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    where: tuple[str, Sequence[str]] | None = None,
    k: int = 10,
    mode: Mode | str = Mode.HYBRID,
) -> Answer:
    """The findings nearest to `text` among those that pass `filters` and `where`.

    `where` is a SPARQL group pattern with the IRIs of the findings that it binds; `encoder` is called only
    if the mode needs vectors. In lexical mode a finding matches when it has a word of the question; in the
    others every finding that passes matches.
    Raises InvalidQuery for a question, filter or k that cannot be.
    """
    mode = _mode(mode)
    if not text.strip() or len(text) > MAX_TEXT:
        raise InvalidQuery(f"the question has {len(text):,} characters", f"ask in 1 to {MAX_TEXT:,}")
    if not 1 <= k <= MAX_K:
        raise InvalidQuery(f"k is {k}", f"ask for 1 to {MAX_K:,} findings")
    resolved = snapshot.facets.resolve(filters)
    wanted = snapshot.facets.allowed(resolved)
    if where is not None:
        wanted = np.intersect1d(wanted, snapshot.rows_of(where[1]), assume_unique=True)
    ranked = _rank(snapshot, encoder, text, wanted, mode)
    best = _Ranked(ranked.rows[:k], {n: p[:k] for n, p in ranked.parts.items()}, _head(ranked.cosine, k))
    given = {facet: list(values) for facet, values in asdict(resolved).items() if values}
    return {
        "generation": snapshot.generation,
        "query": {
            "text": text,
            "filters": given,
            "where": where[0] if where else None,
            "mode": mode.value,
            "k": k,
        },
        "total": len(ranked.rows),
        "facets": snapshot.facets.counts(ranked.rows),
        "hits": _hits(snapshot, best, text, mode),
    }


def _mode(mode: Mode | str) -> Mode:
    try:
        return Mode(mode)
    except ValueError as error:
        raise InvalidQuery(f"there is no mode {mode!r}", f"the modes are {', '.join(Mode)}") from error


def _head(cosine: NDArray[np.float64] | None, k: int) -> NDArray[np.float64] | None:
    return None if cosine is None else cosine[:k]


def _rank(snapshot: Snapshot, encoder: Callable[[], Encoder], text: str, rows: Rows, mode: Mode) -> _Ranked:
    """All matching rows, best first, ties by row (that is, by IRI)."""
    if rows.size == 0:
        return _Ranked(rows, {}, None)
    cosine = words = None
    if mode is not Mode.LEXICAL:
        cosine = snapshot.index.scores(encoder().query(text), rows).astype(np.float64)
    if mode is not Mode.SEMANTIC:
        words = snapshot.words.scores(text, rows).astype(np.float64)
    if mode is Mode.LEXICAL and words is not None:
        rows, words = rows[words > 0], words[words > 0]
    parts = _parts(cosine, words)
    total = np.sum(list(parts.values()), axis=0)
    order = np.lexsort((rows, -total))
    return _Ranked(
        rows[order],
        {name: part[order] for name, part in parts.items()},
        None if cosine is None else cosine[order],
    )


def _parts(cosine: NDArray[np.float64] | None, words: NDArray[np.float64] | None) -> dict[str, NDArray[np.float64]]:
    if cosine is not None and words is not None:
        fused = fusion.convex(cosine, words, WEIGHT)
        return {"meaning": fused.cosine, "words": fused.words}
    if cosine is not None:
        return {"meaning": cosine}
    return {"words": words} if words is not None else {}


def _hits(snapshot: Snapshot, ranked: _Ranked, text: str, mode: Mode) -> list[Hit]:
    hits: list[Hit] = []
    for place, (row, record) in enumerate(zip(ranked.rows, snapshot.records(ranked.rows), strict=True)):
        parts = {name: float(part[place]) for name, part in ranked.parts.items()}
        words = snapshot.words.explain(text, int(row)) if mode is not Mode.SEMANTIC else {}
        cosine = None if ranked.cosine is None else float(ranked.cosine[place])
        ledger: Ledger = {"cosine": cosine, "words": words, "parts": parts}
        hits.append(hit(record, sum(parts.values()), ledger))
    return hits


def hit(record: Record, score: float, ledger: Ledger) -> Hit:
    """A finding's record with the score and ledger of one answer."""
    return {
        "finding": record["finding"],
        "kind": record["kind"],
        "polarity": record["polarity"],
        "text": record["text"],
        "context": record["context"],
        "meaning": record["meaning"],
        "force": record["force"],
        "cycle": record["cycle"],
        "pillar": record["pillar"],
        "question": record["question"],
        "grade": record["grade"],
        "deadline": record["deadline"],
        "topics": record["topics"],
        "score": score,
        "ledger": ledger,
        "source": record["source"],
    }
