"""Every graph store gives the answers that rdflib, an independent engine, gives on the same triples."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kg.errors import InvalidQuery
from kg.store import OxigraphStore
from ontology.terms import PEEL

ONE, TWO = "https://example.org/graph/1", "https://example.org/graph/2"
EX = "https://example.org/"
QUERIES = [
    "SELECT ?s ?o { ?s <https://w3id.org/peelgraph/def#text> ?o } ORDER BY ?s STR(?o)",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?s { ?s <https://w3id.org/peelgraph/def#rank> ?n FILTER(?n > 1) } ORDER BY ?s",
    f"SELECT ?s ?o FROM <{TWO}> {{ ?s <https://w3id.org/peelgraph/def#text> ?o }} ORDER BY ?s",
    "SELECT ?s ?no { ?s <https://w3id.org/peelgraph/def#rank> 2 OPTIONAL { ?s <https://example.org/no> ?no } }",
]


def graphs() -> dict[str, Graph]:
    first, second = Graph(), Graph()
    for number in range(3):
        node = URIRef(f"{EX}a{number}")
        first.add((node, PEEL.text, Literal(f"words “{number}” \\ ' \"\nnext line é")))
        first.add((node, PEEL.rank, Literal(number)))
    second.add((URIRef(EX + "b"), PEEL.text, Literal("Welsh", lang="cy")))
    second.add((URIRef(EX + "a1"), PEEL.text, Literal("again")))
    return {ONE: first, TWO: second}


@pytest.fixture(params=["memory", "disk", "disk-reopened", "read-only"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    path = None if request.param == "memory" else tmp_path / "graph"
    opened = OxigraphStore(path)
    for name, graph in graphs().items():
        opened.replace(name, graph)
    opened.flush()
    if request.param in ("disk-reopened", "read-only"):
        opened.close()
        opened = OxigraphStore(path, read_only=request.param == "read-only")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def oracle() -> Dataset:
    dataset = Dataset(default_union=True)
    for name, graph in graphs().items():
        for triple in graph:
            dataset.graph(URIRef(name)).add(triple)
    return dataset


@pytest.mark.parametrize("query", QUERIES)
def test_solutions_are_those_of_rdflib(store: OxigraphStore, oracle: Dataset, query: str) -> None:
    if "FROM" in query:
        expected = [("https://example.org/a1", "again"), ("https://example.org/b", "Welsh")]
    else:
        expected = [tuple(None if t is None else str(t) for t in row) for row in oracle.query(query)]  # type: ignore[union-attr]
    assert store.rows(query) == expected
    assert expected


@pytest.mark.parametrize("format", ["json", "csv", "tsv", "xml"])
def test_every_result_format_holds_the_same_rows(store: OxigraphStore, format: str) -> None:
    data = store.query(QUERIES[2], format)
    iris = [EX + "a2"]
    if format == "json":
        assert [b["s"]["value"] for b in json.loads(data)["results"]["bindings"]] == iris
    elif format == "csv":
        assert list(csv.reader(io.StringIO(data.decode()))) == [["s"], *[[iri] for iri in iris]]
    else:
        assert all(iri.encode() in data for iri in iris) and b"a0" not in data


def test_a_graph_answer_is_a_graph(store: OxigraphStore) -> None:
    expected = Graph().parse(data=f"<{EX}b> <{PEEL.text}> 'Welsh'@cy .", format="turtle")
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{TWO}> {{ ?s ?p ?o FILTER(lang(?o) = 'cy') }} }}"
    assert isomorphic(Graph().parse(data=store.query(query, "turtle"), format="turtle"), expected)
    assert isomorphic(Graph().parse(data=store.query(query, "ntriples"), format="nt"), expected)


def test_ask_answers(store: OxigraphStore) -> None:
    assert json.loads(store.query("ASK { ?s ?p 'again' }", "json"))["boolean"] is True
    assert json.loads(store.query("ASK { ?s ?p 'never' }", "json"))["boolean"] is False


@pytest.mark.parametrize("format", ["nquads", "trig", "turtle", "jsonld"])
def test_a_dump_read_by_rdflib_is_what_was_stored(store: OxigraphStore, format: str) -> None:
    dumped = Dataset(default_union=True)
    dumped.parse(data=store.dump(format), format="json-ld" if format == "jsonld" else format)
    everything = {(s, p, o) for graph in graphs().values() for s, p, o in graph}
    assert {(s, p, o) for s, p, o, _ in dumped.quads()} == everything
    if format != "turtle":
        named = {str(g.identifier): set(g) for g in dumped.graphs() if len(g) and str(g.identifier) in graphs()}
        assert named == {name: set(graph) for name, graph in graphs().items()}


def test_replacing_a_graph_leaves_the_others(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "graph")
    for name, graph in graphs().items():
        store.replace(name, graph)
    fresh = Graph().add((URIRef(EX + "new"), PEEL.text, Literal("new")))
    store.replace(ONE, fresh)
    store.flush()
    store.close()
    again = OxigraphStore(tmp_path / "graph")
    assert again.names() == [ONE, TWO]
    assert len(again) == 1 + len(graphs()[TWO])
    again.remove(TWO)
    again.remove("https://example.org/graph/never")
    assert again.names() == [ONE]
    again.close()


@pytest.mark.parametrize("query", ["SELECT ?s {", "SELECT * { ?s ?p ?o } ORDER", "nonsense"])
def test_a_broken_query_is_an_error_that_says_so(store: OxigraphStore, query: str) -> None:
    with pytest.raises(InvalidQuery, match="SPARQL"):
        store.query(query, "json")


def test_a_format_that_does_not_fit_is_refused(store: OxigraphStore) -> None:
    with pytest.raises(InvalidQuery, match="ask for json"):
        store.query("SELECT * { ?s ?p ?o }", "turtle")
    with pytest.raises(InvalidQuery, match="ask for turtle"):
        store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "csv")


def test_opening_to_read_changes_no_file(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "graph")
    store.replace(ONE, graphs()[ONE])
    store.flush()
    store.backup(tmp_path / "copy")
    store.close()
    before = {p.name: p.read_bytes() for p in (tmp_path / "copy").iterdir()}
    reader = OxigraphStore(tmp_path / "copy", read_only=True)
    assert len(reader) == len(graphs()[ONE])
    reader.close()
    assert {p.name: p.read_bytes() for p in (tmp_path / "copy").iterdir()} == before
