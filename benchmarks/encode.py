"""Compiled encoder against sentence-transformers on one model, one machine, one run.

Run from the checkout: `python benchmarks/encode.py [--texts 2000] [--rounds 3]`. The sentences are made here
from templates. Both sides use the same number of threads and take turns, so that a busy machine slows both
alike; sentence-transformers gets the best of several batch sizes, the compiled encoder its defaults.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search.encoder import CompiledEncoder, SentenceTransformerEncoder, default_folder

SUBJECTS = (
    "The force", "It", "The control room", "Officers", "Supervisors in the public protection unit",
    "The chief officer team", "Neighbourhood policing teams", "The professional standards department",
)  # fmt: skip
VERBS = (
    "has improved how it records", "should make sure that it understands", "does not always assess",
    "works well with partners to reduce", "is not yet consistent in its use of",
    "has invested in training on", "needs to do more to supervise", "has a clear plan for",
    "reviews regularly", "was slow to respond to",
)  # fmt: skip
MATTERS = (
    "body-worn video during stop and search", "the vulnerability of callers at first point of contact",
    "domestic abuse cases", "serious and organised crime", "the wellbeing of its workforce",
    "evidence-led prosecutions", "missing children", "its digital forensic backlog", "hate crime",
    "out-of-court disposals", "rape and serious sexual offences", "demand that is not visible to it",
)  # fmt: skip
TAILS = (
    ".", ", and victims receive a better service as a result.",
    ", although this isn’t recorded consistently.",
    ". This means it may be missing opportunities to keep people safe and to bring offenders to justice.",
    ", in line with authorised professional practice, and it publishes its findings every quarter.",
    ". In our {n} case file review we found that {m} of {n} files had enough supervision recorded on them, "
    "compared with {k} at the previous inspection.",
)  # fmt: skip


def sentences(count: int, seed: int = 7) -> list[str]:
    """``count`` sentences in the manner of inspection findings, the same ones for the same seed."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        tail = draw.choice(TAILS).format(n=draw.randint(40, 90), m=draw.randint(5, 39), k=draw.randint(5, 39))
        made.append(f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(MATTERS)}{tail}")
    return made


QUESTIONS = (
    "Which forces need to do more about {}?", "How well does the force understand {}?",
    "{}", "good practice in {}",
)  # fmt: skip
SIZES = (8, 16, 32, 64, 128)
COLD = """
from pathlib import Path
from search.encoder import open_encoder
open_encoder(None, Path({!r})).query("x")
"""
MEMORY = """
import sys
from pathlib import Path
sys.path.insert(0, "benchmarks")
from encode import CompiledEncoder, SentenceTransformerEncoder, default_folder, sentences
encoder = CompiledEncoder(default_folder(), Path({!r})) if {} else SentenceTransformerEncoder()
encoder.passages(sentences({}))
# not ru_maxrss, which begins with what the parent held
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The best time of each, after one unmeasured call of each."""
    for work in works.values():
        work()
    times = {name: [seconds(work)] for name, work in works.items()}
    for _ in range(rounds - 1):
        for name, work in works.items():
            times[name].append(seconds(work))
    return {name: min(taken) for name, taken in times.items()}


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    texts = sentences(options.texts)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        first = seconds(lambda: CompiledEncoder(default_folder(), cache))
        cold = min(_cold(folder) for _ in range(options.rounds))
        opened = seconds(lambda: CompiledEncoder(default_folder(), cache))
        loaded = seconds(SentenceTransformerEncoder)
        print(f"fresh process to first answer {cold:.2f} s (the very first, with compiling, {first:.1f} s)")
        print(f"open a model, libraries loaded: compiled {opened:.2f} s, sentence-transformers {loaded:.2f} s")
        peaks = [_peak(folder, compiled, options.texts) for compiled in (True, False)]
        print(f"peak memory of a process that encodes them: {peaks[0]} MB, sentence-transformers {peaks[1]} MB")
        compare(texts, CompiledEncoder(default_folder(), cache), options.rounds)


def _peak(cache: str, compiled: bool, count: int) -> int:
    command = [sys.executable, "-c", MEMORY.format(cache, compiled, count)]
    root = Path(__file__).resolve().parent.parent
    return int(subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout)


def _cold(cache: str) -> float:
    root = Path(__file__).resolve().parent.parent
    return seconds(lambda: subprocess.run([sys.executable, "-c", COLD.format(cache)], cwd=root, check=True))


def compare(texts: list[str], compiled: CompiledEncoder, rounds: int) -> None:
    """Print bulk and single speed of both, and how far their vectors are apart."""
    import torch

    reference = SentenceTransformerEncoder()
    model = reference._model  # its own encode(), without what our adapter adds
    threads = compiled._request.get_compiled_model().get_property("INFERENCE_NUM_THREADS")
    torch.set_num_threads(threads)
    tried = {size: seconds(lambda n=size: model.encode(texts[:500], batch_size=n)) for size in SIZES}
    best = min(tried, key=lambda size: tried[size])
    bulk = {
        "compiled": lambda: compiled.passages(texts),
        "sentence-transformers": lambda: model.encode(texts, batch_size=best),
    }
    asked = [question.format(matter) for question in QUESTIONS for matter in MATTERS]
    single = {
        "compiled": lambda: [compiled.query(text) for text in asked],
        "sentence-transformers": lambda: [model.encode(text) for text in asked],
    }
    print(f"{len(texts)} sentences, {threads} threads each, sentence-transformers with batches of {best}")
    fast, slow = in_turn(bulk, rounds).values()
    print(f"bulk   {len(texts) / fast:6.0f} against {len(texts) / slow:6.0f} sentences/s: {slow / fast:.2f} x")
    fast, slow = in_turn(single, rounds).values()
    ms = 1000 / len(asked)
    print(f"query  {ms * fast:6.2f} against {ms * slow:6.2f} ms: {slow / fast:.2f} x")
    cosine = np.sum(compiled.passages(texts) * reference.passages(texts), axis=1).min()
    print(f"lowest cosine between the two {cosine:.7f}")


if __name__ == "__main__":
    main()
