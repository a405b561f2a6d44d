"""Search is as good on the judged questions as was recorded.

The record is what `peel evaluate tests/data/judged.tsv --json` said of the whole digest: write it anew to
`tests/data/evaluation.json` after a change that was meant to move it, and say so in `docs/evaluation.md`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from search.evaluate import Evaluation, Score, evaluate, read
from search.home import Home

DATA = Path(__file__).parent / "data"
RECORDED: dict[str, Any] = json.loads((DATA / "evaluation.json").read_text("utf-8"))
TOLERANCE = 0.02
"""How far nDCG@10 may fall, and a share of refusals may move for the worse."""


@pytest.fixture(scope="module")
def found(digest_home: Home) -> Evaluation:
    return evaluate(digest_home, read(DATA / "judged.tsv"))


def one(rankings: list[Score], mode: str, understand: bool) -> Score:
    return next(score for score in rankings if (score["mode"], score["understand"]) == (mode, understand))


def test_the_record_is_of_these_judgments(found: Evaluation) -> None:
    for count in ("questions", "answerable", "judgments"):
        assert found[count] == RECORDED[count]  # type: ignore[literal-required]
    assert found["answerable"] >= 80
    assert found["questions"] - found["answerable"] >= 10


@pytest.mark.parametrize("understand", [True, False])
def test_hybrid_ranking_has_not_got_worse(found: Evaluation, understand: bool) -> None:
    now, then = (one(rankings, "hybrid", understand) for rankings in (found["rankings"], RECORDED["rankings"]))
    assert now["measures"]["nDCG@10"]["mean"] >= then["measures"]["nDCG@10"]["mean"] - TOLERANCE


@pytest.mark.parametrize("understand", [True, False])
def test_hybrid_ranking_beats_either_half(found: Evaluation, understand: bool) -> None:
    hybrid, lexical, semantic = (
        one(found["rankings"], mode, understand)["measures"]["nDCG@10"]["mean"]
        for mode in ("hybrid", "lexical", "semantic")
    )
    assert hybrid >= max(lexical, semantic) + 0.05


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_questions_without_an_answer_are_refused_and_others_are_not(found: Evaluation, mode: str) -> None:
    now, then = (one(rankings, mode, True) for rankings in (found["rankings"], RECORDED["rankings"]))
    # one question more or less is within the tolerance, with rounding by the machine
    slack = max(1, round(TOLERANCE * then["wrongly_refused"]["of"]))
    assert now["rightly_refused"]["count"] >= then["rightly_refused"]["count"] - 1
    assert now["wrongly_refused"]["count"] <= then["wrongly_refused"]["count"] + slack


def test_what_is_in_no_finding_is_answered_by_nothing_and_the_nearest_are_shown(digest_home: Home) -> None:
    answer = digest_home.find("What was said about drones in 2014?")
    assert not answer["answered"]
    assert answer["total"] == 0
    assert answer["hits"]
    assert not any(hit["close"] for hit in answer["hits"])
    assert {hit["cycle"] for hit in answer["hits"]} == {"2014"}
