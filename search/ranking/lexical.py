"""Words to rows: BM25 over stemmed English words.

bm25s computes the weights when the index is built (Lucene's BM25). Asking needs numpy and the
stemmer alone: a row's score is the sum of the stored weights of the question's distinct words in it, so every
score can be explained word by word.

A subject of the thesaurus that the question names is one word more, which every row that speaks of the subject has,
by whichever name: of the idf of the words that name it together, or of its own where that is more, times `SUBJECT`.

On disk an index is a few .npy arrays and one JSON file, never a pickle.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.ranking.expansion import EXACT, LOOSE, SUBJECT, Subject, Thesaurus
from search.ranking.words import QUESTION_WORDS, STOP_WORDS, fold, stemmed, tokens

__all__ = ["STOP_WORDS", "WordIndex", "fold", "tokens"]

K1, B = 0.9, 0.4
"""BM25's saturation and length, as Anserini sets them for passages: the length of a sentence says little."""
FORMAT = 2
ARRAYS = ("weights", "rows", "starts", "norms", "subject_rows", "subject_starts")


@dataclass(frozen=True)
class Term:
    """A word of a question: as spelt, its number in the index (None where no row has it), and its idf."""

    word: str
    number: int | None
    idf: float


@dataclass(frozen=True)
class Named:
    """Words of a question that name a subject: the idf that they stand for, and how much of them the subject has."""

    subject: Subject
    terms: Sequence[Term]
    idf: float
    other: float


@dataclass(frozen=True)
class Asked:
    """A question as the index takes it: words that stand for themselves, and words that name a subject."""

    words: Sequence[Term]
    subjects: Sequence[Named]

    @property
    def mass(self) -> float:
        """The idf of all that it asks for."""
        return sum(term.idf for term in self.words) + sum(named.idf for named in self.subjects)


@dataclass(frozen=True)
class Matched:
    """What rows have of a question: their scores, and their share of the idf of its words (0 to 1)."""

    scores: NDArray[np.float32]
    shares: NDArray[np.float32]


