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

from search.ranking.expansion import EXACT, LOOSE, SUBJECT
from search.ranking.lexical import K1, B, WordIndex
from search.ranking.words import QUESTION_WORDS, STOP_WORDS, fold, folded, spaced, stems, tokens

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "The force uses body-worn video during stop and search.",
    "Officers’ body worn video is reviewed by supervisors.",
    "Victims of domestic abuse are supported; victims’ views are heard.",
    "the of and",
    "",
    "Café visits",
]
words = st.lists(st.sampled_from(["officer", "video", "abuse", "victim", "crime", "the", "search"]), max_size=8)
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
            total += idf * frequency / (frequency + K1 * (1 - B + B * len(corpus[row]) / average))
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
        explained = index.explain(index.ask(question), row)
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
    assert set(index.explain(index.ask("Victim supporting supported officers"), 2)) == {"victim", "supporting"}
    assert index.explain(index.ask("helicopter"), 0) == {}


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
    assert index.scores("video").tolist() == [0.0] * len(texts)


def test_rows_that_are_not_there_are_refused(index: WordIndex) -> None:
    assert index.scores("video", np.empty(0, np.int64)).shape == (0,)
    for rows in ([-1], [6], [0.5], [[0]]):
        with pytest.raises(ValueError, match="rows must be"):
            index.scores("video", np.array(rows))
    for row in (-1, 6):
        with pytest.raises(ValueError, match="rows must be"):
            index.explain(index.ask("video"), row)


def test_the_same_after_saving_and_loading(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "words")
    again = WordIndex.load(tmp_path / "words")
    assert len(again) == len(index)
    for question in ("body worn video", "victims of abuse", "cafe"):
        np.testing.assert_array_equal(again.scores(question), index.scores(question))
        assert again.explain(again.ask(question), 0) == index.explain(index.ask(question), 0)
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
    about.write_text(about.read_text("utf-8").replace('"format": 2', '"format": 9'), "utf-8")
    with pytest.raises(ValueError, match="format 9"):
        WordIndex.load(tmp_path)


def test_every_process_writes_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from search.ranking.lexical import WordIndex\n"
        f"WordIndex.build({TEXTS!r}).save(Path(sys.argv[1]))"
    )
    for seed in "12":
        command = [sys.executable, "-c", code, str(tmp_path / seed)]
        subprocess.run(command, cwd=ROOT, check=True, env={"PYTHONHASHSEED": seed})
    for file in (tmp_path / "1").iterdir():
        assert file.read_bytes() == (tmp_path / "2" / file.name).read_bytes()


# ---------------------------------------------------------------- words that ask, and other names of a subject

LABELS = {"Body-worn video": ["BWV", "bodycam", "body cameras"], "Custody": ["detainee", "cells"], "Taser": []}
NAMED = [
    "Officers wear bodycam devices.",
    "BWV is used.",
    "Body-worn video is used by officers.",
    "A detainee waits in the cells.",
    "Custody is clean.",
    "Video calls are made.",
]
TAGGED = {"Body-worn video": [0, 1, 2], "Custody": [3, 4]}


@pytest.fixture
def named() -> WordIndex:
    return WordIndex.build(NAMED, LABELS, TAGGED)


def test_words_that_only_ask_count_for_nothing(index: WordIndex) -> None:
    asked = "What did inspectors say about video, and who does not use it?"
    np.testing.assert_array_equal(index.scores(asked), index.scores("video use"))
    assert index.scores("the force").any(), "but a question of nothing else is asked as it stands"
    assert not QUESTION_WORDS & STOP_WORDS


@pytest.mark.parametrize(
    ("question", "rows", "words"),
    [
        ("body worn video", {0, 1, 2, 5}, "body worn video → Body-worn video"),
        ("BWV", {0, 1, 2}, "bwv → Body-worn video"),
        ("bodycams", {0, 1, 2}, "bodycams → Body-worn video"),
        ("custody", {3, 4}, "custody → Custody"),
        ("taser", set(), None),
    ],
)
def test_a_subject_is_found_by_its_other_names(
    named: WordIndex, question: str, rows: set[int], words: str | None
) -> None:
    assert set(np.flatnonzero(named.scores(question)).tolist()) == rows
    asked = named.ask(question)
    told = {word for row in range(len(NAMED)) for word in named.explain(asked, row) if "→" in word}
    assert told == ({words} if words else set())


