"""The coefficients of `search/link/rules.py`, fitted anew, and what the rules are worth on labelled pairs.

python benchmarks/fit_links.py [HOME]     a home of the whole digest, as `peel demo` makes it

Uses the cosines in tests/data/links-labelled.tsv, each by an adapter that has not learnt from the pair (see
`train_matter.py`). Fits on the calibration part; prints the coefficients and what scores are worth, cross-validated;
then precision and recall of what the rules make of the pairs of each part, with Wilson's 95 per cent intervals, by
relation and by score; recall once among all labelled pairs, once among those of which neither finding is a general
verdict. That a pair must be among the nearest of both findings is left out of account: it concerns few. Needs
scikit-learn, which sentence-transformers brings.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_predict

from kg.model import Relation
from search import open_home
from search.link import rules
from search.link.copies import resemblance, same_text
from search.link.nearest import Neighbours
from search.link.table import RELATIONS
from search.link.traits import Traits
from search.snapshot import Snapshot

DATA = Path(__file__).parents[1] / "tests" / "data" / "links-labelled.tsv"
BANDS = ((0.65, 0.75), (0.75, 0.85), (0.85, 1.01))
SIGN = {-1: "negative", 0: "neutral", 1: "positive"}
COPY = RELATIONS.index(Relation.SAME_TEXT)


@dataclass(frozen=True)
class Labelled:
    """Labelled pairs as rows of `traits`: `same` matter, same `text`, right about both findings' polarity, in which
    `part`, with the `cosine` of an adapter that has not learnt from them."""

    traits: Traits
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    same: NDArray[np.bool_]
    text: NDArray[np.bool_]
    signs: NDArray[np.bool_]
    part: NDArray[np.str_]
    cosine: NDArray[np.float64]

    @classmethod
    def read(cls, snapshot: Snapshot) -> Labelled:
        """The pairs that have a cosine."""
        traits = Traits.build(snapshot.records(range(snapshot.facets.count)))
        with DATA.open(encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["cosine"]]
        ends = [(snapshot.row_of(row["finding_a"]), snapshot.row_of(row["finding_b"]), row) for row in rows]
        sign = traits.polarity
        return cls(
            traits,
            np.array([min(a, b) for a, b, _ in ends]),
            np.array([max(a, b) for a, b, _ in ends]),
            np.array([row["matter"] == "same" for row in rows]),
            np.array([row["text"] == "yes" for row in rows]),
            np.array([(SIGN[sign[a]], SIGN[sign[b]]) == (row["a"], row["b"]) for a, b, row in ends]),
            np.array([row["split"] for row in rows]),
            np.array([float(row["cosine"]) for row in rows]),
        )

    def features(self) -> NDArray[np.float64]:
        """What the rules look at."""
        return rules.features(self.traits, self.start, self.end, self.cosine)

    def telling(self) -> NDArray[np.bool_]:
        """Whether neither finding is a general verdict."""
        sizes = self.traits.matters.sizes()
        return np.asarray((sizes[self.start] > 0) & (sizes[self.end] > 0))

    def contained(self) -> NDArray[np.bool_]:
        """Whether one finding is about all that the other is about and more."""
        matters = self.traits.matters
        less, more = np.sort([matters.sizes()[self.start], matters.sizes()[self.end]], axis=0)
        return np.asarray((matters.shared(self.start, self.end) == less) & (less < more))

    @cached_property
    def judged(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """The relation that may hold between each pair by force, cycle and polarity, the one that the rules find
        (-1 for none), and its score."""
        copied = same_text(self.traits, self.start, self.end, resemblance(self.traits, self.start, self.end))
        polarity = self.traits.polarity
        possible, found, scores = np.full(len(copied), -1), np.full(len(copied), -1), np.zeros(len(copied))
        found[copied], scores[copied] = COPY, 1.0
        for place, (one, other) in enumerate(zip(self.start, self.end, strict=True)):
            if min(polarity[one], polarity[other]) < 0 and polarity[one] * polarity[other]:
                alone = Neighbours(
                    np.array([one]), np.array([other]), self.cosine[place : place + 1].astype(np.float32)
                )
                pair = rules.directed(alone, self.traits)
                links = rules.judged(pair, self.traits)
                possible[place] = next(iter(pair.relation), -1)
                if len(links) and not copied[place]:
                    found[place], scores[place] = links.relation[0], links.score[0]
        return possible, found, scores


def fit(pairs: Labelled, chosen: NDArray[np.bool_]) -> None:
    """Print the coefficients that the chosen pairs give, and for each relation what scores are worth."""
    features, same = pairs.features()[chosen], pairs.same[chosen]
    model = LogisticRegression(C=10, max_iter=5000)
    score = cross_val_predict(model, features, same, cv=10, method="predict_proba")[:, 1]
    model.fit(features, same)
    print(f"fitted on {len(same)} pairs, {same.sum()} on the same matter")
    print("coefficients", dict(zip(rules.FEATURES, model.coef_[0].round(2).tolist(), strict=True)))
    print("intercept", float(model.intercept_[0].round(2)))
    print(f"average precision, cross-validated: {average_precision_score(same, score):.3f}")
    possible, contained = pairs.judged[0][chosen], pairs.contained()[chosen]
    for code, relation in enumerate(RELATIONS[:COPY]):
        for inside in (False, True):
            these = (possible == code) & (contained == inside)
            kind = "one contains the other" if inside else "neither contains the other"
            print(f"{relation.value}, {kind}: {int(same[these].sum())} of {int(these.sum())}")
            for least in np.arange(0.5, 0.96, 0.05):
                made = these & (score >= least)
                recall = same[made].sum() / max(1, same[these].sum())
                print(f"  {least:.2f}  {wilson(int(same[made].sum()), int(made.sum()))}  recall {recall:.2f}")


def wilson(right: int, of: int) -> str:
    """A share with its 95 per cent interval."""
    if of == 0:
        return "–"
    share, z = right / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{right}/{of} = {share:.2f} ({max(0, middle - half):.2f}–{min(1, middle + half):.2f})"


def report(pairs: Labelled, part: str) -> None:
    """Precision and recall of what the rules make of the pairs of one part, by relation and by score."""
    chosen, specific = pairs.part == part, pairs.telling()
    possible, found, score = pairs.judged
    print(f"\n| {part} | precision | recall | of specific pairs |\n|---|---|---|---|")
    for code, one in enumerate(RELATIONS):
        right = pairs.text if code == COPY else pairs.same & pairs.signs
        truth = chosen & (pairs.text if code == COPY else right & ~pairs.text & (possible == code))
        made = chosen & (found == code)
        print(
            f"| {one.value} | {wilson(int((right & made).sum()), int(made.sum()))} "
            f"| {wilson(int((truth & made).sum()), int(truth.sum()))} "
            f"| {wilson(int((truth & made & specific).sum()), int((truth & specific).sum()))} |"
        )
    for least, most in BANDS:
        made = chosen & (found >= 0) & (found != COPY) & (score >= least) & (score < most)
        correct = int((pairs.same & pairs.signs & made).sum())
        print(f"| score {least:.2f} to {min(most, 1):.2f} | {wilson(correct, int(made.sum()))} | | |")


def main(folder: str | None) -> None:
    """Fit, then report on each part."""
    pairs = Labelled.read(open_home(folder).snapshot)
    fit(pairs, pairs.telling() & ~pairs.text & (pairs.part == "calibration") & (pairs.judged[0] >= 0))
    for part in ("calibration", "test", "neighbours", "fresh"):
        report(pairs, part)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
