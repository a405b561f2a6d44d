"""The service over real HTTP: the same answers as the library, errors as problem+json, a home that moves on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from kg import generations
from search import collect, publish
from search.encoder import Encoder
from search.home import Home
from tests.serving import serving

PEEL = Path(sys.executable).with_name("peel")
DIGEST = Path(__file__).parents[1] / "kg" / "digest" / "2017"


@pytest.fixture(scope="module")
def client(home_folder: Path) -> Iterator[httpx.Client]:
    with serving(home_folder) as opened:
        yield opened


def test_get_and_post_give_the_library_s_answer(client: httpx.Client, home: Home) -> None:
    where = "?finding peel:polarity polarity:negative"
    expected = home.find("victims", force=["kent", "gwent"], where=where, k=3, mode="hybrid")
    parameters = {"text": "victims", "force": ["kent", "gwent"], "where": where, "k": 3}
    assert client.get("/api/search", params=parameters).json() == expected
    assert client.post("/api/search", json=parameters).json() == expected


def test_a_finding_and_its_neighbours(client: httpx.Client, home: Home) -> None:
    iri = home.find("body-worn video")["hits"][0]["finding"]
    short = iri.rsplit("/", 1)[-1]
    for form in (quote(iri, safe=""), quote(short, safe=""), short.replace("#", "/")):
        one = client.get(f"/api/findings/{form}").json()
        assert (one["finding"], one["generation"]) == (iri, "000001")
        assert client.get(f"/api/findings/{form}/links", params={"k": 2}).json() == home.related(iri, k=2)


def test_forces_topics_and_grades(client: httpx.Client, home: Home) -> None:
    forces = client.get("/api/forces").json()
    assert len(forces) == 43
    assert {"kent": "Kent Police"}.items() <= {force["value"]: force["label"] for force in forces}.items()
    assert "Body-worn video" in {topic["label"] for topic in client.get("/api/topics").json()}
    assert client.get("/api/grades", params={"force": "kent"}).json()["grades"] == home.grades("kent")


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready" and ready["generation"] == "000001" and ready["findings"] > 200


PROBLEMS = [
    ("GET", "/api/search", 400, "text"),
    ("GET", "/api/search?text=", 400, "text"),
    ("GET", "/api/search?text=x&k=0", 400, "k"),
    ("GET", "/api/search?text=x&mode=best", 400, "mode"),
    ("GET", "/api/search?text=x&colour=red", 400, "colour"),
    ("GET", "/api/search?text=x&force=westshire", 400, "westshire"),
    ("GET", "/api/search?text=x&where=SERVICE", 400, "SERVICE"),
    ("GET", "/api/search?text=x&where=" + quote("?finding ?p ?o } #"), 400, "closes nothing"),
    ("GET", "/api/search?text=x&where=" + quote("?finding ?p ?o " + "{" * 3000), 400, "nested"),
    ("GET", "/api/findings/kent-2017-effectiveness/f-000000000000", 404, "f-000000000000"),
    ("GET", "/api/grades?force=westshire", 400, "westshire"),
    ("GET", "/nowhere", 404, "Not Found"),
    ("DELETE", "/api/search", 405, "Method Not Allowed"),
]


@pytest.mark.parametrize(("method", "address", "status", "named"), PROBLEMS)
def test_errors_are_problems_that_name_the_fault(
    client: httpx.Client, method: str, address: str, status: int, named: str
) -> None:
    response = client.request(method, address)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status and named in problem["title"] and problem["detail"]


def test_a_broken_body_is_a_problem(client: httpx.Client) -> None:
    response = client.post("/api/search", content=b"{", headers={"content-type": "application/json"})
    assert response.status_code == 400 and response.json()["status"] == 400


def test_every_answer_carries_the_headers(client: httpx.Client) -> None:
    for address in ("/", "/api/forces", "/nowhere", "/static/peelgraph.css"):
        headers = client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]


def test_the_page_escapes_what_it_shows(client: httpx.Client) -> None:
    page = client.get("/", params={"text": '<script>alert("x")</script> video', "kind": "weakness"}).text
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "Not an HMICFRS or GOV.UK service" in page and "Open Government Licence" in page
    wrong = client.get("/", params={"text": "video", "where": "nonsense"})
    assert wrong.status_code == 400 and "There is a problem" in wrong.text


def test_openapi_describes_every_route(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/search", "/api/forces", "/api/topics", "/api/grades", "/healthz", "/readyz"} <= set(paths)
    assert all(operation["summary"] for path in paths.values() for operation in path.values())


def test_a_new_generation_is_served_without_a_restart(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    publish.publish(home, collect.pages([DIGEST / "surrey.effectiveness.md"]), lambda: encoder)
    with serving(home) as client:
        assert client.get("/readyz").json()["generation"] == "000001"
        publish.publish(home, collect.pages([DIGEST / "gwent.effectiveness.md"]), lambda: encoder)
        assert client.get("/api/search", params={"text": "x", "force": "gwent"}).json()["generation"] == "000002"
        publish.publish(home, collect.pages([DIGEST / "kent.effectiveness.md"]), lambda: encoder)
        damaged = generations.current(home) / "values.json"
        damaged.write_text("{}")
        answer = client.get("/api/search", params={"text": "x"})
        assert (answer.status_code, answer.json()["generation"]) == (200, "000002"), "the old one goes on serving"


def test_an_empty_home_is_said_before_anything_is_served(tmp_path: Path) -> None:
    told = subprocess.run(
        [str(PEEL), "serve", "--port", "0", "--home", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 4 and "peel demo" in told.stderr and "Traceback" not in told.stderr
