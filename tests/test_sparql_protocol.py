"""/sparql keeps to the SPARQL 1.1 Protocol, over real HTTP; cases are named as the W3C names its tests of it."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest
from rdflib import DCTERMS, RDF, Graph, Namespace
from rdflib.compare import isomorphic

from kg import generations
from search import collect, publish
from search.encoder import Encoder
from search.home import Home
from tests.serving import serving, wait_until

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
RESULTS = "{http://www.w3.org/2005/sparql-results#}"
DIGEST = Path(__file__).parents[1] / "kg" / "digest" / "2017"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
ASK = "ASK { }"
SELECT = "SELECT ?force { ?force a peel:PoliceForce } ORDER BY ?force LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?force rdfs:label ?name } { ?force a peel:PoliceForce ; rdfs:label ?name }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PLACE = "https://w3id.org/peelgraph/graph/vocabulary"


@pytest.fixture(scope="module")
def client(home_folder: Path) -> Iterator[httpx.Client]:
    with serving(home_folder) as opened:
        yield opened


def ask(client: httpx.Client, query: str, accept: str | None = None, **parameters: object) -> httpx.Response:
    headers = {"Accept": accept} if accept else {"Accept": ""}
    return client.get("/sparql", params={"query": query, **parameters}, headers=headers)  # type: ignore[dict-item]


# ---------------------------------------------------------------- operations


def post(client: httpx.Client, body: str | bytes, media_type: str | None, params: str = "") -> httpx.Response:
    headers = {"Content-Type": media_type} if media_type else {}
    content = body.encode() if isinstance(body, str) else body
    return client.post(f"/sparql{params}", content=content, headers=headers)


def test_query_get_query_post_form_and_query_post_direct_give_the_same(client: httpx.Client) -> None:
    by_get = ask(client, SELECT)
    assert by_get.status_code == 200
    for response in (
        post(client, urlencode({"query": SELECT}), FORM),
        post(client, urlencode({"query": SELECT}), FORM + "; charset=UTF-8"),
        post(client, SELECT, DIRECT),
        post(client, SELECT, DIRECT + ";charset=utf-8"),
        post(client, SELECT, DIRECT.upper()),
    ):
        assert (response.status_code, response.json()) == (200, by_get.json())


DATASETS = [
    ({"default-graph-uri": PLACE}, "ASK { ?s a peel:PoliceForce }", True),
    ({"default-graph-uri": PLACE}, "ASK { ?s a peel:Finding }", False),
    ({"default-graph-uri": PLACE}, "ASK { GRAPH ?g { ?s a peel:PoliceForce } }", False),
    ({"named-graph-uri": PLACE}, "ASK { GRAPH ?g { ?s a peel:PoliceForce } }", True),
    ({"named-graph-uri": PLACE}, "ASK { ?s a peel:PoliceForce }", False),
    ({"named-graph-uri": [PLACE, "http://a.example/"]}, f"ASK {{ GRAPH <{PLACE}> {{ ?s a peel:PoliceForce }} }}", True),
    ({"default-graph-uri": ["http://a.example/", PLACE]}, "ASK { ?s a peel:PoliceForce }", True),
    ({"default-graph-uri": "http://a.example/x.rdf"}, "ASK { ?s ?p ?o }", False),
    (
        {"default-graph-uri": "http://a.example/", "named-graph-uri": PLACE},
        f"ASK FROM <{PLACE}> {{ ?s a peel:PoliceForce }}",  # the protocol's dataset counts, not the query's
        False,
    ),
    ({}, f"ASK FROM <{PLACE}> {{ ?s a peel:PoliceForce }}", True),
    ({}, f"ASK FROM <{PLACE}> {{ ?s a peel:Finding }}", False),
    ({}, f"ASK FROM NAMED <{PLACE}> {{ ?s a peel:PoliceForce }}", False),
    ({}, "ASK { ?s a peel:PoliceForce . ?f a peel:Finding }", True),
]


@pytest.mark.parametrize(("dataset", "query", "expected"), DATASETS, ids=range(len(DATASETS)))
def test_query_dataset(client: httpx.Client, dataset: dict[str, str | list[str]], query: str, expected: bool) -> None:
    pairs = urlencode(dataset, doseq=True)
    for response in (
        client.get(f"/sparql?{urlencode({'query': query})}&{pairs}"),
        post(client, f"{urlencode({'query': query})}&{pairs}", FORM),
        post(client, query, DIRECT, f"?{pairs}"),
    ):
        assert (response.status_code, response.json()["boolean"]) == (200, expected)


REFUSED = {
    "bad_multiple_queries": ("GET", f"?query={quote(ASK)}&query={quote(ASK)}", None, b"", 400),
    "bad_multiple_queries_post": ("POST", "", FORM, urlencode([("query", ASK)] * 2).encode(), 400),
    "bad_query_in_address_and_body": ("POST", f"?query={quote(ASK)}", DIRECT, ASK.encode(), 400),
    "bad_query_missing": ("GET", "?default-graph-uri=http%3A%2F%2Fa.example%2F", None, b"", 400),
    "bad_query_missing_post": ("POST", "", FORM, b"", 400),
    "bad_query_empty": ("GET", "?query=", None, b"", 400),
    "bad_query_method": ("PUT", f"?query={quote(ASK)}", None, b"", 405),
    "bad_query_method_delete": ("DELETE", f"?query={quote(ASK)}", None, b"", 405),
    "bad_query_method_patch": ("PATCH", "", DIRECT, ASK.encode(), 405),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", ASK.encode(), 415),
    "bad_query_missing_form_type": ("POST", "", None, urlencode({"query": ASK}).encode(), 415),
    "bad_query_missing_direct_type": ("POST", "", None, ASK.encode(), 415),
    "bad_query_non_utf8": ("POST", "", DIRECT + "; charset=UTF-16", ASK.encode("utf-16"), 415),
    "bad_query_not_utf8_at_all": ("POST", "", DIRECT, b"ASK { ?s ?p '\xff' }", 400),
    "bad_query_not_utf8_in_address": ("GET", "?query=ASK%20%7B%20%FF%7D", None, b"", 400),
    "bad_query_syntax": ("GET", "?query=ASK%20%7B", None, b"", 400),
    "bad_query_syntax_for_the_engine": ("GET", "?query=" + quote("ASK { ?s ?p }"), None, b"", 400),
    "bad_graph": ("GET", f"?query={quote(ASK)}&default-graph-uri=not+an+iri", None, b"", 400),
    "bad_relative_graph": ("GET", f"?query={quote(ASK)}&named-graph-uri=here", None, b"", 400),
    "bad_timeout": ("GET", f"?query={quote(ASK)}&timeout=soon", None, b"", 400),
    "bad_timeout_nan": ("GET", f"?query={quote(ASK)}&timeout=nan", None, b"", 400),
    "bad_timeout_zero": ("GET", f"?query={quote(ASK)}&timeout=0", None, b"", 400),
    "bad_format": ("GET", f"?query={quote(ASK)}&format=turtle", None, b"", 400),
    "bad_from": ("GET", "?query=" + quote("ASK FROM <http://127.0.0.1/> { }"), None, b"", 400),
    "bad_service": ("GET", "?query=" + quote("ASK { SERVICE <http://127.0.0.1/> { } }"), None, b"", 400),
    "too_long": ("POST", "", DIRECT, b"ASK { ?s ?p '" + b"x" * 20_000 + b"' }", 413),
    "far_too_long": ("POST", "", DIRECT, b"ASK { ?s ?p '" + b"x" * 3_000_000 + b"' }", 413),
    "too_many_parameters": ("GET", f"?query={quote(ASK)}" + "&x=1" * 200, None, b"", 400),
    "bad_update_get": ("GET", "?update=CLEAR%20ALL", None, b"", 400),
    "bad_update_post_form": ("POST", "", FORM, urlencode({"update": "CLEAR ALL"}).encode(), 400),
    "bad_update_and_query": ("POST", "", FORM, urlencode({"update": "CLEAR ALL", "query": ASK}).encode(), 400),
    "bad_update_direct": ("POST", "", "application/sparql-update", b"CLEAR ALL", 415),
    "bad_update_as_query": ("POST", "", DIRECT, b"INSERT DATA { <a:b> <a:b> <a:b> }", 400),
    "bad_update_after_query": ("POST", "", DIRECT, b"ASK { } ; DROP ALL", 400),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_of_the_protocol_is_a_problem(client: httpx.Client, case: str) -> None:
    method, parameters, media_type, body, status = REFUSED[case]
    headers = {"Content-Type": media_type} if media_type else {}
    response = client.request(method, f"/sparql{parameters}", content=body, headers=headers)
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert problem["title"] and problem["detail"]
    if status == 405:
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_a_fault_is_named_by_line_and_column(client: httpx.Client) -> None:
    assert "line 2, column 3" in ask(client, "SELECT * {\n  SERVICE <http://x> {} }").json()["title"]
    assert "line 3, column " in ask(client, "SELECT *\n{\n ?s ?p }").json()["title"]


# ---------------------------------------------------------------- formats


def rows_of(response: httpx.Response) -> list[str]:
    kind = response.headers["content-type"].split(";")[0]
    if kind.endswith("json"):
        return [row["force"]["value"] for row in response.json()["results"]["bindings"]]
    if kind.endswith("xml"):
        return [str(uri.text) for uri in ET.fromstring(response.content).iter(f"{RESULTS}uri")]
    separator = "," if kind == "text/csv" else "\t"
    head, *rows = csv.reader(io.StringIO(response.text, newline=""), delimiter=separator)
    assert head == (["force"] if separator == "," else ["?force"])
    return [row[0].strip("<>") for row in rows]


SELECT_CASES = [
    (None, "application/sparql-results+json"),
    ("*/*", "application/sparql-results+json"),
    ("application/sparql-results+json", "application/sparql-results+json"),
    ("application/json", "application/json"),
    ("application/sparql-results+xml", "application/sparql-results+xml"),
    ("text/xml", "text/xml"),
    ("text/csv", "text/csv"),
    ("text/tab-separated-values", "text/tab-separated-values"),
    ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
    ("text/csv;q=0.5, text/tab-separated-values;q=0.4, */*;q=0.1", "text/csv"),
    ("text/*", "text/xml"),
    ("*/*;q=0.2, application/sparql-results+xml;q=0.3", "application/sparql-results+xml"),
    ("application/sparql-results+json;q=0, */*", "application/json"),
    ("text/turtle, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
    ("TEXT/CSV", "text/csv"),
]


@pytest.mark.parametrize(("accept", "expected"), SELECT_CASES)
def test_solutions_come_as_accept_likes_best(client: httpx.Client, accept: str | None, expected: str) -> None:
    response = ask(client, SELECT, accept)
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == expected
    assert "Accept" in response.headers["vary"]
    assert rows_of(response) == rows_of(ask(client, SELECT)) != []
    assert len(rows_of(response)) == 3


def test_a_truth_comes_as_json_and_xml(client: httpx.Client) -> None:
    assert ask(client, ASK).json() == {"head": {}, "boolean": True}
    found = ET.fromstring(ask(client, "ASK { FILTER(false) }", "application/sparql-results+xml").content)
    assert [truth.text for truth in found.iter(f"{RESULTS}boolean")] == ["false"]


GRAPH_CASES = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


def test_a_graph_comes_as_accept_likes_best(client: httpx.Client, home: Home) -> None:
    expected = home.sparql(CONSTRUCT)
    assert isinstance(expected, Graph) and len(expected) >= 43
    for media_type, name in GRAPH_CASES.items():
        response = ask(client, CONSTRUCT, f"{media_type}, application/sparql-results+json")
        assert response.headers["content-type"].split(";")[0] == media_type
        assert isomorphic(Graph().parse(data=response.content, format=name), expected)
    for accept in (None, "*/*", "text/*"):
        assert ask(client, CONSTRUCT, accept).headers["content-type"] == "text/turtle; charset=utf-8"
    assert len(Graph().parse(data=ask(client, "DESCRIBE force:kent").content, format="turtle")) >= 5


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (ASK, "image/png"), (ASK, "*/*;q=0")]
)
def test_nothing_that_accept_likes_is_406(client: httpx.Client, query: str, accept: str) -> None:
    response = ask(client, query, accept)
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_format_by_name_wins_over_accept(client: httpx.Client) -> None:
    response = ask(client, SELECT, "text/turtle", format="csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert ask(client, CONSTRUCT, format="jsonld").headers["content-type"] == "application/ld+json"


# ---------------------------------------------------------------- caching, methods, other sites


def test_an_etag_of_the_generation_saves_the_answer(client: httpx.Client, home: Home) -> None:
    first = ask(client, SELECT)
    assert home.generation in first.headers["etag"]
    address = f"/sparql?query={quote(SELECT)}"
    for tags in (first.headers["etag"], f'"other", {first.headers["etag"]}'):
        again = client.get(address, headers={"If-None-Match": tags})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"] and "Accept" in again.headers["vary"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    assert "etag" not in ask(client, "SELECT (NOW() AS ?now) {}").headers
    assert "etag" not in post(client, SELECT, DIRECT).headers


def test_head_says_what_get_would(client: httpx.Client) -> None:
    address = f"/sparql?query={quote(SELECT)}"
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


def test_pages_of_other_sites_may_ask(client: httpx.Client) -> None:
    preflight = client.options(
        "/sparql", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204 and preflight.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]
    answer = client.get("/sparql", params={"query": ASK}, headers={"Origin": "https://a.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in client.get("/api/forces").headers


# ---------------------------------------------------------------- the service's description


@pytest.mark.parametrize(("media_type", "name"), GRAPH_CASES.items())
def test_the_bare_address_describes_the_service(client: httpx.Client, media_type: str, name: str) -> None:
    response = client.get("/sparql", headers={"Accept": media_type})
    assert response.headers["content-type"].split(";")[0] == media_type
    found = Graph().parse(data=response.content, format=name)
    [service] = found.subjects(RDF.type, SD.Service)
    assert [str(endpoint) for endpoint in found.objects(service, SD.endpoint)] == [f"{client.base_url}/sparql"]
    assert list(found.objects(service, SD.supportedLanguage)) == [SD.SPARQL11Query]
    assert set(found.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    assert len(set(found.objects(service, SD.resultFormat))) == 8
    assert any("10,000" in words for words in map(str, found.objects(service, DCTERMS.description)))


def test_a_browser_is_shown_where_to_write_a_query(client: httpx.Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/sparql", headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (303, "/query")
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/sparql", headers={"Accept": ""}).headers["content-type"].startswith("text/turtle")


# ---------------------------------------------------------------- limits


def test_a_long_answer_is_cut_off_and_says_so(client: httpx.Client) -> None:
    response = ask(client, "SELECT * { ?s ?p ?o }")
    assert response.status_code == 200
    assert len(response.json()["results"]["bindings"]) == 10_000
    assert response.headers["x-result-truncated"] == "true"
    assert "10000" in response.headers["x-result-limit"]
    whole = ask(client, "SELECT * { ?s ?p ?o } LIMIT 10000")
    assert "x-result-truncated" not in whole.headers
    assert (
        len(Graph().parse(data=ask(client, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").content, format="turtle")) <= 10_000
    )


def test_a_client_may_ask_for_a_shorter_deadline(client: httpx.Client) -> None:
    begun = time.monotonic()
    response = ask(client, HEAVY, timeout="0.5")
    assert time.monotonic() - begun < 8
    assert response.status_code == 503 and int(response.headers["retry-after"]) > 0
    assert "0.5 seconds" in response.json()["title"]


def test_a_query_stops_when_its_client_goes_away(client: httpx.Client) -> None:
    def running() -> float:
        figures = client.get("/metrics").text.splitlines()
        lines = [line for line in figures if re.match("peel_sparql_(known|new|slow)_running ", line)]
        return sum(float(line.split()[-1]) for line in lines)

    with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as leaving:
        leaving.sendall(f"GET /sparql?query={quote(HEAVY)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_until(lambda: running() == 1)
    begun = time.monotonic()
    wait_until(lambda: running() == 0)
    assert time.monotonic() - begun < 7, "before the deadline of ten seconds"


def test_a_filter_of_the_search_runs_where_it_can_be_stopped(client: httpx.Client) -> None:
    pattern = "?finding a peel:Finding . { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"
    response = client.get("/api/search", params={"text": "video", "where": pattern}, timeout=30)
    assert response.status_code == 503 and "seconds" in response.json()["title"]
    assert client.get("/api/search", params={"text": "video"}).status_code == 200


# ---------------------------------------------------------------- similarity, generations, several at once


def test_similarity_and_the_search_block_answer_as_the_library_does(client: httpx.Client, home: Home) -> None:
    block = "SELECT ?f ?s { SERVICE peel:search { ?f peel:query 'body-worn video' ; peel:score ?s ; peel:limit 5 } }"
    function = "SELECT ?f ?s { ?f a peel:Strength BIND(peel:similarity(?f, 'domestic abuse') AS ?s) }"
    function += " ORDER BY DESC(?s) ?f LIMIT 9"
    for query in (block, function):
        expected = home.sparql(query)
        assert isinstance(expected, list) and len(expected) in (5, 9)
        response = ask(client, query)
        assert response.status_code == 200, response.text
        found = response.json()["results"]["bindings"]
        assert [{name: term["value"] for name, term in row.items()} for row in found] == expected


def test_a_new_generation_is_asked_without_a_restart(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    publish.publish(home, collect.pages([DIGEST / "surrey.effectiveness.md"]), lambda: encoder)
    count = "SELECT (COUNT(?r) AS ?n) { ?r a peel:Report }"
    failed: list[int] = []
    with serving(home) as client:
        done = threading.Event()

        def go_on() -> None:
            with httpx.Client(base_url=client.base_url, timeout=30) as other:
                while not done.is_set():
                    status = ask(other, count).status_code
                    failed.extend([status] if status != 200 else [])

        asking = threading.Thread(target=go_on)
        asking.start()
        first = ask(client, count)
        publish.publish(home, collect.pages([DIGEST / "gwent.effectiveness.md"]), lambda: encoder)
        second = ask(client, count)
        done.set()
        asking.join()
    assert [json.loads(r.content)["results"]["bindings"][0]["n"]["value"] for r in (first, second)] == ["1", "2"]
    assert first.headers["etag"] != second.headers["etag"]
    assert generations.current(home).name in second.headers["etag"]
    assert failed == []
