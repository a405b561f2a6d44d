"""Weighing meaning and words: the parts add up, the ends of the scale are what they are said to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.fusion import convex, minmax, reciprocal_rank

numbers = st.floats(-1e6, 1e6, width=32)
pairs = st.lists(st.tuples(numbers, numbers), max_size=30).map(
    lambda drawn: (np.array([a for a, _ in drawn]), np.array([b for _, b in drawn]))
)


@given(st.lists(numbers, min_size=2))
def test_minmax_spans_nought_to_one_and_keeps_the_order(scores: list[float]) -> None:
    stretched = minmax(scores)
    assert ((stretched >= 0) & (stretched <= 1)).all()
    if min(scores) < max(scores):
        assert (stretched.min(), stretched.max()) == (0.0, 1.0)
    order = np.argsort(scores, kind="stable")
    assert (np.diff(stretched[order]) >= 0).all()


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([], []), ([0.3], [1.0]), ([2, 2], [1, 1]), ([0, 0], [0, 0]), ([-1], [0]), ([1, 3, 2], [0, 1, 0.5])],
)
def test_minmax_of_few(scores: list[float], expected: list[float]) -> None:
    assert minmax(scores).tolist() == expected


@given(pairs, st.floats(0, 1))
def test_convex_parts_add_up(pair: tuple[np.ndarray, np.ndarray], weight: float) -> None:
    fused = convex(*pair, weight)
    np.testing.assert_array_equal(fused.cosine + fused.words, fused.total)
    np.testing.assert_array_equal(fused.cosine, weight * minmax(pair[0]))
    assert ((fused.total >= 0) & (fused.total <= 1 + 1e-12)).all()


def test_weight_decides() -> None:
    cosine, words = [0.9, 0.1], [0.0, 7.0]
    assert convex(cosine, words, 1.0).total.tolist() == [1.0, 0.0]
    assert convex(cosine, words, 0.0).total.tolist() == [0.0, 1.0]
    assert convex(cosine, words, 0.5).total.tolist() == [0.5, 0.5]


@given(pairs)
def test_reciprocal_rank_parts_add_up_and_follow_the_order(pair: tuple[np.ndarray, np.ndarray]) -> None:
    cosine, words = pair
    fused = reciprocal_rank(cosine, words)
    np.testing.assert_array_equal(fused.cosine + fused.words, fused.total)
    assert (fused.words[words <= 0] == 0).all()
    for scores, parts in ((cosine, fused.cosine), (np.maximum(words, 0), fused.words)):
        order = np.argsort(scores, kind="stable")
        assert ((np.diff(scores[order]) > 0) == (np.diff(parts[order]) > 0)).all()


def test_reciprocal_rank_by_hand() -> None:
    fused = reciprocal_rank([0.9, 0.5, 0.5, 0.1], [0.0, 3.0, 1.0, 0.0])
    np.testing.assert_allclose(fused.cosine, [1 / 61, 1 / 62, 1 / 62, 1 / 64])
    np.testing.assert_allclose(fused.words, [0, 1 / 61, 1 / 62, 0])


def test_what_is_refused() -> None:
    for weight in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="weight"):
            convex([1], [1], weight)
    for fuse in (lambda a, b: convex(a, b, 0.5), reciprocal_rank):
        with pytest.raises(ValueError, match="one of each"):
            fuse([1, 2], [1])
        with pytest.raises(ValueError, match="finite"):
            fuse([float("nan")], [1])
    with pytest.raises(ValueError, match="k must not"):
        reciprocal_rank([1], [1], k=-1)
