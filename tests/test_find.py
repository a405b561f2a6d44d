"""Finding: exact filters, exact ranking, exact counts, and a ledger that adds up; held against plain oracles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from kg.errors import InvalidQuery, NotFound
from search.encoder import Encoder
from search.facets import FACETS
from search.find import Answer
from search.home import Home
from search.ranking.fusion import convex, reciprocal_rank
from search.ranking.relevance import JUDGES, WEIGHT

QUESTIONS = ("body-worn video cameras", "backlogs of phones", "people who are wanted", "zzz")
MODES = ("hybrid", "semantic", "lexical")
WHERE = "?finding peel:force/peel:region region:wales ; peel:polarity polarity:negative"


def records(home: Home) -> list[dict[str, Any]]:
    return home.snapshot.records(range(home.snapshot.facets.count))


def values(record: dict[str, Any], facet: str) -> Sequence[str]:
    """A facet's values in a record, worked out without the columns."""
    if facet == "topic":
        return record["topic_slugs"]
    if facet == "force":
        return [record["force"]["slug"]]
    if facet == "question":
        return [str(record["question"]["number"])] if record["question"] else []
    return [record[facet]] if record[facet] else []


def shown(answer: Answer) -> list[str]:
    """Every finding of an answer, those folded into another beside it."""
    return [iri for hit in answer["hits"] for iri in (hit["finding"], *(same["finding"] for same in hit["also"]))]


def judged(home: Home, encoder: Encoder, text: str, row: int) -> bool:
    """Whether a finding matches in semantic ranking, from the regression itself."""
    cosines = (home.snapshot.vectors @ encoder.query(text)).astype(np.float64)
    standing = (cosines[row] - cosines.mean()) / cosines.std()
    judge = JUDGES["semantic"]
    return 1 / (1 + np.exp(-(judge.cosine * cosines[row] + judge.standing * standing + judge.bias))) >= judge.least


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", QUESTIONS)
def test_parts_sum_to_the_score_and_hits_fall(home: Home, text: str, mode: str) -> None:
    hits = home.find(text, mode=mode, k=1000)["hits"]
    order = [(not hit["close"], -hit["score"], hit["finding"]) for hit in hits]
    assert order == sorted(order), "matches first, then by score, ties by IRI"
    for hit in hits:
        ledger = hit["ledger"]
        assert sum(ledger["parts"].values()) == pytest.approx(hit["score"], abs=1e-12)
        if mode == "lexical":
            assert sum(ledger["words"].values()) == pytest.approx(hit["score"], rel=1e-5)
            continue
        assert -1.001 <= (ledger["cosine"] or 0) <= 1.001
        assert hit["close"] == (ledger["relevance"] >= JUDGES[mode].least)
        if mode == "hybrid":
            weighed = {"meaning": ledger["weight"], "words": 1 - ledger["weight"]}
            for side, part in ledger["parts"].items():
                assert part == pytest.approx(weighed[side] * ledger["normalised"][side], abs=1e-12)


@pytest.mark.parametrize("fuse", ["convex", "reciprocal-rank"])
@pytest.mark.parametrize("text", QUESTIONS)
def test_hybrid_is_the_fusion_of_both_halves_over_every_finding(
    home: Home, encoder: Encoder, text: str, fuse: str
) -> None:
    cosines = home.snapshot.vectors @ encoder.query(text)
    words = home.snapshot.words.scores(text)
    wanted = convex(cosines, words, WEIGHT) if fuse == "convex" else reciprocal_rank(cosines, words)
    for hit in home.find(text, fusion=fuse, understand=False, k=50)["hits"]:
        row = home.snapshot.row_of(hit["finding"])
        expected = {"meaning": wanted.cosine[row], "words": wanted.words[row]}
        assert hit["ledger"]["parts"] == pytest.approx(expected, abs=1e-5 if fuse == "convex" else 1e-3)


