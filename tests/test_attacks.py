"""A real server under attack goes on answering, reaches nobody, and gives every request that it took an answer."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.canary import DISGUISED, listening
from tests.serving import serving

ALIVE = 5.0
"""Seconds within which a normal query is answered, whatever goes on; `benchmarks/service.py` says how long it takes."""
NORMAL = "SELECT ?name { force:kent rdfs:label ?name }"
DEPTH = 8_000
NESTED = {
    "braces": "SELECT * " + "{" * DEPTH + "}" * DEPTH,
    "not": "SELECT * { FILTER(" + "!" * 2 * DEPTH + "true) }",
    "brackets": "SELECT * { FILTER(" + "(" * DEPTH + "1" + ")" * DEPTH + ") }",
    "optional": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * DEPTH + "}",
    "optional in optional": "SELECT * " + "{ OPTIONAL " * DEPTH + "{ }" + "}" * DEPTH,
    "sum": "SELECT (1" + "+1" * DEPTH + " AS ?x) { }",
    "union": "SELECT * { { } " + "UNION { } " * DEPTH + "}",
    "path": "SELECT * { ?s " + "(" * DEPTH + "^<a:b>" + ")*" * DEPTH + " ?o }",
    "sequence": "SELECT * { ?s <a:b>" + "/<a:b>" * DEPTH + " ?o }",
    "collection": "SELECT * { ?s ?p " + "(" * DEPTH + ")" * DEPTH + " }",
    "long collection": "SELECT * { ?s ?p (" + "1 " * DEPTH + ") }",
    "blank nodes": "SELECT * { ?s ?p " + "[ ?p " * DEPTH + "1" + "]" * DEPTH + " }",
    "subqueries": "SELECT * { " + "{ SELECT * { " * DEPTH + "}}" * DEPTH + " }",
    "exists": "SELECT * { " + "FILTER EXISTS { " * DEPTH + "}" * DEPTH + " }",
    "functions": "SELECT (" + "STR(" * DEPTH + "1" + ")" * DEPTH + " AS ?x) { }",
    "hidden in an IRI": "SELECT * { FILTER(1<" + "!" * DEPTH + "?x>2) }",
    "quoted triples": "SELECT * { " + "<<" * DEPTH + " ?a ?b ?c " + ">> ?p ?o" * DEPTH + " }",
}  # fmt: skip
ADMITTED = {
    "60 braces": "SELECT * " + "{" * 60 + "?s ?p ?o" + "}" * 60,
    "490 optionals": "SELECT * { " + "OPTIONAL{?s ?p ?o}" * 490 + "}",
    "480 joins": "SELECT * { " + " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(330)) + " }",
    "490 steps": "SELECT * { ?s <a:b>" + "/<a:b>" * 490 + " ?o }",
    "490 sums": "SELECT (1" + "+1" * 490 + " AS ?x) { }",
    "60 exists": "SELECT * { " + "FILTER EXISTS { ?s ?p ?o " * 60 + "}" * 60 + " }",
}
DOUBLED = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
HEAVY = {
    "product sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "product counted": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "product kept apart": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "paths": "SELECT * { ?a (<a:b>|!<a:b>)* ?b . ?b (<a:b>|!<a:b>)* ?c }",
    "doubled text": f"SELECT (STRLEN(?v40) AS ?n) {{ BIND('xxxxxxxxxxxxxxxx' AS ?v0) {DOUBLED} }}",
    "joined text": "SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?c), STR(?f)))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "replaced text": f"SELECT (STRLEN(REPLACE('{'x' * 8_000}', 'x', '{'y' * 7_000}')) AS ?n) {{ }}",
    "encoded text": "SELECT (STRLEN(ENCODE_FOR_URI(GROUP_CONCAT(?c))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "regex by steps": f"SELECT * {{ ?s ?p ?o FILTER(REGEX(CONCAT(STR(?o), '{'a' * 5_000}'), '^(a+)+$')) }}",
    "regex by size": "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '((a{1,99}){1,99}){1,99}')) }",
    "regex of many": "SELECT * { ?s ?p ?o . ?x ?y ?z FILTER(REGEX(STR(?o), CONCAT('(', STR(?z), '|.)*b{50}'))) }",
    "similarity of many texts": "SELECT * { ?s ?p ?o FILTER(peel:similarity(?s, STR(?o)) > 0.99) }",
}
FINE = {200, 400, 413, 503}
"""What an attack may be answered with: an answer, a refusal with its reason, or a request to come again later."""


@pytest.fixture(scope="module")
def client(home_folder: Path) -> Iterator[httpx.Client]:
    with serving(home_folder) as opened:
        yield opened


def send(client: httpx.Client, query: str, seconds: float = 3) -> httpx.Response:
    headers = {"Content-Type": "application/sparql-query"}
    return client.post("/sparql", params={"timeout": seconds}, content=query.encode(), headers=headers, timeout=60)


@contextmanager
def answering(client: httpx.Client) -> Iterator[None]:
    """While the block runs, a normal query is asked again and again; every one is answered, and in good time."""
    done = threading.Event()
    wrong: list[str] = []
    slowest = [0.0]

    def ask() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as other:
            while not done.is_set():
                begun = time.monotonic()
                response = other.get("/sparql", params={"query": NORMAL})
                slowest[0] = max(slowest[0], time.monotonic() - begun)
                if response.status_code != 200 or "Kent Police" not in response.text:
                    wrong.append(f"{response.status_code} {response.text}")
                time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        done.set()
        asking.join()
    assert wrong == []
    assert slowest[0] < ALIVE


def test_nested_queries_of_every_form_are_refused(client: httpx.Client) -> None:
    with answering(client):
        for name, query in NESTED.items():
            for text in (query, query[:15_900]):
                response = send(client, text)
                assert response.status_code in (400, 413), name
                assert response.headers["content-type"] == "application/problem+json"


def test_the_deepest_that_is_admitted_harms_nobody(client: httpx.Client) -> None:
    with answering(client):
        assert {send(client, query).status_code for query in ADMITTED.values()} <= FINE


@pytest.mark.parametrize("name", HEAVY)
def test_what_never_ends_is_stopped(client: httpx.Client, name: str) -> None:
    with answering(client):
        begun = time.monotonic()
        response = send(client, HEAVY[name])
        assert time.monotonic() - begun < 3 + ALIVE
        assert response.status_code in FINE


def test_many_that_never_end_at_once_are_each_answered(client: httpx.Client) -> None:
    """The same and different ones, more than there is room for: each gets a whole answer or 503 with Retry-After."""
    queries = [query for query in HEAVY.values() for _ in range(4)]
    with answering(client), ThreadPoolExecutor(len(queries)) as attackers:
        found = list(attackers.map(lambda query: send(client, query), queries))
    assert {response.status_code for response in found} <= FINE
    assert all(int(r.headers["retry-after"]) > 0 for r in found if r.status_code == 503)


def test_clients_that_leave_take_their_queries_with_them(client: httpx.Client) -> None:
    request = f"GET /sparql?query={quote(HEAVY['product counted'])} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with answering(client):
        for _ in range(40):
            with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as leaving:
                leaving.sendall(request)
                time.sleep(0.02)
    until(lambda: "peel_sparql_slow_running 0.0" in client.get("/metrics").text)


def test_many_quick_questions_at_once_are_all_answered(client: httpx.Client) -> None:
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=client.base_url, timeout=60, limits=limits) as many, ThreadPoolExecutor(100) as askers:
        found = list(askers.map(lambda _: many.get("/sparql", params={"query": NORMAL}), range(1_000)))
    assert Counter(response.status_code for response in found) == {200: 1_000}
    assert all("Kent Police" in response.text for response in found)


def test_slow_connections_are_held_and_then_closed(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 80)
    with ExitStack() as held, answering(client):
        slow = [held.enter_context(socket.create_connection(address, timeout=30)) for _ in range(400)]
        for number, one in enumerate(slow):
            one.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\nq"
                if number % 2
                else b"GET /sparql?query=ASK HTTP/1.1\r\nX-Slow: "
            )
        begun = time.monotonic()
        for one in slow:
            while one.recv(4_096):
                pass
        assert time.monotonic() - begun < 25


def test_service_in_every_disguise_reaches_nobody(client: httpx.Client) -> None:
    with listening() as canary:
        for query in DISGUISED:
            text = query.replace("CANARY", canary.address)
            assert send(client, text).status_code in FINE
            pattern = text.partition("{")[2].rpartition("}")[0]
            found = client.get("/api/search", params={"text": "x", "where": f"?finding ?p ?o . {pattern}"})
            assert found.status_code in FINE
        for parameter in ("default-graph-uri", "named-graph-uri"):
            parameters = {"query": "ASK { ?s ?p ?o }", parameter: canary.address}
            assert client.get("/sparql", params=parameters).json() == {"head": {}, "boolean": False}
        assert canary.calls == 0


RAW = {
    "no request": b"\r\n\r\n",
    "nonsense": b"\x00\xff\x16\x03\x01 nonsense\r\n\r\n",
    "bare line": b"GET /sparql\r\n\r\n",
    "another version": b"GET /sparql HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "no host": b"GET /sparql HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: a.example\r\n\r\n",
    "another's host": b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nASK {}",
    "length below nothing": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "length and chunks": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    "chunks of no size": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "an endless header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    "many headers": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 30_000 + b"\r\n",
    "a folded header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
    "a header with a line in it": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\nSet-Cookie: b\r\n\r\n",
    "an endless address": b"GET /sparql?query=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a whole address": b"GET http://a.example/sparql HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path upwards": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path upwards, escaped": b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path upwards, escaped twice": b"GET /static/%252e%252e%252fetc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path with nothing in it": b"GET /static/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two slashes": b"GET //a.example/sparql HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "another method by header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: DELETE\r\n\r\n",
    "a proxy's request": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a trace": b"TRACE /sparql HTTP/1.1\r\nHost: localhost\r\nCookie: secret\r\n\r\n",
    "many ranges": b"GET /static/peelgraph.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes="
    + b",".join(b"%d-" % n for n in range(3_000)) + b"\r\n\r\n",
    "an upgrade": b"GET /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    "an encoded body": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
}  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_tricks_with_headers_and_paths_get_nothing(client: httpx.Client, name: str) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=20) as one:
        heard = b""
        try:
            one.sendall(RAW[name])
            one.shutdown(socket.SHUT_WR)
            while piece := one.recv(65_536):
                heard += piece
        except OSError:
            pass  # the server need not listen to the end
    status = int(heard.split()[1]) if heard.startswith(b"HTTP/1.1 ") else 0
    assert status < 500 and b"root:" not in heard and b"secret" not in heard and b"Set-Cookie" not in heard
    assert client.get("/sparql", params={"query": NORMAL}).status_code == 200


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about")
