"""BM25 over words: what is one word, what a score is made of, and what lies on disk."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.lexical import STOP_WORDS, WordIndex, fold, tokens

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "The force uses body-worn video during stop and search.",
    "Officers’ body worn video is reviewed by supervisors.",
    "Victims of domestic abuse are supported; victims’ views are heard.",
    "the of and",
    "",
    "Café visits",
]
words = st.lists(st.sampled_from(["force", "video", "abuse", "victim", "crime", "the", "search"]), max_size=8)
corpora = st.lists(words.map(" ".join), max_size=12)


@pytest.fixture
def index() -> WordIndex:
    return WordIndex.build(TEXTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("body-worn", "body worn"),
        ("Body‑Worn / VIDEO", "body worn video"),
        ("the force’s plan", "the force's plan"),
        ("the force’s plan", "the force plan"),
        ("isn’t", "isn't"),
        ("isn’t", "isnt"),
        ("isn´t", "isnt"),
        ("victims’ views", "victims views"),
        ("café", "CAFE"),
        ("cafe\u0301", "café"),
        ("investigations", "investigation"),
        ("ﬁle_review", "file review"),
    ],
)
def test_these_are_the_same_words(one: str, other: str) -> None:
    assert tokens(one) == tokens(other) != []


def test_stop_words_leave_nothing() -> None:
    assert tokens(" ".join(STOP_WORDS)) == []


@given(st.text())
def test_folding_twice_changes_nothing_in_the_words(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


def by_hand(texts: list[str], question: str, row: int) -> float:
    """Lucene's BM25 from its formula."""
    corpus = [tokens(text) for text in texts]
    average = sum(map(len, corpus)) / len(corpus)
    total = 0.0
    for word in set(tokens(question)):
        containing = sum(word in text for text in corpus)
        frequency = corpus[row].count(word)
        if frequency:
            idf = math.log(1 + (len(corpus) - containing + 0.5) / (containing + 0.5))
            total += idf * frequency / (frequency + 1.5 * (0.25 + 0.75 * len(corpus[row]) / average))
    return total


@given(corpora, words.map(" ".join))
def test_scores_follow_the_formula(texts: list[str], question: str) -> None:
    scores = WordIndex.build(texts).scores(question)
    assert scores.dtype == np.float32
    wanted = [by_hand(texts, question, row) for row in range(len(texts))]
    np.testing.assert_allclose(scores, wanted, rtol=1e-5)


@given(corpora, words.map(" ".join))
def test_the_words_add_up_to_the_score(texts: list[str], question: str) -> None:
    index = WordIndex.build(texts)
    for row, score in enumerate(index.scores(question)):
        explained = index.explain(question, row)
        assert np.float32(sum(explained.values())) == pytest.approx(score, rel=1e-6)
        assert all(weight > 0 for weight in explained.values())
        assert bool(explained) == (score > 0)


def test_rows_are_answered_in_the_order_given(index: WordIndex) -> None:
    everything = index.scores("body worn video")
    rows = np.array([4, 1, 0, 1])
    np.testing.assert_array_equal(index.scores("body worn video", rows), everything[rows])
    assert everything[0] > 0
    assert everything[2] == 0


def test_an_explanation_uses_the_questions_own_words(index: WordIndex) -> None:
    assert set(index.explain("Victim supporting supported officers", 2)) == {"victim", "supporting"}
    assert index.explain("helicopter", 0) == {}


def test_repeating_a_word_changes_nothing(index: WordIndex) -> None:
    np.testing.assert_array_equal(index.scores("video video videos"), index.scores("video"))


@pytest.mark.parametrize("question", ["", "the of", "helicopter", "— ’ …", "\x00\ud800"])
def test_a_question_without_known_words_scores_zero(index: WordIndex, question: str) -> None:
    assert index.scores(question).tolist() == [0.0] * len(TEXTS)


@pytest.mark.parametrize("texts", [[], [""], ["the", ""]])
def test_a_corpus_without_words(texts: list[str], tmp_path: Path) -> None:
    WordIndex.build(texts).save(tmp_path)
    index = WordIndex.load(tmp_path)
    assert len(index) == len(texts)
    assert index.scores("force").tolist() == [0.0] * len(texts)


def test_rows_that_are_not_there_are_refused(index: WordIndex) -> None:
    assert index.scores("video", np.empty(0, np.int64)).shape == (0,)
    for rows in ([-1], [6], [0.5], [[0]]):
        with pytest.raises(ValueError, match="rows must be"):
            index.scores("video", np.array(rows))
    for row in (-1, 6):
        with pytest.raises(ValueError, match="rows must be"):
            index.explain("video", row)


def test_the_same_after_saving_and_loading(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "words")
    again = WordIndex.load(tmp_path / "words")
    assert len(again) == len(index)
    for question in ("body worn video", "victims of abuse", "cafe"):
        np.testing.assert_array_equal(again.scores(question), index.scores(question))
        assert again.explain(question, 0) == index.explain(question, 0)
    assert {file.suffix for file in (tmp_path / "words").iterdir()} == {".npy", ".json"}


def test_files_that_do_not_belong_together_are_refused(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    np.save(tmp_path / "rows.npy", np.zeros(1, np.int32))
    with pytest.raises(ValueError, match="belong together"):
        WordIndex.load(tmp_path)


def test_a_pickle_is_refused(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    np.save(tmp_path / "rows.npy", np.array([print], object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"(?i)pickle|object"):
        WordIndex.load(tmp_path)


def test_another_format_is_refused(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    about = tmp_path / "words.json"
    about.write_text(about.read_text("utf-8").replace('"format": 1', '"format": 9'), "utf-8")
    with pytest.raises(ValueError, match="format 9"):
        WordIndex.load(tmp_path)


def test_every_process_writes_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from search.lexical import WordIndex\n"
        f"WordIndex.build({TEXTS!r}).save(Path(sys.argv[1]))"
    )
    for seed in "12":
        command = [sys.executable, "-c", code, str(tmp_path / seed)]
        subprocess.run(command, cwd=ROOT, check=True, env={"PYTHONHASHSEED": seed})
    for file in (tmp_path / "1").iterdir():
        assert file.read_bytes() == (tmp_path / "2" / file.name).read_bytes()