def test_semantic_ranking_is_the_cosine_of_every_finding(home: Home, encoder: Encoder) -> None:
    everything = records(home)
    text = "officers do not always use their cameras"
    cosines = encoder.passages([r["meaning"] for r in everything]) @ encoder.query(text)
    best = np.argsort(-cosines, kind="stable")[:10]
    hits = home.find(text, mode="semantic")["hits"]
    assert [hit["finding"] for hit in hits] == [everything[row]["finding"] for row in best]
    np.testing.assert_allclose([hit["score"] for hit in hits], cosines[best], atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_always_as_many_as_asked_for_and_everything_allowed_in_the_end(home: Home, mode: str) -> None:
    for filters in ({}, {"force": "kent"}, {"kind": "cause-of-concern"}, {"force": "kent", "kind": "weakness"}):
        every = home.find("incidents and victims", mode=mode, k=1000, **filters)
        for k in (1, 5, 1000):
            assert len(home.find("incidents and victims", mode=mode, k=k, **filters)["hits"]) == min(
                k, len(every["hits"])
            )
        allowed = [r["finding"] for r in records(home) if all(v in values(r, f) for f, v in filters.items())]
        assert len(set(shown(every))) == len(shown(every)) <= len(allowed)
        assert every["total"] <= len(allowed)
        if mode == "lexical":
            assert every["total"] == len(shown(every))
        else:
            assert sorted(shown(every)) == sorted(allowed)


filters = st.fixed_dictionaries(
    {},
    optional={
        "force": st.lists(st.sampled_from(["kent", "gwent", "surrey", "durham"]), min_size=1, max_size=3),
        "region": st.lists(st.sampled_from(["wales", "south-east", "london"]), min_size=1, max_size=2),
        "cycle": st.lists(st.sampled_from(["2017", "2016"]), min_size=1, max_size=2),
        "question": st.lists(st.sampled_from(["1", "2", "3", "5"]), min_size=1, max_size=2),
        "kind": st.lists(st.sampled_from(["strength", "weakness", "area-for-improvement"]), min_size=1, max_size=2),
        "grade": st.lists(st.sampled_from(["good", "requires-improvement"]), min_size=1, max_size=2),
        "polarity": st.lists(st.sampled_from(["positive", "negative", "neutral"]), min_size=1, max_size=2),
        "topic": st.lists(st.sampled_from(["body-worn-video", "domestic-abuse"]), min_size=1, max_size=2),
    },
)


@given(filters)
@settings(max_examples=60, deadline=None)
def test_filters_and_counts_are_those_of_a_plain_loop(
    home: Home, encoder: Encoder, chosen: dict[str, list[str]]
) -> None:
    text = "what the force does for people who are vulnerable"
    allowed = [
        (row, r) for row, r in enumerate(records(home)) if all(set(values(r, f)) & set(v) for f, v in chosen.items())
    ]
    answer = home.find(text, k=1000, mode="semantic", understand=False, **chosen)
    assert set(shown(answer)) == {r["finding"] for _, r in allowed}
    matching = [r for row, r in allowed if judged(home, encoder, text, row)]
    assert answer["total"] == len(matching) and answer["answered"] == bool(matching)
    for facet in FACETS:
        expected = Counter(value for record in matching for value in values(record, facet))
        assert {entry["value"]: entry["count"] for entry in answer["facets"][facet]} == expected


def test_a_group_of_subjects_finds_what_stands_below_it(home: Home) -> None:
    below = shown(home.find("anything", topic="body-worn-video", k=1000, mode="semantic"))
    above = shown(home.find("anything", topic="responding-to-the-public", k=1000, mode="semantic"))
    query = "SELECT ?f { ?f a peel:Finding ; peel:topic/skos:broader* topic:responding-to-the-public } GROUP BY ?f"
    assert below and set(below) < set(above)
    assert set(above) == {row["f"] for row in home.sparql(query)}  # type: ignore[union-attr, index]


@pytest.mark.parametrize("mode", MODES)
def test_a_sparql_pattern_filters_exactly(home: Home, mode: str) -> None:
    answer = home.find("gathering evidence", where=WHERE, mode=mode, k=1000)
    welsh = {"gwent", "south-wales", "north-wales", "dyfed-powys"}
    expected = {r["finding"] for r in records(home) if r["force"]["slug"] in welsh and r["polarity"] == "negative"}
    found = set(shown(answer))
    assert found and (found <= expected if mode == "lexical" else found == expected)
    assert answer["query"]["where"] == WHERE


def test_a_pattern_and_a_filter_must_both_hold(home: Home) -> None:
    answer = home.find("evidence", where=WHERE, force="gwent", mode="semantic", k=1000)
    assert {hit["force"]["slug"] for hit in answer["hits"]} == {"gwent"}
    assert home.find("evidence", where=WHERE, force="kent")["total"] == 0


def test_a_pattern_that_binds_other_things_finds_nothing(home: Home) -> None:
    answer = home.find("evidence", where="?finding a peel:PoliceForce")
    assert (answer["total"], answer["hits"]) == (0, [])


@pytest.mark.parametrize("name", ["kent", "Kent Police", "KENT", "Kent"])
def test_a_force_is_known_by_its_names(home: Home, name: str) -> None:
    assert home.find("cameras", force=name)["query"]["filters"] == {"force": ["kent"]}


@pytest.mark.parametrize(
    ("filters", "value"),
    [
        ({"force": "the Met"}, "metropolitan"),
        ({"force": "GMP"}, "greater-manchester"),
        ({"cycle": "2018"}, "2018/19"),
        ({"cycle": "2018-19"}, "2018/19"),
        ({"grade": "Requires improvement"}, "requires-improvement"),
        ({"kind": "area for improvement"}, "area-for-improvement"),
        ({"topic": "Body-worn video"}, "body-worn-video"),
    ],
)
def test_filters_know_what_people_write(home: Home, filters: dict[str, str], value: str) -> None:
    resolved = home.find("anything at all", **filters)["query"]["filters"]
    assert list(resolved.values()) == [[value]]


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda home: home.find(" "), "characters"),
        (lambda home: home.find("x" * 2001), "2,001 characters"),
        (lambda home: home.find("x", k=0), "k is 0"),
        (lambda home: home.find("x", k=1001), "k is 1001"),
        (lambda home: home.find("x", mode="best"), "hybrid, semantic, lexical"),
        (lambda home: home.find("x", fusion="both"), "convex, reciprocal-rank"),
        (lambda home: home.find("x", offset=-1), "offset is -1"),
        (lambda home: home.find("x", force="westshire"), "no force 'westshire'.*try"),
        (lambda home: home.find("x", where="?f a peel:Finding"), r"does not bind \?finding"),
        (lambda home: home.find("x", where="?finding a nope:Finding"), "SPARQL"),
        (lambda home: home.find("x", where="?finding ?p ?o . SERVICE <http://127.0.0.1/> {}"), "SERVICE"),
        (lambda home: home.sparql("LOAD <http://127.0.0.1/>"), "LOAD"),
    ],
)
def test_what_cannot_be_asked_says_why(home: Home, ask: Callable[[Home], object], named: str) -> None:
    with pytest.raises(InvalidQuery, match=named):
        ask(home)


