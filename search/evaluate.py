"""How well the rankings answer questions that people have judged.

`judged.tsv` is tab-separated text, without quoting, whose first line is `id question finding relevance`. A row is one
judgment: the question's id and words, the finding's IRI (or the end of it, from the report's name on), and how well it
answers: 0 not at all, 1 on the same subject but no answer, 2 in part or in general, 3 exactly. A question none of
whose findings reaches 2 has no answer in the set, and the right reply is to say so; where nothing at all was judged for
it, one row with an empty finding and relevance 0 stands for it.

Over the questions that have answers the first ten hits are scored, close or not: nDCG@10 on the grades as they are
(gain = grade, discount log2, as in trec_eval), recall@10 and MRR@10 with 2 and 3 as relevant. A finding that nobody
judged counts as 0. A hit stands for the most relevant of itself and the findings folded into it (`also`), the others
not. The measures are ir-measures' (trec_eval's code below it); the intervals are percentile bootstraps over questions,
with the same samples for every ranking, so that differences are paired (Sakai, "Evaluating evaluation metrics based on
the bootstrap", SIGIR 2006).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from kg.errors import InvalidQuery, NotFound
from ontology import BASE

if TYPE_CHECKING:
    from search.home import Home

HEADER = ("id", "question", "finding", "relevance")
"""The columns of a file of judgments."""
HIGHEST = 3
"""The relevance of an exact answer."""
RELEVANT = 2
"""From this relevance on a finding is an answer, for recall, MRR and whether there is any answer."""
K = 10
"""How many hits are scored."""
MEASURES = {"nDCG@10": "nDCG@10", "recall@10": f"R(rel={RELEVANT})@10", "MRR@10": f"RR(rel={RELEVANT})@10"}
"""What is measured, and what ir-measures calls it."""
CONFIDENCE = 0.95
RESAMPLES = 10_000
SEED = 20_140_101

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """A judged question: its findings by IRI, each with its relevance from 0 to 3."""

    id: str
    text: str
    relevance: Mapping[str, int]

    @property
    def answerable(self) -> bool:
        """Whether some finding answers it."""
        return max(self.relevance.values(), default=0) >= RELEVANT


@dataclass(frozen=True)
class Ranking:
    """A way to rank, with constraints read out of the question or without."""

    mode: str
    understand: bool


RANKINGS = tuple(Ranking(mode, on) for mode in ("lexical", "semantic", "hybrid") for on in (False, True))
"""What is compared; the last is what `peel find` does unless told otherwise."""


@dataclass(frozen=True)
class Reply:
    """What one ranking gave for one question: the findings, best first, and whether it claimed an answer.

    Each hit is a tuple: the finding, then those folded into it.
    """

    hits: Sequence[Sequence[str]]
    answered: bool


class Estimate(TypedDict):
    """A mean over questions, with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


class Share(TypedDict):
    """So many of so many; `share` is None of none."""

    count: int
    of: int
    share: float | None


class Score(TypedDict):
    """One ranking: its measures, how far hybrid with understanding is ahead of it in nDCG@10, and its refusals."""

    mode: str
    understand: bool
    measures: dict[str, Estimate]
    hybrid_ahead: Estimate
    judged: Share
    rightly_refused: Share
    wrongly_refused: Share


class Evaluation(TypedDict):
    """The scores of all rankings over one generation."""

    generation: str
    questions: int
    answerable: int
    judgments: int
    confidence: float
    resamples: int
    seed: int
    rankings: list[Score]


