"""Rankings scored against judgments: figures worked out by hand, and files that cannot be read as judgments."""

from __future__ import annotations

from math import log2
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InvalidQuery, NotFound
from ontology import BASE
from search.evaluate import Question, Ranking, Reply, estimate, read, score

HEAD = "id\tquestion\tfinding\trelevance\n"
A, B = Ranking("lexical", False), Ranking("hybrid", True)


def scores(question: Question, *hits: tuple[str, ...]) -> dict[str, float]:
    only = score([question], {B: {question.id: Reply(hits, True)}})[0]
    return {name: value["mean"] for name, value in only["measures"].items()}


def test_graded_relevance_is_discounted_by_rank() -> None:
    question = Question("q1", "?", {"exact": 3, "part": 2, "near": 1, "off": 0})
    found = scores(question, ("off",), ("part",), ("unjudged",), ("exact",))
    ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert found["nDCG@10"] == pytest.approx((2 / log2(3) + 3 / log2(5)) / ideal)
    assert found["recall@10"] == pytest.approx(1.0)
    assert found["MRR@10"] == pytest.approx(1 / 2)


def test_a_finding_on_the_subject_that_is_no_answer_is_not_relevant() -> None:
    question = Question("q1", "?", {"near": 1, "part": 2, "exact": 3})
    found = scores(question, ("near",), ("part",))
    assert found["recall@10"] == pytest.approx(1 / 2)
    assert found["MRR@10"] == pytest.approx(1 / 2)


def test_the_best_order_scores_one() -> None:
    question = Question("q1", "?", {"near": 1, "part": 2, "exact": 3})
    assert scores(question, ("exact",), ("part",), ("near",)) == {"nDCG@10": 1.0, "recall@10": 1.0, "MRR@10": 1.0}


def test_hits_after_the_tenth_do_not_count() -> None:
    question = Question("q1", "?", {"exact": 3})
    others = [(f"other {number}",) for number in range(10)]
    assert scores(question, *others, ("exact",)) == {"nDCG@10": 0.0, "recall@10": 0.0, "MRR@10": 0.0}
    assert scores(question, *others[:9], ("exact",))["MRR@10"] == pytest.approx(1 / 10)


def test_no_hits_score_nothing() -> None:
    assert scores(Question("q1", "?", {"exact": 3})) == {"nDCG@10": 0.0, "recall@10": 0.0, "MRR@10": 0.0}


def test_a_hit_stands_for_the_most_relevant_finding_folded_into_it() -> None:
    question = Question("q1", "?", {"shown": 0, "folded": 3})
    assert scores(question, ("shown", "unjudged", "folded"))["nDCG@10"] == 1.0


