"""Words to rows: BM25 over stemmed English words.

bm25s computes the weights when the index is built (Lucene's BM25, k1 1.5, b 0.75). Asking needs numpy and the
stemmer alone: a row's score is the sum of the stored weights of the question's distinct words in it, so every
score can be explained word by word. On disk an index is three .npy arrays and one JSON file, never a pickle.
"""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# fmt: off
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has", "have", "if",
    "in", "into", "is", "it", "its", "of", "on", "or", "such", "that", "the", "their", "then", "there",
    "these", "they", "this", "to", "was", "were", "which", "will", "with",
))
# fmt: on
FORMAT = 1
ARRAYS = ("weights", "rows", "starts")

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"'s\b")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))


def fold(text: str) -> str:
    """The text in one spelling: no case, no accents, no apostrophes, no possessive 's.

    "The force’s café isn't" becomes "the force cafe isnt".
    """
    # twice, since folding case can bring out letters that decompose
    straight = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    decomposed = unicodedata.normalize("NFKD", straight.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _POSSESSIVE.sub("", plain.translate(_APOSTROPHES)).replace("'", "")


def tokens(text: str) -> list[str]:
    """The stems of a text's words in order, stop words left out.

    A word is a run of letters and digits of the folded text: hyphens and slashes separate, so "Body-worn" and
    "body worn" are alike. Stems are Snowball's for English.
    """
    return [stem for _, stem in _stemmed(text)]


def _stemmed(text: str) -> Iterator[tuple[str, str]]:
    from Stemmer import Stemmer

    words = [word for word in _WORD.findall(fold(text)) if word not in STOP_WORDS]
    return zip(words, Stemmer("english").stemWords(words), strict=True)


class WordIndex:
    """BM25 over a fixed list of texts; row i is the i-th text.

    Held by word: the rows that contain word w, and its weight in each, are the entries from starts[w] to
    starts[w + 1] of `rows` and `weights`.
    """

    def __init__(self, count: int, vocabulary: Sequence[str], arrays: dict[str, NDArray[Any]]) -> None:
        self._count = count
        self._words = {word: number for number, word in enumerate(vocabulary)}
        self._weights, self._rows, self._starts = (arrays[name] for name in ARRAYS)
        sizes = (len(self._weights), len(self._starts))
        if sizes != (len(self._rows), len(self._words) + 1) or self._starts[-1] != len(self._rows):
            raise ValueError("the arrays of the word index do not belong together")

    @classmethod
    def build(cls, texts: Sequence[str]) -> WordIndex:
        """An index of the texts; equal texts give equal files, in every process."""
        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(stem, len(vocabulary)) for stem in tokens(text)] for text in texts]
        if not vocabulary:
            empty = np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(1, np.int64)
            return cls(len(ids), [], dict(zip(ARRAYS, empty, strict=True)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its progress bar asks for widgets in every notebook
            from bm25s import BM25

        model = BM25(method="lucene", k1=1.5, b=0.75)
        model.index((ids, vocabulary), create_empty_token=False, show_progress=False)
        held = (model.scores[name] for name in ("data", "indices", "indptr"))
        return cls(len(ids), list(vocabulary), dict(zip(ARRAYS, held, strict=True)))

    def __len__(self) -> int:
        return self._count

    def scores(self, text: str, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """The score of each given row (of all where None), in the order given; 0 where no word matches.

        A word counts once however often the question repeats it.
        Raises ValueError for a row that does not exist.
        """
        totals = np.zeros(self._count, np.float64)
        for number in self._asked(text):
            part = slice(self._starts[number], self._starts[number + 1])
            totals[self._rows[part]] += self._weights[part]
        chosen = totals if rows is None else totals[self._existing(rows)]
        return chosen.astype(np.float32)

    def explain(self, text: str, row: int) -> dict[str, float]:
        """The question's words that the row contains, each with its weight, heaviest first.

        Words are spelt as in the question, folded. Their weights sum to the row's score (as float32).
        Raises ValueError for a row that does not exist.
        """
        self._existing(np.array([row]))
        found: dict[str, float] = {}
        for number, word in self._asked(text).items():
            part = slice(self._starts[number], self._starts[number + 1])
            for weight in self._weights[part][self._rows[part] == row]:
                found[word] = float(weight)
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made where missing."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in zip(ARRAYS, (self._weights, self._rows, self._starts), strict=True):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        about = {"format": FORMAT, "count": self._count, "vocabulary": list(self._words)}
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
        return cls(about["count"], about["vocabulary"], arrays)

    def _asked(self, text: str) -> dict[int, str]:
        """The question's distinct words that occur in the corpus: number -> as first spelt."""
        asked: dict[int, str] = {}
        for word, stem in _stemmed(text):
            if stem in self._words:
                asked.setdefault(self._words[stem], word)
        return asked

    def _existing(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        array = np.asarray(rows)
        if array.size == 0:
            return np.empty(0, np.int64)
        if array.ndim != 1 or array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= self._count:
            raise ValueError(f"rows must be integers from 0 to {self._count - 1}, in one dimension")
        return array.astype(np.int64)
