"""Learns the constants of `search/ranking/relevance.py` from judged questions: the weight of meaning, and the cut-offs.

    python benchmarks/learn_weight.py [--home FOLDER] [--judged FILE]

Questions fall into five folds by a hash of their ids. What is chosen for a fold is chosen on the other four, and
measured on it (held out); what is printed at the end as the constants is chosen on all.

- The weight has the highest mean nDCG@10 of hybrid ranking by score alone, over every answerable question, as it
  stands and with its constraints read out of it.
- What a finding's relevance is made of is fitted to the judged candidates by logistic regression (2 and 3 against 0
  and 1), the questions' constraints applied.
- The cut-off is that relevance which the best finding of nine in ten answerable questions reaches.

Without `--home`, a home of the digest is built for the run.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from search import collect, publish  # noqa: E402
from search.encoder import open_encoder  # noqa: E402
from search.evaluate import RELEVANT, K, Question, Reply, measured, read, stands_for  # noqa: E402
from search.find import MAX_K  # noqa: E402
from search.home import Home  # noqa: E402
from search.ranking.relevance import Judge  # noqa: E402

FOLDS = 5
WEIGHTS = np.round(np.arange(0.0, 1.01, 0.05), 2)
REFUSED = 0.1
"""The share of answerable questions that the cut-off may refuse."""
HYBRID, SEMANTIC = ("cosine", "standing", "share"), ("cosine", "standing")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Candidates:
    """A question's candidates: each hit's findings, its judged relevance (-1 where nobody did), and its ledger."""

    question: Question
    hits: Sequence[Sequence[str]]
    relevance: Numbers
    ledger: dict[str, Numbers]

    @property
    def fold(self) -> int:
        """The fold of the question."""
        return int(hashlib.sha256(self.question.id.encode()).hexdigest(), 16) % FOLDS

    def signals(self, names: Sequence[str]) -> Numbers:
        """The figures that a relevance is made of, (candidates, signals)."""
        return np.column_stack([self.ledger[name] for name in names])


def candidates(home: Home, question: Question, understand: bool) -> Candidates:
    """The candidates of a question; none where only constraints were asked for, or nothing passes them."""
    found = home.find(question.text, k=MAX_K, understand=understand)["hits"]
    if not found or "relevance" not in found[0]["ledger"]:
        return Candidates(question, (), np.zeros(0), {})
    hits = [(hit["finding"], *(folded["finding"] for folded in hit["also"])) for hit in found]
    judged = [question.relevance.get(stands_for(question, hit), -1) for hit in hits]
    ledgers = [hit["ledger"] for hit in found]
    ledger = {name: np.array([one[name] for one in ledgers], float) for name in HYBRID}
    ledger |= {name: np.array([one["normalised"][name] for one in ledgers], float) for name in ("meaning", "words")}
    return Candidates(question, hits, np.array(judged, float), ledger)


def ndcg(asked: Sequence[Candidates], weight: float) -> Numbers:
    """nDCG@10 of every question by the weighted score alone."""
    replies = {}
    for one in asked:
        score = weight * one.ledger["meaning"] + (1 - weight) * one.ledger["words"]
        order = np.argsort(-score, kind="stable")[:K]
        replies[one.question.id] = Reply([one.hits[place] for place in order], True)
    return measured([one.question for one in asked], replies)["nDCG@10"]


def learn_weight(literal: Sequence[Candidates], understood: Sequence[Candidates]) -> None:
    """Print the curve, and what choosing by it gives on questions that were not seen."""
    sides = {False: answerable(literal), True: answerable(understood)}
    curves = {side: np.array([ndcg(asked, weight) for weight in WEIGHTS]) for side, asked in sides.items()}
    print("weight  as it stands  understood   (mean nDCG@10 by score alone)")
    for weight, plain, read_out in zip(WEIGHTS, curves[False], curves[True], strict=True):
        print(f"{weight:6.2f} {plain.mean():13.4f} {read_out.mean():11.4f}")
    folds = {side: np.array([one.fold for one in asked]) for side, asked in sides.items()}

    def best(left_out: int | None) -> int:
        seen = [curves[side][:, folds[side] != left_out] for side in sides]
        return int(np.argmax(np.concatenate(seen, axis=1).mean(axis=1)))

    picked = [best(fold) for fold in range(FOLDS)]
    print("chosen on four folds of five:", ", ".join(f"{WEIGHTS[pick]:.2f}" for pick in picked))
    for side, asked in sides.items():
        held_out = np.concatenate([curves[side][pick, folds[side] == fold] for fold, pick in enumerate(picked)])
        print(f"held out, {'understood' if side else 'as it stands'}: {held_out.mean():.4f} ({len(asked)} questions)")
    print(f"WEIGHT = {WEIGHTS[best(None)]:.2f}\n")


def answerable(asked: Sequence[Candidates]) -> list[Candidates]:
    """Those questions that have an answer and candidates."""
    return [one for one in asked if one.question.answerable and one.hits]


def fitted(seen: Sequence[Candidates], names: Sequence[str]) -> Judge:
    """The relevance that fits the judged candidates of the questions seen, with its cut-off."""
    from sklearn.linear_model import LogisticRegression

    signals = np.concatenate([one.signals(names)[one.relevance >= 0] for one in seen])
    matches = np.concatenate([one.relevance[one.relevance >= 0] >= RELEVANT for one in seen])
    model = LogisticRegression(C=100.0, max_iter=1_000).fit(signals, matches)
    weights = dict.fromkeys(HYBRID, 0.0) | dict(zip(names, model.coef_[0].round(2).tolist(), strict=True))
    judge = Judge(**weights, bias=round(float(model.intercept_[0]), 2), least=0.0)
    least = np.quantile([surest(judge, one) for one in answerable(seen)], REFUSED)
    return Judge(**weights, bias=judge.bias, least=round(float(least), 3))


def surest(judge: Judge, one: Candidates) -> float:
    """The relevance of a question's best candidate."""
    return float(judge.relevance(one.ledger["cosine"], one.ledger["standing"], one.ledger["share"]).max())


