"""The shape of an answer: the JSON of `peel find --json` and of `/api/search`, key for key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired

from typing_extensions import TypedDict

from search.ranking.passages import Passage
from search.snapshot import Record


class Ledger(TypedDict):
    """Why a hit has its score: the cosine, what each word gave, and the parts that sum to the score.

    Beside them stands what decides whether the finding matches (see `search.ranking.relevance`): its `standing`, its
    `share` of the question's words, and the `relevance` that the cut-off is on. Convex hybrid ranking adds either side
    stretched over the candidates (`normalised`) and the `weight` of meaning: a part is one times the other.
    """

    cosine: float | None
    words: dict[str, float]
    parts: dict[str, float]
    normalised: NotRequired[dict[str, float]]
    weight: NotRequired[float]
    standing: NotRequired[float]
    share: NotRequired[float]
    relevance: NotRequired[float]


class Same(TypedDict):
    """A finding that says the same as the one shown."""

    finding: str
    force: dict[str, str]
    cycle: str


class Told(TypedDict):
    """A link in short, with the finding at its other end: how sure it is, and whether a person confirmed it."""

    link: str
    score: float
    status: str
    finding: str
    force: dict[str, str]
    cycle: str
    text: str


class Hit(TypedDict):
    """One finding that answers, with its ledger and the way back to its source.

    `close` says whether it lies above the cut-off; `sentence` is its best sentence, with offsets in `text` (null
    where it stands in the evidence); `also` are findings that say the same and are not shown by themselves;
    `linked`, where the question asks for links, are the findings it asks about from which links lead here.
    """

    finding: str
    kind: str
    polarity: str
    text: str
    context: str
    meaning: str
    evidence: list[str]
    force: dict[str, str]
    cycle: str
    pillar: str | None
    question: dict[str, Any] | None
    grade: str | None
    deadline: str | None
    topics: list[str]
    score: float
    close: bool
    sentence: Passage
    also: list[Same]
    linked: NotRequired[list[Told]]
    ledger: Ledger
    source: dict[str, Any]


class Answer(TypedDict):
    """An answer: the generation it comes from, the question as understood, exact counts, and the hits.

    `total` findings lie above the `cutoff`, and `facets` count them; the hits are those first, then the nearest of
    the rest, not `close`. `plan` comes only where the answer is to be explained.
    """

    generation: str
    query: dict[str, Any]
    answered: bool
    total: int
    cutoff: dict[str, Any] | None
    facets: dict[str, list[dict[str, str | int]]]
    hits: list[Hit]
    plan: NotRequired[dict[str, Any]]


def hit(
    record: Record,
    score: float,
    ledger: Ledger,
    *,
    close: bool = True,
    sentence: Passage | None = None,
    also: Sequence[Same] = (),
) -> Hit:
    """A finding's record with the score and ledger of one answer."""
    return {
        "finding": record["finding"],
        "kind": record["kind"],
        "polarity": record["polarity"],
        "text": record["text"],
        "context": record["context"],
        "meaning": record["meaning"],
        "evidence": record.get("evidence", []),
        "force": record["force"],
        "cycle": record["cycle"],
        "pillar": record["pillar"],
        "question": record["question"],
        "grade": record["grade"],
        "deadline": record["deadline"],
        "topics": record["topics"],
        "score": score,
        "close": close,
        "sentence": sentence or {"text": record["text"], "start": 0, "end": len(record["text"])},
        "also": list(also),
        "ledger": ledger,
        "source": record["source"],
    }