def test_an_unknown_filter_name_is_a_programming_error(home: Home) -> None:
    with pytest.raises(TypeError, match="colour"):
        home.find("x", colour="red")


def test_related_findings_are_the_nearest_in_other_forces(home: Home) -> None:
    everything = records(home)
    row = next(i for i, r in enumerate(everything) if r["force"]["slug"] == "kent" and r["kind"] == "weakness")
    own = everything[row]
    cosines = home.snapshot.vectors @ home.snapshot.vectors[row]
    order = np.argsort(-cosines, kind="stable")
    expected = [everything[i]["finding"] for i in order if everything[i]["force"]["slug"] != "kent"][:5]
    answer = home.related(own["finding"], k=5)
    assert [hit["finding"] for hit in answer["related"]] == expected
    assert answer["finding"]["text"] == own["text"]
    short = own["finding"].rsplit("/", 1)[-1]
    assert home.related(short, k=5) == answer
    with pytest.raises(NotFound, match="no-such-finding"):
        home.related("no-such-finding")


def test_python_gives_sparql_and_an_rdflib_dataset(home: Home) -> None:
    columns, rows = home.table(
        "SELECT ?force (COUNT(?f) AS ?n) { ?f a peel:AreaForImprovement ; peel:force/rdfs:label ?force }"
        " GROUP BY ?force ORDER BY ?force"
    )
    areas = Counter(r["force"]["label"] for r in records(home) if r["kind"] == "area-for-improvement")
    assert (columns, rows) == (["force", "n"], [(force, str(n)) for force, n in sorted(areas.items())])
    first = home.sparql("SELECT ?l { force:kent rdfs:label ?l OPTIONAL { force:kent peel:text ?none } }")
    assert first == [{"l": "Kent Police"}]
    assert home.sparql("ASK { force:kent a peel:PoliceForce }") is True
    named = home.sparql("CONSTRUCT { ?f rdfs:label ?l } { ?f a peel:PoliceForce ; rdfs:label ?l }")
    assert isinstance(named, Graph) and len(named) == 43
    asked = home.graph.query("SELECT (COUNT(?f) AS ?n) { ?f a <https://w3id.org/peelgraph/def#Finding> }")
    assert [int(row[0]) for row in asked] == [len(records(home))]  # type: ignore[index]