def learn_cutoff(understood: Sequence[Candidates], names: Sequence[str]) -> None:
    """Print what is refused of questions that were not seen, and the judge chosen on all."""
    asked = [one for one in understood if one.hits]
    judges = [fitted([one for one in asked if one.fold != fold], names) for fold in range(FOLDS)]
    for kind, wanted in (("without an answer, refused", False), ("answerable, refused", True)):
        these = [one for one in asked if one.question.answerable is wanted]
        refused = sum(surest(judges[one.fold], one) < judges[one.fold].least for one in these)
        print(f"held out, {kind}: {refused} of {len(these)} ({refused / len(these):.0%})")
    empty = [one for one in understood if not one.hits and not one.question.answerable]
    print(f"besides, without an answer and ranked by nothing (only constraints, or no finding passes): {len(empty)}")
    matched = np.concatenate([_matched(judges[one.fold], one) for one in asked])
    right = int((matched[:, 0] * matched[:, 1]).sum())
    called, all_right = int(matched[:, 0].sum()), int(matched[:, 1].sum())
    print(f"held out, judged candidates above the cut-off: {called}, {right} of them answers, of {all_right}")
    print(f"{fitted(asked, names)}\n")


def _matched(judge: Judge, one: Candidates) -> Numbers:
    """Of each judged candidate, whether it lies above the cut-off and whether it is an answer, (judged, 2)."""
    sure = judge.relevance(one.ledger["cosine"], one.ledger["standing"], one.ledger["share"])
    pairs = np.column_stack([sure >= judge.least, one.relevance >= RELEVANT]).astype(float)
    return pairs[one.relevance >= 0]


def learn(home: Home, questions: Sequence[Question]) -> None:
    """Learn and print everything."""
    literal, understood = ([candidates(home, one, side) for one in questions] for side in (False, True))
    learn_weight(literal, understood)
    for mode, names in (("hybrid", HYBRID), ("semantic", SEMANTIC)):
        print(f"cut-off in {mode} ranking, from {', '.join(names)}")
        learn_cutoff(understood, names)


def main() -> None:
    """Read the options, build a home where none is given, and learn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home of the pages that were judged")
    parser.add_argument("--judged", type=Path, default=ROOT / "tests" / "data" / "judged.tsv")
    options = parser.parse_args()
    questions = read(options.judged)
    if options.home:
        learn(Home(options.home), questions)
        return
    with tempfile.TemporaryDirectory() as folder:
        publish.publish(Path(folder), collect.pages([Path(str(files("kg"))) / "digest"]), open_encoder)
        learn(Home(Path(folder)), questions)


if __name__ == "__main__":
    main()
