"""The coefficients of `search/link/rules.py`, fitted anew, and what links are worth on labelled pairs.

python benchmarks/fit_links.py [HOME]     a home of the whole digest, as `peel demo` makes it

Fits on the calibration part of tests/data/links-labelled.tsv; prints the coefficients, then precision and recall of the
links of HOME on either part, with Wilson's 95 per cent intervals, by relation and by score; recall once among all
labelled pairs, once among those of which neither finding is a general verdict. Needs scikit-learn, which
sentence-transformers brings.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from search import open_home
from search.link import nearest, rules
from search.link.making import Made
from search.link.table import RELATIONS
from search.snapshot import Snapshot

DATA = Path(__file__).parents[1] / "tests" / "data" / "links-labelled.tsv"
BANDS = ((0.65, 0.75), (0.75, 0.85), (0.85, 1.01))
SIGN = {-1: "negative", 0: "neutral", 1: "positive"}


@dataclass(frozen=True)
class Labelled:
    """Labelled pairs as rows of a home: `same` matter, same `text`, right about both findings' polarity, in which
    `part`: calibration, test, or across, with a finding in each."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    same: NDArray[np.bool_]
    text: NDArray[np.bool_]
    signs: NDArray[np.bool_]
    part: NDArray[np.str_]
    made: Made
    unit: NDArray[np.float32]

    def features(self) -> NDArray[np.float64]:
        """What the rules look at."""
        cosine = np.einsum("ij,ij->i", self.unit[self.start], self.unit[self.end], dtype=np.float64)
        return rules.features(self.made.traits, self.start, self.end, cosine)

    def telling(self) -> NDArray[np.bool_]:
        """Whether neither finding is a general verdict."""
        sizes = self.made.traits.matters.sizes()
        return np.asarray((sizes[self.start] > 0) & (sizes[self.end] > 0))


def labelled(snapshot: Snapshot) -> Labelled:
    """The pairs that are settled."""
    made = Made.read(snapshot.links_file, snapshot.manifest["encoder"])
    if made is None:
        raise SystemExit("the home was linked by another version: run `peel ingest --rebuild`")
    with DATA.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["matter"]]
    ends = [(snapshot.row_of(row["finding_a"]), snapshot.row_of(row["finding_b"]), row) for row in rows]
    sign = made.traits.polarity
    return Labelled(
        np.array([min(a, b) for a, b, _ in ends]),
        np.array([max(a, b) for a, b, _ in ends]),
        np.array([row["matter"] == "same" for row in rows]),
        np.array([row["text"] == "yes" for row in rows]),
        np.array([(SIGN[sign[a]], SIGN[sign[b]]) == (row["a"], row["b"]) for a, b, row in ends]),
        np.array([row["split"] for row in rows]),
        made,
        nearest.rounded(snapshot.vectors),
    )


def fit(pairs: Labelled, chosen: NDArray[np.bool_]) -> None:
    """Print the coefficients that the chosen pairs give."""
    features, same = pairs.features()[chosen], pairs.same[chosen]
    model = LogisticRegression(C=10, max_iter=5000).fit(features, same)
    print(f"fitted on {len(same)} pairs, {same.sum()} on the same matter")
    print("coefficients", dict(zip(rules.FEATURES, model.coef_[0].round(2).tolist(), strict=True)))
    print("intercept", float(model.intercept_[0].round(2)))


def wilson(right: int, of: int) -> str:
    """A share with its 95 per cent interval."""
    if of == 0:
        return "–"
    share, z = right / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{right}/{of} = {share:.2f} ({max(0, middle - half):.2f}–{min(1, middle + half):.2f})"


def report(pairs: Labelled, chosen: NDArray[np.bool_], name: str) -> None:
    """Precision and recall of the links among the chosen pairs, by relation and by score."""
    links = pairs.made.links
    placed = {(min(a, b), max(a, b)): n for n, (a, b) in enumerate(zip(links.start, links.end, strict=True))}
    place = np.array([placed.get(pair, -1) for pair in zip(pairs.start, pairs.end, strict=True)])
    relation = np.where(place >= 0, links.relation[place], 255)
    possible, specific = _possible(pairs), pairs.telling()
    print(f"\n| {name} | precision | recall | of specific pairs |\n|---|---|---|---|")
    for code, one in enumerate(RELATIONS):
        right = pairs.text if one.value == "same-text" else pairs.same & pairs.signs
        truth = pairs.text if one.value == "same-text" else right & ~pairs.text & (possible == code)
        made = chosen & (relation == code)
        print(
            f"| {one.value} | {wilson(int((right & made).sum()), int(made.sum()))} "
            f"| {wilson(int((truth & made).sum()), int((truth & chosen).sum()))} "
            f"| {wilson(int((truth & made & specific).sum()), int((truth & chosen & specific).sum()))} |"
        )
    score = np.where(place >= 0, links.score[place], 0)
    for least, most in BANDS:
        made = chosen & (place >= 0) & (relation != 4) & (score >= least) & (score < most)
        correct = int((pairs.same & pairs.signs & made).sum())
        print(f"| score {least:.2f} to {min(most, 1):.2f} | {wilson(correct, int(made.sum()))} | | |")


def _possible(pairs: Labelled) -> NDArray[np.int64]:
    """The relation that may hold between each pair by force, cycle and polarity; -1 for none."""
    traits, found = pairs.made.traits, np.full(len(pairs.start), -1)
    for number, (one, other) in enumerate(zip(pairs.start, pairs.end, strict=True)):
        if min(traits.polarity[one], traits.polarity[other]) < 0 and traits.polarity[one] * traits.polarity[other]:
            alone = nearest.Neighbours(np.array([one]), np.array([other]), np.zeros(1, np.float32))
            for code in rules.directed(alone, traits).relation:
                found[number] = code
    return found


def main(folder: str | None) -> None:
    """Fit, then report on either part."""
    pairs = labelled(open_home(folder).snapshot)
    fit(pairs, pairs.telling() & (pairs.part == "calibration"))
    for part in ("calibration", "test"):
        report(pairs, pairs.part == part, part)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
