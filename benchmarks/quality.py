"""How well Peelgraph ranks the judged questions, and how well txtai's hybrid search does with the same model.

    python benchmarks/quality.py [--home FOLDER] [--judged FILE] [--peers PYTHON]

Every way of ranking is scored as `peel evaluate` does it. With `--peers`, an interpreter that has txtai, the same
findings are indexed there too, by their meaning (names of forces masked, as we index them) and by their text, and the
questions are asked as they stand: txtai does not read constraints out of them, so what it is held against is our
hybrid ranking without understanding. Of its ways to put the two scores together (normalised, Bayesian, by rank) and
weights, the one that does best on these very questions stands for it. Its hits are folded as ours are.

Without `--home`, a home of the digest is built for the run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from search import collect, evaluate, publish  # noqa: E402
from search.encoder import default_folder, open_encoder  # noqa: E402
from search.evaluate import Estimate, Question, Ranking, Reply  # noqa: E402
from search.home import Home  # noqa: E402
from search.ranking import alike  # noqa: E402

DEPTH = 60
"""How many hits are asked of txtai, so that ten are left once those that say the same are folded."""
WEIGHTS = (0.4, 0.5, 0.6, 0.7, 0.8)
TXTAI = """
import json, sys
import numpy as np
from txtai import Embeddings

asked = json.load(sys.stdin)
model = Embeddings(path=asked["model"])
vectors = {}

def transform(texts):
    new = sorted({text for text in texts if text not in vectors})
    if new:
        vectors.update(zip(new, np.asarray(model.batchtransform(new), np.float32)))
    return np.array([vectors[text] for text in texts])

found = {}
for field, texts in asked["texts"].items():
    for name, normalize in (("normalised", True), ("Bayesian", "bayes"), ("by rank", False)):
        scoring = {"method": "bm25", "terms": True, "normalize": normalize}
        index = Embeddings(method="external", transform=transform, scoring=scoring)
        index.index(enumerate(texts))
        for weight in asked["weights"]:
            hits = index.batchsearch(asked["questions"], asked["depth"], weight)
            found[f"{field}, {name}, {weight} of meaning"] = [[int(row) for row, _ in one] for one in hits]
json.dump(found, sys.stdout)
"""
"""txtai encodes every text once; its own indexes and fusion do the rest."""


def txtai(python: str, home: Home, questions: Sequence[Question]) -> dict[str, list[Reply]]:
    """What txtai answers in each configuration, in the order of the questions."""
    records = home.snapshot.records(range(home.snapshot.facets.count))
    asked = {
        "model": str(default_folder()),
        "texts": {field: [one[field] for one in records] for field in ("meaning", "text")},
        "questions": [one.text for one in questions],
        "depth": DEPTH,
        "weights": WEIGHTS,
    }
    done = subprocess.run([python, "-c", TXTAI], input=json.dumps(asked), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"txtai failed:\n{done.stderr[-2_000:]}")
    iris = [one["finding"] for one in records]
    return {name: [folded(home, iris, rows) for rows in found] for name, found in json.loads(done.stdout).items()}


def folded(home: Home, iris: Sequence[str], rows: Sequence[int]) -> Reply:
    """A ranking in which findings that say the same stand once, as in ours."""
    shot, every = home.snapshot, np.arange(len(iris))
    ranked = np.array(rows, np.int64)
    kept = ranked[alike.firsts(ranked, shot.alike, shot.vectors)][: evaluate.K]
    same = [(row, *alike.others(row, every, shot.alike, shot.vectors)) for row in kept.tolist()]
    return Reply([tuple(iris[row] for row in hit) for hit in same], bool(same))


def compared(home: Home, questions: Sequence[Question], peers: Mapping[str, Sequence[Reply]]) -> None:
    """Print each configuration of txtai, and how far we are ahead of the best."""
    asked = [one for one in questions if one.answerable]
    by_name = {
        name: evaluate.measured(asked, {one.id: reply for one, reply in zip(asked, replies, strict=True)})["nDCG@10"]
        for name, replies in peers.items()
    }
    for name, values in by_name.items():
        print(f"txtai, {name}: nDCG@10 {values.mean():.3f}")
    best = max(by_name, key=lambda name: by_name[name].mean())
    hits = [(one, hit) for one, reply in zip(asked, peers[best], strict=True) for hit in reply.hits]
    judged = sum(evaluate.stands_for(one, hit) in one.relevance for one, hit in hits) / len(hits)
    print(f"\ntxtai at its best ({best}): nDCG@10 {shown(evaluate.estimate(by_name[best]))}, {judged:.1%} judged")
    for understand in (False, True):
        ours = {one.id: evaluate.ask(home, one, Ranking("hybrid", understand)) for one in asked}
        ahead = evaluate.estimate(evaluate.measured(asked, ours)["nDCG@10"] - by_name[best])
        print(f"our hybrid{' + understanding' if understand else ''} is ahead by {shown(ahead)}")


def shown(one: Estimate) -> str:
    """A mean with its interval."""
    return f"{one['mean']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})"


def main() -> None:
    """Read the options, build a home where none is given, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home of the pages that were judged")
    parser.add_argument("--judged", type=Path, default=ROOT / "tests" / "data" / "judged.tsv")
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has txtai; without it, ours alone")
    options = parser.parse_args()
    questions = evaluate.read(options.judged)
    with tempfile.TemporaryDirectory() as folder:
        if not options.home:
            publish.publish(Path(folder), collect.pages([Path(str(files("kg"))) / "digest"]), open_encoder)
        home = Home(options.home or Path(folder))
        print("\n".join(evaluate.table(evaluate.evaluate(home, questions))))
        if options.peers:
            asked = [one for one in questions if one.answerable]
            compared(home, questions, txtai(options.peers, home, asked))


if __name__ == "__main__":
    main()
