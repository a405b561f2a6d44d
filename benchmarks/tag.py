"""The tagger against its limit (100,000 sentences in 10 s) and against one regular expression of all labels.

Run from the checkout: `python benchmarks/tag.py [--sentences 100000] [--peer 2000]`. The sentences are made
here from templates, so their words are few and the tagger's memory of words is of full use. The peer is what
one would write first: an alternation of every label, longest first, in any case. It is timed on a smaller
sample in the same run, and folds no inflection.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rdflib import URIRef
from rdflib.namespace import SKOS

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ontology
from kg import topics
from ontology import BASE

LIMIT = 100_000 / 10
"""Sentences a second that the tagger must reach."""

SUBJECTS = (
    "The force", "The control room", "Officers", "The chief officer team", "Neighbourhood policing teams",
    "The professional standards department", "Supervisors in public protection", "Its workforce",
)  # fmt: skip
VERBS = (
    "has improved how it records", "should make sure that it understands", "does not always assess",
    "works well with partners to reduce", "is not yet consistent in its use of", "has a clear plan for",
    "has invested in training on", "needs to do more to supervise", "was slow to respond to",
)  # fmt: skip
MATTERS = (
    "body-worn video during stop and search", "the vulnerability of callers", "domestic abuse cases",
    "serious and organised crime", "the wellbeing of its people", "evidence-led prosecutions", "missing children",
    "its digital forensic backlog", "hate crime", "out-of-court disposals", "rape and serious sexual offences",
    "demand that is not visible to it", "MARAC and MAPPA referrals", "the matters that inspectors raised",
)  # fmt: skip
TAILS = (
    "",
    ", although this varies from place to place",
    " since the last inspection",
    " within three months",
)


def main() -> None:
    """Time both and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--peer", type=int, default=2_000)
    options = parser.parse_args()
    texts = sentences(options.sentences)
    start = time.perf_counter()
    topics.tag("")
    print(f"first call, ontology and labels read: {time.perf_counter() - start:.2f} s")
    ours = rate(topics.tag, texts)
    same = rate(topics.tag, texts[: options.peer])
    peer = rate(alternation().findall, texts[: options.peer])
    print(f"{len(texts)} sentences: {ours:,.0f} sentences/s, {ours / LIMIT:.1f} times the limit of {LIMIT:,.0f}")
    print(f"first {options.peer}: {same:,.0f} sentences/s, one regular expression {peer:,.0f}: {same / peer:.1f} times")


def sentences(count: int) -> list[str]:
    """Sentences in the manner of findings; the same ones every time."""
    chance = random.Random(20)
    parts = (SUBJECTS, VERBS, MATTERS, TAILS)
    return ["{} {} {}{}.".format(*map(chance.choice, parts)) for _ in range(count)]


def rate(tagger: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts a second."""
    start = time.perf_counter()
    for text in texts:
        tagger(text)
    return len(texts) / (time.perf_counter() - start)


def alternation() -> re.Pattern[str]:
    """Every label of the subjects as one regular expression."""
    graph = ontology.graph()
    concepts = list(graph.subjects(SKOS.inScheme, URIRef(BASE + "id/scheme/topic")))
    kinds = (SKOS.prefLabel, SKOS.altLabel)
    labels = {str(label) for concept in concepts for kind in kinds for label in graph.objects(concept, kind)}
    longest_first = sorted(labels, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)


if __name__ == "__main__":
    main()
