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
from search.home import Home

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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", QUESTIONS)
def test_parts_sum_to_the_score_and_hits_fall(home: Home, text: str, mode: str) -> None:
    hits = home.find(text, mode=mode, k=1000)["hits"]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        assert sum(hit["ledger"]["parts"].values()) == pytest.approx(hit["score"], abs=1e-12)
        if mode == "lexical":
            assert sum(hit["ledger"]["words"].values()) == pytest.approx(hit["score"], rel=1e-5)
        else:
            assert -1.001 <= (hit["ledger"]["cosine"] or 0) <= 1.001
    ties = [(hit["score"], hit["finding"]) for hit in hits]
    assert ties == sorted(ties, key=lambda pair: (-pair[0], pair[1])), "ties by IRI"


def test_semantic_ranking_is_the_cosine_of_every_finding(home: Home, encoder: Encoder) -> None:
    everything = records(home)
    text = "officers do not always use their cameras"
    cosines = encoder.passages([r["meaning"] for r in everything]) @ encoder.query(text)
    best = np.argsort(-cosines, kind="stable")[:10]
    hits = home.find(text, mode="semantic")["hits"]
    assert [hit["finding"] for hit in hits] == [everything[row]["finding"] for row in best]
    np.testing.assert_allclose([hit["score"] for hit in hits], cosines[best], atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_always_min_of_k_and_matches(home: Home, mode: str) -> None:
    for k in (1, 5, 1000):
        for filters in ({}, {"force": "kent"}, {"kind": "cause-of-concern"}, {"force": "kent", "kind": "weakness"}):
            answer = home.find("incidents and victims", mode=mode, k=k, **filters)
            assert len(answer["hits"]) == min(k, answer["total"])
            if mode != "lexical":
                assert answer["total"] == sum(
                    all(value in values(r, facet) for facet, value in filters.items()) for r in records(home)
                )


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
def test_filters_and_counts_are_those_of_a_plain_loop(home: Home, chosen: dict[str, list[str]]) -> None:
    allowed = [r for r in records(home) if all(set(values(r, f)) & set(v) for f, v in chosen.items())]
    answer = home.find("how the force treats people", k=1000, mode="semantic", **chosen)
    assert {hit["finding"] for hit in answer["hits"]} == {r["finding"] for r in allowed}
    for facet in FACETS:
        expected = Counter(value for record in allowed for value in values(record, facet))
        assert {entry["value"]: entry["count"] for entry in answer["facets"][facet]} == expected


def test_a_group_of_subjects_finds_what_stands_below_it(home: Home) -> None:
    below = home.find("anything", topic="body-worn-video", k=1000, mode="semantic")["hits"]
    above = home.find("anything", topic="responding-to-the-public", k=1000, mode="semantic")["hits"]
    query = "SELECT ?f { ?f a peel:Finding ; peel:topic/skos:broader* topic:responding-to-the-public } GROUP BY ?f"
    assert below and {hit["finding"] for hit in below} < {hit["finding"] for hit in above}
    assert {hit["finding"] for hit in above} == {row["f"] for row in home.sparql(query)}  # type: ignore[union-attr, index]


@pytest.mark.parametrize("mode", MODES)
def test_a_sparql_pattern_filters_exactly(home: Home, mode: str) -> None:
    answer = home.find("gathering evidence", where=WHERE, mode=mode, k=1000)
    welsh = {"gwent", "south-wales", "north-wales", "dyfed-powys"}
    expected = {r["finding"] for r in records(home) if r["force"]["slug"] in welsh and r["polarity"] == "negative"}
    found = {hit["finding"] for hit in answer["hits"]}
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
    answer = home.related(own["finding"], 5)
    assert [hit["finding"] for hit in answer["related"]] == expected
    assert answer["finding"]["text"] == own["text"]
    short = own["finding"].rsplit("/", 1)[-1]
    assert home.related(short, 5) == answer
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
