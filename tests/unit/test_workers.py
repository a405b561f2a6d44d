"""Queries in processes that can be killed: the same answers, and nothing that a query does harms another."""

from __future__ import annotations

import json
import threading
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from kg import sparql
from kg.answers import Cap, Graphs, Scores
from kg.errors import Cancelled, HomeError, InvalidQuery, Overloaded, QueryTimeout, QueryTooLarge
from kg.store import OxigraphStore
from kg.workers import Asking, Query, Workers
from tests.canary import listening
from tests.serving import wait_until

EX = "https://example.org/"
SIMILARITY = EX + "similarity"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIGHT = "SELECT ?s { ?s ?p 7 }"


def graph(count: int) -> Graph:
    found = Graph()
    for number in range(count):
        found.add((URIRef(f"{EX}{number}"), URIRef(EX + "value"), Literal(number)))
        found.add((URIRef(f"{EX}{number}"), URIRef(EX + "name"), Literal(f"naïve “{number}”\n", lang="en")))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("graph") / "graph"
    store = OxigraphStore(place)
    store.replace(EX + "one", graph(1_000))
    store.replace(EX + "two", Graph().add((URIRef(EX + "only"), URIRef(EX + "in"), Literal("two"))))
    store.flush()
    store.close()
    return place


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[Workers]:
    pool = Workers(size=2, queue=4, seconds=20)
    pool.start(folder)
    yield pool
    pool.close()


QUERIES = [
    ("SELECT ?s ?o { ?s <https://example.org/name> ?o } ORDER BY ?s LIMIT 5", "json"),
    ("SELECT ?s ?o { ?s <https://example.org/name> ?o } ORDER BY ?s LIMIT 5", "csv"),
    ("SELECT ?s ?o { ?s <https://example.org/name> ?o } ORDER BY ?s LIMIT 5", "tsv"),
    ("SELECT ?s ?o { ?s <https://example.org/name> ?o } ORDER BY ?s LIMIT 5", "xml"),
    ("SELECT ?x ?y ?z { VALUES (?x ?y) { (1.50 UNDEF) ('a'@cy true) (<a:b> 1e0) } BIND(BNODE() AS ?b) }", "json"),
    ("SELECT ?x { }", "tsv"),
    ("SELECT (<<( <a:b> <a:c> 'd' )>> AS ?x) { }", "json"),
    ("ASK { ?s ?p 7 }", "json"),
    ("ASK { ?s ?p -7 }", "xml"),
    ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o = 7) }", "ntriples"),
    ("DESCRIBE <https://example.org/7>", "turtle"),
]


@pytest.mark.parametrize(("query", "format"), QUERIES)
def test_a_worker_gives_the_answer_of_the_store(workers: Workers, folder: Path, query: str, format: str) -> None:
    text = sparql.admit(query)
    expected = OxigraphStore(folder, read_only=True).query(text, format)
    found = workers.ask(Query(text, folder, format=format))
    assert not found.truncated
    if format == "json":
        assert json.loads(found.body) == json.loads(expected)
    else:
        assert sorted(found.body.splitlines()) == sorted(expected.splitlines())