def read(path: Path) -> list[Question]:
    """The judged questions of a file, in its order. Raises NotFound and InvalidQuery, which names file and line."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}", "check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidQuery(f"{path} cannot be read ({error})", "give a tab-separated file in UTF-8") from error
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or tuple(lines[0].split("\t")) != HEADER:
        raise _malformed(path, 1, "the first line is not the heading", f"begin with {', '.join(HEADER)}, tabs between")
    questions: dict[str, tuple[str, dict[str, int]]] = {}
    for number, line in enumerate(lines[1:], start=2):
        key, words, finding, relevance = _fields(path, number, line)
        known, found = questions.setdefault(key, (words, {}))
        if known != words:
            raise _malformed(path, number, f"{key} is another question further up", "give each question its own id")
        if finding in found:
            raise _malformed(path, number, f"{finding} is judged twice for {key}", "keep one of the two rows")
        if finding:
            found[finding] = relevance
    return [Question(key, words, found) for key, (words, found) in questions.items()]


def _fields(path: Path, number: int, line: str) -> tuple[str, str, str, int]:
    """The fields of one line, its finding as a whole IRI."""
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) != len(HEADER):
        raise _malformed(path, number, f"{len(fields)} fields, not {len(HEADER)}", "put one tab between fields")
    key, words, finding, relevance = fields
    if not key or not words:
        raise _malformed(path, number, "no id or no question", "give both on every row")
    grades = [str(grade) for grade in range(HIGHEST + 1)] if finding else ["0"]
    if relevance not in grades:
        mend = f"use {', '.join(grades)}" if finding else "name the finding, or say 0"
        raise _malformed(path, number, f"the relevance is {relevance!r}", mend)
    if finding and not finding.startswith(BASE):
        finding = f"{BASE}id/report/{finding}"
    return key, words, finding, int(relevance)


def _malformed(path: Path, line: int, fault: str, mend: str) -> InvalidQuery:
    return InvalidQuery(f"{path}, line {line}: {fault}", mend)


def evaluate(home: Home, questions: Sequence[Question]) -> Evaluation:
    """Ask every question in every ranking, and score the replies.

    Raises InvalidQuery where a judged finding is not in the home, or no question has an answer.
    """
    _check_present(home, questions)
    replies = {ranking: {one.id: ask(home, one, ranking) for one in questions} for ranking in RANKINGS}
    return {
        "generation": home.generation,
        "questions": len(questions),
        "answerable": sum(one.answerable for one in questions),
        "judgments": sum(len(one.relevance) for one in questions),
        "confidence": CONFIDENCE,
        "resamples": RESAMPLES,
        "seed": SEED,
        "rankings": score(questions, replies),
    }


def _check_present(home: Home, questions: Sequence[Question]) -> None:
    judged = sorted({finding for one in questions for finding in one.relevance})
    missing = [finding for finding in judged if home.snapshot.rows_of([finding]).size == 0]
    if missing:
        raise InvalidQuery(
            f"{len(missing):,} of {len(judged):,} judged findings are not in generation {home.generation}, "
            f"{missing[0]} among them",
            "evaluate a home that was built from the pages that were judged",
        )


def ask(home: Home, question: Question, ranking: Ranking) -> Reply:
    """What one ranking gives for one question."""
    found = home.find(question.text, mode=ranking.mode, k=K, understand=ranking.understand)
    hits = [(hit["finding"], *(folded["finding"] for folded in hit["also"])) for hit in found["hits"]]
    return Reply(hits, found["answered"])


def score(questions: Sequence[Question], replies: Mapping[Ranking, Mapping[str, Reply]]) -> list[Score]:
    """The scores of rankings, given their replies by question id; the last ranking is the one compared with.

    Raises InvalidQuery where no question has an answer.
    """
    answerable = [one for one in questions if one.answerable]
    unanswerable = [one for one in questions if not one.answerable]
    if not answerable:
        raise InvalidQuery("no judged question has an answer", f"judge some finding {RELEVANT} or {HIGHEST}")
    by_ranking = [measured(answerable, given) for given in replies.values()]
    scores: list[Score] = []
    for (ranking, given), values in zip(replies.items(), by_ranking, strict=True):
        refused = {key for key, reply in given.items() if not reply.answered}
        scores.append(
            {
                "mode": ranking.mode,
                "understand": ranking.understand,
                "measures": {name: estimate(value) for name, value in values.items()},
                "hybrid_ahead": estimate(by_ranking[-1]["nDCG@10"] - values["nDCG@10"]),
                "judged": _judged(questions, given),
                "rightly_refused": _share(sum(one.id in refused for one in unanswerable), len(unanswerable)),
                "wrongly_refused": _share(sum(one.id in refused for one in answerable), len(answerable)),
            }
        )
    return scores


def measured(questions: Sequence[Question], replies: Mapping[str, Reply]) -> dict[str, Numbers]:
    """Each measure's value for every question, in their order; 0 where there was no hit."""
    from ir_measures import iter_calc, parse_measure

    place = {one.id: number for number, one in enumerate(questions)}
    names = {parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    values = {name: np.zeros(len(questions)) for name in MEASURES}
    judged = {one.id: dict(one.relevance) for one in questions}
    ranked = {one.id: _scored(one, replies[one.id]) for one in questions}
    for result in iter_calc(list(names), judged, ranked):
        values[names[result.measure]][place[result.query_id]] = result.value
    return values


def _scored(question: Question, reply: Reply) -> dict[str, float]:
    """The first K hits as what each stands for, with scores that fall with the rank."""
    ranked: dict[str, float] = {}
    for rank, hit in enumerate(reply.hits[:K]):
        ranked.setdefault(stands_for(question, hit), float(K - rank))
    return ranked


def stands_for(question: Question, hit: Sequence[str]) -> str:
    """The most relevant of a hit's findings, the hit itself before those folded into it."""
    return max(hit, key=lambda finding: question.relevance.get(finding, -1))


def _judged(questions: Sequence[Question], replies: Mapping[str, Reply]) -> Share:
    """How many of the hits somebody judged."""
    hits = [(one, hit) for one in questions for hit in replies[one.id].hits[:K]]
    return _share(sum(stands_for(one, hit) in one.relevance for one, hit in hits), len(hits))


def _share(count: int, of: int) -> Share:
    return {"count": count, "of": of, "share": count / of if of else None}


def estimate(values: Numbers) -> Estimate:
    """The mean of one value a question, with its percentile bootstrap interval.

    The samples follow from the number of questions alone, so that rankings over the same questions are paired.
    """
    picks = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values[picks].mean(axis=1), (tail, 1 - tail))
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}


def table(found: Evaluation) -> Iterator[str]:
    """An evaluation as text for a terminal."""
    from search import show

    without = found["questions"] - found["answerable"]
    yield (
        f"{found['answerable']} questions with answers, {without} without; "
        f"{found['judgments']:,} judgments; generation {found['generation']}."
    )
    yield f"In brackets: {found['confidence']:.0%} bootstrap intervals over the questions, paired."
    yield ""
    heads = ("ranking", *MEASURES, "hybrid ahead (nDCG@10)", "judged@10", "no answer: said so", "answer: refused")
    yield from show.table(heads, map(_row, found["rankings"]))


def _row(one: Score) -> list[Any]:
    ranking = one["mode"] + (" + understanding" if one["understand"] else "")
    refusals = (f"{part['count']} of {part['of']}" for part in (one["rightly_refused"], one["wrongly_refused"]))
    share = one["judged"]["share"]
    judged = "no hits" if share is None else f"{share:.1%}"
    ahead = one["hybrid_ahead"]
    measures = (f"{m['mean']:.3f} ({m['low']:.3f} to {m['high']:.3f})" for m in one["measures"].values())
    return [
        ranking,
        *measures,
        f"{ahead['mean']:+.3f} ({ahead['low']:+.3f} to {ahead['high']:+.3f})",
        judged,
        *refusals,
    ]