def by_hand_with_names(question: str, name: str, row: int) -> float:
    """What the question's words weigh, and what the subject weighs as one word more."""
    own = by_hand(NAMED, question, row)
    if row not in TAGGED[name]:
        return own
    corpus = [tokens(text) for text in NAMED]

    def idf(rows: int) -> float:
        return math.log(1 + (len(NAMED) - rows + 0.5) / (rows + 0.5))

    counts = [sum(word in text for text in corpus) for word in set(tokens(question))]
    weight = max(sum(idf(count) for count in counts if count), idf(len(TAGGED[name])))
    length = len(corpus[row]) / (sum(map(len, corpus)) / len(corpus))
    return own + SUBJECT * weight / (1 + K1 * (1 - B + B * length))


@pytest.mark.parametrize(
    ("question", "name", "part"),
    [
        ("body-worn video", "Body-worn video", EXACT),
        ("BWV", "Body-worn video", EXACT),
        ("body cameras", "Body-worn video", LOOSE),
        ("cells", "Custody", LOOSE),
    ],
)
def test_a_subject_weighs_what_is_said(named: WordIndex, question: str, name: str, part: float) -> None:
    expected = [by_hand_with_names(question, name, row) for row in range(len(NAMED))]
    np.testing.assert_allclose(named.scores(question), expected, rtol=1e-5)
    shares = named.match(named.ask(question)).shares
    by_another_name = [row for row in TAGGED[name] if by_hand(NAMED, question, row) == 0]
    assert shares[by_another_name] == pytest.approx(part, abs=1e-6)


@given(st.lists(st.sampled_from(["body", "worn", "video", "bwv", "bodycam", "cells", "officers", "not"]), max_size=7))
def test_with_names_too_the_words_add_up_and_shares_are_shares(drawn: list[str]) -> None:
    index = WordIndex.build(NAMED, LABELS, TAGGED)
    asked = index.ask(" ".join(drawn))
    matched = index.match(asked)
    for row in range(len(NAMED)):
        explained = index.explain(asked, row)
        assert sum(explained.values()) == pytest.approx(float(matched.scores[row]), rel=1e-5, abs=1e-6)
        assert 0 <= matched.shares[row] <= 1 + 1e-6
        assert bool(explained) == (matched.shares[row] > 0)


def test_a_row_with_every_word_has_the_whole_share(named: WordIndex) -> None:
    assert named.match(named.ask("body-worn video officers")).shares[2] == pytest.approx(1)
    assert named.match(named.ask("clean custody helicopters")).shares.max() < 1


def test_names_are_kept_on_disk(named: WordIndex, tmp_path: Path) -> None:
    named.save(tmp_path)
    again = WordIndex.load(tmp_path)
    for question in ("BWV in custody", "bodycam", "video of cells"):
        np.testing.assert_array_equal(again.scores(question), named.scores(question))
        assert again.spelt_out(question) == named.spelt_out(question)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("use of BWV", "use of Body-worn video"),
        ("use of BWVs", "use of Body-worn video"),
        ("use of bwv", "use of Body-worn video"),
        ("Use of bwv", "Use of bwv"),
        ("BWVX and XBWV", "BWVX and XBWV"),
        ("ſtraße BWV", "ſtraße Body-worn video"),
    ],
)
def test_abbreviations_are_spelt_out(named: WordIndex, text: str, spelt: str) -> None:
    assert named.spelt_out(text) == spelt


def test_a_label_of_two_subjects_names_neither() -> None:
    index = WordIndex.build(["Custody", "Cells"], {"Custody": ["cells"], "Prison": ["cell"]}, {"Custody": [0]})
    assert index.scores("cells").tolist()[0] == 0


@given(st.text(), st.text())
def test_a_phrase_stands_in_a_text_where_its_words_stand_in_a_row(text: str, more: str) -> None:
    assert spaced(folded(text)) in spaced(folded(f"{more} {text}")) or not folded(text)
    assert len(stems(text)) == len(folded(text))


def test_phrases_are_whole_words() -> None:
    assert spaced(folded("stop and search")) in spaced(folded("Its use of stop-and-search, above all"))
    assert spaced(folded("top and search")) not in spaced(folded("Its use of stop-and-search, above all"))