def test_the_official_address_and_the_wording_come_with_every_hit(home: Home) -> None:
    for hit in home.find("evidence", k=1000)["hits"]:
        assert "justiceinspectorates.gov.uk" in hit["source"]["url"]
        assert hit["source"]["wording"] == "restated"
        assert 0 <= hit["source"]["start"] < hit["source"]["end"]


@pytest.mark.parametrize("text", ["crime recording", "victims of domestic abuse", "the force is good"])
def test_all_pages_together_show_every_finding_that_has_a_word_once(digest_home: Home, text: str) -> None:
    first = digest_home.find(text, mode="lexical", k=100)
    seen, offset = shown(first), len(first["hits"])
    while hits := (page := digest_home.find(text, mode="lexical", k=500, offset=offset))["hits"]:
        seen, offset = seen + shown(page), offset + len(hits)
    assert len(seen) == len(set(seen)) == first["total"]


def test_a_question_for_links_is_answered_by_what_is_linked_and_says_to_what(digest_home: Home) -> None:
    answer = digest_home.find("Which forces do well at what Cleveland was criticised for?", k=1000)
    rows = digest_home.sparql(
        "SELECT DISTINCT ?told ?good { ?told peel:goodPractice ?good ; peel:force force:cleveland ;"
        " peel:polarity polarity:negative . ?good peel:polarity polarity:positive }"
    )
    assert isinstance(rows, list)
    linked = {(str(row["told"]), str(row["good"])) for row in rows}
    assert linked
    shown = {(told["finding"], one["finding"]) for one in answer["hits"] for told in one["linked"]}
    folded = {same["finding"] for one in answer["hits"] for same in one["also"]}
    assert shown <= linked
    assert {good for _, good in linked} == {good for _, good in shown} | folded
    assert answer["total"] == len({good for _, good in linked})
    assert answer["query"]["relation"] == {
        "relation": "good-practice",
        "of": {"force": ["cleveland"], "polarity": ["negative"]},
    }


def test_what_a_force_was_told_twice_leads_to_the_later_finding(digest_home: Home) -> None:
    rows = digest_home.sparql(
        "SELECT DISTINCT ?force ?again { ?told peel:recurs ?again ; peel:force/skos:notation ?force }"
    )
    assert isinstance(rows, list) and rows
    force = str(rows[0]["force"])
    name = digest_home.label(force)
    answer = digest_home.find(f"Has {name} been told the same thing more than once?", k=1000)
    assert answer["total"] == len({row["again"] for row in rows if row["force"] == force})