class WordIndex:
    """BM25 over a fixed list of texts; row i is the i-th text.

    Held by word: the rows that contain word w, ascending, and its weight in each, are the entries from starts[w]
    to starts[w + 1] of `rows` and `weights`. `norms` says what a word that a row has once weighs there, for an
    idf of 1.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        arrays: Mapping[str, NDArray[Any]],
        subjects: Thesaurus = Thesaurus(),  # noqa: B008 - frozen
    ) -> None:
        self._words = {word: number for number, word in enumerate(vocabulary)}
        self._weights, self._rows, self._starts, self._norms = (arrays[name] for name in ARRAYS[:4])
        self._thesaurus = subjects
        sizes = (len(self._weights), len(self._starts))
        if sizes != (len(self._rows), len(self._words) + 1) or self._starts[-1] != len(self._rows):
            raise ValueError("the arrays of the word index do not belong together")

    @classmethod
    def build(
        cls,
        texts: Sequence[str],
        labels: Mapping[str, Sequence[str]] | None = None,
        tagged: Mapping[str, Sequence[int]] | None = None,
    ) -> WordIndex:
        """An index of the texts; equal texts give equal files, in every process.

        `labels` are the names of each subject of a thesaurus, beside its preferred one; `tagged` the rows that speak
        of it, ascending; both by its preferred name.
        """
        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(stem, len(vocabulary)) for stem in tokens(text)] for text in texts]
        lengths = np.array([len(words) for words in ids], np.float64)
        norms = 1 / (1 + K1 * (1 - B + B * lengths / max(lengths.mean() if ids else 0.0, 1e-9)))
        held = _weights(ids, vocabulary) | {"norms": norms.astype(np.float32)}
        return cls(list(vocabulary), held, _thesaurus(labels or {}, tagged or {}))

    def __len__(self) -> int:
        return len(self._norms)

    def ask(self, text: str) -> Asked:
        """The question's distinct words, each once however often it is repeated, and the subjects they name."""
        spoken = stemmed(text)
        content = [pair for pair in spoken if pair[0] not in QUESTION_WORDS] or spoken
        subjects, seen = [], set[str]()
        for places, subject, other in self._thesaurus.named([stem for _, stem in spoken]):
            spelt = {stem: word for word, stem in reversed(spoken[places.start : places.stop])}
            if spelt.keys().isdisjoint(seen):
                seen |= spelt.keys()
                terms = [self._term(word, stem) for stem, word in reversed(spelt.items())]
                known = sum(term.idf for term in terms if term.number is not None)
                subjects.append(Named(subject, terms, max(known, self._idf(len(subject.rows))), other))
        alone = {stem: word for word, stem in reversed(content) if stem not in seen}
        return Asked([self._term(word, stem) for stem, word in reversed(alone.items())], subjects)

    def spelt_out(self, text: str, labels: Mapping[str, Iterable[str]] = MappingProxyType({})) -> str:
        """The text with the abbreviations of subjects spelt out: see `Thesaurus.spelt_out`."""
        return self._thesaurus.spelt_out(text, labels)

    def match(self, asked: Asked, rows: NDArray[np.int64] | None = None) -> Matched:
        """What each given row (every row where None) has of a question, in the order given.

        Raises ValueError for a row that does not exist.
        """
        scores, masses = np.zeros(len(self), np.float64), np.zeros(len(self), np.float64)
        for term in asked.words:
            self._add(term, scores, masses)
        for one in asked.subjects:
            mass = np.zeros(len(self), np.float64)
            for term in one.terms:
                self._add(term, scores, mass)
            rows_of = one.subject.rows
            scores[rows_of] += SUBJECT * one.idf * self._norms[rows_of]
            mass[rows_of] = np.maximum(mass[rows_of], one.other * one.idf)
            masses += mass
        shares = masses / max(asked.mass, 1e-9)
        if rows is not None:
            wanted = self._existing(rows)
            scores, shares = scores[wanted], shares[wanted]
        return Matched(scores.astype(np.float32), shares.astype(np.float32))

    def scores(self, text: str, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """The score of each given row (of all where None), in the order given; 0 where no word matches.

        Raises ValueError for a row that does not exist.
        """
        return self.match(self.ask(text), rows).scores

    def explain(self, asked: Asked, row: int) -> dict[str, float]:
        """What the row has of the question's words, each with its weight, heaviest first.

        Words are spelt as in the question, folded; a subject that they name is `words → name of the subject`.
        The weights sum to the row's score (as float32). Raises ValueError for a row that does not exist.
        """
        self._existing(np.array([row]))
        found = self._of_row(asked.words, row)
        for one in asked.subjects:
            found |= self._of_row(one.terms, row)
            subject = one.subject
            place = np.searchsorted(subject.rows, row)
            if place < len(subject.rows) and subject.rows[place] == row:
                words = " ".join(term.word for term in one.terms)
                found[f"{words} → {subject.name}"] = SUBJECT * one.idf * float(self._norms[row])
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made where missing."""
        folder.mkdir(parents=True, exist_ok=True)
        subjects = self._thesaurus.subjects
        rows = np.concatenate([np.zeros(0, np.int32), *(subject.rows for subject in subjects)])
        starts = np.cumsum([0, *(len(subject.rows) for subject in subjects)], dtype=np.int64)
        arrays = (self._weights, self._rows, self._starts, self._norms, rows, starts)
        for name, array in zip(ARRAYS, arrays, strict=True):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        about = {
            "format": FORMAT,
            "vocabulary": list(self._words),
            "subjects": [
                [s.name, {" ".join(label): part for label, part in s.labels.items()}, s.abbreviations] for s in subjects
            ],
        }
        (folder / "words.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Open a saved index; its arrays stay on disk until they are asked for.

        Raises ValueError where the files are of another format or do not belong together.
        """
        about = json.loads((folder / "words.json").read_text("utf-8"))
        if about.get("format") != FORMAT:
            raise ValueError(f"the word index is of format {about.get('format')}, this reads {FORMAT}")
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS}
        rows, starts = arrays["subject_rows"], arrays["subject_starts"]
        subjects = [
            Subject(name, {tuple(k.split()): v for k, v in labels.items()}, short, rows[starts[n] : starts[n + 1]])
            for n, (name, labels, short) in enumerate(about["subjects"])
        ]
        return cls(about["vocabulary"], arrays, Thesaurus(subjects))

    def _term(self, word: str, stem: str) -> Term:
        number = self._words.get(stem)
        return Term(word, number, self._idf(0 if number is None else len(self._part(number))))

    def _idf(self, rows: int) -> float:
        return math.log(1 + (len(self) - rows + 0.5) / (rows + 0.5))

    def _part(self, number: int) -> range:
        return range(int(self._starts[number]), int(self._starts[number + 1]))

    def _add(self, term: Term, scores: NDArray[np.float64], masses: NDArray[np.float64]) -> None:
        if term.number is not None:
            part = slice(self._starts[term.number], self._starts[term.number + 1])
            scores[self._rows[part]] += self._weights[part]
            masses[self._rows[part]] += term.idf

    def _of_row(self, terms: Sequence[Term], row: int) -> dict[str, float]:
        """The weight of each of these words in one row, where it is there."""
        found = {}
        for term in terms:
            if term.number is not None:
                part = slice(self._starts[term.number], self._starts[term.number + 1])
                place = np.searchsorted(self._rows[part], row)
                if place < len(self._rows[part]) and self._rows[part][place] == row:
                    found[term.word] = float(self._weights[part][place])
        return found

    def _existing(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        array = np.asarray(rows)
        if array.size == 0:
            return np.empty(0, np.int64)
        if array.ndim != 1 or array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= len(self):
            raise ValueError(f"rows must be integers from 0 to {len(self) - 1}, in one dimension")
        return array.astype(np.int64)


def _thesaurus(labels: Mapping[str, Sequence[str]], tagged: Mapping[str, Sequence[int]]) -> Thesaurus:
    """The thesaurus of subjects given as name -> other labels, and name -> rows."""
    subjects = []
    for name, others in sorted(labels.items()):
        short = sorted(label for label in others if label.isupper())
        taken = {tuple(tokens(label)): LOOSE for label in sorted(others)}
        taken |= {tuple(tokens(label)): EXACT for label in (*short, name)}
        taken.pop((), None)
        subjects.append(Subject(name, taken, short, np.array(tagged.get(name, ()), np.int32)))
    return Thesaurus(subjects)


def _weights(ids: Sequence[Sequence[int]], vocabulary: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    """The weights of every word in every row that has it, by word and row."""
    if not vocabulary:
        return dict(zip(ARRAYS, (np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(1, np.int64)), strict=False))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its progress bar asks for widgets in every notebook
        from bm25s import BM25

    model = BM25(method="lucene", k1=K1, b=B)
    model.index((ids, vocabulary), create_empty_token=False, show_progress=False)
    weights, rows, starts = (model.scores[name] for name in ("data", "indices", "indptr"))
    order = np.lexsort((rows, np.repeat(np.arange(len(vocabulary)), np.diff(starts))))
    return dict(zip(ARRAYS, (weights[order], rows[order], starts), strict=False))
