"""What every vector index promises, asked of each adapter and compared with the numpy oracle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from search.index import FaissIndex, NumpyIndex, QuantisedIndex, VectorIndex

Build = Callable[[Any], VectorIndex]
ADAPTERS = [
    pytest.param(NumpyIndex.build, id="numpy"),
    pytest.param(FaissIndex.build, id="faiss"),
    pytest.param(partial(QuantisedIndex.build, least=0, few=0), id="quantised"),
]
each = pytest.mark.parametrize("build", ADAPTERS)

# few distinct numbers, so that equal rows, parallel rows, zero rows and ties are common
small = st.integers(-2, 2).map(float)


@st.composite
def cases(draw: st.DrawFn) -> tuple[NDArray[Any], NDArray[Any], int, NDArray[np.int64] | None]:
    count, dim = draw(st.integers(0, 40)), draw(st.integers(1, 6))
    vectors = draw(hnp.arrays(np.float32, (count, dim), elements=small))
    vector = draw(hnp.arrays(np.float32, (dim,), elements=small))
    chosen = st.lists(st.integers(0, count - 1), max_size=60) if count else st.just([])
    rows = draw(st.none() | chosen.map(lambda r: np.array(r, np.int64)))
    return vectors, vector, draw(st.integers(1, 50)), rows


def brute(vectors: Any, vector: Any, rows: Any) -> NDArray[np.float64]:
    """Cosines by the definition, in double precision, one pair at a time."""
    out = []
    for row in rows:
        v, q = np.float64(vectors[row]), np.float64(vector)
        length = np.linalg.norm(v) * np.linalg.norm(q)
        out.append(v @ q / length if length else 0.0)
    return np.array(out)


@each
@given(cases())
def test_answers_are_the_oracle_s(build: Build, case: Any) -> None:
    vectors, vector, k, rows = case
    index = build(vectors)
    got, scores = index.search(vector, k, rows)
    oracle = NumpyIndex.build(vectors)
    np.testing.assert_allclose(scores, oracle.search(vector, k, rows)[1], atol=1e-6)
    np.testing.assert_allclose(scores, oracle.scores(vector, got), atol=1e-6)
    assert (got.dtype, scores.dtype) == (np.int64, np.float32)
    allowed = np.arange(len(vectors)) if rows is None else np.unique(rows)
    assert len(got) == min(k, len(allowed)) == len(set(got.tolist()))
    assert set(got.tolist()) <= set(allowed.tolist())
    # the best there are, by the definition; equal scores in the order of their rows
    np.testing.assert_allclose(scores, np.sort(brute(vectors, vector, allowed))[::-1][:k], atol=1e-6)
    assert list(zip(-scores, got, strict=True)) == sorted(zip(-scores, got, strict=True))


@each
@given(cases())
def test_scores_are_those_of_the_search(build: Build, case: Any) -> None:
    vectors, vector, _, rows = case
    index = build(vectors)
    asked = np.arange(len(vectors))[::-1] if rows is None else rows
    scores = index.scores(vector, asked)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, brute(vectors, vector, asked), atol=1e-6)
    found = dict(zip(*index.search(vector, len(vectors) + 1), strict=True))
    # rows that are equal have equal scores, to the last bit
    _, same = np.unique(vectors[asked] + 0.0, axis=0, return_inverse=True)
    assert all(len(set(scores[same == one].tolist())) == 1 for one in set(same.ravel().tolist()))
    np.testing.assert_array_equal(scores, np.array([found[row] for row in asked], np.float32))


@each
@given(cases(), st.integers(-100, 100).map(lambda power: 2.0**power))
def test_length_does_not_matter(build: Build, case: Any, factor: float) -> None:
    vectors, vector, k, rows = case
    _, scores = build(vectors).search(vector, k, rows)
    _, scaled = build(vectors * np.float32(factor)).search(vector * np.float32(factor), k, rows)
    np.testing.assert_allclose(scores, scaled, atol=1e-6)


@pytest.mark.parametrize("build", ADAPTERS[:2])
@pytest.mark.parametrize("share", [0.001, 0.2, 0.9, None])
def test_at_size_with_repeats(build: Build, share: float | None) -> None:
    draw = np.random.default_rng(3)
    vectors = draw.normal(size=(5000, 64)).astype(np.float32)
    vectors[1000:1300] = vectors[7]  # repeats of one text, among them rows in the last, odd block
    vectors[4990:] = vectors[7]
    rows = None if share is None else draw.permutation(5000)[: int(5000 * share)].astype(np.int64)
    index, oracle = build(vectors), NumpyIndex.build(vectors)
    for vector in (vectors[7], vectors[8], draw.normal(size=64)):
        for k in (1, 10, 305, 6000):
            got, wanted = index.search(vector, k, rows), oracle.search(vector, k, rows)
            np.testing.assert_array_equal(got[0], wanted[0])
            np.testing.assert_allclose(got[1], wanted[1], atol=1e-6)


@each
@pytest.mark.parametrize("k", [1, 10, 100, 305])
def test_repeats_come_in_the_order_of_their_rows(build: Build, k: int) -> None:
    vectors = np.random.default_rng(3).normal(size=(5000, 64)).astype(np.float32)
    vectors[1000:1300] = vectors[7]
    vectors[4990:] = vectors[7]
    best, scores = build(vectors).search(vectors[7], k)
    assert best.tolist() == [7, *range(1000, 1300), 4990, 4991, 4992, 4993][:k]
    assert len(set(scores.tolist())) == 1


@each
def test_zero_vectors_score_zero(build: Build) -> None:
    index = build([[0, 0], [1, 0], [-1, 0]])
    rows, scores = index.search([2, 0], 3)
    assert (rows.tolist(), scores.tolist()) == ([1, 0, 2], [1.0, 0.0, -1.0])
    rows, scores = index.search([0, 0], 2)
    assert (rows.tolist(), scores.tolist()) == ([0, 1], [0.0, 0.0])


@each
def test_nothing_to_find(build: Build) -> None:
    for index, rows in (
        (build(np.empty((0, 2))), None),
        (build([[1, 0]]), np.empty(0, np.int64)),
        (build([[1, 0]]), []),
    ):
        got, scores = index.search([1, 0], 5, rows)
        assert (got.shape, scores.shape) == ((0,), (0,))
        assert (got.dtype, scores.dtype) == (np.int64, np.float32)
    assert build([[1, 0]]).scores([1, 0], np.empty(0, np.int64)).shape == (0,)


@each
def test_what_is_refused(build: Build) -> None:
    index = build([[1, 0], [0, 1]])
    for k in (0, -1):
        with pytest.raises(ValueError, match="k must be at least 1"):
            index.search([1, 0], k)
    for rows in ([-1], [2], [0.5], [[0, 1]], [True]):
        with pytest.raises(ValueError, match="rows must be"):
            index.search([1, 0], 1, np.array(rows))
        with pytest.raises(ValueError, match="rows must be"):
            index.scores([1, 0], np.array(rows))
    for vector in ([1], [1, 2, 3], [[1, 0]], [np.nan, 0], [np.inf, 0]):
        with pytest.raises(ValueError, match="vector"):
            index.search(vector, 1)
    for vectors in ([1, 2], [[np.nan]], [[np.inf, 1]]):
        with pytest.raises(ValueError, match="vectors"):
            build(vectors)


@each
def test_the_same_after_building_again(build: Build) -> None:
    vectors = np.random.default_rng(1).normal(size=(300, 32))
    before = build(vectors)
    first = before.search(vectors[5], 10)
    vectors_as_found = np.array(before.search(vectors[5], 300)[0])
    del before
    again = build(vectors)
    assert len(again) == 300
    np.testing.assert_array_equal(again.search(vectors[5], 10), first)
    np.testing.assert_array_equal(again.search(vectors[5], 300)[0], vectors_as_found)


@pytest.fixture(scope="module")
def clustered() -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """Vectors in 200 clusters, the cluster of each, and questions that are drawn alike."""
    draw = np.random.default_rng(11)
    spread = np.arange(1, 97) ** -0.5
    centres = draw.normal(size=(200, 96))
    where = draw.integers(200, size=40_000)
    vectors = (centres[where] + 0.7 * draw.normal(size=(40_000, 96))) * spread
    questions = (centres[:40] + 0.7 * draw.normal(size=(40, 96))) * spread
    return vectors.astype(np.float32), where, questions.astype(np.float32)


@pytest.fixture(scope="module")
def quantised(clustered: Any) -> VectorIndex:
    return QuantisedIndex.build(clustered[0], few=0)


@pytest.mark.parametrize("share", [None, 0.5, 0.1, 0.05, 0.01, 0.001])
def test_quantised_recall(quantised: VectorIndex, clustered: Any, share: float | None) -> None:
    vectors, _, questions = clustered
    rows = None if share is None else np.random.default_rng(5).permutation(len(vectors))[: int(len(vectors) * share)]
    oracle, hits = NumpyIndex.build(vectors), 0
    for question in questions:
        got, scores = quantised.search(question, 10, rows)
        hits += len(set(got.tolist()) & set(oracle.search(question, 10, rows)[0].tolist()))
        assert len(got) == 10
        np.testing.assert_allclose(scores, oracle.scores(question, got), atol=1e-6)
    assert hits >= 0.99 * 10 * len(questions)


def test_quantised_under_a_filter_that_excludes_everything_near(quantised: VectorIndex, clustered: Any) -> None:
    vectors, where, questions = clustered
    oracle, hits = NumpyIndex.build(vectors), 0
    for question in questions:
        scores = oracle.scores(question, np.arange(len(vectors)))
        far = np.argsort([scores[where == cluster].mean() for cluster in range(200)])[:40]
        rows = np.flatnonzero(np.isin(where, far))  # a fifth of all rows, of the clusters farthest away
        wanted = oracle.search(question, 10, rows)[0]
        hits += len(set(quantised.search(question, 10, rows)[0].tolist()) & set(wanted.tolist()))
    assert hits >= 0.99 * 10 * len(questions)


def test_several_threads_at_once(quantised: VectorIndex, clustered: Any) -> None:
    questions = clustered[2]
    one_by_one = [quantised.search(question, 10) for question in questions]
    with ThreadPoolExecutor(4) as threads:
        for expected, got in zip(one_by_one, threads.map(lambda q: quantised.search(q, 10), questions), strict=True):
            np.testing.assert_array_equal(got, expected)
