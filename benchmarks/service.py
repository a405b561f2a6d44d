"""How fast /sparql answers, what it costs beside the engine in process, and how it holds under attack.

    python benchmarks/service.py HOME [--requests 20000] [--seconds 10] [--peers PYTHON] [--connections 10000]
                                 [--searches 4000]

Real servers over HOME with two clients, asked questions and queries. Held against: pyoxigraph in this process (limit
5 ms more a query), 100 ms for a normal query while slow ones are sent without end, and memory after all requests
against that after the first twentieth (limit 1.1). PYTHON is an interpreter whose environment has `oxigraph` and
`rdflib-endpoint`: both are then asked the same over the same triples.
"""

from __future__ import annotations

import argparse
import csv
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import httpx

from kg import sparql
from search.home import Home

QUERIES = {
    "one force": "SELECT ?p ?o { force:kent ?p ?o }",
    "a join": "SELECT ?f ?t { ?f a peel:AreaForImprovement ; peel:force force:kent ; peel:text ?t }",
    "a count": "SELECT ?c (COUNT(?f) AS ?n) { ?f a peel:Finding ; peel:cycle ?c } GROUP BY ?c ORDER BY ?c",
    "1,000 rows": "SELECT ?f ?t { ?f a peel:Finding ; peel:text ?t } LIMIT 1000",
}
SLOW = (
    "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} ORDER BY ?c ?f # {}",
    "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} # {}",
    "SELECT DISTINCT ?x{0} {{ ?x{0} ?b ?c . ?d ?e ?f . FILTER(?c != ?f) }}",
)
NORMAL = QUERIES["one force"]
JUDGED = Path(__file__).parents[1] / "tests" / "data" / "judged.tsv"


@contextmanager
def running(command: list[str], port: int, path: str = "/healthz") -> Iterator[subprocess.Popen[bytes]]:
    """A server, once it answers at `path`."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env={**os.environ, "PEEL_RATE": ""}, **quiet)
    try:
        for _ in range(1_200):
            try:
                httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def timed(ask: Callable[[], object], times: int) -> float:
    """Milliseconds of the median of so many askings, after three that do not count."""
    spans = []
    for number in range(times + 3):
        begun = time.perf_counter()
        ask()
        spans.append(time.perf_counter() - begun if number >= 3 else 0.0)
    return statistics.median(spans[3:]) * 1_000


def percentile(spans: list[float], share: float) -> float:
    """Milliseconds that this share of the spans stay below."""
    return sorted(spans)[min(int(share * len(spans)), len(spans) - 1)] * 1_000


def told(what: str, figure: str, against: str, ratio: float | None = None) -> None:
    """One line of the report."""
    print(f"{what:58}{figure:>16}   {against}{'' if ratio is None else f'   {ratio:.2f}'}", flush=True)


def overhead(home: Home, client: httpx.Client, times: int) -> None:
    """The same queries in this process and over HTTP."""
    for name, query in QUERIES.items():
        text = sparql.admit(query)
        inside = timed(lambda text=text: home.store.query(text, "json"), times)
        outside = timed(lambda query=query: client.get("/sparql", params={"query": query}).content, times)
        more = outside - inside
        told(
            f"{name}: over HTTP", f"{outside:.2f} ms", f"in process {inside:.2f} ms; {more:.2f} more, limit 5", more / 5
        )


def throughput(
    client: httpx.Client, requests: int, threads: int, path: str = "/sparql", asked: Sequence[str] = (NORMAL,)
) -> list[float]:
    """Seconds of every request, so many threads asking at once, each question or query in its turn."""
    left = count()
    spans: list[float] = []
    name = "query" if path == "/sparql" else "text"

    def ask() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            while (number := next(left)) < requests:
                begun = time.perf_counter()
                own.get(path, params={name: asked[number % len(asked)]}).raise_for_status()
                spans.append(time.perf_counter() - begun)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(ask) for _ in range(threads)]:
            done.result()
    return spans


def searching(command: list[str], requests: int) -> None:
    """/api/search, asked by two clients of two processes; the questions are the judged ones."""
    with JUDGED.open(encoding="utf-8") as lines:
        questions = sorted({row["question"] for row in csv.DictReader(lines, delimiter="\t")})
    port = free_port()
    with (
        running([*command, "--port", str(port), "--workers", "2"], port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        throughput(client, 50, 2, "/api/search", questions)
        begun = time.perf_counter()
        spans = throughput(client, requests, 2, "/api/search", questions)
        rate = requests / (time.perf_counter() - begun)
    told(
        "searches a second, two processes, two clients",
        f"{rate:.0f}",
        f"p50 {percentile(spans, 0.5):.1f} ms, p99 {percentile(spans, 0.99):.1f} ms; {len(questions)} questions",
    )


def under_attack(
    client: httpx.Client, seconds: float, attackers: int, same: bool
) -> tuple[list[float], dict[int, int]]:
    """Seconds of each normal query while slow ones are sent without end, and how those were answered."""
    until = time.monotonic() + seconds
    answers: dict[int, int] = {}
    numbers = count()

    def attack() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            while time.monotonic() < until:
                number = next(numbers)
                query = SLOW[number % len(SLOW)].format(0 if same else number)
                if not same:
                    query = query.replace("{ ?", "{ " + "{} " * (number % 40) + "?", 1)  # a shape of its own
                status = own.get("/sparql", params={"query": query, "timeout": 3}).status_code
                answers[status] = answers.get(status, 0) + 1

    threads = [threading.Thread(target=attack) for _ in range(attackers)]
    for thread in threads:
        thread.start()
    spans = []
    while time.monotonic() < until:
        begun = time.perf_counter()
        client.get("/sparql", params={"query": NORMAL}).raise_for_status()
        spans.append(time.perf_counter() - begun)
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    return spans, answers


def held_open(client: httpx.Client, connections: int) -> list[float]:
    """Seconds of each normal query while so many connections are open that never send a whole request."""
    address = (client.base_url.host, client.base_url.port or 80)
    with ExitStack() as held:
        for _ in range(connections):
            one = held.enter_context(socket.create_connection(address, timeout=30))
            one.sendall(b"GET /sparql?query=ASK HTTP/1.1\r\nX: ")
        return throughput(client, 200, 1)


def memory(process: subprocess.Popen[bytes]) -> float:
    """Megabytes that the server holds, its workers not counted."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1_024