def test_means_differences_refusals_and_what_was_judged() -> None:
    first, second = Question("q1", "?", {"x": 3}), Question("q2", "?", {"y": 2, "z": 0})
    nothing, subject_only = Question("q3", "?", {}), Question("q4", "?", {"x": 1})
    lexical = {
        "q1": Reply([("z",), ("x",)], True),
        "q2": Reply([], False),
        "q3": Reply([("x",)], True),
        "q4": Reply([], False),
    }
    hybrid = {
        "q1": Reply([("x",)], True),
        "q2": Reply([("z",), ("y",)], True),
        "q3": Reply([("x",)], False),
        "q4": Reply([("x",)], False),
    }
    low, high = score([first, second, nothing, subject_only], {A: lexical, B: hybrid})
    assert low["measures"]["MRR@10"]["mean"] == pytest.approx((1 / 2 + 0) / 2)
    assert high["measures"]["MRR@10"]["mean"] == pytest.approx((1 + 1 / 2) / 2)
    gained = (1 - 1 / log2(3)) + 1 / log2(3)
    assert low["hybrid_ahead"]["mean"] == pytest.approx(gained / 2)
    assert high["hybrid_ahead"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert low["judged"] == {"count": 1, "of": 3, "share": pytest.approx(1 / 3)}
    assert high["judged"] == {"count": 4, "of": 5, "share": pytest.approx(4 / 5)}
    assert (low["rightly_refused"]["count"], low["rightly_refused"]["of"]) == (1, 2)
    assert (low["wrongly_refused"]["count"], low["wrongly_refused"]["of"]) == (1, 2)
    assert high["rightly_refused"]["share"] == 1.0
    assert high["wrongly_refused"]["share"] == 0.0


def test_where_every_question_has_an_answer_there_is_no_share_of_the_others() -> None:
    found = score([Question("q1", "?", {"x": 3})], {B: {"q1": Reply([("x",)], True)}})[0]
    assert found["rightly_refused"] == {"count": 0, "of": 0, "share": None}


def test_without_any_answer_there_is_nothing_to_score() -> None:
    with pytest.raises(InvalidQuery, match="no judged question has an answer: judge some finding 2 or 3"):
        score([Question("q1", "?", {"x": 1})], {B: {"q1": Reply([("x",)], True)}})


def test_the_interval_is_that_of_the_mean() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.2, 400)
    found, half = estimate(values), 1.96 * values.std() / np.sqrt(400)
    assert found["mean"] == pytest.approx(values.mean())
    assert found["low"] == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert found["high"] == pytest.approx(values.mean() + half, abs=0.1 * half)
    assert estimate(values) == found


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(-1, 1))
def test_intervals_hold_the_mean_and_shift_with_the_values(values: list[float], shift: float) -> None:
    array = np.array(values)
    found, moved = estimate(array), estimate(array + shift)
    assert array.min() - 1e-9 <= found["low"] <= found["high"] <= array.max() + 1e-9
    # the same samples are drawn whatever the values: that is what pairs two rankings
    assert moved["low"] == pytest.approx(found["low"] + shift, abs=1e-9)
    assert moved["high"] == pytest.approx(found["high"] + shift, abs=1e-9)


def written(folder: Path, text: str) -> Path:
    path = folder / "judged.tsv"
    path.write_text(text, "utf-8")
    return path


def test_a_file_of_judgments(tmp_path: Path) -> None:
    rows = f"q1\tvideo?\tkent-2017-effectiveness#f-1\t3\nq2\tdrones?\t\t0\nq1\tvideo?\t{BASE}id/report/x#f-2\t0\n"
    assert read(written(tmp_path, HEAD + rows)) == [
        Question("q1", "video?", {f"{BASE}id/report/kent-2017-effectiveness#f-1": 3, f"{BASE}id/report/x#f-2": 0}),
        Question("q2", "drones?", {}),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the first line is not the heading: begin with id, question, finding, relevance, tabs between"),
        ("q1\tvideo?\tx\t3\n", "line 1: the first line is not the heading"),
        (HEAD + "q1\tvideo?\tx#f\t3\nq1\tvideo?\ty#f\n", "line 3: 3 fields, not 4: put one tab between fields"),
        (HEAD + "\n", "line 2: 1 fields, not 4"),
        (HEAD + "q1\t\tx#f\t3\n", "line 2: no id or no question: give both on every row"),
        (HEAD + "q1\tvideo?\tx#f\t4\n", "line 2: the relevance is '4': use 0, 1, 2, 3"),
        (HEAD + "q1\tvideo?\tx#f\t\n", "line 2: the relevance is ''"),
        (HEAD + "q1\tvideo?\t\t2\n", "line 2: the relevance is '2': name the finding, or say 0"),
        (HEAD + "q1\tvideo?\tx#f\t2\nq1\tcars?\ty#f\t2\n", "line 3: q1 is another question further up"),
        (HEAD + f"q1\tvideo?\tx#f\t2\nq1\tvideo?\t{BASE}id/report/x#f\t1\n", "is judged twice for q1: keep one"),
    ],
)
def test_a_malformed_file_is_named_with_its_line_and_the_mend(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InvalidQuery) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}, line ")
    assert said in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no file"):
        read(tmp_path / "none.tsv")
    (tmp_path / "bytes.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidQuery, match="UTF-8"):
        read(tmp_path / "bytes.tsv")
    with pytest.raises(InvalidQuery, match="cannot be read"):
        read(tmp_path)
