"""A service under way: generations change, processes end, and no request that was taken is lost."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from search import publish
from search.collect import Page
from search.encoder import Encoder
from search.settings import Settings
from search.web import create_app
from tests.serving import Server, running, wait_until

DIGEST = Path(__file__).parents[2] / "kg" / "digest" / "2017"


def page(force: str) -> Page:
    return Page(f"{force}.md", (DIGEST / f"{force}.effectiveness.md").read_bytes(), None)


@pytest.fixture
def home(tmp_path: Path, encoder: Encoder) -> Path:
    publish.publish(tmp_path / "home", [page("surrey")], lambda: encoder)
    return tmp_path / "home"


@contextmanager
def served(home: Path, *options: str) -> Iterator[Server]:
    with running(home, *options, settings={"PEEL_LOG_LEVEL": "info"}, end=signal.SIGTERM) as server:
        yield server


def test_no_request_fails_while_generations_change(home: Path, encoder: Encoder) -> None:
    answers: list[tuple[int, str]] = []
    done = threading.Event()

    def asking(base: httpx.URL) -> None:
        with httpx.Client(base_url=base, timeout=60) as client:
            while not done.is_set():
                answer = client.get("/api/search", params={"text": "domestic abuse", "k": 3})
                answers.append((answer.status_code, answer.json().get("generation", "")))

    with served(home) as server:
        client = server.client
        threads = [threading.Thread(target=asking, args=(client.base_url,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for force in ("gwent", "kent", "cleveland", "norfolk"):
            publish.publish(home, [page(force)], lambda: encoder)
            time.sleep(0.5)
        done.set()
        for thread in threads:
            thread.join()
        assert client.get("/readyz").json()["generation"] == "000005"
    assert {status for status, _ in answers} == {200}
    assert {"000001", "000005"} <= {generation for _, generation in answers}


def test_several_processes_share_a_home_and_their_figures(home: Path, encoder: Encoder) -> None:
    with served(home, "--workers", "2") as server:
        client = server.client
        for _ in range(40):
            assert httpx.get(client.base_url.join("/api/forces")).status_code == 200
        publish.publish(home, [page("gwent")], lambda: encoder)
        for _ in range(10):  # a connection each, so that both processes answer
            answer = httpx.get(
                client.base_url.join("/api/search"), params={"text": "abuse", "force": "gwent"}, timeout=60
            )
            assert answer.json()["generation"] == "000002"
        figures = client.get("/metrics").text
        counted = [
            float(line.rsplit(" ", 1)[1])
            for line in figures.splitlines()
            if line.startswith("peel_request_seconds_count{") and 'route="/api/forces"' in line
        ]
        assert sum(counted) == 40, "whichever process is asked, it tells of both"


def test_what_was_begun_is_finished_when_the_service_is_stopped(home: Path) -> None:
    with served(home) as server:
        with server.client.stream("GET", "/api/export", params={"format": "jsonl"}) as answer:
            lines = answer.iter_lines()
            next(lines)
            server.process.send_signal(signal.SIGTERM)
            *_, last = lines
        assert json.loads(last)["count"] > 10
        assert server.process.wait(timeout=60) in (0, -signal.SIGTERM)


def test_every_request_is_logged_by_its_route_and_nothing_private(home: Path) -> None:
    with served(home) as server:
        client = server.client
        secret = {"authorization": "Bearer peel_secretsecret", "x-request-id": "abc-1"}
        client.get("/api/search", params={"text": "private matter"}, headers={"x-request-id": "abc-2"})
        client.get("/api/forces", headers=secret)
        client.post("/api/search", json={"text": "private matter"})
        client.get("/private/matter")
        wait_until(lambda: '"status": 404' in server.said())
        whole = server.said()
    lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    told = {(one.get("request_id"), one["route"], one["status"]) for one in lines if one["message"] == "answered"}
    assert ("abc-2", "/api/search", 200) in told and ("abc-1", "none", 401) in told
    assert any(route == "none" and status == 404 for _, route, status in told)
    assert all(one["time"] and one["level"] and one["milliseconds"] >= 0 for one in lines if "route" in one)
    assert "private" not in whole and "secret" not in whole


def test_pages_of_one_answer_stay_together_while_their_generation_is_kept(home: Path, encoder: Encoder) -> None:
    with TestClient(create_app(Settings(home=home))) as client:
        first = client.get("/api/search", params={"text": "domestic abuse", "k": 2})
        expected = client.get("/api/search", params={"text": "domestic abuse", "k": 50}).json()
        publish.publish(home, [page("gwent")], lambda: encoder)
        got, answer = [], first
        while True:
            assert answer.json()["generation"] == "000001"
            got += [hit["finding"] for hit in answer.json()["hits"]]
            if "next" not in answer.links:
                break
            answer = client.get(answer.links["next"]["url"])
        matching = [hit["finding"] for hit in expected["hits"] if hit["close"]]
        assert got[: len(matching)] == matching and len(got) == len(set(got))
        assert client.get("/api/search", params={"text": "x"}).json()["generation"] == "000002"
        for force in ("kent", "cleveland"):
            publish.publish(home, [page(force)], lambda: encoder)
        gone = client.get("/api/search", params={"text": "x", "generation": "000001"})
        assert gone.status_code == 410 and "000002" in gone.json()["detail"]
        assert client.get("/api/forces", params={"generation": "000002"}).status_code == 200
        assert client.get("/api/grades", params={"generation": "9"}).status_code == 404


def test_the_figures_tell_of_the_generation_and_of_latency(home: Path) -> None:
    with TestClient(create_app(Settings(home=home))) as client:
        client.get("/api/search", params={"text": "x"})
        client.get("/nowhere/at/all")
        app = client.app
        app.state.metrics.watch("pool", lambda: {"kills_total": 2, "queue": 1})  # type: ignore[attr-defined]
        figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain")
    lines = figures.text.splitlines()
    assert 'peel_request_seconds_count{method="GET",route="/api/search",status="200"} 1.0' in lines
    assert 'peel_request_seconds_count{method="GET",route="none",status="404"} 1.0' in lines
    assert {"peel_generation 1.0", "peel_pool_kills_total 2.0", "peel_pool_queue 1.0"} <= set(lines)
    age = next(float(line.split()[1]) for line in lines if line.startswith("peel_generation_age_seconds "))
    assert 0 <= age < 600
