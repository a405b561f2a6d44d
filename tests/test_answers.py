"""What an answer promises: exact constraints of words, a cut-off that means something, pages of one ranking, each
finding once, the sentence that matched, and how it was come by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import collect, publish, show
from search.encoder import Encoder
from search.home import Home
from search.ranking import alike
from search.ranking.words import folded, stems

MODES = ("hybrid", "semantic", "lexical")
PAGE = """PEEL 2023-25

Police effectiveness, efficiency and legitimacy inspection

An inspection of Durham Constabulary

Published on: 22 March 2024

Investigating crime

Requires improvement

Durham Constabulary requires improvement at investigating crime.

Areas for improvement

The force needs to improve how it counts its goats

In 12 of 40 cases that we reviewed, officers did not switch on their cameras. Ducks were not heard.

Durham Constabulary needs to answer letters

Letters wait in a drawer.
"""
ADDRESS = "https://hmicfrs.justiceinspectorates.gov.uk/peel-reports/durham-2023-25/"


def records(home: Home) -> list[dict[str, Any]]:
    return home.snapshot.records(range(home.snapshot.facets.count))


def contains(words: list[str], phrase: list[str]) -> bool:
    return any(words[place : place + len(phrase)] == phrase for place in range(len(words) - len(phrase) + 1))


def iris(answer: Any) -> set[str]:
    return {iri for hit in answer["hits"] for iri in (hit["finding"], *(same["finding"] for same in hit["also"]))}


# ---------------------------------------------------------------- phrases and exclusion


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("phrase", ["domestic abuse", "Body worn", "Kent Police", "in which", "abuse victims domestic"])
def test_a_phrase_must_stand_word_for_word(home: Home, mode: str, phrase: str) -> None:
    expected = {r["finding"] for r in records(home) if contains(folded(r["text"]), folded(phrase))}
    found = iris(home.find(f'how victims are treated "{phrase}"', mode=mode, k=1000))
    assert found <= expected if mode == "lexical" else found == expected


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("words", ["-victims", "-victim", '-"domestic abuse"', "-Investigations -crime"])
def test_what_is_excluded_stands_in_no_form_of_it(home: Home, mode: str, words: str) -> None:
    unwanted = [stems(one) for one in (["domestic abuse"] if '"' in words else words.replace("-", "").split())]
    expected = {r["finding"] for r in records(home) if not any(contains(stems(r["text"]), one) for one in unwanted)}
    answer = home.find(f"how people are treated {words}", mode=mode, k=1000)
    found = iris(answer)
    assert found < {r["finding"] for r in records(home)}
    assert found <= expected if mode == "lexical" else found == expected
    assert len(answer["query"]["excluded"]) == len(unwanted)


def test_a_phrase_alone_lists_what_has_it(home: Home) -> None:
    answer = home.find('"domestic abuse"', k=1000)
    expected = {r["finding"] for r in records(home) if contains(folded(r["text"]), ["domestic", "abuse"])}
    assert iris(answer) == expected and answer["total"] == len(expected) and answer["cutoff"] is None
    assert all(hit["close"] for hit in answer["hits"])


# ---------------------------------------------------------------- understanding


def test_what_is_read_out_of_the_question_is_a_filter_and_given_ones_win(home: Home) -> None:
    read = home.find("body-worn video in Kent")
    assert read["query"]["filters"] == {"force": ["kent"]} and read["query"]["meaning"] == "body-worn video"
    assert [chip["words"] for chip in read["query"]["understood"]] == ["Kent"]
    assert {hit["force"]["slug"] for hit in read["hits"]} == {"kent"}
    given = home.find("body-worn video in Kent", force="gwent")
    assert given["query"]["filters"] == {"force": ["gwent"]} and given["query"]["understood"] == []
    assert {hit["force"]["slug"] for hit in given["hits"]} == {"gwent"}
    assert home.find("body-worn video in Kent", understand=False)["query"]["filters"] == {}
    (chip,) = read["query"]["understood"]
    assert home.find("body-worn video in Kent", without=[chip["key"]])["query"]["filters"] == {}


def test_a_question_that_is_all_constraint_lists_what_is_allowed(home: Home) -> None:
    answer = home.find("Kent 2017", k=1000)
    assert answer["query"]["meaning"] == ""
    assert iris(answer) == {r["finding"] for r in records(home) if r["force"]["slug"] == "kent"}
    assert answer["answered"] and answer["cutoff"] is None


def test_abbreviations_are_ranked_by_what_they_stand_for(home: Home) -> None:
    spelt = home.find("body-worn video")
    short = home.find("BWV")
    assert short["query"]["meaning"] == "Body-worn video"
    assert [hit["finding"] for hit in short["hits"]] == [hit["finding"] for hit in spelt["hits"]]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("MARACs", "MARAC multi-agency risk assessment conference"),
        ("use of thrive", "use of THRIVE Risk assessment at first contact"),
        ("OCG mapping", "OCG organised crime group mapping"),
        ("BUSS", "BUSS Best Use of Stop Search"),
        ("thrive in Kent Thrive", "thrive Thrive"),
    ],
)
def test_an_abbreviation_of_less_than_its_subject_stays_and_is_spelt_out(home: Home, text: str, meaning: str) -> None:
    assert home.find(text)["query"]["meaning"] == meaning


def test_who_removes_a_constraint_asks_more_widely(home: Home) -> None:
    question = "weaknesses in Kent about victims"
    wider = home.find(question, without=["force:kent"], k=1000)
    assert wider["query"]["meaning"] == "victims"
    assert wider["total"] > home.find(question, k=1000)["total"] > 0
    assert home.find("Kent", without=["force:kent"])["query"]["meaning"] == "Kent"


# ---------------------------------------------------------------- the cut-off


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
@pytest.mark.parametrize("text", ["drones", "facial recognition at airports", "a recipe for onion soup"])
def test_where_nothing_is_close_the_answer_says_so_and_shows_the_nearest(home: Home, text: str, mode: str) -> None:
    answer = home.find(text, mode=mode)
    assert (answer["answered"], answer["total"]) == (False, 0)
    assert len(answer["hits"]) == 10 and not any(hit["close"] for hit in answer["hits"])
    assert all(counts == [] for counts in answer["facets"].values())


@pytest.mark.parametrize("text", ["body-worn video", "hidden demand", "missing children", "domestic abuse victims"])
def test_what_is_there_is_answered(home: Home, text: str) -> None:
    answer = home.find(text, k=1000)
    assert answer["answered"] and 0 < answer["total"] < len(records(home)) / 2
    assert sum(len(hit["also"]) + 1 for hit in answer["hits"] if hit["close"]) >= answer["total"]


def test_the_cut_off_is_the_same_for_every_set_of_candidates(home: Home) -> None:
    """Narrower filters stretch the scores anew, but never change what matches."""
    every = home.find("body-worn video", k=1000)["hits"]
    kent = home.find("body-worn video", k=1000, force="kent")["hits"]
    close = {hit["finding"]: (hit["close"], hit["ledger"]["relevance"]) for hit in every}
    for hit in kent:
        assert hit["close"] == close[hit["finding"]][0]
        assert hit["ledger"]["relevance"] == pytest.approx(close[hit["finding"]][1], abs=1e-6)


def test_words_alone_have_no_cut_off(home: Home) -> None:
    answer = home.find("video", mode="lexical", k=1000)
    assert answer["cutoff"] is None and answer["total"] == len(iris(answer)) > 0


# ---------------------------------------------------------------- pages, and findings that say the same


@given(
    st.integers(0, 40),
    st.integers(1, 40),
    st.sampled_from(MODES),
    st.sampled_from(["good at keeping people safe and reducing crime", "video"]),
)
def test_pages_are_slices_of_one_ranking(home: Home, offset: int, k: int, mode: str, text: str) -> None:
    whole = home.find(text, mode=mode, k=1000)
    page = home.find(text, mode=mode, k=k, offset=offset)
    assert page["hits"] == whole["hits"][offset : offset + k]
    assert (page["total"], page["facets"]) == (whole["total"], whole["facets"])


def test_findings_that_say_the_same_are_shown_once(home: Home) -> None:
    everything = {r["finding"]: r for r in records(home)}
    hits = home.find("good at keeping people safe and reducing crime", k=1000)["hits"]
    folded_in = [(hit, same) for hit in hits for same in hit["also"]]
    assert folded_in
    for hit, same in folded_in:
        other = everything[same["finding"]]
        assert other["polarity"] == hit["polarity"]
        assert sorted(stems(other["meaning"])) == sorted(stems(hit["meaning"])) or (
            alike.numbered([other, everything[hit["finding"]]]).tolist() == [0, 0]
        )
        assert same["force"] == other["force"] and same["cycle"] == other["cycle"]


def test_nearly_the_same_words_are_not_the_same(home: Home) -> None:
    pleased = {"polarity": "positive", "meaning": "The inspector is pleased with the force"}
    very = pleased | {"meaning": "The inspector is very pleased with the force"}
    turned = pleased | {"meaning": "With the force the inspector is pleased"}
    assert alike.numbered([pleased, very, turned, pleased | {"polarity": "neutral"}]).tolist() == [0, 1, 0, 2]


def test_the_same_words_of_another_meaning_stay_apart() -> None:
    numbers = np.zeros(3, np.int32)
    vectors = np.eye(3, dtype=np.float32)[[0, 1, 0]]
    assert alike.firsts(np.array([2, 1, 0]), numbers, vectors).tolist() == [0, 1]
    assert alike.folded(2, np.array([2, 1, 0]), numbers, vectors).tolist() == [0]


def test_a_finding_between_two_that_differ_is_shown_with_the_better_of_them_alone() -> None:
    numbers, ranked = np.zeros(3, np.int32), np.array([0, 1, 2])
    angles = np.arccos(0.98) * np.array([0, 1, 2])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert alike.firsts(ranked, numbers, vectors).tolist() == [0, 2]
    assert [alike.folded(row, ranked, numbers, vectors).tolist() for row in (0, 2)] == [[1], []]


@given(seed=st.integers(0, 10_000), count=st.integers(1, 30), width=st.floats(0.05, 1.5))
def test_every_ranked_finding_is_shown_once_by_itself_or_with_another(seed: int, count: int, width: float) -> None:
    """Whatever lies how near to what: those kept and those folded into them are the ranking, each once."""
    chance = np.random.default_rng(seed)
    angles = chance.uniform(0, width, count)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    numbers = chance.integers(0, 3, count).astype(np.int32)
    ranked = chance.permutation(count)[: chance.integers(1, count + 1)]
    kept = ranked[alike.firsts(ranked, numbers, vectors)]
    others = [row for one in kept.tolist() for row in alike.folded(one, ranked, numbers, vectors).tolist()]
    assert sorted([*kept.tolist(), *others]) == sorted(ranked.tolist())


# ---------------------------------------------------------------- sentences


@pytest.fixture(scope="module")
def goats(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Home:
    """A home of one page whose areas for improvement have evidence."""
    folder = tmp_path_factory.mktemp("goats")
    (folder / "page.txt").write_text(PAGE, "utf-8")
    (folder / "sources.csv").write_text(f"path,url\npage.txt,{ADDRESS}\n", "utf-8")
    assert not publish.publish(folder / "home", collect.pages([folder]), lambda: encoder).refused
    return Home(folder / "home")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "officers do not switch on cameras",
            "In 12 of 40 cases that we reviewed, officers did not switch on their cameras.",
        ),
        ("ducks", "Ducks were not heard."),
        ("counting goats", "The force needs to improve how it counts its goats"),
    ],
)
def test_a_finding_is_found_by_its_best_sentence(goats: Home, text: str, sentence: str, mode: str) -> None:
    hit = goats.find(text, mode=mode)["hits"][0]
    assert hit["text"].endswith("counts its goats") and len(hit["evidence"]) == 2
    assert hit["sentence"]["text"] == sentence
    start, end = hit["sentence"]["start"], hit["sentence"]["end"]
    assert (start is None) == (sentence != hit["text"])
    assert start is None or hit["text"][start:end] == sentence


def test_the_score_is_that_of_the_best_sentence(goats: Home, encoder: Encoder) -> None:
    question = "officers do not switch on cameras"
    hit = goats.find(question, mode="semantic")["hits"][0]
    said = [hit["meaning"], *(sentence.rstrip(".") for sentence in hit["evidence"])]
    best = max(encoder.passages(said) @ encoder.query(question))
    assert hit["score"] == pytest.approx(float(best), abs=1e-5)


def test_a_phrase_may_stand_in_the_evidence_but_not_across_it(goats: Home) -> None:
    assert goats.find('"their cameras"')["total"] == 1
    assert goats.find('"cameras ducks"')["total"] == 0


def test_nearly_every_finding_is_one_sentence(home: Home) -> None:
    for hit in home.find("video", k=50)["hits"]:
        assert hit["sentence"] == {"text": hit["text"], "start": 0, "end": len(hit["text"])}
    assert len(home.snapshot.sentences.rows) == 0


# ---------------------------------------------------------------- the plan


def test_the_plan_tells_what_was_done(home: Home) -> None:
    answer = home.find("video in Kent", explain=True)
    assert answer["plan"]["allowed"] == sum(r["force"]["slug"] == "kent" for r in records(home))
    assert answer["plan"]["vectors"] == "exact"
    stages = ["understand", "filter", "encode", "vectors", "words", "fusion", "facets", "hydration"]
    assert list(answer["plan"]["milliseconds"]) == stages
    assert all(milliseconds >= 0 for milliseconds in answer["plan"]["milliseconds"].values())
    assert "plan" not in home.find("video in Kent")
    lexical = home.find("video in Kent", mode="lexical", explain=True)["plan"]["milliseconds"]
    assert "encode" not in lexical and "vectors" not in lexical


# ---------------------------------------------------------------- as text


def test_the_text_tells_what_was_read_and_what_does_not_match(home: Home) -> None:
    text = "\n".join(show.answer(home.find("body-worn video in Kent -helicopter", k=5, explain=True), explain=True))
    assert "Read from your question: Kent Police; without “helicopter”. Use --literal to switch this off." in text
    first, second = text.split("The nearest of the rest, which do not match:")
    assert "1. Kent Police" in first and "5. Kent Police" in second
    assert "normalised meaning" in first and "relevance" in first and "allowed; vectors exact; milliseconds:" in second
    nothing = "\n".join(show.answer(home.find("drones", k=2), explain=False))
    assert "No finding matches. The nearest 2" in nothing and "which do not match:" not in nothing


def test_the_text_goes_on_counting_on_later_pages(home: Home) -> None:
    assert "\n11. " in "\n".join(show.answer(home.find("domestic abuse", offset=10), explain=False))
    beyond = home.find("domestic abuse", offset=100_000)
    assert beyond["hits"] == [] and "There are no more findings." in list(show.answer(beyond, explain=False))


def test_the_text_names_everyone_who_says_the_same(home: Home) -> None:
    hits = home.find("good at keeping people safe and reducing crime", k=1000)["hits"]
    repeated = next(hit for hit in hits if hit["also"])
    told = " ".join(" ".join(show.hit(repeated, "1. ")).split())
    assert all(f"{same['force']['label']}, PEEL {same['cycle']}" in told for same in repeated["also"])
