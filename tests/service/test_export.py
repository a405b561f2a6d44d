"""Bulk exports: complete, countable, safe in a spreadsheet, and the same findings in every format."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Graph, URIRef

from ontology.terms import PEEL
from search.home import Home
from search.web import export

SEARCHES = [
    {},
    {"force": ["kent", "gwent"]},
    {"text": "domestic abuse"},
    {"text": "body-worn video", "force": ["kent"], "where": "?finding peel:polarity polarity:negative"},
    {"where": "?finding peel:topic topic:body-worn-video", "kind": ["weakness"]},
    {"where": "?finding peel:cycle cycle:2015"},
]


def jsonl(client: TestClient, search: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    answer = client.get("/api/export", params={**search, "format": "jsonl"})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/jsonl")
    *findings, last = map(json.loads, answer.text.splitlines())
    return findings, last


@pytest.mark.parametrize("search", SEARCHES)
def test_every_format_has_the_same_findings_and_says_how_many(client: TestClient, search: dict[str, Any]) -> None:
    findings, last = jsonl(client, search)
    iris = [one["finding"] for one in findings]
    assert last == {"count": len(iris), "generation": "000001"} and len(iris) == len(set(iris))
    answer = client.get("/api/export", params={**search, "format": "csv"})
    heading, *rows, end = csv.reader(io.StringIO(answer.text, newline=""))
    assert tuple(heading) == export.COLUMNS and end == ["# count", str(len(iris))]
    assert [row[0] for row in rows] == iris
    answer = client.get("/api/export", params={**search, "format": "ttl"})
    assert answer.text.endswith(f"# count {len(iris)}\n")
    graph = Graph().parse(data=answer.content, format="turtle")
    folded = {same["finding"] for one in findings for same in one.get("also", ())}
    assert {str(s) for s in graph.subjects(RDF.type, PEEL.Finding)} == set(iris) | folded


@pytest.mark.parametrize("search", [search for search in SEARCHES if "text" in search])
def test_an_export_is_exactly_what_the_search_matches(client: TestClient, home: Home, search: dict[str, Any]) -> None:
    findings, _ = jsonl(client, search)
    more = {name: values for name, values in search.items() if name != "text"}
    hits = home.find(search["text"], k=1000, **more)["hits"]
    assert [one["finding"] for one in findings] == [hit["finding"] for hit in hits if hit["close"]] != []


@pytest.mark.parametrize("search", [search for search in SEARCHES if "where" in search and "text" not in search])
def test_a_pattern_and_filters_both_hold(client: TestClient, home: Home, search: dict[str, Any]) -> None:
    findings, _ = jsonl(client, search)
    bound = set(home.findings_of(search["where"]))
    every, _ = jsonl(client, {})
    kinds = search.get("kind", [one["kind"] for one in every])
    assert findings == [one for one in every if one["finding"] in bound and one["kind"] in kinds]


def test_without_a_question_every_finding_comes_out_whole(client: TestClient, home: Home) -> None:
    findings, last = jsonl(client, {})
    assert last["count"] == home.snapshot.manifest["counts"]["findings"]
    by_force, _ = jsonl(client, {"force": ["kent"]})
    assert by_force == [one for one in findings if one["force"]["slug"] == "kent"]
    turtle = client.get("/api/export", params={"format": "ttl", "force": "kent"})
    graph = Graph().parse(data=turtle.content, format="turtle")
    for one in by_force:
        node = URIRef(one["finding"])
        assert set(graph.predicate_objects(node)) == {(p, o) for _, p, o in home.graph.triples((node, None, None))}
        assert list(graph.objects(node, PEEL.span)) and (graph.value(node, PEEL.span), None, None) in graph


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = export.safe(text)
    assert isinstance(cell, str) and not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (text, f"'{text}")
    line = export._row([cell, "end"])
    assert next(csv.reader(io.StringIO(line, newline=""))) == [cell, "end"]


def test_what_is_wrong_is_said_before_anything_is_sent(client: TestClient) -> None:
    for search in ({"force": "westshire"}, {"where": "SERVICE"}, {"text": ""}, {"format": "xls"}, {"colour": "red"}):
        answer = client.get("/api/export", params=search)
        assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/export", params={"generation": "000009"}).status_code == 404


def test_an_export_is_named_after_its_generation(client: TestClient) -> None:
    headers = client.get("/api/export", params={"force": "kent", "format": "csv"}).headers
    assert headers["content-disposition"] == 'attachment; filename="peelgraph-000001.csv"'
    assert headers["x-generation"] == "000001"
