"""How long a whole question takes in a warm process, stage by stage, against the limits set for it.

    python benchmarks/question.py [--rounds 20] [--home DIR]

Builds a home from the shipped digest (or takes one that is there), asks 40 questions in turn, and prints the median
and the 99th percentile of the whole and of each stage. The first round is not counted: it opens the files, and what
a filter pattern binds is kept from then on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from search.home import Home

PEEL = str(Path(sys.executable).with_name("peel"))
LIMITS = (10.0, 30.0)
"""Milliseconds of the median and of the 99th percentile."""
QUESTIONS = (
    "body-worn video",
    "BWV is not switched on at domestic abuse incidents",
    "backlogs in examining seized phones",
    "Clare's Law applications that wait too long",
    "good work with missing children",
    "victims who will not support a prosecution",
    "vetting backlogs",
    "vulnerability is not flagged on the incident log",
    "supervision of investigations by response officers",
    "use of force looked at from outside",
    "hidden demand",
    "areas for improvement for Kent in 2017",
    "requires improvement at efficiency in 2017",
    "Cleveland since 2019",
    "answering 999 calls, 2023-25",
    "shortage of detectives",
    "forces that look after their staff",
    "drones in 2014",
    "stop and search -taser",
    '"domestic abuse" in Wales',
    "praised for problem solving",
    "told to improve crime recording",
    "registered sex offenders who are not visited",
    "MARAC referrals",
    "mental health and street triage",
    "custody in Norfolk and Suffolk",
    "the Met on counter-corruption",
    "ethics committees",
    "neighbourhood officers taken off their beat",
    "understanding of future demand",
    "savings and reserves",
    "old computer systems hold officers back",
    "organised crime groups that are not mapped",
    "county lines before 2020",
    "child sexual exploitation in the north west",
    "hate crime",
    "wanted people who are not looked for",
    "what is the weather like",
    "how good is the force at keeping people safe and reducing crime?",
    "in which areas does the force have to do better so that it gives a consistently good service to every victim?",
)


def measured(home: Home, rounds: int) -> tuple[list[float], dict[str, list[float]]]:
    """The milliseconds of every question in every round but the first: of the whole, and of each stage."""
    whole: list[float] = []
    stages: dict[str, list[float]] = defaultdict(list)
    for turn in range(rounds + 1):
        for question in QUESTIONS:
            start = time.perf_counter()
            answer = home.find(question, explain=True)
            if turn:
                whole.append((time.perf_counter() - start) * 1000)
                for stage, milliseconds in answer["plan"]["milliseconds"].items():
                    stages[stage].append(milliseconds)
    return whole, stages


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.home is None:
            subprocess.run([PEEL, "demo", "--no-serve", "--home", folder], check=True, capture_output=True)
        home = Home(given.home or Path(folder))
        whole, stages = measured(home, given.rounds)
        count = home.snapshot.facets.count
    print(f"{len(QUESTIONS)} questions, {given.rounds} rounds, {count:,} findings; milliseconds")
    print(f"{'':<14}{'median':>8}{'99 %':>8}")
    for stage, milliseconds in stages.items():
        print(f"{stage:<14}{np.percentile(milliseconds, 50):8.2f}{np.percentile(milliseconds, 99):8.2f}")
    for name, percentile, limit in zip(("median", "99 %"), (50, 99), LIMITS, strict=True):
        figure = np.percentile(whole, percentile)
        print(f"whole question, {name:<7}{figure:8.2f} ms   limit {limit:4.0f} ms   ratio {figure / limit:.2f}")


if __name__ == "__main__":
    main()