def test_graphs_are_those_that_were_named(workers: Workers, folder: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"

    def counted(graphs: Graphs | None, text: str = count) -> int:
        body = json.loads(workers.ask(Query(text, folder, graphs=graphs)).body)
        return int(body["results"]["bindings"][0]["n"]["value"])

    assert counted(None) == 2 * 2_001
    assert counted(Graphs(default=(EX + "two",))) == 1
    assert counted(Graphs(named=(EX + "two",))) == 1
    assert counted(Graphs(default=(EX + "one", EX + "two"), named=(EX + "two",))) == 2_002
    assert counted(Graphs(default=(EX + "never",))) == 0
    itself = count.replace(" {", f" FROM <{EX}one> {{", 1)
    assert counted(None, itself) == 2_000
    assert counted(Graphs(default=(EX + "two",)), itself) == 1


def test_an_answer_is_cut_at_the_cap_and_says_so(workers: Workers, folder: Path) -> None:
    every = "SELECT ?o { ?s <https://example.org/value> ?o } ORDER BY ?o"
    for name in ("json", "csv", "tsv", "xml"):
        cut = workers.ask(Query(every, folder, format=name, cap=Cap(10, 10_000_000)))
        whole = workers.ask(Query(every + " LIMIT 10", folder, format=name, cap=Cap(10, 10_000_000)))
        assert (cut.rows, cut.truncated) == (10, True)
        assert (whole.rows, whole.truncated) == (10, False)
        assert cut.body == whole.body
    small = workers.ask(Query(every, folder, cap=Cap(1_000, 1_000)))
    assert small.truncated and 0 < small.rows == len(json.loads(small.body)["results"]["bindings"])
    triples = Query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", folder, format="ntriples", cap=Cap(10, 10_000_000))
    graph = workers.ask(triples)
    assert (graph.rows, graph.truncated, len(graph.body.splitlines())) == (10, True, 10)
    with pytest.raises(QueryTooLarge, match="one row"):
        workers.ask(Query(every, folder, cap=Cap(10, 10)))


def test_what_the_engine_refuses_leaves_the_worker_alive(workers: Workers, folder: Path) -> None:
    before = workers.figures()["killed_total"]
    for text, named in (("SELECT * {", "not SPARQL"), ("SELECT (<a:b>(1) AS ?x) {}", "cannot be run")):
        with pytest.raises(InvalidQuery, match=named):
            workers.ask(Query(text, folder))
    with pytest.raises(InvalidQuery, match="does not fit"):
        workers.ask(Query("ASK {}", folder, format="turtle"))
    assert workers.figures()["killed_total"] == before


def test_a_function_is_answered_by_the_keeper_once_a_text(workers: Workers, folder: Path) -> None:
    asked: list[str] = []

    def similarity(text: str) -> Scores:
        asked.append(text)
        if text == "wrong":
            raise InvalidQuery("the text is wrong", "write another")
        return Scores([EX + "1", EX + "2"], array("f", [0.25, len(text)]))

    text = (
        f"SELECT ?s ?x ?y {{ VALUES ?s {{ <{EX}1> <{EX}2> <{EX}3> 'no' }} "
        f"BIND(<{SIMILARITY}>(?s, 'five5') AS ?x) BIND(<{SIMILARITY}>(?s, 'a') AS ?y) }} ORDER BY ?s"
    )
    expected = OxigraphStore(folder, read_only=True).query(text, "csv", {SIMILARITY: similarity})
    assert b"0.25,0.25" in expected and b"5,1" in expected
    for _ in range(3):
        asked.clear()
        assert workers.ask(Query(text, folder, format="csv", functions={SIMILARITY: similarity})).body == expected
        assert sorted(asked) == ["a", "five5"]
    for call, named in (
        ("(<a:b>, 'wrong')", "the text is wrong"),
        ("(1)", "is given 1 values"),
        ("(<a:b>, STR(?o))", "too many texts"),
    ):
        failing = f"SELECT (<{SIMILARITY}>{call} AS ?x) {{ ?s <{EX}value> ?o }}"
        with pytest.raises(InvalidQuery, match=named):
            workers.ask(Query(failing, folder, functions={SIMILARITY: similarity}))
    with pytest.raises(InvalidQuery, match="cannot be run"):
        workers.ask(Query(text, folder))


def test_a_function_may_take_its_time(workers: Workers, folder: Path) -> None:
    def slowly(_: str) -> Scores:
        time.sleep(0.3)
        return Scores([EX + "1", EX + "2"], array("f", [1.0, 0.0]))

    text = f"SELECT (<{SIMILARITY}>(<{EX}1>, 'a') AS ?x) (<{SIMILARITY}>(<{EX}1>, 'b') AS ?y) {{ }}"
    found = workers.ask(Query(text, folder, format="csv", functions={SIMILARITY: slowly}), seconds=15)
    assert found.body.split() == [b"x,y", b"1,1"]


def test_a_deadline_really_stops_work_and_others_go_on(workers: Workers, folder: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match="1 seconds"):
        workers.ask(Query(HEAVY, folder), seconds=1)
    assert time.monotonic() - begun < 10
    assert workers.figures()["slow_running"] == 0
    assert workers.ask(Query(LIGHT, folder)).rows == 1


HOSTILE = {
    "memory": "SELECT (STRLEN(?v30) AS ?n) { BIND('" + "x" * 64 + "' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(30))
    + " }",
    "sorting": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "stack": "SELECT (" + "(" * 200_000 + "1" + ")" * 200_000 + " AS ?x) {}",
}  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_what_kills_a_process_is_an_error_and_no_more(workers: Workers, folder: Path, query: str) -> None:
    with pytest.raises((QueryTooLarge, QueryTimeout)):
        workers.ask(Query(query, folder), seconds=10)
    assert workers.ask(Query(LIGHT, folder)).rows == 1


def test_slow_queries_do_not_keep_quick_ones_waiting(workers: Workers, folder: Path) -> None:
    def slow(number: int) -> None:
        with pytest.raises((QueryTimeout, Overloaded)):
            workers.ask(Query(f"{HEAVY} # {number}", folder, shape="heavy"), seconds=4)

    threads = [threading.Thread(target=slow, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in threads):
        assert workers.ask(Query(LIGHT, folder)).rows == 1
        answered += 1
    assert answered >= 5
    figures = workers.figures()
    assert [figures[f"{lane}_{what}"] for lane in ("known", "new", "slow") for what in ("running", "waiting")] == [
        0
    ] * 6
    assert figures["refused_total"] > 0


def test_what_finds_no_seat_is_paused_and_answered_in_its_turn(workers: Workers, folder: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a <https://example.org/value> ?b . ?c <https://example.org/value> ?d }"
    found: list[bytes] = []

    def ask(number: int) -> None:
        found.append(workers.ask(Query(text, folder, shape=f"moderate {number}")).body)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 5 and all(b'"1000000"' in body for body in found)


def test_giving_up_stops_a_query_that_runs_and_one_that_waits(folder: Path) -> None:
    pool = Workers(size=1, queue=2)
    pool.start(folder)
    ended: list[type[BaseException]] = []

    def ask(asking: Asking) -> None:
        try:
            pool.ask(Query(HEAVY, folder, shape="heavy"), seconds=9, asking=asking)
        except (Cancelled, QueryTimeout) as error:
            ended.append(type(error))

    askings = [Asking(), Asking()]
    threads = [threading.Thread(target=ask, args=(asking,)) for asking in askings]
    threads[0].start()
    wait_until(lambda: pool.figures()["slow_running"] == 1)
    threads[1].start()
    wait_until(lambda: pool.figures()["slow_waiting"] == 1)
    askings[1].cancel()
    threads[1].join(5)
    askings[0].cancel()
    threads[0].join(5)
    assert ended == [Cancelled, Cancelled]
    assert pool.ask(Query(LIGHT, folder)).rows == 1
    late = Asking()
    late.cancel()
    with pytest.raises(Cancelled):
        pool.ask(Query(LIGHT, folder), asking=late)
    pool.close()


def test_a_full_queue_refuses_at_once_and_a_closed_pool_too(folder: Path) -> None:
    pool = Workers(size=1, queue=0)
    with pytest.raises(Overloaded):
        pool.ask(Query(LIGHT, folder), seconds=0.2)
    pool = Workers(size=1)
    pool.start(folder)
    assert pool.ask(Query(LIGHT, folder)).rows == 1
    pool.close()
    with pytest.raises(Overloaded):
        pool.ask(Query(LIGHT, folder), seconds=0.2)


def test_another_generation_is_served_from_the_next_query_on(workers: Workers, folder: Path, tmp_path: Path) -> None:
    other = OxigraphStore(tmp_path / "graph")
    other.replace(EX + "one", graph(3))
    other.flush()
    other.close()
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for _ in range(4):
        assert b'"6"' in workers.ask(Query(count, tmp_path / "graph")).body
        assert b'"2001"' in workers.ask(Query(count, folder)).body
    with pytest.raises(HomeError, match="cannot be opened"):
        workers.ask(Query(count, tmp_path / "nowhere"))


def test_a_worker_reaches_nobody_even_if_a_query_is_admitted_wrongly(workers: Workers, folder: Path) -> None:
    with listening() as canary:
        with pytest.raises(HomeError):
            workers.ask(Query(f"SELECT * {{ SERVICE <{canary.address}> {{ ?s ?p ?o }} }}", folder))
        assert canary.calls == 0