def peers(python: str, home: Home, times: int) -> None:
    """The same queries to `oxigraph serve` and to rdflib-endpoint, over the same triples."""
    oxigraph = str(Path(python).with_name("oxigraph"))
    endpoint = "import sys, uvicorn; from rdflib import Dataset; from rdflib_endpoint import SparqlEndpoint;"
    endpoint += "g = Dataset(default_union=True); g.parse(sys.argv[1], format='nquads');"
    endpoint += "uvicorn.run(SparqlEndpoint(graph=g, path='/query'), port=int(sys.argv[2]), log_level='error')"
    with tempfile.TemporaryDirectory() as folder:
        dump, place = Path(folder) / "all.nq", Path(folder) / "store"
        dump.write_bytes(home.store.dump("nquads"))
        subprocess.run([oxigraph, "load", "-l", str(place), "-f", str(dump)], check=True, capture_output=True)
        port, other = free_port(), free_port()
        served = [oxigraph, "serve-read-only", "-l", str(place), "-b", f"127.0.0.1:{port}", "--union-default-graph"]
        commands = {"oxigraph serve": (served, port)}
        commands["rdflib-endpoint"] = ([python, "-c", endpoint, str(dump), str(other)], other)
        for name, (command, at) in commands.items():
            with running(command, at, "/query"), httpx.Client(base_url=f"http://127.0.0.1:{at}", timeout=60) as client:
                for label, query in QUERIES.items():
                    ask = partial(_asked, client, sparql.admit(query))
                    rows, ours = len(ask()), len(home.table(query)[1])
                    told(f"{label}: {name}", f"{timed(ask, times):.2f} ms", f"{rows:,} rows, here {ours:,}")


def _asked(client: httpx.Client, query: str) -> list[object]:
    response = client.get("/query", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    found: list[object] = response.raise_for_status().json()["results"]["bindings"]
    return found


def main() -> None:
    """Measure everything, in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--searches", type=int, default=4_000)
    parser.add_argument("--peers")
    given = parser.parse_args()
    home, port = Home(given.home), free_port()
    command = [str(Path(sys.executable).with_name("peel")), "serve", "--home", str(given.home)]
    searching(command, given.searches)
    with (
        running([*command, "--port", str(port)], port) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        overhead(home, client, given.times)
        first = throughput(client, given.requests // 20, 2)
        before = memory(server)
        begun = time.perf_counter()
        spans = first + throughput(client, given.requests - len(first), 2)
        rate = (given.requests - len(first)) / (time.perf_counter() - begun)
        told(
            "requests a second, two clients",
            f"{rate:.0f}",
            f"p50 {percentile(spans, 0.5):.1f} ms, p99 {percentile(spans, 0.99):.1f} ms",
        )
        after = memory(server)
        told(
            f"memory after {given.requests:,} requests",
            f"{after:.0f} MB",
            f"after {len(first):,}: {before:.0f} MB, limit 1.1 of it",
            after / before,
        )
        for same in (True, False):
            found, answers = under_attack(client, given.seconds, 8, same)
            what = "of the same shapes" if same else "of ever new shapes"
            told(
                f"a normal query among slow ones {what}, p50", f"{percentile(found, 0.5):.1f} ms", f"answers {answers}"
            )
            worst = percentile(found, 0.99)
            told("  p99", f"{worst:.1f} ms", f"limit 100 ms; longest {max(found) * 1_000:.0f}", worst / 100)
        slow = held_open(client, given.connections)
        told(
            f"a normal query, {given.connections:,} connections held open, p99",
            f"{percentile(slow, 0.99):.1f} ms",
            "limit 100 ms",
            percentile(slow, 0.99) / 100,
        )
    if given.peers:
        peers(given.peers, home, given.times)


if __name__ == "__main__":
    main()
